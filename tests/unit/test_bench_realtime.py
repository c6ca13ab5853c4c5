"""What `make bench-realtime` makes of what it measured."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "benches" / "realtime.py"
HISTOGRAM = """# /dev/cpu_dma_latency set to 0us
# Histogram
000000 000000
000001 000049
000002 000049
000050 000001
# Total: 000000099
# Min Latencies: 01000
# Avg Latencies: 02000
# Max Latencies: 2000000
# Histogram Overflows: 00001
"""


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("bench_realtime", SOURCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_percentiles_of_cyclictest_count_what_was_beyond_its_histogram(bench):
    """A whole microsecond is spread evenly: one of the 49 of the third, the last of the one of the 51st."""
    assert bench.of_cyclictest(HISTOGRAM) == pytest.approx({"p50": (2 + 1 / 49) * 1e-6, "p99": 51e-6})
    beyond = bench.of_cyclictest(HISTOGRAM.replace(": 00001", ": 00003"))
    assert beyond == pytest.approx({"p50": (2 + 2 / 49) * 1e-6, "p99": 1.0})


def test_ratios_are_made_round_by_round(bench):
    def rounds(*values):
        return [{"p50": v * 1e-6, "p99": v * 1e-6} for v in values]

    runs = {name: rounds(1, 1, 1000) for name, *_ in bench.CASES}
    runs["loop, idle"] = rounds(
        2, 1000, 2000
    )  # the machine was busy in the last round, and for this case in the second
    found = bench.ratios(runs)
    one = found["idle, p50 over cyclictest"]
    assert (one["ratio"], one["goal"], one["met"]) == (pytest.approx(2.0), "at most 1.25", False)
    assert one["rounds"] == pytest.approx([2.0, 1000.0])
    assert found["all cores busy, p99 over cyclictest"]["met"]
    assert bench.medians(runs)["loop, idle"]["p50"] == pytest.approx(1e-3)
    assert "idle, p50 over cyclictest" in bench.table(runs)


def test_a_picture_is_drawn(bench, tmp_path):
    rows = {name: {"p50": 5e-6, "p99": 5e-3} for name, *_ in bench.CASES}
    bench.draw(rows, tmp_path / "waking.svg")
    text = (tmp_path / "waking.svg").read_text("utf-8")
    assert "<svg" in text


def test_without_cyclictest_it_says_what_to_install(bench, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["realtime.py"])
    monkeypatch.setenv("PATH", "")
    assert bench.main() == 2
    assert capsys.readouterr().err == "cyclictest is missing: apt-get install rt-tests\n"
