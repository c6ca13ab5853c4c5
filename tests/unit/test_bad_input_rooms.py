"""Bad input at the doors of the rooms and of recordings: the error begins with the name and gives range and value."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gaitloop import assist, cli, control, events, measures, phase, plant, recording, safety, trajectory
from gaitloop.errors import ConfigError, RecordingError
from gaitloop.session.build import trainer_config
from gaitloop.session.plan import demo_plan
from gaitloop.trainer import Trainer

NAN, INF = np.nan, np.inf
LIMITS = demo_plan().limits
BAND = {
    "lower": np.full(7, 0.05),
    "upper": np.full(7, 0.1),
    "step_up": 0.05,
    "step_down": 0.02,
    "floor": 0.0,
    "ceiling": 1.0,
    "initial": 0.5,
}
FORGET = {"forget": 0.9, "gain": 2.0, "dead_zone": np.full(7, 0.05), "floor": 0.0, "ceiling": 1.0, "initial": 0.5}
TABLE = np.zeros((51, 3))
ZEROS = np.zeros(6)


def limits(name: str, value: Any) -> Callable[[], object]:
    if isinstance(LIMITS[name], tuple) and np.isscalar(value):
        value = [*LIMITS[name][:2], value, *LIMITS[name][3:]]
    return lambda: safety.Envelope(**{**LIMITS, name: value})


def band(**changes: Any) -> Callable[[], object]:
    return lambda: assist.BandLaw(**{**BAND, **changes})


def forget(**changes: Any) -> Callable[[], object]:
    return lambda: assist.ForgettingLaw(**{**FORGET, **changes})


def koopman(speed: float = 0.8, height: float = 1.7, **more: float) -> Callable[[], object]:
    return lambda: trajectory.GaitPattern.koopman(speed, height, **more)


def table(angles: Any = TABLE, **more: float) -> Callable[[], object]:
    return lambda: trajectory.GaitPattern.from_table(angles, **{"stride_time": 1.2, **more})


def impedance(stiffness: Any = ZEROS, damping: Any = ZEROS) -> Callable[[], object]:
    return lambda: control.Impedance(stiffness, damping)


def person(**changes: Any) -> Callable[[], object]:
    return lambda: plant.Patient(**{"mass": 75.0, "height": 1.75, **changes})


def trainer_run(width: int = 69, length: int = 3, groups: int = 16) -> Callable[[], object]:
    trainer = Trainer(trainer_config(demo_plan()))
    valid = np.zeros((length, width), dtype=bool)
    return lambda: trainer.run(np.arange(3), np.zeros((3, width)), valid, np.zeros((3, groups), dtype=np.int64))


def filled_by_columns() -> object:
    out = tuple(np.zeros((5, 6), order="F") for _ in range(3))
    return trajectory.GaitPattern.koopman(0.8, 1.72).evaluate(np.linspace(0, 1, 5), out=out)


ROOMS: list[tuple[Callable[[], object], str]] = [
    # limits: not a number, infinite, negative, swapped, another shape
    (limits("tau_max", NAN), r"tau_max must lie in \[0, 300\], got nan at index 2"),
    (limits("tau_max", INF), r"tau_max must lie in \[0, 300\], got inf at index 2"),
    (limits("tau_max", -1.0), r"tau_max must lie in \[0, 300\], got -1 at index 2"),
    (limits("tau_rate_max", 1e9), r"tau_rate_max must lie in \[0, 20000\], got 1000000000 at index 2"),
    (limits("dq_max", -0.1), r"dq_max must lie in \[0, 20\], got -0\.1 at index 2"),
    (limits("brake_decel", 0.0), r"brake_decel must lie in \[1, 500\], got 0 at index 2"),
    (limits("wall_stiffness", NAN), r"wall_stiffness must lie in \[0, 5000\], got nan at index 2"),
    (limits("q_min", 2.9), r"q_min must lie below q_max, got 2\.9 and 0\.6 at index 2"),
    (limits("q_max", INF), r"q_max must lie in \[-3, 3\], got inf at index 2"),
    (limits("q_max", (1.0, 1.0)), r"q_max must have shape \(6,\), got \(2,\)"),
    (limits("belt_speed_max", -0.5), r"belt_speed_max must lie in \[0, 3\], got -0\.5"),
    (limits("belt_speed_max", INF), r"belt_speed_max must lie in \[0, 3\], got inf"),
    (limits("support_force_max", NAN), r"support_force_max must lie in \[0, 2000\], got nan"),
    (limits("degraded_fraction", 1.1), r"degraded_fraction must lie in \[0, 1\], got 1\.1"),
    (limits("lease", 0.0), r"lease must lie in \[0\.001, 0\.02\], got 0"),
    (limits("stop_deadline", 60.0), r"stop_deadline must lie in \[0\.1, 1\.5\], got 60"),
    (limits("tick_max", "soon"), r"tick_max must be a number, got 'soon'"),
    # patterns
    (koopman(speed=NAN), r"speed must lie in \[0\.14, 1\.4\], got nan"),
    (koopman(speed=2.0), r"speed must lie in \[0\.14, 1\.4\], got 2"),
    (koopman(height=17.0), r"height must lie in \[1\.5, 2\], got 17"),
    (koopman(foot_clearance=0.5), r"foot_clearance must lie in \[0, 0\.15\], got 0\.5"),
    (table(angles=np.zeros((51, 4))), r"angles must have shape \(N, 3\) or \(N, 6\), got \(51, 4\)"),
    (table(angles=np.zeros(51)), r"angles must have shape"),
    (table(angles=np.zeros((5, 3))), r"angles must have length 9 to 10000, got 5"),
    (table(angles=np.zeros((10_001, 3))), r"angles must have length 9 to 10000, got 10001"),
    (table(angles=np.full((51, 3), NAN)), r"angles\[:, 0\] must lie in \[-3, 3\], got nan at index 0"),
    (
        table(angles=np.linspace(0, 1, 51)[:, None] * np.ones(3)),
        r"angles\[-1\] - angles\[0\] must lie in \[-0\.1745, 0\.1745\], got 1",
    ),
    (table(angles=[["a"] * 3] * 51), r"angles must be real numbers, got dtype <U1"),
    (table(stride_time=0.0), r"stride_time must lie in \[0\.3, 10\], got 0"),
    (table(closing=0.9), r"closing must lie in \[0\.01, 0\.5\], got 0\.9"),
    (lambda: trajectory.MinimumJerk(0.0, 1.0, 0.0), r"duration must lie in \[0\.001, 10000\], got 0"),
    (filled_by_columns, r"out must be a C-contiguous float64 array"),
    # control and phase
    (impedance(stiffness=np.full(6, -1.0)), r"stiffness must lie in \[0, 2000\], got -1"),
    (impedance(stiffness=np.zeros(5)), r"stiffness must have shape \(6,\), got \(5,\)"),
    (impedance(stiffness=np.ones(6, dtype=bool)), r"stiffness must be numbers"),
    (impedance(stiffness=["60"] * 6), r"stiffness must be numbers"),
    (impedance(damping=np.full(6, INF)), r"damping must lie in \[0, 200\], got inf"),
    (lambda: control.LegGravity(0.0, 1.7), r"mass must lie in \[20, 200\], got 0"),
    (lambda: phase.PhaseEstimator(phase_gain=2.0), r"phase_gain must lie in \[0, 1\], got 2"),
    (lambda: phase.PhaseEstimator(rate_time=NAN), r"rate_time must lie in \[0\.005, 0\.5\], got nan"),
    (lambda: measures.symmetry(-1.0, 1.0), r"left must lie in \[.*\], got -1"),
    # assist
    (band(step_up=0.5), r"step_up must lie in \[0, 0\.2\], got 0\.5"),
    (band(lower=np.full(7, 0.2)), r"lower must lie below upper, got 0\.2 and 0\.1"),
    (band(upper=np.full(4, 0.2)), r"upper must have shape \(7,\), got \(4,\)"),
    (band(floor=0.8), r"initial must lie in \[0\.8, 1\], got 0\.5"),
    (band(lower=np.full(7, NAN)), r"lower must lie in \[0, 1\], got nan"),
    (forget(forget=1.0), r"forget must lie in \[0\.5, 0\.999\], got 1"),
    (forget(gain=-1.0), r"gain must lie in \[0, 20\], got -1"),
    (forget(dead_zone=np.full(7, INF)), r"dead_zone must lie in \[0, 1\], got inf"),
    # events, plant, trainer
    (lambda: events.ForceContacts(scale=NAN), r"scale must lie in \[.*\], got nan"),
    (lambda: events.ForceContacts(debounce=-1.0), r"debounce must lie in \[.*\], got -1"),
    (person(mass=0.0), r"mass must lie in \[40, 150\], got 0"),
    (person(height=NAN), r"height must lie in \[1\.5, 2\], got nan"),
    (person(strength=np.full(6, 1.5)), r"strength must lie in \[0, 1\], got 1\.5"),
    (person(strength=np.ones(5)), r"strength must have shape \(6,\), got \(5,\)"),
    (lambda: plant.Patient.stroke(severity=1.5), r"severity must lie in \[0, 1\], got 1\.5"),
    (lambda: plant.Patient.stroke(side="port", severity=0.5), r"side must be one of left, right, got 'port'"),
    (lambda: plant.Patient.fac(6), r"level must lie in \[0, 5\], got 6"),
    (lambda: plant.Device.treadmill_exo(ankle="glued"), r"ankle must be one of sensed, driven, got 'glued'"),
    (lambda: events.ForceContacts(scale="700"), r"scale must be a number, got '700'"),
    (
        lambda: events.ForceContacts().run(np.zeros((3, 2)), [0.0, 0.02, 0.01]),
        r"t must increase, got 0\.01 after 0\.02",
    ),
    (
        lambda: events.ForceContacts().run(np.zeros((3, 2)), [0.0, 0.01, 0.01]),
        r"t must increase, got 0\.01 after 0\.01",
    ),
    (lambda: events.ForceContacts().run(np.zeros((3, 2), complex), [0.0, 0.01, 0.02]), r"force must be numbers"),
    (lambda: plant.Patient.stroke(severity="x"), r"severity must be a number, got 'x'"),
    (person(mass=True), r"mass must be a number, got True"),
    (trainer_run(width=68), r"value, valid and stamp must have shapes \(3, 69\).*got \[3, 68\]"),
    (trainer_run(length=2), r"value, valid and stamp must have shapes \(3, 69\).*\[2, 69\]"),
    (trainer_run(groups=15), r"value, valid and stamp must have shapes \(3, 69\).*\[3, 15\]"),
]


@pytest.mark.parametrize(("call", "message"), ROOMS)
def test_bad_argument(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ConfigError, match=rf"(?i)^{message}"):
        call()


GOOD = [(0.01 * i, 300.0 * (i % 100 > 40), 300.0 * (i % 100 < 60)) for i in range(500)]
HEAD = "time_s,fz_left,fz_right"


def csv(head: str = HEAD, rows: Any = GOOD) -> str:
    return "\n".join([head, *(",".join(map(str, row)) for row in rows)]) + "\n"


def swap(rows: list[tuple[float, ...]], at: int, row: tuple[object, ...]) -> list[tuple[object, ...]]:
    return [*rows[:at], row, *rows[at + 1 :]]


META: dict[str, Any] = {"force_rate_hz": 100.0}
RECORDINGS: list[tuple[Any, Any, str]] = [
    ("", META, r"is missing|needs a column"),
    (csv(rows=[]), META, r"time_s must have 2 or more samples, got 0"),
    (csv(rows=GOOD[:1]), META, r"time_s must have 2 or more samples, got 1"),
    (csv(rows=swap(GOOD, 9, GOOD[8])), META, r"time_s must increase, got 0\.08 after 0\.08 at row 10"),
    (csv(rows=GOOD[::-1]), META, r"time_s must increase"),
    (csv(rows=swap(GOOD, 3, (NAN, 1, 1))), META, r"time_s must be a finite number, got nan at row 4"),
    (csv(rows=swap(GOOD, 3, (0.03, INF, 1))), META, r"fz_left must be finite or empty, got infinity at row 4"),
    (csv(rows=swap(GOOD, 3, (0.03, NAN, 1))), META, r"fz_left must be a number or empty, got 'nan' at row 4"),
    (csv(rows=swap(GOOD, 3, (0.03, 1, "NaN"))), META, r"fz_right must be a number or empty, got 'NaN' at row 4"),
    (csv(rows=swap(GOOD, 3, (0.03, "x", 1))), META, r"fz_left must be a number or empty, got 'x' at row 4"),
    (csv(rows=swap(GOOD, 3, (0.03, 1))), META, r"row 4 must have 3 cells, got 2"),
    (csv(head="time,fz_left,fz_right"), META, r"column time_s is missing|time_s must be the first column"),
    (csv(head="time_s,fz_left,fz_left"), META, r"column fz_left must be there once"),
    (csv(head="time_s,a,b"), META, r"fz_|column"),
    (b"not gzip", META, r"must be a whole gzip file"),
    (csv(), "[1]", r"must hold a JSON object, got list"),
    (csv(), "{", r"must be JSON"),
    (csv(), "[" * 100_000, r"must be JSON"),
    (csv(), None, r"meta\.json"),
]


def make(folder: Path, table: str | bytes, meta: Any) -> Path:
    folder.mkdir()
    data = table if isinstance(table, bytes) else gzip.compress(table.encode())
    (folder / "forces.csv.gz").write_bytes(data)
    if meta is not None:
        (folder / "meta.json").write_text(meta if isinstance(meta, str) else json.dumps(meta))
    return folder


@pytest.mark.parametrize(("table", "meta", "message"), RECORDINGS)
def test_bad_recording(
    table: str | bytes, meta: Any, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make(tmp_path / "walk", table, meta)
    with pytest.raises(RecordingError, match=message):
        events.detect(recording.load(folder))
    # The same from the command line: one line, no traceback.
    assert cli.main(["analyze", str(folder), "--out", str(tmp_path / "out"), "--no-picture"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("error: ")


def test_a_missing_folder_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["events", str(tmp_path / "none")]) == 2
    assert "none" in capsys.readouterr().err


def test_the_good_recording_is_read(tmp_path: Path) -> None:
    assert len(events.detect(recording.load(make(tmp_path / "walk", csv(), META))).times("left")) > 5
