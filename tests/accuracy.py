"""Accuracy of every detector on recordings of people: one table, its committed figures, and the page that shows it.

`python tests/accuracy.py` prints the table; with `--write` it also writes docs/evidence/accuracy.json and
docs/accuracy.md. Recordings and scorer are in the folder GAITLOOP_DATA, by default ../shared.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import numpy as np

from gaitloop.events import Events, MarkerContacts, _detect
from gaitloop.recording import Recording, load

sys.path.append(str(Path(__file__).resolve().parent))
plant_walks = importlib.import_module("plant_walks")
ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("GAITLOOP_DATA", ROOT.parent / "shared"))
FIGURES = ROOT / "docs/evidence/accuracy.json"
PAGE = ROOT / "docs/accuracy.md"
TOLERANCES = (0.05, 0.1, 0.25)  # [s]
#: How much a figure may get worse before the check fails: F1 [-], times [ms].
SLACK_F1, SLACK_MS = 0.01, 1.0
#: Figures of a kind of event: name, key of the scorer's summary at the largest tolerance, sign of better.
TIMES = (
    ("error", "mae_ms", -1),
    ("error_p95", "p95_ms", -1),
    ("delay", "delay_med_ms", -1),
    ("delay_p05", "delay_p05_ms", 1),
    ("delay_p95", "delay_p95_ms", -1),
)
OFFSET = 20.0  # drift of an insole [N]
Find = Callable[[Recording], Events]


def plain(sensor: str, causal: bool) -> Find:
    """Events as `detect` finds them."""
    return lambda recording: _detect.detect(recording, sensor, causal)


def disturbed(sensor: str, causal: bool, change: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Find:
    """Events after a change of the rows."""

    def find(recording: Recording) -> Events:
        t, rows = _detect.ROWS[sensor](recording)
        return _detect.DETECTORS[sensor]().run(change(t, rows), t, causal)

    return find


DRIFTS = {
    "20 N up": lambda t, f: f + OFFSET,
    "20 N down": lambda t, f: f - OFFSET,
    "drifting by 20 N": lambda t, f: f + OFFSET * np.sin(2 * np.pi * t / 20.0)[:, None],
    "gain 1.2": lambda t, f: 1.2 * f,
    "gain 0.8": lambda t, f: 0.8 * f,
}


@dataclass(frozen=True)
class Row:
    """What is measured together: a sensor and mode on some recordings, against goals such as `ic f1_50`."""

    sensor: str
    mode: str
    sets: tuple[str, ...]
    goals: dict[str, float] = field(default_factory=dict)
    note: str = ""
    trial: str = ""
    any_foot: bool = False
    calibrated: bool = False
    drift: str = ""

    @property
    def name(self) -> str:
        """Name by which the committed figures are found."""
        parts = [self.sensor, self.mode, "+".join(self.sets) or "none", self.trial, self.note]
        return " / ".join(part for part in parts if part)


def both(**goals: tuple[float, float]) -> dict[str, float]:
    """Goals of initial contacts and toe-offs."""
    return {f"{kind} {name}": pair[i] for name, pair in goals.items() for i, kind in enumerate(("ic", "to"))}


FOOT_ONLINE = both(
    f1_50=(0.93, 0.95), f1_250=(0.97, 0.97), error=(15, 8), delay=(20, 30), delay_p95=(50, 50), delay_p05=(-20, -20)
)
FOOT_OFFLINE = both(f1_50=(0.95, 0.97), f1_250=(0.985, 0.98), error=(12, 8))
PLATES = ("plates_adult", "plates_norm")
PLANT = "plant"  # the simulated person, for joint angles, which no recording holds
STROKE = ("pp01", "pp04", "pp07", "pp10")


def rows() -> Iterator[Row]:
    """All rows of the table; one without sets cannot be measured on these recordings."""
    yield Row("foot_imu", "online", ("imu_feet_back",), FOOT_ONLINE)
    yield Row("foot_imu", "offline", ("imu_feet_back",), FOOT_OFFLINE)
    for mode in ("online", "offline"):
        yield Row("foot_imu", mode, ("imu_feet_mocap",))
    timing = {"ic f1_50": 0.95, "ic delay": 20.0, "ic delay_p95": 50.0, "to f1_100": 0.96}
    yield Row("shank_gyro", "online", (), timing, "timing")
    for sensor, goal in (("foot_imu", 0.99), ("shank_gyro", 0.98)):
        for mode in ("online", "offline"):
            for trial in STROKE:
                yield Row(sensor, mode, ("imu_legs_stroke",), both(f1_250=(goal, goal)), trial=trial)
    yield Row("markers", "online", PLATES, {**both(error=(9, 8)), "ic delay": 15.0}, "calibrated", calibrated=True)
    yield Row("markers", "offline", PLATES, both(error=(7, 7), error_p95=(17, 17)), "calibrated", calibrated=True)
    for mode in ("online", "offline"):
        yield Row("markers", mode, PLATES, note="as it is")
    yield Row("force", "online", ("force_insoles",), both(f1_50=(0.995, 0.995), delay=(20, 20)))
    for drift in DRIFTS:
        yield Row("force", "online", ("force_insoles",), both(f1_50=(0.98, 0.98)), drift, drift=drift)
    yield Row("force", "offline", ("force_insoles",))
    yield Row("force", "online", ("force_belts",))
    yield Row("back_imu", "offline", ("imu_back_indip",), {"ic f1_250": 0.90}, any_foot=True)
    yield Row("back_imu", "online", ("imu_back_indip",), any_foot=True)
    for name in ("imu_feet_back", "imu_legs_stroke"):
        yield Row("back_imu", "offline", (name,), any_foot=True)
    yield Row("back_imu", "offline", (), {"ic f1_250": 0.82}, "severely impaired", any_foot=True)
    for person in plant_walks.PEOPLE:
        for mode in ("online", "offline"):
            yield Row("joints", mode, (PLANT,), note=person)


def scorer(data: Path = DATA) -> ModuleType:
    """The scorer that comes with the recordings."""
    spec = importlib.util.spec_from_file_location("score_events", data / "score_events.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def trials(row: Row, data: Path, work: Path) -> dict[Path, Recording]:
    """Recordings of a row by the folder that holds their reference."""
    if row.sets == (PLANT,):
        recording = plant_walks.plant_walk(row.note)
        recording.events.write_csv(work / "events.csv")
        return {work: recording}
    found = [p for name in row.sets for p in sorted((data / "data" / name).iterdir()) if p.is_dir()]
    return {p: load(p) for p in found if not row.trial or p.name == row.trial}


def measure(row: Row, scoring: ModuleType, data: Path = DATA) -> dict[str, dict[str, float]] | None:
    """Figures of initial contacts and toe-offs; None where the recordings or the detector are not there."""
    if not row.sets or row.sensor not in _detect.DETECTORS:
        return None
    causal = row.mode == "online"
    find = disturbed(row.sensor, causal, DRIFTS[row.drift]) if row.drift else plain(row.sensor, causal)
    with tempfile.TemporaryDirectory() as work:
        recordings = trials(row, data, Path(work))
        found = {folder: find(recording) for folder, recording in recordings.items()}
        if row.calibrated:
            found = calibrated(found, recordings, causal)
        pooled: dict[tuple[str, float], list] = {}
        for folder, events in found.items():
            for key, cell in _cells(folder, events, scoring, Path(work), row.any_foot).items():
                total = pooled.setdefault(key, [0, 0, [], [], []])
                for i, part in enumerate(cell):
                    total[i] = total[i] + part
    return {kind: _figures(kind, pooled, scoring) for kind in ("ic", "to") if (kind, TOLERANCES[-1]) in pooled}


def _cells(folder: Path, events: Events, scoring: ModuleType, work: Path, any_foot: bool) -> dict:
    events.write_csv(work / "found.csv")
    return scoring.score_trial(str(folder), str(work / "found.csv"), TOLERANCES, any_foot)


def _figures(kind: str, pooled: dict, scoring: ModuleType) -> dict[str, float]:
    summaries = {tolerance: scoring.summarise(pooled[kind, tolerance]) for tolerance in TOLERANCES}
    figures = {"events": summaries[TOLERANCES[-1]]["n_ref"]}
    figures |= {f"f1_{round(1000 * tolerance)}": round(s["f1"], 4) for tolerance, s in summaries.items()}
    widest = summaries[TOLERANCES[-1]]
    return figures | {name: round(float(widest[key]), 2) for name, key, _ in TIMES if key in widest}


def calibrated(found: dict[Path, Events], recordings: dict[Path, Recording], causal: bool) -> dict[Path, Events]:
    """Events of each recording with the biases that `MarkerContacts.calibrate` finds on the set's other people."""
    people = {f: (f.parent, r.meta["source_repo"], r.meta["subject"]) for f, r in recordings.items()}
    corrected = {}
    for folder, recording in recordings.items():
        others = [f for f, p in people.items() if p != people[folder] and p[0] == folder.parent]
        biases = MarkerContacts.calibrate([found[f] for f in others], [recordings[f].events for f in others])
        t, rows = _detect.ROWS["markers"](recording)
        corrected[folder] = MarkerContacts(bias_ic=biases[0], bias_to=biases[1]).run(rows, t, causal)
    return corrected


