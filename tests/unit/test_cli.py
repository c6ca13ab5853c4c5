"""The command line on a short demo: what it writes, prints and returns."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from gaitloop import __version__, cli
from gaitloop.session.plan import demo_plan
from gaitloop.session.reader import Reader
from gaitloop.session.record import Recorder

SUMMARY = re.compile(
    r"steps \d+, distance \d+ m, speed \d\.\d\d m/s, "
    r"symmetry [+-]\d\.\d{3}, support \d+ % to \d+ %, stops 1 \(1 asked for\)"
)


def run(capsys: pytest.CaptureFixture[str], words: Sequence[object]) -> tuple[int, str, str]:
    code = cli.main([str(word) for word in words])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    assert cli.main(["demo", "--minutes", "1", "--out", str(folder)]) == 0
    return folder


def test_demo_prints_one_line_and_leaves_two_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, ["demo", "--minutes", "0.75", "--out", tmp_path / "new" / "folder"])
    assert code == 0
    assert SUMMARY.match(out)
    assert out.count("\n") == 1
    assert [line[:4] for line in err.splitlines()] == [" 25%", " 50%", " 75%", "100%"]
    assert {path.name for path in (tmp_path / "new" / "folder").iterdir()} == {"session.mcap", "report.html"}


def test_the_same_seed_gives_the_same_bytes(demo: Path, tmp_path: Path) -> None:
    assert cli.main(["demo", "--minutes", "1", "--out", str(tmp_path)]) == 0
    for name in ("session.mcap", "report.html"):
        assert (tmp_path / name).read_bytes() == (demo / name).read_bytes()
    assert cli.main(["demo", "--minutes", "1", "--seed", "2", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "session.mcap").read_bytes() != (demo / "session.mcap").read_bytes()


def test_report_of_the_record_is_that_of_the_session(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, ["report", demo / "session.mcap", "--out", tmp_path / "again.html"])
    assert code == 0
    assert SUMMARY.match(out)
    assert (tmp_path / "again.html").read_text("utf-8") == (demo / "report.html").read_text("utf-8")


def test_train_runs_a_plan(demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(demo_plan().text.replace("duration = 600.0", "duration = 60.0"), encoding="utf-8")
    code, out, _ = run(capsys, ["train", plan, "--device", "sim", "--out", tmp_path / "a.mcap"])
    assert code == 0
    assert SUMMARY.match(out)
    first, second = (next(Reader(p).blocks()) for p in (demo / "session.mcap", tmp_path / "a.mcap"))
    assert first.sample.tobytes() == second.sample.tobytes()


def test_replay_reproduces_every_bit(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, ["replay", demo / "session.mcap"])
    assert (code, err) == (0, "")
    assert out.endswith("session.mcap: 60000 commands, every bit the same\n")


def test_replay_of_a_cut_off_record_goes_as_far_as_it_can(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = (demo / "session.mcap").read_bytes()
    (tmp_path / "cut.mcap").write_bytes(data[: len(data) // 2])
    code, out, err = run(capsys, ["replay", tmp_path / "cut.mcap"])
    assert code == 0
    ticks = re.search(r"(\d+) commands", out)
    assert ticks
    assert 20_000 < int(ticks[1]) < 40_000
    assert out.endswith("the rest of the record is lost and was not compared\n")
    assert "lost: the file ends in the middle" in err
    assert run(capsys, ["report", tmp_path / "cut.mcap"])[0] == 0
    assert "This record is not complete" in (tmp_path / "report.html").read_text("utf-8")


@pytest.mark.parametrize("field", ["torque", "cause", "sample"])
def test_replay_finds_one_flipped_bit(
    field: str, demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reader = Reader(demo / "session.mcap")
    own = {key: reader.metadata[key] for key in ("plan", "seed", "duration", "limits_sha256")}
    with Recorder(tmp_path / "a.mcap", own) as recorder:
        for number, block in enumerate(reader.blocks()):
            changed = block
            if number == 30:
                command, integers, sample = block.command.copy(), block.command_integers.copy(), block.sample.copy()
                bits = command.view("i8")
                bits[123, 0] ^= field == "torque"
                integers[123, 5] ^= field == "cause"
                sample[123, 0] += 0.01 * (field == "sample")
                changed = replace(block, command=command, command_integers=integers, sample=sample)
            recorder.write(changed)
    code, out, _ = run(capsys, ["replay", tmp_path / "a.mcap"])
    assert code == 1
    name = {"torque": "torque[0]", "cause": "cause", "sample": "torque["}[field]
    assert f"first difference at tick 30123 (t = 30.123 s), {name}" in out
    assert out.count("\n") == 1


def test_replay_refuses_other_limits(demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reader = Reader(demo / "session.mcap")
    own = {key: reader.metadata[key] for key in ("plan", "seed", "duration", "limits_sha256")}
    with Recorder(tmp_path / "a.mcap", {**own, "limits_sha256": "0" * 64}) as recorder:
        recorder.write(next(reader.blocks()))
    code, _, err = run(capsys, ["replay", tmp_path / "a.mcap"])
    assert code == 2
    assert "limits_sha256 must match the limits of the plan" in err


@pytest.mark.parametrize(
    ("keep", "message"), [(True, "a damaged chunk"), (False, "must have a tick to compare, got none")]
)
def test_replay_claims_nothing_about_what_it_cannot_compare(
    keep: bool, message: str, demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reader = Reader(demo / "session.mcap")
    own = {key: reader.metadata[key] for key in ("plan", "seed", "duration", "limits_sha256")}
    path = tmp_path / "a.mcap"
    with Recorder(path, own) as recorder:
        if keep:
            for _, block in zip(range(3), reader.blocks(), strict=False):
                recorder.write(block)
    if keep:
        data = bytearray(path.read_bytes())
        data[20_000:20_100] = bytes(100)  # in the chunk of the first second
        path.write_bytes(data)
    code, out, err = run(capsys, ["replay", path])
    assert (code, out) == (2, "")
    assert message in err


@pytest.mark.parametrize("command", ["report", "events", "train"])
def test_no_command_writes_over_what_it_reads(
    command: str, demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / ("a.toml" if command == "train" else "a.mcap")
    path.write_bytes(demo_plan().text.encode() if command == "train" else (demo / "session.mcap").read_bytes())
    before = path.read_bytes()
    device = ["--device", "sim"] if command == "train" else []
    code, _, err = run(capsys, [command, path, *device, "--out", path])
    assert (code, path.read_bytes() == before) == (2, True)
    assert "--out must not be the file that is read" in err


@pytest.mark.parametrize(("name", "value"), [("seed", "x"), ("duration", "["), ("duration", "nan")])
def test_replay_refuses_damaged_metadata(
    name: str, value: str, demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reader = Reader(demo / "session.mcap")
    own = {key: reader.metadata[key] for key in ("plan", "seed", "duration", "limits_sha256")}
    with Recorder(tmp_path / "a.mcap", {**own, name: value}) as recorder:
        recorder.write(next(reader.blocks()))
    code, _, err = run(capsys, ["replay", tmp_path / "a.mcap"])
    assert (code, err.count("\n")) == (2, 1)
    assert name in err


def test_interruption_is_clean(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("gaitloop.session.runner.run_demo", interrupt)
    code, out, err = run(capsys, ["demo"])
    assert (code, out, err) == (130, "", "interrupted\n")


def test_an_unwritable_file_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, _, err = run(capsys, ["demo", "--minutes", "1", "--out", tmp_path / "file"])
    assert code == 2
    assert err.startswith("error: ")
    assert str(tmp_path / "file") in err
    assert "Traceback" not in err


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, ["--version"])[1] == f"gaitloop {__version__}\n"
    code, out, _ = run(capsys, [])
    assert code == 0
    for command in ("demo", "train", "replay", "report", "analyze", "events"):
        assert command in out


def test_the_parser_costs_no_heavy_import() -> None:
    code = (
        "import sys; from gaitloop import cli; cli.build_parser('demo'); "
        "print([m for m in ('matplotlib', 'jinja2', 'mcap', 'scipy', 'gaitloop.session') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


def test_analyze_reads_a_record_even_when_cut_off(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = (demo / "session.mcap").read_bytes()
    (tmp_path / "cut.mcap").write_bytes(data[: len(data) // 2])
    code, out, err = run(capsys, ["analyze", tmp_path / "cut.mcap", "--out", tmp_path / "out"])
    assert code == 0
    assert re.search(
        r"\d+ events, \d+ initial contacts, \d+ strides, cadence \d+\.\d steps/min; ", out.splitlines()[-1]
    )
    assert "lost: the file ends in the middle" in err
    assert (tmp_path / "out" / "events.csv").read_text().startswith("foot,event,time_s,emit_s\nleft,ic,")
    code, out, _ = run(capsys, ["events", demo / "session.mcap", "--out", tmp_path / "events.csv"])
    assert code == 0
    assert (tmp_path / "events.csv").exists()
