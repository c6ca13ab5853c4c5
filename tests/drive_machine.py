"""Simulated drives and a trainer of two of them, for the tests of the drivers."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import queue
import subprocess
import sys
import threading
import time

import can
import numpy as np

from gaitloop._core import SAMPLE_FIELDS
from gaitloop.devices.drives import EDS, Drive, DriveBus, SimulatedDrive, SimulatedDrives, Winch, configure, connect
from gaitloop.devices.drives.simulator import winch as simulated_winch
from gaitloop.realtime import Loop, Privileges
from gaitloop.safety import STATES, Declaration
from gaitloop.session.build import trainer_config
from gaitloop.session.plan import demo_plan
from gaitloop.trainer import Trainer

RATE = 250.0
JOINTS = {1: "hip_l", 2: "knee_l"}
#: What a loop needs to keep its rate beside other tests, where the system gives it.
FIRM = Privileges(priority=20, lock_memory=False, shallow_sleep=False)


def drive(number, part=None, settings=None, whole=None, **changes):
    given = {
        "part": part or JOINTS[number],
        "node": number,
        "counts": 100_000.0,
        "zero": 500,  # a limb that hangs still does not look like an encoder that tells nothing
        "rated_torque": 20.0,
        "setpoint_max": 15.0,
        "feedback_age_max": 0.02,
        "heartbeat_timeout": 0.1,
        "limit_time": 1.0,
        "settings": whole or SimulatedDrive(node=number, serial=number).settings(**(settings or {})),
    }
    return Drive(**(given | changes))


def bus(channel, drives=None, *, interface="slcan", **changes):
    given = {"rate": RATE, "bitrate": 1e6, "node": 127, "watchdog": 0.04, "heartbeat": 0.008}
    given |= {"drive_heartbeat": 0.02, "panel": (0, 16)}
    drives = [drive(1), drive(2)] if drives is None else drives
    return DriveBus(drives, interface=interface, channel=channel, **(given | changes))


#: The rope of the winch that the simulator gives.
ROPE = {
    "mode": "velocity",
    "load": (0x6401, 1),
    "digit": 0.1,
    "zero": 100,
    "gain": 0.001,
    "acceleration_max": 1.0,
    "force_max": 1200.0,
    "travel": (-0.5, 0.5),
    "following_max": 0.02,
}


def winch(number, settings=None, rope=None, **changes):
    """A drive with a rope."""
    given = {
        "zero": 0,
        "rated_torque": 1000.0,
        "setpoint_max": 0.15,
        "whole": simulated_winch(number).settings(**(settings or {})),
        "winch": Winch(**(ROPE | (rope or {}))),
    }
    return drive(number, "winch", **(given | changes))


class Simulator:
    """Simulated drives in a process of their own."""

    def __init__(self, *words, adapters=2):
        command = [sys.executable, "-m", "gaitloop.devices.drives.simulator", "--listen", "--priority", "30"]
        command += ["--adapters", str(adapters)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            [*command, *words], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True
        )
        self.adapters = json.loads(self.process.stdout.readline())["adapters"]
        self.lines = queue.Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self.states = {}

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(json.loads(line))

    def press(self, button, seconds=0.2):
        self.process.stdin.write(f"{button} {seconds}\n")
        self.process.stdin.flush()

    def wait(self, node, *states, most=10.0):
        """The next line in which the drive goes into one of these states."""
        end = time.monotonic() + most
        while True:
            line = self.lines.get(timeout=max(0.001, end - time.monotonic()))
            self.states[line["node"]] = line["state"]
            if line["node"] == node and line["state"] in states:
                return line

    def latest(self):
        with contextlib.suppress(queue.Empty):
            while True:
                line = self.lines.get_nowait()
                self.states[line["node"]] = line["state"]
        return self.states

    def close(self):
        self.process.stdin.close()
        code = self.process.wait(timeout=10)
        self.reader.join()
        self.process.stdout.close()
        return code

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Joined:
    """Simulated drives joined with a bus of python-can, by default the one inside a process, by a thread."""

    def __init__(self, channel, drives, interface="virtual"):
        self.bus = can.Bus(interface=interface, channel=channel)
        self.drives = SimulatedDrives(drives)
        self.ended = False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.ended:
            message = self.bus.recv(0.001)
            t = time.monotonic_ns()
            sent = self.drives.advance(t)
            if message is not None:
                sent += self.drives.receive(t, message.arbitration_id, bytes(message.data))
            for number, data in sent:
                self.bus.send(can.Message(arbitration_id=number, data=data, is_extended_id=False))

    def close(self):
        self.ended = True
        self.thread.join()
        self.bus.shutdown()


def set_up(made, **settings):
    network = connect(made)
    try:
        configure(made, network, EDS, **settings)
    finally:
        network.disconnect()
    return made


def trainer(made, support_force=None, **changes):
    """A trainer whose two left joints are driven by the drives of a bus."""
    config = trainer_config(demo_plan())
    if support_force is not None:
        config = dataclasses.replace(config, support_force=support_force)
    declared = {"safe_profile": "release_after_damp", "tick": 1 / RATE, "watchdog": 0.04, "digest": made.digest}
    kinds = tuple("driven" if np.isfinite(digest) else "absent" for digest in made.digest)
    device = Declaration(**(declared | changes))
    return Trainer(dataclasses.replace(config, kinds=kinds, device=device, period=1 / RATE))


def looped(made, **changes):
    return Loop(trainer(made, **changes), made, rate=RATE, privileges=FIRM)


class Watched:
    """What a loop told so far."""

    def __init__(self, loop):
        self.loop = loop
        self.states = []
        self.rows = []

    def state(self):
        rows = self.loop.read()
        if len(rows["t"]):
            self.rows.append(rows)
            self.states += [STATES[code] for code in rows["out"]["command_integers"][:, 3]]
        return self.states[-1] if self.states else None

    def reach(self, *states, most=12.0):
        end = time.monotonic() + most
        while self.state() not in states:
            if time.monotonic() > end or self.loop.end is not None:
                return False
            time.sleep(0.01)
        return True

    def column(self, name):
        return np.concatenate([rows["out"][name] for rows in self.rows])

    def sample(self, group):
        """The first value of a group, and whether it was measured, in every tick."""
        at = next(start for name, start, *_ in SAMPLE_FIELDS if name == group)
        return tuple(np.concatenate([rows[name][:, at] for rows in self.rows]) for name in ("sample", "valid"))


def armed(watched, simulator):
    """Through self-test and arming; the operator presses when it is time."""
    if not watched.reach("standby"):
        return False
    time.sleep(0.05)
    simulator.press("arm", 0.1)
    reached = watched.reach("armed", most=3.0)
    time.sleep(0.15)  # one button at a time
    return reached and watched.state() == "armed"
