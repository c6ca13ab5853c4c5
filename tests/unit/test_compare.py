"""The benchmark check fails on a ratio that halved or vanished, and on a goal that is missed by far."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

COMPARE = runpy.run_path(str(Path(__file__).parents[2] / "benches/compare.py"))


def bench(group, name, median, shortest=None):
    stats = {"median": median, "min": median if shortest is None else shortest}
    names = {"param": name, "name": f"bench_x[{name}]", "fullname": f"benches/bench_x.py::bench_x[{name}]"}
    return {"group": group, **names, "stats": stats, "extra_info": {}}


@pytest.fixture(autouse=True)
def repeats(monkeypatch):
    """What is measured when the check runs benches again: a list of rows each time, then nothing."""
    rows, asked = [], []

    def run_again(names, run):
        asked.append(names)
        run.write_text(json.dumps({"benchmarks": rows.pop(0) if rows else []}))

    monkeypatch.setitem(COMPARE["main"].__globals__, "run_again", run_again)
    return rows, asked


@pytest.fixture
def run(tmp_path):
    path = tmp_path / "run.json"
    rows = [bench("safety/step/6", "rust", 1e-6), bench("safety/step/6", "reference", 40e-6)]
    path.write_text(json.dumps({"benchmarks": [*rows, bench("safety/step/6", "peer", 2e-6)]}))
    return path


def pair(slow):
    return [bench("safety/step/6", "rust", 1e-6), bench("safety/step/6", "reference", slow * 1e-6)]


@pytest.mark.parametrize(("was", "code"), [(40.0, 0), (79.0, 0), (80.0, 1), (200.0, 1)])
def test_a_halved_ratio_fails(run, tmp_path, repeats, was, code):
    repeats[0].extend([pair(40.0), pair(40.0)])
    baseline = tmp_path / "baseline.json"
    baseline.write_text(json.dumps({"safety/step/6": was}))
    assert COMPARE["main"](["check", str(run), str(baseline)]) == code
    assert len(repeats[1]) == 2 * code


@pytest.mark.parametrize(("seen", "code"), [([90.0], 0), ([40.0, 90.0], 0), ([40.0, 60.0], 1), ([40.0, 75.0], 1)])
def test_a_ratio_counts_as_halved_when_it_is_each_time(run, tmp_path, capsys, repeats, seen, code):
    repeats[0].extend(map(pair, seen))
    baseline = tmp_path / "baseline.json"
    baseline.write_text(
        json.dumps({"safety/step/6": 150.0, "phase/step/2": 10.0} if code else {"safety/step/6": 150.0})
    )
    assert COMPARE["main"](["check", str(run), str(baseline)]) == code
    names = ["rust", "reference", "peer"]
    assert repeats[1] == [[f"benches/bench_x.py::bench_x[{name}]" for name in names]] * len(seen)
    assert ("phase/step/2: in the baseline, but not measured" in capsys.readouterr().err) == bool(code)


def test_a_vanished_group_fails(run, tmp_path):
    baseline = tmp_path / "baseline.json"
    baseline.write_text(json.dumps({"safety/step/6": 40.0, "phase/step/2": 10.0}))
    assert COMPARE["main"](["check", str(run), str(baseline)]) == 1


def test_table_names_every_implementation(run, capsys):
    assert COMPARE["main"](["table", str(run)]) == 0
    line = capsys.readouterr().out
    assert "rust 1 µs" in line
    assert "reference 40 µs (40.0x)" in line
    assert "peer 2 µs (2.0x)" in line


def test_baseline_holds_the_ratios(run, tmp_path):
    baseline = tmp_path / "baseline.json"
    assert COMPARE["main"](["baseline", str(run), str(baseline)]) == 0
    assert json.loads(baseline.read_text()) == {"safety/step/6": 40.0}


@pytest.mark.parametrize(
    ("was", "kept"), [({"safety/step/6": 30.0}, 30.0), ({"safety/step/6": 50.0}, 40.0), ({}, 40.0)]
)
def test_a_baseline_can_keep_what_is_lower(run, tmp_path, was, kept):
    baseline = tmp_path / "baseline.json"
    baseline.write_text(json.dumps(was))
    assert COMPARE["main"](["baseline", "--lower", str(run), str(baseline)]) == 0
    assert json.loads(baseline.read_text()) == {"safety/step/6": kept}


@pytest.mark.parametrize(
    ("scipy", "code", "verdict"),
    [(50e-6, 0, "50.0x, reached"), (41e-6, 0, "41.0x, MISSED"), (37e-6, 1, "37.0x, MISSED"), (None, 1, "not measured")],
)
def test_a_goal_is_judged_with_some_slack(tmp_path, capsys, scipy, code, verdict):
    group = "trajectory/evaluate/1"
    rows = [bench(group, "rust", 1e-6), bench(group, "reference", 10e-6)]
    rows += [] if scipy is None else [bench(group, "scipy", scipy)]
    run, baseline = tmp_path / "run.json", tmp_path / "baseline.json"
    run.write_text(json.dumps({"benchmarks": rows}))
    baseline.write_text("{}")
    assert COMPARE["main"](["check", str(run), str(baseline)]) == code
    assert f"goal {group}: 50x scipy: {verdict}" in capsys.readouterr().out


def test_shortest_rounds_save_a_goal_from_a_disturbed_median(tmp_path):
    group = "trajectory/evaluate/1"
    rows = [bench(group, "rust", 2e-6, 1e-6), bench(group, "reference", 10e-6), bench(group, "scipy", 60e-6, 55e-6)]
    run, baseline = tmp_path / "run.json", tmp_path / "baseline.json"
    run.write_text(json.dumps({"benchmarks": rows}))
    baseline.write_text("{}")
    assert COMPARE["main"](["check", str(run), str(baseline)]) == 0


def test_every_goal_belongs_to_a_group_of_the_baseline():
    baseline = json.loads((Path(__file__).parents[2] / "benches/baseline.json").read_text())
    alone = {group.removesuffix("/worst") for group, _, _ in COMPARE["GOALS"] + COMPARE["MISSED"]} - set(baseline)
    assert alone <= peer_groups()


def peer_groups():
    """Groups without a reference, which the baseline does not hold."""
    names = ("bench_jerk_limited.py", "bench_events_peers.py", "bench_plant.py")
    modules = [runpy.run_path(str(Path(__file__).parents[2] / "benches" / name)) for name in names]
    marks = [mark for module in modules for value in module.values() for mark in getattr(value, "pytestmark", [])]
    rows = [row for mark in marks if mark.name == "parametrize" for row in mark.args[1]]
    marks += [mark for row in rows for mark in getattr(row, "marks", ())]
    return {mark.kwargs["group"] for mark in marks if mark.name == "benchmark"}


def test_the_slowest_input_is_a_group_and_a_goal_known_as_missed_is_shown(tmp_path, capsys):
    group = "trajectory/jerk_limited/calculate/1x64"
    rows = [bench(group, "rust", 1e-6), bench(group, "ruckig", 3e-6)]
    for row, worst in zip(rows, (2.0, 3.0), strict=True):
        row["extra_info"] = {f"{row['param']}_worst_us": worst}
    run, baseline = tmp_path / "run.json", tmp_path / "baseline.json"
    run.write_text(json.dumps({"benchmarks": rows}))
    baseline.write_text("{}")
    assert COMPARE["main"](["check", str(run), str(baseline)]) == 0
    assert f"goal {group}/worst: 2x ruckig: 1.5x, MISSED" in capsys.readouterr().out