def verdicts(row: Row, figures: dict | None) -> list[tuple[str, float, float | None, bool | None]]:
    """Goal by goal: name, what is asked, what was seen, whether it is met."""
    signs = {name: sign for name, _, sign in TIMES}
    out = []
    for goal, asked in row.goals.items():
        kind, name = goal.split()
        seen = None if figures is None else figures.get(kind, {}).get(name)
        met = None if seen is None else seen >= asked if signs.get(name, 1) > 0 else seen <= asked
        out.append((goal, asked, seen, met))
    return out


def worse(before: dict[str, dict], now: dict[str, dict | None]) -> list[str]:
    """Figures that are gone or got worse by more than the slack."""
    faults = []
    signs = {name: sign for name, _, sign in TIMES}
    for row, kinds in before.items():
        for kind, figures in kinds.items():
            for name, was in figures.items():
                seen = ((now.get(row) or {}).get(kind) or {}).get(name)
                slack = SLACK_F1 if name.startswith("f1") else SLACK_MS
                if seen is None:
                    faults.append(f"{row}, {kind} {name}: not measured, was {was:g}")
                elif name != "events" and signs.get(name, 1) * (was - seen) > slack + 1e-9:
                    faults.append(f"{row}, {kind} {name}: {seen:g}, was {was:g}")
    return faults


