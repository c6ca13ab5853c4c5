"""Bad input at every door: one error that names field, value and range, and never a traceback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gaitloop import cli
from gaitloop.errors import ConfigError, GaitloopError, RecordingError
from gaitloop.session.layout import Tables
from gaitloop.session.plan import Plan, demo_plan
from gaitloop.session.reader import Reader

#: What the plan has, what stands there instead, and what the message must say.
PLANS = [
    # types
    ("speed = 0.6", 'speed = "fast"', r"training\.speed must be a number, got 'fast'"),
    ("speed = 0.6", "speed = true", r"training\.speed must be a number, got True"),
    ("speed = 0.6", "speed = [0.6]", r"training\.speed must be a number, got \[0\.6\]"),
    ("seed = 1 ", "seed = 1.5 ", r"session\.seed must be a whole number, got 1\.5"),
    ("seed = 1 ", "seed = true ", r"session\.seed must be a whole number, got True"),
    ("seed = 1 ", "seed = -1 ", r"session\.seed must lie in \[0, 9223372036854775807\], got -1"),
    ("seed = 1 ", "seed = 9223372036854775808 ", r"(session\.seed must lie in|valid TOML)"),
    ('ankle = "sensed"', "ankle = 0", r"device\.ankle must be one of sensed, driven, got 0"),
    ('side = "left"', 'side = "port"', r"patient\.side must be one of left, right, got 'port'"),
    ('side = "left"', "side = 0", r"patient\.side must be one of left, right, got 0"),
    ('profile = "stroke"', 'profile = "ghost"', r"patient\.profile must be one of healthy, stroke, fac, got 'ghost'"),
    ('profile = "stroke"', 'profile = "healthy"', r"patient\.severity is not a known key"),
    ('law = "band"', 'law = "iron"', r"training\.assist\.law must be one of band, forgetting, got 'iron'"),
    ('law = "band"', 'law = "forgetting"', r"training\.assist\.(lower|upper|step)\w* is not a known key"),
    ('kind = "treadmill_exo"', 'kind = "toaster"', r"device\.kind must be one of treadmill_exo, got 'toaster'"),
    # ranges and what is not finite
    ("speed = 0.6", "speed = nan", r"training\.speed must lie in \[0\.14, 1\.4\], got nan"),
    ("speed = 0.6", "speed = inf", r"training\.speed must lie in \[0\.14, 1\.4\], got inf"),
    ("speed = 0.6", "speed = -0.6", r"training\.speed must lie in \[0\.14, 1\.4\], got -0\.6"),
    ("duration = 600.0", "duration = 0.0", r"session\.duration must lie in \[20, 7200\], got 0"),
    ("duration = 600.0", "duration = 1e9", r"session\.duration must lie in \[20, 7200\], got 1e\+09"),
    ("mass = 75.0", "mass = -75.0", r"patient\.mass must lie in \[40, 150\], got -75"),
    ("height = 1.75", "height = 175", r"patient\.height must lie in \[1\.5, 2\], got 175"),
    ("severity = 0.6", "severity = 1.1", r"patient\.severity must lie in \[0, 1\], got 1\.1"),
    ("support = 0.3 ", "support = 30 ", r"training\.support must lie in \[0, 0\.6\], got 30"),
    ("pelvic_tilt_deg = 8.0", "pelvic_tilt = 8.0", r"training\.pelvic_tilt must lie in \[0, 0\.349066\], got 8"),
    ("step_up = 0.02", "step_up = 2.0", r"training\.assist\.step_up must lie in \[0, 0\.2\], got 2"),
    ("floor = 0.2", "floor = 0.95", r"training\.assist\.floor must not lie above initial, got 0\.95 and 0\.9"),
    ("ceiling = 1.0", "ceiling = 0.5", r"training\.assist\.initial must not lie above ceiling, got 0\.9 and 0\.5"),
    ("ceiling = 1.0", "ceiling = 0.1", r"training\.assist\.floor must not lie above ceiling, got 0\.2 and 0\.1"),
    # lists
    ("stiffness = [500.0, 800.0", "stiffness = [500.0", r"training\.stiffness must have length 6, got 5"),
    ("stiffness = [500.0, 800.0", 'stiffness = ["a", 800.0', r"training\.stiffness\[0\] must be a number, got 'a'"),
    ("stiffness = [500.0, 800.0", "stiffness = [nan, 800.0", r"training\.stiffness .*\[0, 2000\], got nan at index 0"),
    ("stiffness = [500.0, 800.0", "stiffness = [500.0, -5", r"training\.stiffness .*\[0, 2000\], got -5 at index 1"),
    (
        "dq_max = [6.0, 10.0, 10.0, 6.0, 10.0, 10.0]",
        "dq_max = 6.0",
        r"limits\.dq_max must be a list of 6 numbers, got 6",
    ),
    # keys and sections
    ("speed = 0.6", "sped = 0.6", r"training\.sped is not a known key; known are .*speed"),
    ("tick_max = 0.008 ", "tick_mux = 0.008 ", r"limits\.tick_mux is not a known key"),
    ("[session]", "[extra]\na = 1\n[session]", r"extra is not a known section"),
    ("[device]", "[devices]", r"devices is not a known section"),
    ("seed = 1 ", "seed = 1\nseed = 2 ", r"valid TOML"),
    ("pelvic_tilt_deg = 8.0", "pelvic_tilt_deg = 8.0\npelvic_tilt = 0.1", r"training\.pelvic_tilt is given twice"),
    ("version = 1", "version = 3", r"version must lie in \[1, 2\], got 3"),
    ("version = 1", 'version = "1"', r"version must be a whole number, got '1'"),
    ("version = 1", "", r"version is missing"),
    ("seed = 1", f"seed = {'9' * 5000}", r"plan must be valid TOML: Exceeds the limit"),
    ("duration = 600.0", f"duration = {'9' * 400}", r"session\.duration must be a number of ordinary size, got 999"),
    ("[session]", "[session", r"valid TOML"),
    ('name = "Demo', 'name = "\\u0007', r"session\.name must have 1 to 80 printable characters"),
]


@pytest.mark.parametrize(("old", "new", "message"), PLANS)
def test_bad_plan(old: str, new: str, message: str) -> None:
    text = demo_plan().text
    assert old in text
    with pytest.raises(ConfigError, match=message):
        Plan.from_text(text.replace(old, new, 1))


WHOLE_PLANS = [
    ("", r"version is missing"),
    ("version = 1", r"session is missing"),
    ("version = 1\nsession = 3\n", r"\[session\] must be a table, got 3"),
    ("\x00", r"valid TOML"),
    ("a = " + "[" * 5000, r"valid TOML"),
    ("version = 1\npatient = []\ntraining = 1\nsession = []", r"must be a table"),
]


@pytest.mark.parametrize(("text", "message"), WHOLE_PLANS)
def test_bad_text(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Plan.from_text(text)


PLAN_FILES = [
    (lambda path: None, r"cannot be read: No such file"),
    (lambda path: path.mkdir(), r"cannot be read: Is a directory"),
    (lambda path: path.write_bytes(b"\xff\xfe"), r"must be UTF-8 text"),
    (lambda path: path.write_bytes(b"#" * 1_000_001), r"must have at most 1000000 bytes"),
]


@pytest.mark.parametrize(("make", "message"), PLAN_FILES)
def test_bad_plan_file(make: Callable[[Path], None], message: str, tmp_path: Path) -> None:
    make(tmp_path / "plan.toml")
    with pytest.raises(ConfigError, match=rf"plan\.toml: {message}"):
        Plan.load(tmp_path / "plan.toml")


RECORDS = [
    (b"", r"not a session record"),
    (b"\x89MCAP0\r\n", r"not a session record"),
    (b"time_s,q\n0,1\n", r"not a session record"),
    (b"\x89MCAP0\r\n\x01" + b"\xff" * 40, r"not a session record"),
    (b"\x00" * 1000, r"not a session record"),
]


@pytest.mark.parametrize(("data", "message"), RECORDS)
def test_bad_record(data: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    path.write_bytes(data)
    with pytest.raises(RecordingError, match=rf"a\.mcap: {message}"):
        Reader(path)


def _record(path: Path, **metadata: str) -> None:
    from gaitloop.session.container import Container

    with path.open("wb") as stream:
        Container(stream, "test", ("gaitloop", metadata)).finish()


VERSIONS = ["", "0", "3", "-1", "1.5", "x", "²"]


@pytest.mark.parametrize("version", VERSIONS)
def test_record_of_another_version(version: str, tmp_path: Path) -> None:
    _record(tmp_path / "a.mcap", schema_version=version)
    with pytest.raises(RecordingError, match=r"a\.mcap: schema_version must lie in \[1, 2\], got"):
        Reader(tmp_path / "a.mcap")


COMMANDS = [
    (["demo", "--seed", "x"], "--seed: invalid int value: 'x'"),
    (["demo", "--seed", "-1"], "seed must lie in [0, 9223372036854775807], got -1"),
    (["demo", "--minutes", "nan"], "duration must lie in [20, 7200], got nan"),
    (["demo", "--minutes", "0.1"], "duration must lie in [20, 7200], got 6"),
    (["demo", "--minutes", "1e6"], "duration must lie in [20, 7200], got 6e+07"),
    (["train"], "the following arguments are required: PLAN.toml"),
    (["train", "none.toml", "--device", "sim", "--out", "a.mcap"], "none.toml: cannot be read: No such file"),
    (["assess", "none.toml", "--device", "moon", "--joint", "knee_l"], "--device: invalid choice: 'moon'"),
    (["replay"], "the following arguments are required: FILE.mcap"),
    (["replay", "none.mcap"], "none.mcap: cannot be opened: No such file"),
    (["replay", "."], "cannot be opened: Is a directory"),
    (["report", "none.mcap"], "none.mcap: cannot be opened: No such file"),
    (["dance"], "invalid choice: 'dance'"),
    (["demo", "--fast"], "unrecognized arguments: --fast"),
]


@pytest.mark.parametrize(("words", "message"), COMMANDS)
def test_bad_command(
    words: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert refused(words) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("error: ")
    assert message in lines[0]
    assert not list(tmp_path.iterdir()), "nothing may be left behind"


def refused(words: list[str]) -> int:
    """Exit code of a command line, whichever way it ends."""
    try:
        return cli.main(words)
    except SystemExit as end:
        return int(end.code or 0)


def test_the_table_is_large() -> None:
    tables = (PLANS, WHOLE_PLANS, PLAN_FILES, RECORDS, VERSIONS, COMMANDS)
    assert sum(map(len, tables)) >= 60
    assert issubclass(ConfigError, GaitloopError)
    assert Tables
