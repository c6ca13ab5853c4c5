"""`gaitloop train` as a process on simulated drives in another one, for the tests that keep time."""

from __future__ import annotations

import copy
import dataclasses
import queue
import subprocess
import sys
import threading
import time

from calibrating import profile_of, written
from drive_machine import Simulator
from gaitloop.devices.calibration import Calibration, JointCalibration, LegCalibration, save_calibration
from gaitloop.devices.drives import EDS, make_ready
from gaitloop.devices.profile import load_profile
from gaitloop.errors import DeviceError
from gaitloop.session import Programme, Rules, Session, Stage
from gaitloop.session.machine import device_loop
from gaitloop.session.plan import Plan, demo_plan
from gaitloop.train import fit_programme

EXO = "simulated_bus_exo"
#: The demonstration's plan as light limbs on slow drives can walk it.
_CHANGES = {
    "duration = 600.0": "duration = 60.0",
    "engage_time = 3.0": "engage_time = 0.5",
    "speed = 0.6 ": "speed = 0.3 ",
    "support = 0.3 ": "support = 0.0 ",
    "leg_weight = 0.3 ": "leg_weight = 0.0 ",
    "stiffness = [500.0, 800.0, 100.0, 500.0, 800.0, 100.0]": "stiffness = [100.0, 100.0, 0.0, 100.0, 100.0, 0.0]",
    "damping = [35.0, 10.0, 2.0, 35.0, 10.0, 2.0]": "damping = [5.0, 5.0, 0.0, 5.0, 5.0, 0.0]",
    "sample_age_max = 0.01 ": "sample_age_max = 0.05 ",
    "tick_max = 0.008 ": "tick_max = 0.02 ",
}


#: States of a session that the guard stopped.
STOPPED = (", prot_stop", ", safe", ", lockout")
#: What a command says that ends because its machine, or that of the drives, has no time for it.
_LATE = ("sends it too late", "answer in time", "does not become")


class BusyError(AssertionError):
    """The machine kept the processor from the loop, or the drives, for so long that the guard stopped them."""


def plan_text(**changes):
    """A plan for drives; each change puts a line in the place of one that begins as its key is named."""
    text = demo_plan().text
    for old, new in _CHANGES.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    for name, value in changes.items():
        lines = text.split("\n")
        (at,) = (i for i, line in enumerate(lines) if line.split(" = ")[0] == name)
        lines[at] = f"{name} = {value}"
        text = "\n".join(lines)
    return text


def exo(name=EXO, *, winch=False):
    """A shipped device as plain values, by default with a passive support in place of the winch.

    It is as patient with what comes late as a device may be, for machines that do something else besides.
    """
    value = copy.deepcopy(dict(load_profile(name).document))
    value["limits"]["sample_age_max"] = 0.05
    for drive in value["drive"].values():
        drive["feedback_age_max"] = 0.05
    if not winch:
        value["support"]["kind"] = "passive"
        value["drive"].pop("winch", None)
    return value


def found(profile, **joints):
    """What a calibration of a device may find."""
    made = {}
    for i, joint in enumerate(("hip_l", "knee_l", "ankle_l", "hip_r", "knee_r", "ankle_r")):
        if profile.joints[joint] == "driven":
            ends = {"q_min": float(profile.envelope.q_min[i]), "q_max": float(profile.envelope.q_max[i])}
            made[joint] = JointCalibration(zero=profile.drive[joint].zero, sign=1, **(ends | joints.get(joint, {})))
    papers = {"profile": profile.name, "profile_sha256": profile.digest, "serial": "SN-7", "at": "now"}
    return Calibration(**papers, joints=made, legs={}, confirmed={"all": "engineer"})


def swept(found, *, coulomb=0.0, viscous=0.0, thigh=0.0, shank=0.0):
    """The same calibration as a sweep of both legs would have found it."""
    pairs = {"coulomb": (coulomb, 0.01), "viscous": (viscous, 0.01), "inertia": (0.2, 0.01)}
    joints = {name: dataclasses.replace(joint, **pairs) for name, joint in found.joints.items()}
    leg = LegCalibration(
        gravity={"thigh_sin": (thigh, 0.01), "shank_sin": (shank, 0.01)},
        residual=0.1,
        condition=3.0,
        friction_speed=0.02,
    )
    return dataclasses.replace(found, joints=joints, legs={"left": leg, "right": leg})


