"""What happens to the loop when something happens to its process: signals, fork, exit, a stop of all its threads."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from paced import certain
from standstill import PERIOD, stand_still

if sys.platform != "linux":
    pytest.skip("signals, forks and threads are those of Linux", allow_module_level=True)

pytestmark = pytest.mark.paced

TESTS = Path(__file__).resolve().parents[1]

BEGIN = """
import os, sys, time
from realtime_machine import QUIET, ready, until
from gaitloop.errors import RealTimeError

def tell(*words):
    print(*words, flush=True)
"""

WATCH = """
loop = ready(policy=sys.argv[1])
try:
    with loop:
        until(lambda: loop.statistics().ticks > 10)
        tell("on")
        until(lambda: not loop.running)
except KeyboardInterrupt:
    tell("interrupted")
tell(loop.end, loop.device.held["enabled"])
"""


# Whoever runs the tests in the background may have told them, and so their children, to ignore what is sent here.
HEEDFUL = """
import signal
for number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
"""


def python(script, *arguments, begin=BEGIN):
    command = [sys.executable, "-c", HEEDFUL + begin + script, *arguments]
    return subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True)


def told(process, code=0):
    out, _ = process.communicate(timeout=120)
    assert process.returncode == code, out
    return out.splitlines()


def rested(process, code=0):
    """What was told of a loop that ended, how, and whether its device still has power."""
    lines = told(process, code)
    with certain():
        assert lines
        assert lines[-1].endswith(" False"), lines
    return lines


def test_ctrl_c_ends_in_the_safe_profile():
    process = python(WATCH, "skip")
    assert process.stdout.readline() == "on\n"
    process.send_signal(signal.SIGINT)
    assert rested(process) == ["interrupted", "stopped False"]


@pytest.mark.parametrize("pause", [0.01, 0.2, 1.0])
def test_a_process_that_stood_still_resumes_in_a_latched_stop(pause):
    seen = stand_still(pause)
    with certain():
        assert not seen["enabled"]
        assert seen["least_step"] >= 0.9 * PERIOD, "ticks were made up for"
        assert "run" not in seen["states"], "it went on"
    assert seen["found"] == []


def test_under_the_policy_stop_it_does_not_resume_at_all():
    process = python(WATCH, "stop")
    assert process.stdout.readline() == "on\n"
    process.send_signal(signal.SIGSTOP)
    time.sleep(0.2)
    process.send_signal(signal.SIGCONT)
    assert rested(process) == ["overrun False"]


FORK = """
import warnings
warnings.simplefilter("ignore", DeprecationWarning)
loop = ready()
loop.start()
until(lambda: loop.statistics().ticks > 10)
child = os.fork()
if child == 0:
    refused = 0
    for call in (loop.statistics, loop.read, loop.request_stop, lambda: loop.request_speed(0.1)):
        try:
            call()
        except RealTimeError as error:
            refused += "not in this fork" in str(error)
    loop.stop()
    tell("child", loop.running, refused, len(os.listdir("/proc/self/task")))
    sys.exit(0)  # with everything that runs at the end of an interpreter
pid, status = os.waitpid(child, 0)
before = loop.statistics().ticks
until(lambda: loop.statistics().ticks > before + 50)
tell("parent", status, loop.running)
loop.stop()
tell(loop.end)
"""


def test_the_child_of_a_fork_has_no_loop_and_the_parents_goes_on():
    lines = told(python(FORK))
    with certain():
        assert lines[0] == "child False 4 1"
    assert lines[1:] == ["parent 0 True", "stopped"]


EXIT = (
    """
import atexit
atexit.register(lambda: print(loop.end, loop.device.held["enabled"]))  # what is registered first runs last
"""
    + BEGIN
    + """
loop = ready()
loop.start()
until(lambda: loop.statistics().ticks > 10)
"""
)


@pytest.mark.parametrize(("ending", "code"), [("", 0), ("sys.exit(3)", 3), ("raise ZeroDivisionError", 1)])
def test_the_end_of_the_interpreter_is_the_end_of_the_loop(ending, code):
    assert rested(python(EXIT + ending, begin=""), code) == ["stopped False"]


SIGNALLED = """
from gaitloop.realtime import Loop

class Telling(Loop):
    def stop(self):
        super().stop()
        tell(self.end, self.device.held["enabled"])

if sys.argv[1] == "handled":
    import signal
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(3))
loop = ready(kind=Telling)
loop.start()
until(lambda: loop.statistics().ticks > 10)
tell("on")
time.sleep(60.0)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_ends_the_process_ends_the_loop_first(number):
    process = python(SIGNALLED, "default")
    assert process.stdout.readline() == "on\n"
    process.send_signal(number)
    assert rested(process, -number) == ["stopped False"]


def test_a_signal_that_somebody_handles_is_left_to_them():
    process = python(SIGNALLED, "handled")
    assert process.stdout.readline() == "on\n"
    process.send_signal(signal.SIGTERM)
    assert rested(process, 3) == ["stopped False"]


WATCHED = """
import gc, threading
from pathlib import Path

def ticking():
    return sum((p / "comm").read_text().strip() == "gaitloop" for p in Path("/proc/self/task").iterdir())

def watch():
    loop = ready()
    loop.start()
    until(lambda: loop.statistics().ticks > 10)
    tell("on", ticking())
    raise ZeroDivisionError

threading.excepthook = lambda arguments: tell(arguments.exc_type.__name__)
watcher = threading.Thread(target=watch)
watcher.start()
watcher.join()
gc.collect()
tell("left", ticking())
"""


def test_an_exception_that_ends_the_thread_that_watches_ends_its_loop():
    lines = told(python(WATCHED))
    with certain():
        assert lines[-1] == "left 0"
    assert lines[:-1] == ["on 1", "ZeroDivisionError"]


OVERLOADED = """
import subprocess
cpu = min(os.sched_getaffinity(0))
os.sched_setaffinity(0, [cpu])
busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
os.nice(19)  # the loop gets a small share of the only processor, far from what it needs
try:
    loop = ready(policy=sys.argv[1], privileges=QUIET, rows=100_000)
    with loop:
        until(lambda: not loop.running or loop.statistics().late_wakes > 20)
    rows, seen = loop.read(), loop.statistics()
finally:
    for helper in busy:
        helper.kill()
        helper.wait()
steps = [int(b - a) for a, b in zip(rows["index"][:-1], rows["index"][1:])]
on_time = all(0 <= late < 1_000_000 for late in rows["late"].tolist())
told_all = len(rows["index"]) == seen.ticks
tell(loop.end, loop.device.held["enabled"], seen.missed > 0, min(steps, default=1), on_time, told_all)
"""


def test_an_overloaded_loop_skips_without_a_burst_or_ends_as_its_policy_says():
    for policy, end in (("skip", "stopped"), ("stop", "overrun")):
        (line,) = told(python(OVERLOADED, policy))
        ended, enabled, missed, step, *grid = line.split()
        with certain():
            assert enabled == "False"
            assert int(step) >= 1, "no tick is made up for"
            assert policy == "stop" or grid == ["True", "True"], "every tick is on the grid, and told"
        assert (ended, missed) == (end, "True")
        assert policy == "stop" or step == "1"
