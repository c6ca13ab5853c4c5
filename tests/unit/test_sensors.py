"""`detect` and the two commands for every sensor, on a made-up walk."""

from __future__ import annotations

import argparse
import gzip
import importlib
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from gaitloop import analysis, cli
from gaitloop.errors import RecordingError
from gaitloop.events import _detect, detect
from gaitloop.recording import Events, Recording

sys.path.append(str(Path(__file__).parents[1]))
walks = importlib.import_module("walks")
SHAPES = {
    "force": (2,),
    "foot_imu": (2, 6),
    "shank_gyro": (2, 3),
    "back_imu": (6,),
    "joints": (6,),
    "markers": (5, 3),
}


class Known:
    """A detector that knows the walk, so that what surrounds it can be seen without it."""

    def __init__(self, sensor):
        self.sensor = sensor

    def run(self, rows, t, causal=True):
        assert rows.shape == (len(t), *SHAPES[self.sensor])
        found = walks.events(t[-1])
        emit = found.time + 0.02 if causal else np.full(len(found), np.nan)
        return Events(found.side, found.kind, found.time, emit, np.full(len(found), 0.5))


@pytest.fixture
def known(monkeypatch):
    """Every sensor has a detector."""
    for sensor in SHAPES:
        monkeypatch.setitem(_detect.DETECTORS, sensor, lambda sensor=sensor: Known(sensor))


@pytest.fixture
def folder(tmp_path):
    """The walk as a folder with all signals."""
    made = walks.walk(duration=12.0)
    path = tmp_path / "walk"
    path.mkdir()
    (path / "meta.json").write_text(json.dumps({"rate_hz": 100.0}))
    for name, signal in made.signals.items():
        rows = "\n".join(
            f"{t:.2f}," + ",".join(f"{x:.5g}" for x in v) for t, v in zip(signal.t, signal.values, strict=True)
        )
        text = f"time_s,{','.join(signal.names)}\n{rows}\n"
        (path / f"{name}.csv.gz").write_bytes(gzip.compress(text.encode()))
    return path


@pytest.mark.parametrize("sensor", SHAPES)
def test_each_sensor_reaches_its_detector(known, sensor):
    recording = walks.walk(duration=12.0)
    events = detect(recording, sensor)
    assert (events.emit >= events.time).all()
    assert np.isnan(detect(recording, sensor, causal=False).emit).all()
    assert len(detect(walks.walk(sensor, duration=12.0), sensor)) == len(events)


def test_auto_takes_the_best_that_is_there(known):
    recording = walks.walk(duration=12.0)
    order = ["force", "foot_imu", "markers", "shank_gyro", "joints", "back_imu"]
    assert list(recording.sensors) == order
    assert _detect.choose(recording) == "force"
    t, arrays = walks.columns(duration=12.0)
    for i, sensor in enumerate(order):
        rest = {name: a for s in order[i:] for name, a in walks.of_sensor(arrays, s).items()}
        assert _detect.choose(Recording.from_arrays(rest, t, units=walks.SI)) == sensor


def test_auto_passes_over_sensors_without_a_detector(monkeypatch):
    monkeypatch.setattr(_detect, "DETECTORS", {"back_imu": lambda: Known("back_imu")})
    assert _detect.choose(walks.walk(duration=12.0)) == "back_imu"
    with pytest.raises(RecordingError, match=r"walk: none of back_imu is there; the recording holds forces \(fz_left"):
        detect(walks.walk("force", duration=12.0))


@pytest.mark.parametrize("sensor", SHAPES)
def test_a_missing_sensor_lists_what_is_there(known, sensor):
    other = "joints" if sensor == "back_imu" else "back_imu"
    with pytest.raises(
        RecordingError, match=rf"walk: sensor {sensor} is missing .* the recording offers {other}, with"
    ):
        detect(walks.walk(other, duration=12.0), sensor)


