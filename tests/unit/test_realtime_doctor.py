"""`gaitloop doctor`: what it finds, how it says it, and that it says it without privileges too."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from gaitloop.cli import main
from gaitloop.errors import ConfigError
from gaitloop.realtime import Measurement, Privileges, measure_wakeups
from gaitloop.realtime.doctor import describe, preemption

UNPRIVILEGED = """
import contextlib, io, os, sys
from gaitloop.cli import main
with contextlib.redirect_stdout(io.StringIO()):  # imports what nobody else may read
    main(["doctor", "--seconds", "0.01"])
os.setgroups([])
os.setresgid(65534, 65534, 65534)
os.setresuid(65534, 65534, 65534)
sys.exit(main(["doctor", "--seconds", "0.05", *sys.argv[1:]]))
"""
GOOD = {
    "system": "Linux 6 x86_64",
    "processors": 2,
    "preemption": "full",
    "governor": None,
    "clock_resolution": 1e-9,
    "moves_locked_memory": False,
    "privileges": [{"name": "locked_memory", "outcome": "got", "error": None, "remedy": "ask"}],
    "wake": {
        **{"rate": 1000.0, "ticks": 2000, "missed": 0},
        **{"p50": 9e-6, "p90": 1e-5, "p99": 2e-5, "p999": 3e-5, "p9999": 4e-5, "max": 5e-5},
    },
}


def test_the_last_line_sums_up(capsys):
    assert main(["doctor", "--seconds", "0.1", "--rate", "200"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("system ")
    assert any(line.startswith("wake-up latency     p50 ") for line in lines)
    assert lines[-1].startswith("20 ticks at 200 Hz, ")


def test_json_is_one_object(capsys):
    assert main(["doctor", "--json", "--seconds", "0.05"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == set(GOOD)
    assert set(found["wake"]) == set(GOOD["wake"])
    assert [p["name"] for p in found["privileges"]] == ["locked_memory", "shallow_sleep", "real_time_priority"]
    assert found["wake"]["ticks"] == 50


def test_a_bad_number_is_refused_in_one_line(capsys):
    assert main(["doctor", "--rate", "1"]) == 2
    assert capsys.readouterr().err == "error: rate must lie in [10, 5000], got 1\n"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root has privileges to give up")
def test_what_is_refused_is_told_with_the_remedy_and_is_no_failure():
    run = subprocess.run([sys.executable, "-c", UNPRIVILEGED], check=True, capture_output=True, text=True, timeout=60)
    lines = run.stdout.splitlines()
    for name in ("locked_memory", "shallow_sleep", "real_time_priority"):
        at = next(i for i, line in enumerate(lines) if line.startswith(name))
        assert lines[at].split(maxsplit=1)[1].startswith("refused: ")
        assert "(os error" in lines[at]
        assert lines[at + 1].lstrip().startswith("remedy: give the user")
    assert lines[-1].endswith("refused: locked_memory, shallow_sleep, real_time_priority")


def test_it_is_said_in_words():
    text = describe(GOOD)
    assert "processor governor  not told by this system" in text
    assert "clock resolution    1 ns" in text
    assert "locked pages        stay where they are" in text
    moved = describe({**GOOD, "moves_locked_memory": True})
    assert "page fault; remedy: sysctl vm.compact_unevictable_allowed=0" in moved
    assert "p50 9 µs, p90 10 µs, p99 20 µs, p99.9 30 µs, p99.99 40 µs, largest 50 µs" in text
    assert text.endswith("2000 ticks at 1000 Hz, 0 missed; every privilege got")


def test_the_kernel_says_how_it_preempts(tmp_path):
    assert preemption("#1 SMP PREEMPT_RT Debian", tmp_path) == "full"
    assert preemption("#1 SMP PREEMPT_DYNAMIC @0", tmp_path) == "dynamic"
    assert preemption("#1 SMP PREEMPT", tmp_path) == "preemptible"
    assert preemption("#1 SMP", tmp_path) is None
    chosen = tmp_path / "kernel/debug/sched/preempt"
    chosen.parent.mkdir(parents=True)
    chosen.write_text("none (voluntary) full\n", "utf-8")
    assert preemption("#1 SMP PREEMPT_DYNAMIC @0", tmp_path) == "voluntary"
    (tmp_path / "kernel/realtime").write_text("1\n", "utf-8")
    assert preemption("#1 SMP", tmp_path) == "full"


def test_wakeups_are_measured_without_privileges_too():
    measured = measure_wakeups(1000.0, 0.05, privileges=Privileges.nothing())
    assert isinstance(measured, Measurement)
    assert measured.statistics.ticks == measured.statistics.wake.count == 50
    assert {p.outcome for p in measured.privileges} == {"not asked"}
    with pytest.raises(ConfigError, match=r"^seconds must lie in \[0.01, 86400\]"):
        measure_wakeups(1000.0, 0.0)
