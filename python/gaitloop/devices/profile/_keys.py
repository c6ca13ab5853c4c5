"""Keys of a profile's tables: what must be given, of which type and in which range."""

from __future__ import annotations

import math

from gaitloop._core import JOINTS, SAFE_PROFILES
from gaitloop._schema import Choice, Flag, Integer, Key, Number, Text

from ..drives import SETTINGS

#: Version of the layout that this package reads.
VERSION = 1
#: Classes of devices.
CLASSES = ("treadmill_exo", "overground_exo", "end_effector", "ankle")
#: What a part does when it is stopped: it stays where it is, gives way slowly, or is let go.
ACTIONS = ("hold", "damp", "off", "absent")
#: Kinds of treadmills: none, a belt on the bus of the drives, the open protocol of a serial line, Bluetooth.
TREADMILLS = ("none", "drive", "serial", "ftms")
#: Parts that a drive can move.
PARTS = (*JOINTS, "belt", "winch")

HEAD: dict[str, Key] = {"name": Text(), "class": Choice(CLASSES), "simulated": Flag()}
JOINT_KEYS: dict[str, Key] = {joint: Choice(("driven", "sensed", "absent")) for joint in JOINTS}
SAFE: dict[str, Key] = {
    "stop": Choice(tuple(SAFE_PROFILES)),
    **{part: Choice(ACTIONS) for part in ("legs", "belt", "support")},
}
SAFE_OPTIONAL: dict[str, Key] = {"lower_deadline": Number(0.1, 10.0)}
BUS: dict[str, Key] = {
    "interface": Choice(("slcan", "socketcan")),
    "channel": Text(200),
    "rate": Number(10.0, 5000.0),
    "bitrate": Number(10e3, 1e6),
    "node": Integer(1, 127),
    "watchdog": Number(0.002, 0.05),
    "heartbeat": Number(0.001, 0.02),
    "drive_heartbeat": Number(0.001, 1.0),
}
BUS_OPTIONAL: dict[str, Key] = {"panel_drive": Choice(PARTS), "panel_bit": Integer(0, 24)}
TREADMILL: dict[str, Key] = {"kind": Choice(TREADMILLS), "legs_tied": Flag()}
BELT: dict[str, Key] = {
    "max_speed": Number(0.05, 5.0),
    "acceleration": Number(0.01, 5.0),
    "deceleration": Number(0.01, 5.0),
    "overspeed": Number(0.05, 6.0),
}
SUPPORT: dict[str, Key] = {"kind": Choice(("none", "passive", "driven", "drive"))}
DRIVE: dict[str, Key] = {
    "node": Integer(1, 126),
    "sign": Integer(-1, 1),
    "encoder_counts": Number(1.0, 1e8),
    "gear": Number(0.001, 1e5),
    "zero": Integer(-(2**31), 2**31 - 1),
    "zero_window": Number(0.0, math.pi),
    "rated_torque": Number(0.1, 2000.0),
    "setpoint_max": Number(0.0, 1000.0),
    "feedback_age_max": Number(0.002, 0.05),
    "heartbeat_timeout": Number(0.005, 1.0),
    "limit_time": Number(0.01, 60.0),
}
DRIVE_OPTIONAL: dict[str, Key] = {"travel": Number(0.001, 10.0)}
SETTING_KEYS: dict[str, Key] = {name: Integer(each.low, each.high) for name, each in SETTINGS.items()}
ROPE: dict[str, Key] = {
    "mode": Choice(("velocity", "position")),
    "load_index": Integer(0x2000, 0xBFFF),
    "load_sub": Integer(0, 255),
    "digit": Number(-100.0, 100.0),
    "zero": Integer(-32767, 32766),
    "gain": Number(1e-6, 0.01),
    "acceleration_max": Number(0.01, 20.0),
    "force_max": Number(50.0, 10_000.0),
    "travel_min": Number(-10.0, 10.0),
    "travel_max": Number(-10.0, 10.0),
    "following_max": Number(0.001, 0.2),
}
SWEEP: dict[str, Key] = {
    "slow": Number(0.02, 1.0),
    "fast": Number(0.02, 1.0),
    "margin": Number(0.02, 1.0),
    "torque": Number(0.1, 300.0),
    "stiffness": Number(1.0, 2000.0),
    "damping": Number(0.0, 200.0),
}