WRONG = {
    "force": (1e-3, "fz_left, fz_right reach 0.80.*expected is N"),
    "foot_imu": (57.3, "left_foot_acc has the median length .* expected is about 9.8 m/s²|left_foot_gyr exceeds"),
    "shank_gyro": (57.3, "left_shank_gyr exceeds .* expected is less than 40 rad/s: it looks like deg/s"),
    "back_imu": (1 / 9.80665, "lower_back_acc has the median length .* it looks like g; multiply by 9.80665"),
    "joints": (57.3, "hip_l reaches .* it looks like degrees"),
    "markers": (1e3, "left_heel and left_toe are 201 apart.*it looks like mm"),
}


@pytest.mark.parametrize("sensor", SHAPES)
def test_wrong_units_are_refused(known, sensor):
    factor, message = WRONG[sensor]
    t, arrays = walks.columns(duration=12.0)
    scaled = {name: factor * values for name, values in walks.of_sensor(arrays, sensor).items()}
    with pytest.raises(RecordingError, match=message):
        detect(Recording.from_arrays(scaled, t, units=walks.SI), sensor)


@pytest.mark.parametrize("sensor", _detect.DETECTORS)
def test_every_detector_there_is_finds_the_walk(sensor):
    for causal in (True, False):
        events = detect(walks.walk(sensor), sensor, causal=causal)
        assert len(events.times(kind="ic")) == pytest.approx(54, abs=6)


@pytest.mark.parametrize("sensor", SHAPES)
def test_the_commands_take_every_sensor(known, folder, tmp_path, capsys, sensor):
    out = tmp_path / f"{sensor}.csv"
    assert cli.main(["events", str(folder), "--sensor", sensor, "--out", str(out)]) == 0
    text, err = capsys.readouterr()
    assert err == ""
    assert text.splitlines()[-1].endswith(f"of sensor {sensor} written to {out}")
    assert ("sides are a guess (median confidence 0.50)" in text) == (sensor == "back_imu")
    assert np.isfinite(Events.read_csv(out).emit).all()
    assert cli.main(["events", str(folder), "--sensor", sensor, "--offline", "--out", str(out)]) == 0
    assert np.isnan(Events.read_csv(out).emit).all()
    capsys.readouterr()
    assert cli.main(["analyze", str(folder), "--sensor", sensor, "--out", str(tmp_path / "a")]) == 0
    text = capsys.readouterr().out
    assert f"walk, 12.0 s, sensor {sensor}" in text
    assert text.splitlines()[-1].endswith(f"strides written to {tmp_path / 'a'}")
    for name in ("analysis", "angles", "symmetry"):
        assert (tmp_path / f"a/{name}.png").read_bytes()[:4] == b"\x89PNG"
    assert json.loads((tmp_path / "a/summary.json").read_text())["sensor"] == sensor


@pytest.mark.parametrize("sensor", SHAPES)
def test_a_recording_without_events_is_drawn(monkeypatch, folder, tmp_path, capsys, sensor):
    class Deaf(Known):
        def run(self, rows, t, causal=True):
            return Events(*[np.empty(0)] * 5)

    monkeypatch.setitem(_detect.DETECTORS, sensor, lambda: Deaf(sensor))
    assert cli.main(["analyze", str(folder), "--sensor", sensor, "--out", str(tmp_path / "a")]) == 0
    text = capsys.readouterr().out
    assert "left: no contact found; look at" in text
    assert text.splitlines()[-1].startswith("0 events, 0 strides written to")
    assert {path.suffix for path in (tmp_path / "a").iterdir()} == {".csv", ".json", ".png"}


@pytest.mark.parametrize("sensor", ["foot_imu", "shank_gyro", "markers"])
def test_one_side_is_enough(known, tmp_path, sensor):
    t, arrays = walks.columns(duration=12.0)
    left = {name: a for name, a in walks.of_sensor(arrays, sensor).items() if name.startswith("left")}
    recording = Recording.from_arrays(left, t, units=walks.SI)
    result = analysis.analyze(recording, sensor=sensor)
    analysis.draw(result, tmp_path / "a.png")
    assert (tmp_path / "a.png").exists()