HEAD = ("sensor", "mode", "recordings", "F1 at 50", "100", "250 ms", "error", "p95", "delay", "p5 to p95", "goals")


def _pair(figures: dict, name: str, digits: int) -> str:
    cells = [figures.get(kind, {}).get(name) for kind in ("ic", "to")]
    return (
        " / ".join("-" if c is None else f"{c:.{digits}f}" for c in cells) if any(c is not None for c in cells) else ""
    )


def _span(figures: dict) -> str:
    kinds = [figures.get(kind, {}) for kind in ("ic", "to")]
    spans = [f"{k['delay_p05']:.0f} to {k['delay_p95']:.0f}" for k in kinds if "delay_p05" in k]
    return " / ".join(spans)


def cells(row: Row, figures: dict | None) -> list[str]:
    """A line of the table."""
    where = ", ".join(part for part in ("+".join(row.sets), row.trial, row.note) if part)
    if figures is None:
        said = "not measurable here" if not row.sets else "no detector"
        asked = ", ".join(f"{goal} {value:g}" for goal, value in row.goals.items() if not row.sets)
        return [row.sensor, row.mode, where, *[""] * 7, f"{said}{f' ({asked})' if asked else ''}"]
    seen = verdicts(row, figures)
    missed = [f"{goal} {asked:g}" for goal, asked, _, met in seen if not met]
    said = "" if not seen else "met" if not missed else f"not met: {', '.join(missed)}"
    scores = [_pair(figures, f"f1_{n}", 3) for n in (50, 100, 250)]
    times = [_pair(figures, "error", 1), _pair(figures, "error_p95", 0), _pair(figures, "delay", 0), _span(figures)]
    return [row.sensor, row.mode, where, *scores, *times, said]


def text(lines: list[list[str]]) -> str:
    """The table for a terminal."""
    table = [list(HEAD), *lines]
    widths = [max(len(line[i]) for line in table) for i in range(len(HEAD))]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in table)


def page(figures: dict[str, dict]) -> str:
    """The table as a page, from the committed figures alone."""
    lines = [cells(row, figures.get(row.name)) for row in rows()]
    table = [f"| {' | '.join(line)} |" for line in (list(HEAD), ["---"] * len(HEAD), *lines)]
    return INTRODUCTION + "\n".join(table) + "\n"


INTRODUCTION = """# Accuracy

Events that `gaitloop.events.detect` finds on recordings of people, against their reference events. Each cell holds
initial contacts / toe-offs. F1 counts events within 50, 100 and 250 ms; error is the mean absolute one and its 95th
percentile [ms]; delay is from the reference to the report of an online detector, median and 5th to 95th percentile
[ms]. Errors and delays are over all events within 250 ms.

Calibrated: with the biases that `MarkerContacts.calibrate` finds on the other people of the same set.
The lower back is judged without sides. References differ in what they can show: those of `imu_legs_stroke` come from
other detectors and serve for counting only; those of `force_insoles` and `force_belts` are a threshold on the same
signal; force plates (`plates_adult`, `plates_norm`) are the only hard truth below 10 ms. Joint angles are shown on the
simulated person in the exoskeleton (`plant`), whose feet are on the belt when the belt's force says so.

`make accuracy` makes these figures again and fails when an F1 falls by more than 0.01 or a time grows by more than
1 ms. The recordings are not part of the project.

"""


def all_figures(data: Path = DATA) -> dict[str, dict | None]:
    """Figures of every row by its name."""
    scoring = scorer(data)
    return {row.name: measure(row, scoring, data) for row in rows()}


def main(argv: list[str] | None = None) -> int:
    """Print the table; write the figures and the page when asked; fail when the committed figures do not hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="commit to the figures of this run")
    arguments = parser.parse_args(argv)
    now = all_figures()
    print(text([cells(row, now[row.name]) for row in rows()]))
    if arguments.write:
        held = {name: figures for name, figures in now.items() if figures is not None}
        FIGURES.write_text(json.dumps(held, indent=1) + "\n", "utf-8")
        PAGE.write_text(page(held), "utf-8")
        return 0
    faults = worse(json.loads(FIGURES.read_text("utf-8")), now)
    print("\n".join(faults) or "accuracy: the committed figures hold", file=sys.stderr if faults else sys.stdout)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
