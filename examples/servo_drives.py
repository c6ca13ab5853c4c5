"""Two simulated servo drives on CANopen: set up, proved, and tested by the trainer before anything could be armed.

The drives run in a process of their own behind a serial adapter on a pseudo-terminal; for real ones `channel` is the
adapter's path, and `settings` come from the drives' manuals and the risk analysis of the device. Needs `gaitloop[can]`.
"""

import dataclasses
import json
import subprocess
import sys
import time

from gaitloop.devices.drives import EDS, Drive, DriveBus, SimulatedDrive, configure, connect, prove
from gaitloop.realtime import Loop, Privileges
from gaitloop.safety import STATES, Declaration
from gaitloop.session.build import trainer_config
from gaitloop.session.plan import demo_plan
from gaitloop.trainer import Trainer

RATE = 250.0  # [1/s]
JOINTS = {1: "hip_l", 2: "knee_l"}


def bus_at(channel):
    """Two joints of the left leg."""
    drives = [
        Drive(
            part=part,
            node=node,
            counts=100_000.0,
            zero=500,
            rated_torque=20.0,
            setpoint_max=15.0,
            feedback_age_max=0.02,
            heartbeat_timeout=0.1,
            limit_time=1.0,
            settings=SimulatedDrive(node=node, serial=node).settings(),
        )
        for node, part in JOINTS.items()
    ]
    times = {"watchdog": 0.04, "heartbeat": 0.008, "drive_heartbeat": 0.02}
    return DriveBus(
        drives, interface="slcan", channel=channel, rate=RATE, bitrate=1e6, node=127, panel=(0, 16), **times
    )


def trainer_for(bus):
    """The demonstration's trainer for these two joints; it compares what it reads back with what was set."""
    device = Declaration(safe_profile="release_after_damp", tick=1 / RATE, watchdog=0.04, digest=bus.digest)
    kinds = ("driven", "driven", "absent", "absent", "absent", "absent")
    return Trainer(dataclasses.replace(trainer_config(demo_plan()), kinds=kinds, device=device, period=1 / RATE))


def main():
    """Print what each step showed."""
    command = [sys.executable, "-m", "gaitloop.devices.drives.simulator", "--listen", "--nodes", *map(str, JOINTS)]
    command += ["--priority", "30"]  # on a busy machine drives must answer too; where it is refused they still run
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as simulator:
        bus = bus_at(json.loads(simulator.stdout.readline())["adapters"][0])
        print(f"{len(JOINTS)} drives at {RATE:.0f} 1/s take at most {100 * bus.bus_share:.0f} % of the bus")
        network = connect(bus)
        configure(bus, network, EDS)
        for node, state in prove(bus, network, powered=True).items():
            print(f"drive {node} ({JOINTS[node]}), without the heartbeat of its master: {state}")
        network.disconnect()
        with Loop(trainer_for(bus), bus, rate=RATE, privileges=Privileges.nothing()) as loop:
            time.sleep(2.0)
            rows = loop.read()
        print(f"after {rows['t'][-1] * 1e-9:.1f} s of self-test: {STATES[rows['out']['command_integers'][-1, 3]]}")
        simulator.stdin.close()


if __name__ == "__main__":
    main()