def test_findings_are_printed_and_kept(known, folder, tmp_path, capsys):
    path = folder / "angles.csv.gz"
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    lines[300:330] = [line.split(",")[0] + "," * 6 for line in lines[300:330]]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    assert cli.main(["analyze", str(folder), "--sensor", "joints", "--out", str(tmp_path / "a")]) == 0
    text = capsys.readouterr().out
    assert "note: angles, 2.99 to 3.28 s: hip_l is missing for 0.30 s in 1 spans" in text
    findings = json.loads((tmp_path / "a/summary.json").read_text())["findings"]
    assert any("hip_l is missing" in finding for finding in findings)


@pytest.mark.parametrize("command", ["events", "analyze"])
def test_bad_input_is_one_line_and_code_2(known, folder, tmp_path, capsys, command):
    (folder / "markers.csv.gz").unlink()
    assert cli.main([command, str(folder), "--sensor", "markers", "--out", str(tmp_path / "x")]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert "sensor markers is missing" in err
    assert err.count("\n") == 1
    assert cli.main([command, str(tmp_path / "no.c3d")]) == 2
    assert "Traceback" not in capsys.readouterr().err


def run(*words):
    parser = argparse.ArgumentParser()
    analysis.add_arguments(parser, "analyze")
    return analysis.command("analyze", parser.parse_args([str(word) for word in words]))


def test_no_picture_of_an_earlier_run_is_left(known, folder, tmp_path):
    run(folder, "--sensor", "joints", "--out", tmp_path / "a")
    for name in ("angles", "markers"):
        (folder / f"{name}.csv.gz").unlink()
    run(folder, "--sensor", "force", "--out", tmp_path / "a")
    names = {path.name for path in Path(tmp_path / "a").iterdir()}
    assert names == {"analysis.png", "symmetry.png", "events.csv", "strides.csv", "summary.json"}


def test_a_recording_from_memory_is_analysed(known):
    result = analysis.analyze(walks.walk(duration=12.0), sensor="joints")
    assert result.sensor == "joints"
    assert result.summary.left.stride_time == pytest.approx(walks.STRIDE, abs=1e-3)
    assert result.summary.left.stance_share == pytest.approx(walks.STANCE, abs=0.01)


def leg(hip, knee, ankle, side_y):
    """Markers of a leg [m] that stands with these angles [rad], pelvis upright, shank and thigh 0.4 m long."""
    thigh, shank = hip, hip - knee
    foot = shank + ankle
    top = np.array([0.0, side_y, 0.9])
    middle = top + 0.4 * np.array([np.sin(thigh), 0.0, -np.cos(thigh)])
    low = middle + 0.4 * np.array([np.sin(shank), 0.0, -np.cos(shank)])
    heel = low - [0.0, 0.0, 0.05]
    return [top, middle, low, heel, heel + 0.2 * np.array([np.cos(foot), 0.0, np.sin(foot)])]


@pytest.mark.parametrize("heading", [0.0, 1.0, 3.0])
def test_joint_angles_of_markers_are_those_that_made_them(heading):
    u = np.linspace(0.0, 2 * np.pi, 201)
    truth = np.stack([0.3 + 0.4 * np.cos(u), 0.5 - 0.5 * np.cos(u), 0.2 * np.maximum(np.sin(3 * u), 0)], axis=1)
    c, s = np.cos(heading), np.sin(heading)
    turn = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    arrays = {}
    for side, y in (("left", 0.1), ("right", -0.1)):
        points = np.array([leg(a, b, c - (a - b), y) for a, b, c in truth]) @ turn.T  # foot lies at truth[:, 2]
        for i, part in enumerate(("hip", "knee", "ankle", "heel", "toe")):
            arrays[f"{side}_{part}"] = points[:, i]
        arrays[f"{side}_asis"] = np.tile(turn @ [0.1, y, 0.95], (201, 1))
    arrays["sacrum"] = np.tile(turn @ [-0.1, 0.0, 0.95], (201, 1))
    recording = Recording.from_arrays(arrays, 0.01 * np.arange(201), units=walks.SI)
    _, angles = analysis.marker_angles(recording)
    np.testing.assert_allclose(angles[:, :2], truth[:, :2], atol=1e-9)
    np.testing.assert_allclose(angles[:, 3:5], truth[:, :2], atol=1e-9)
    foot = truth[:, 2] - np.median(truth[:, 2])
    np.testing.assert_allclose(angles[:, 2], foot - (truth[:, 0] - truth[:, 1]), atol=1e-9)


def test_angles_need_all_markers_of_a_leg():
    recording = walks.walk("markers", duration=12.0)
    assert analysis.joint_angles(recording) is None
    assert analysis.joint_angles(walks.walk("force", duration=12.0)) is None
    assert analysis.joint_angles(walks.walk("joints", duration=12.0))[1].shape == (1200, 6)


def test_strides_are_cut_from_contact_to_contact():
    recording = walks.walk("joints", duration=12.0)
    strides = analysis.cycles(recording.joint_angles(), walks.events(12.0), "right")
    assert strides.shape[1:] == (3, 101)
    assert len(strides) == 10
    np.testing.assert_allclose(strides[:, 1].argmax(axis=1), 100 * (1 + walks.STANCE) / 2, atol=3)


def test_the_norm_band_is_that_of_walking_people():
    phase, mean, deviation = analysis.norm_band()
    assert mean.shape == deviation.shape == (3, len(phase))
    assert np.degrees(mean.max(axis=1)) == pytest.approx([31, 61, 12], abs=2)
    assert (deviation > np.radians(1)).all()


def test_lengths_are_measured_from_markers_and_foot_sensors(known, folder, tmp_path, capsys):
    assert run(folder, "--sensor", "force", "--mass", "80", "--out", tmp_path / "a", "--no-picture") == 0
    text = capsys.readouterr().out
    summary = json.loads((tmp_path / "a/summary.json").read_text())
    for side in ("left", "right"):
        assert summary[side]["stride_length"] == pytest.approx(walks.STRIDE, abs=0.03)
        assert summary[side]["speed"] == pytest.approx(1.0, abs=0.03)
        assert summary[side]["step_width"] == pytest.approx(0.2, abs=0.01)
        assert summary[side]["step_length"] == pytest.approx(0.5 * walks.STRIDE, abs=0.03)
        assert summary[side]["stride_time_cv"] < 0.02
    assert summary["speed"] == pytest.approx(1.0, abs=0.03)
    assert abs(summary["step_length_symmetry"]) < 0.05
    for label in ("stride length [m]", "speed [m/s]", "step width [cm]", "step-length symmetry"):
        assert label in text
    header, first = (tmp_path / "a/strides.csv").read_text().splitlines()[:2]
    row = dict(zip(header.split(","), first.split(","), strict=True))
    assert float(row["stride_length_m"]) == pytest.approx(walks.STRIDE, abs=0.03)
    assert float(row["load_peak"]) == pytest.approx(800.0 / (80.0 * 9.80665), abs=0.02)


def test_feet_that_come_back_need_the_speed_of_the_belt(known):
    t, arrays = walks.columns(duration=12.0)
    points = walks.of_sensor(arrays, "markers")
    way = np.stack([t, 0 * t, 0 * t], axis=1)
    recording = Recording.from_arrays({name: a - way for name, a in points.items()}, t, units=walks.SI)
    assert analysis.analyze(recording, sensor="markers").summary.speed is None
    summary = analysis.analyze(recording, sensor="markers", belt_speed=1.0).summary
    assert summary.speed == pytest.approx(1.0, abs=0.03)
    assert summary.left.step_width == pytest.approx(0.2, abs=0.02)


def test_markers_in_millimetres_give_no_lengths(known):
    t, arrays = walks.columns(duration=12.0)
    arrays = {name: 1e3 * a if name.endswith(("heel", "toe", "asis")) else a for name, a in arrays.items()}
    summary = analysis.analyze(Recording.from_arrays(arrays, t, units=walks.SI), sensor="force").summary
    assert any("looks like mm" in finding for finding in summary.findings)
    assert summary.left.step_width is None
    assert summary.left.stride_time == pytest.approx(walks.STRIDE, abs=0.01)
