"""What the values of a profile must be to each other; each refusal names both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from gaitloop._core import JOINTS
from gaitloop.errors import ConfigError

from ..treadmill.ftms import WORN

if TYPE_CHECKING:
    from ._parts import DriveProfile
    from ._profile import Profile

_DRIVEN: Mapping[str, tuple[str, ...]] = {
    "treadmill_exo": ("hip_l", "knee_l", "hip_r", "knee_r"),
    "overground_exo": ("hip_l", "knee_l", "hip_r", "knee_r"),
    "end_effector": tuple(JOINTS),
    "ankle": (),
}
#: Slots of a plate that slide instead of turning: forward and up.
_SLIDING = ("hip_l", "knee_l", "hip_r", "knee_r")
#: Parts that are no joints, and what asks for their drives.
_WANTED = {"belt": "treadmill.kind is drive", "winch": "support.kind is drive"}
_LEGS = {"release_after_damp": "damp", "controlled_lower": "damp", "lock_brake": "hold"}
#: Share by which two values of the same thing may differ.
_SAME = 1e-3


def check(profile: Profile) -> None:
    """Refuse values that do not fit each other."""
    _check_joints(profile)
    _check_stop(profile)
    _check_treadmill(profile)
    for drive in profile.drive.values():
        _check_drive(profile, drive)
        _check_settings(drive)
        _check_sweep(profile, drive)
        _check_rope(profile, drive)
    _check_times(profile)


def _check_joints(profile: Profile) -> None:
    kind = profile.device_class
    for joint in _DRIVEN[kind]:
        if profile.joints[joint] != "driven":
            raise ConfigError(f"joints.{joint} must be driven for the class {kind}, got {profile.joints[joint]}")
    if kind == "ankle":
        for joint in JOINTS:
            if not joint.startswith("ankle") and profile.joints[joint] == "driven":
                raise ConfigError(f"joints.{joint} must be sensed or absent for the class ankle, got driven")
        if not any(profile.joints[joint] == "driven" for joint in ("ankle_l", "ankle_r")):
            raise ConfigError("joints.ankle_l or joints.ankle_r must be driven for the class ankle, got neither")
    others = {"belt": profile.treadmill.kind, "winch": profile.support}
    wanted = {joint for joint in JOINTS if profile.joints[joint] == "driven"}
    wanted |= {part for part, moved in others.items() if moved == "drive"}
    for part in sorted(wanted - set(profile.drive)):
        raise ConfigError(f"drive.{part} is missing; every driven part needs a table [drive.{part}]")
    for part in profile.drive:
        if part not in wanted:
            why = _WANTED.get(part, f"joints.{part} is driven")
            raise ConfigError(f"drive.{part} must be left out unless {why}")
    panel = profile.bus_profile
    if (panel.panel_drive is None) != (panel.panel_bit is None):
        raise ConfigError("bus.panel_drive and bus.panel_bit must be given together, got one of them")
    if panel.panel_drive is not None and panel.panel_drive not in profile.drive:
        raise ConfigError(f"bus.panel_drive must be one of {', '.join(profile.drive)}, got {panel.panel_drive}")


def _check_stop(profile: Profile) -> None:
    stop, kind = profile.safe_stop, profile.device_class
    if stop.legs != _LEGS[stop.stop]:
        raise ConfigError(f"safe_profile.legs must be {_LEGS[stop.stop]} with stop = {stop.stop}, got {stop.legs}")
    if (stop.lower_deadline is None) == (stop.stop == "controlled_lower"):
        raise ConfigError("safe_profile.lower_deadline must be given with stop = controlled_lower, and only then")
    fitted = {"belt": profile.treadmill.kind != "none", "support": profile.support != "none"}
    for part, here in fitted.items():
        action = getattr(stop, part)
        if here == (action == "absent"):
            raise ConfigError(f"safe_profile.{part} must be {'hold or damp' if here else 'absent'}, got {action}")
    if stop.support not in ("hold", "absent"):
        raise ConfigError(
            f"safe_profile.support must be hold: in a stop it neither lifts nor lowers, got {stop.support}"
        )
    if stop.belt == "off" and profile.treadmill.legs_tied:
        raise ConfigError("safe_profile.belt must be hold or damp with legs tied to a frame, got off")
    if stop.stop == "release_after_damp" and (
        kind == "overground_exo" or (kind == "treadmill_exo" and profile.support == "none")
    ):
        raise ConfigError(
            "safe_profile.stop must be lock_brake or controlled_lower where nothing else carries the person "
            f"(class {kind}, support.kind {profile.support}), got release_after_damp"
        )


def _check_treadmill(profile: Profile) -> None:
    told, kind, limits = profile.treadmill, profile.device_class, profile.envelope
    if kind in ("overground_exo", "end_effector") and told.kind != "none":
        raise ConfigError(f"treadmill.kind must be none for the class {kind}, got {told.kind}")
    if kind == "treadmill_exo" and (told.kind == "none" or not told.legs_tied):
        raise ConfigError("treadmill.kind and treadmill.legs_tied must name a belt and be true for a treadmill_exo")
    if told.kind == "ftms" and (told.legs_tied or WORN[kind] is not None):
        why = WORN[kind] or "the legs are tied to a frame"
        raise ConfigError(f"treadmill.kind must be drive or serial, not ftms: {why}, and it is too slow to be in step")
    if told.max_speed is None:
        if limits.belt_speed_max != 0.0:
            raise ConfigError(f"limits.belt_speed_max must be 0 without a treadmill, got {limits.belt_speed_max:g}")
    elif limits.belt_speed_max > told.max_speed:
        most = f"{told.max_speed:g}] m/s of treadmill.max_speed"
        raise ConfigError(f"limits.belt_speed_max must lie in [0, {most}, got {limits.belt_speed_max:g}")
    if profile.support == "none" and limits.support_force_max != 0.0:
        raise ConfigError(f"limits.support_force_max must be 0 without a support, got {limits.support_force_max:g}")


def _at(values: ArrayLike, i: int) -> float:
    return float(np.asarray(values, dtype=np.float64)[i])


def _most(path: str, value: float, most: float, unit: str, what: str) -> None:
    if not value <= most * (1.0 + _SAME):
        raise ConfigError(f"{path} must be at most {most:g} {unit}, which is {what}, got {value:g}")


def _check_drive(profile: Profile, drive: DriveProfile) -> None:
    at, settings = f"drive.{drive.part}", drive.settings
    if drive.sign not in (-1, 1):
        raise ConfigError(f"{at}.sign must be 1 or -1, got {drive.sign}")
    slides = drive.part in _WANTED or (profile.device_class == "end_effector" and drive.part in _SLIDING)
    if slides != (drive.travel is not None):
        raise ConfigError(f"{at}.travel must be {'given for a part that slides' if slides else 'left out: it turns'}")
    most = drive.rated_torque * settings["max_torque"] / 1000.0
    if drive.part in _WANTED:
        return
    _most(f"{at}.setpoint_max", drive.setpoint_max, most, "N·m", "rated_torque with settings.max_torque")
    i, limits = JOINTS.index(drive.part), profile.envelope
    tau, dq = _at(limits.tau_max, i), _at(limits.dq_max, i)
    _most(f"limits.tau_max[{i}]", tau, drive.setpoint_max, "N·m", f"{at}.setpoint_max")
    _most(
        f"limits.dq_max[{i}]", dq, settings["max_velocity"] / abs(drive.counts), "rad/s", f"{at}.settings.max_velocity"
    )
    ends = [drive.zero + drive.counts * angle for angle in (_at(limits.q_min, i), _at(limits.q_max, i))]
    if not settings["position_min"] <= min(ends) <= max(ends) <= settings["position_max"]:
        low, high = settings["position_min"], settings["position_max"]
        raise ConfigError(
            f"{at}.settings.position_min and position_max must hold limits.q_min[{i}] to q_max[{i}], which is "
            f"{min(ends):.0f} to {max(ends):.0f} counts, got {low} to {high}"
        )


def _check_settings(drive: DriveProfile) -> None:
    """The same thing said twice must be the same: the drive limits and converts by its settings."""
    at, settings = f"drive.{drive.part}", drive.settings
    for name, value, upper, lower in (
        ("encoder_counts", drive.encoder_counts, "encoder_increments", "encoder_turns"),
        ("gear", drive.gear, "gear_motor", "gear_shaft"),
    ):
        told = settings[upper] / settings[lower]
        if not abs(value - told) <= _SAME * told:
            raise ConfigError(f"{at}.{name} must be {told:g} as in settings.{upper} and {lower}, got {value:g}")


def _check_sweep(profile: Profile, drive: DriveProfile) -> None:
    at, sweep = f"drive.{drive.part}.sweep", drive.sweep
    if drive.part in _WANTED or sweep is None:
        if (drive.part in _WANTED) != (sweep is None):
            raise ConfigError(f"{at} must be {'left out' if sweep else 'given'} for this part")
        return
    i, limits = JOINTS.index(drive.part), profile.envelope
    tau, dq = _at(limits.tau_max, i), _at(limits.dq_max, i)
    _most(f"{at}.torque", sweep.torque, tau, "N·m", f"limits.tau_max[{i}]")
    _most(f"{at}.fast", sweep.fast, dq / 2.0, "rad/s", f"half of limits.dq_max[{i}]")
    if not sweep.slow < sweep.fast:
        raise ConfigError(f"{at}.slow must lie below fast = {sweep.fast:g} rad/s, got {sweep.slow:g}")
    low, high = _at(limits.q_min, i), _at(limits.q_max, i)
    _most(f"{at}.margin", sweep.margin, 0.3 * (high - low), "rad", f"three tenths of limits.q_min[{i}] to q_max[{i}]")


def _check_rope(profile: Profile, drive: DriveProfile) -> None:
    at, rope = f"drive.{drive.part}.rope", drive.rope
    if (drive.part == "winch") != (rope is not None):
        raise ConfigError(f"{at} must be {'left out' if rope else 'given'} for this part")
    if rope is not None:
        most = profile.envelope.support_force_max
        _most("limits.support_force_max", float(most), rope.force_max, "N", f"{at}.force_max")


def _check_times(profile: Profile) -> None:
    tick, limits, bus = 1.0 / profile.bus_profile.rate, profile.envelope, profile.bus_profile
    for name in ("tick_max", "sample_age_max", "lease"):
        if not getattr(limits, name) >= tick:
            told = f"limits.{name} must be at least one tick, {tick:g} s of bus.rate"
            raise ConfigError(f"{told}, got {getattr(limits, name):g}")
    if not bus.heartbeat <= bus.watchdog / 2.0:
        raise ConfigError(
            f"bus.heartbeat must be at most half of bus.watchdog = {bus.watchdog:g} s, got {bus.heartbeat:g}"
        )
