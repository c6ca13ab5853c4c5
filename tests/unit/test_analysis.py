"""Analysis of recordings made by hand, and the two commands."""

from __future__ import annotations

import argparse
import builtins
import gzip
import json

import numpy as np
import pytest

from gaitloop import analysis
from gaitloop.errors import ConfigError, MissingExtraError
from gaitloop.recording import Events

STRIDE, SHARES = 1.2, (0.65, 0.60)


@pytest.fixture
def walk(tmp_path):
    """Recording of a limping walk: the left foot stays longer, the right step comes late."""
    t = np.arange(0.0, 20.0, 0.01)
    u = np.mod((t[:, None] - [0.3, 0.96]) / STRIDE, 1.0) / SHARES
    force = np.where(u < 1.0, 800.0 * (1.0 - (2.0 * u - 1.0) ** 6), 0.0)
    folder = tmp_path / "walk"
    folder.mkdir()
    (folder / "meta.json").write_text('{"force_rate_hz": 100}')
    rows = "\n".join(f"{a:.2f},{b:.1f},{c:.1f}" for a, (b, c) in zip(t, force, strict=True))
    (folder / "forces.csv.gz").write_bytes(gzip.compress(f"time_s,fz_left,fz_right\n{rows}\n".encode()))
    return folder


def run(name, *words):
    parser = argparse.ArgumentParser()
    analysis.add_arguments(parser, name)
    return analysis.command(name, parser.parse_args([str(word) for word in words]))


def test_the_numbers_are_those_of_the_walk(walk):
    summary = analysis.analyze(walk).summary
    assert summary.left.stride_time == pytest.approx(STRIDE, abs=0.005)
    assert summary.right.stride_time == pytest.approx(STRIDE, abs=0.005)
    assert summary.left.stance_share == pytest.approx(SHARES[0], abs=0.01)
    assert summary.right.stance_share == pytest.approx(SHARES[1], abs=0.01)
    assert summary.right.step_time == pytest.approx(0.66, abs=0.01)
    assert summary.left.step_time == pytest.approx(0.54, abs=0.01)
    assert summary.cadence == pytest.approx(2 / STRIDE, abs=0.01)
    assert summary.double_support_share == pytest.approx(sum(SHARES) - 1, abs=0.02)
    assert summary.stance_symmetry == pytest.approx(np.log(SHARES[0] / SHARES[1]), abs=0.02)
    assert summary.step_symmetry == pytest.approx(np.log(0.54 / 0.66), abs=0.02)
    assert summary.left.strides == 16


def test_the_files_hold_what_was_found(walk, tmp_path):
    result = analysis.analyze(walk, tmp_path / "out")
    assert json.loads((tmp_path / "out/summary.json").read_text())["events"] == len(result.events)
    assert len(Events.read_csv(tmp_path / "out/events.csv")) == len(result.events)
    lines = (tmp_path / "out/strides.csv").read_text().splitlines()
    assert lines[0].startswith("foot,start_s,end_s,stride_time_s,")
    assert len(lines) == 1 + sum(len(table) for table in result.strides)


def test_the_commands_write_and_end_with_one_line(walk, tmp_path, capsys):
    assert run("analyze", walk, "--out", tmp_path / "a") == 0
    text = capsys.readouterr().out
    assert "stance share [%]" in text
    assert text.splitlines()[-1].endswith(f"strides written to {tmp_path / 'a'}")
    assert (tmp_path / "a/analysis.png").read_bytes()[:4] == b"\x89PNG"
    assert run("events", walk, "--sensor", "force", "--out", tmp_path / "e.csv") == 0
    assert len(Events.read_csv(tmp_path / "e.csv")) == len(Events.read_csv(tmp_path / "a/events.csv"))
    assert "initial contacts" in capsys.readouterr().out


def test_results_go_beside_by_default(walk, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("analyze", walk, "--no-picture")
    run("events", walk)
    assert (tmp_path / "walk-analysis/summary.json").exists()
    assert (tmp_path / "walk-events.csv").exists()


def test_a_recording_without_steps_has_no_measures(walk, tmp_path, capsys):
    rows = "\n".join(f"{i / 100:.2f},300,300" for i in range(500))
    (walk / "forces.csv.gz").write_bytes(gzip.compress(f"time_s,fz_left,fz_right\n{rows}\n".encode()))
    assert run("analyze", walk, "--out", tmp_path / "a") == 0
    summary = json.loads((tmp_path / "a/summary.json").read_text())
    assert summary["events"] == 0
    assert summary["left"]["stride_time"] is None
    assert summary["stance_symmetry"] is None
    assert "0 events, 0 strides" in capsys.readouterr().out


def test_a_side_without_contacts_is_named(walk, tmp_path, capsys):
    t = np.arange(0.0, 20.0, 0.01)
    force = np.where(np.mod(t, STRIDE) < 0.7, 800.0, 0.0)
    rows = "\n".join(f"{a:.2f},{b:.1f},{534.0 + a:.2f}" for a, b in zip(t, force, strict=True))
    (walk / "forces.csv.gz").write_bytes(gzip.compress(f"time_s,fz_left,fz_right\n{rows}\n".encode()))
    assert run("analyze", walk, "--out", tmp_path / "out", "--no-picture") == 0
    text = capsys.readouterr().out
    assert "right: no contact found" in text
    assert "left: no contact" not in text


def test_results_never_overwrite_the_recording(walk, tmp_path):
    with pytest.raises(ConfigError, match=r"^out must not be the folder of the recording"):
        analysis.analyze(walk, walk)
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigError, match=r"^out must be a folder that can be written"):
        analysis.analyze(walk, tmp_path / "file")
    with pytest.raises(ConfigError, match=r"^out must be a file that can be written"):
        run("events", walk, "--out", tmp_path / "none/there.csv")
    with pytest.raises(ConfigError, match=r"^out must not be a file of the recording"):
        run("events", walk, "--out", walk / "events.csv")


def test_a_picture_without_matplotlib_names_the_extra(walk, tmp_path, monkeypatch):
    result = analysis.analyze(walk)
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"gaitloop\[report\]"):
        analysis.draw(result, tmp_path / "a.png")
