"""What happens to the loop when something happens to its process: signals, fork, exit, a stop of all its threads."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("signals, forks and threads are those of Linux", allow_module_level=True)

#: The machine kept the processor from the loop for so long that the guard stopped it before the test could.
STARVED = "the machine was too busy for the loop to reach training"
TESTS = Path(__file__).resolve().parents[1]

BEGIN = """
import os, sys, time
from realtime_machine import ready, until
from gaitloop.errors import RealTimeError
from gaitloop.safety import CAUSES, STATES

def tell(*words):
    print(*words, flush=True)

def last(loop):
    code = loop.read()["out"]["command_integers"][-1]
    return STATES[code[3]], CAUSES[code[5]]
"""

WATCH = """
loop = ready(policy=sys.argv[1], rows=100_000)
try:
    with loop:
        until(lambda: loop.statistics().ticks > 1500)
        tell(last(loop)[0])
        while loop.running:
            time.sleep(0.001)
            if loop.statistics().missed > 100 and loop.running:
                break
        time.sleep(0.05)
except KeyboardInterrupt:
    tell("interrupted")
tell(loop.end, loop.device.held["enabled"], *(last(loop) if loop.end == "stopped" else ()))
"""


def python(script, *arguments, begin=BEGIN):
    command = [sys.executable, "-c", begin + script, *arguments]
    return subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True)


def told(process):
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0, out
    return out.splitlines()


def trains():
    """A process whose loop trains; a machine that starves it gets some more tries."""
    for _ in range(5):
        process = python(WATCH, "skip")
        if process.stdout.readline() == "run\n":
            return process
        process.kill()
        process.communicate()
    raise AssertionError(STARVED)


def test_ctrl_c_ends_in_the_safe_profile():
    process = trains()
    process.send_signal(signal.SIGINT)
    lines = told(process)
    assert lines[0] == "interrupted"
    assert lines[1].startswith("stopped False")


def test_a_process_that_stood_still_resumes_in_a_latched_stop():
    process = trains()
    process.send_signal(signal.SIGSTOP)
    time.sleep(0.2)
    process.send_signal(signal.SIGCONT)
    (line,) = told(process)
    words = line.split()
    assert words[:2] == ["stopped", "False"]
    assert words[2] in ("prot_stop", "safe")
    assert words[3] == "time_jump"


def test_under_the_policy_stop_it_does_not_resume_at_all():
    process = python(
        "loop = ready(policy='stop')\n" + WATCH.replace("> 1500", "> 0").replace("last(loop)[0]", "'on'"), "stop"
    )
    assert process.stdout.readline() == "on\n"
    process.send_signal(signal.SIGSTOP)
    time.sleep(0.2)
    process.send_signal(signal.SIGCONT)
    assert told(process) == ["overrun False"]


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
    assert told(python(FORK)) == ["child False 4 1", "parent 0 True", "stopped"]


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


@pytest.mark.parametrize("ending", ["", "sys.exit(0)"])
def test_the_end_of_the_interpreter_is_the_end_of_the_loop(ending):
    assert told(python(EXIT + ending, begin="")) == ["stopped False"]