def stage(**changes):
    """A stage that light limbs walk."""
    given = {"name": "walk", "kind": "walk", "minutes": 1.0, "speed": 0.3, "support": 0.0, "mode": "assist"}
    if "steps" in changes:
        del given["minutes"]
    return Stage(**(given | {"floor": 0.2, "ceiling": 1.0} | changes))


def led(out, stages, *, calibration=None, rules=None, drives=(), at=None, **changes):
    """A session in this process on simulated drives in another one, armed and started at the panel.

    `at` is called with session and drives once it walks. A stop by the guard that nothing asked for is one of a busy
    machine.
    """
    profile = profile_of("\n".join(written(exo())) + "\n")
    sealed = calibration or found(profile)
    plan = Plan.from_text(plan_text(**changes))
    with simulator(*drives) as simulated:
        bus = profile.bus(sealed, channel=simulated.adapters[0])
        made = fit_programme(Programme(plan=plan, stages=stages, rules=Rules(**(rules or {}))), profile, sealed, bus)
        try:
            make_ready(bus, EDS)
        except DeviceError as error:
            raise BusyError(str(error)) from error
        session = Session(made, device_loop(made.plan, bus), out=out, patience=10.0)
        finger = threading.Thread(target=_finger, args=(session, simulated, at), daemon=True)
        finger.start()
        ending = session.run()
        finger.join(timeout=10.0)
    return ending


def _finger(session, simulated, at):
    end = time.monotonic() + 30.0
    for button, before, after in (("arm", "standby", "armed"), ("start", "armed", "run")):
        while session.status.state != before and time.monotonic() < end:
            time.sleep(0.02)
        time.sleep(0.2)  # one button at a time
        simulated.press(button, 0.15)
        while session.status.state != after and time.monotonic() < end:
            time.sleep(0.02)
    if at is not None:
        at(session, simulated)


def papers(folder, value=None, **changes):
    """Plan, profile and calibration as files."""
    text = "\n".join(written(exo() if value is None else value)) + "\n"
    profile = profile_of(text)
    paths = [folder / name for name in ("plan.toml", "device.toml", "found.toml")]
    paths[0].write_text(plan_text(**changes))
    paths[1].write_text(text)
    if not paths[2].exists():
        save_calibration(found(profile), paths[2])
    return paths


class Training:
    """The command in a process of its own; what it tells comes line by line."""

    def __init__(self, *words):
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "gaitloop", "train", *map(str, words)],
            stdin=pipe, stdout=pipe, stderr=pipe, text=True,
        )  # fmt: skip
        self.told, self.lines = [], queue.Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stderr:
            self.lines.put(line.rstrip())
        self.lines.put(None)

    def reach(self, *words, most=30.0):
        """The next line that has one of the words; a stop of the guard on the way is one of a busy machine."""
        end = time.monotonic() + most
        while True:
            try:
                line = self.lines.get(timeout=max(0.001, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"{words} is not told in {self.told}") from None
            if line is None:
                kind = BusyError if any(late in told for told in self.told for late in _LATE) else AssertionError
                raise kind(f"it ended before it told {words}: {self.told}")
            self.told.append(line)
            if any(word in line for word in words):
                return line
            if any(word in line for word in STOPPED):
                raise BusyError(line)

    def say(self, line):
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def end(self, most=30.0):
        """Exit code, the last line of standard output, and what was told on the other."""
        out = self.process.stdout.read()
        code = self.process.wait(timeout=most)
        self.reader.join()
        while (line := self.lines.get()) is not None:
            self.told.append(line)
        return code, (out.splitlines() or [""])[-1], "\n".join(self.told)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.reader.join()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()


def simulator(*words):
    """Limbs that rub stay where they hang: one that comes to rest at zero looks like an encoder that tells nothing."""
    return Simulator("--nodes", "1", "2", "3", "4", "--belt", "5", "--coulomb", "0.5", *words, adapters=1)


def walking(training, drives):
    """Through set-up and self-test; the operator presses arm and start; until the belt is asked to move."""
    training.reach("press ARM on the panel", most=60.0)
    training.reach(", standby")
    drives.press("arm", 0.15)
    training.reach(", armed")
    time.sleep(0.2)  # one button at a time
    drives.press("start", 0.15)
    training.reach("walking, run")


def tried(work, times=8):
    """What a work gives, once the machine let it come to its end."""
    for left in reversed(range(times)):
        try:
            return work()
        except BusyError:
            if not left:
                raise
            time.sleep(1.0)
    return None
