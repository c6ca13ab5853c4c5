"""Assessments as programs, on the simulated machine: range of motion, stiffness at three speeds, voluntary strength.

The person hangs in the harness, one joint is moved at a time, slowly or faster, inside the limits of a plan; judgement,
supervisor and guard are those of training. Weight and inertia come from segment tables; what is left is told apart into
stiffness and damping by least squares, sweep by sweep, so that what grows with speed shows [1]_.

References
----------
.. [1] Lünenburger, L., Colombo, G., Riener, R. and Dietz, V. (2005). Clinical assessments performed during robotic
   rehabilitation by the gait training robot Lokomat. Proc. IEEE ICORR, 345-348.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gaitloop._core import CAUSES, JOINTS, STATES
from gaitloop.control import LegGravity
from gaitloop.errors import ConfigError, SafetyStopError
from gaitloop.simulation import Lead, Simulation
from gaitloop.trainer import Trainer

from .build import build_device, build_patient, trainer_config
from .layout import Tables
from .plan import Plan

if TYPE_CHECKING:
    from gaitloop.plant import Device, Patient

Array = NDArray[np.float64]

#: Joints that are assessed; an ankle is only sensed.
ASSESSED = ("hip_l", "knee_l", "hip_r", "knee_r")
#: Greatest speeds of the three sweeps [rad/s]; our choice, the slow one below where a stretch reflex answers.
SPEEDS = (0.4, 1.0, 2.0)
#: Distance that a sweep keeps from the limits [rad], and the torque of a joint besides its weight that is taken for its
#: end [N·m]; our choice.
MARGIN, END_TORQUE = 0.1, 10.0
#: Torque between machine and person that ends a passive sweep where the limits allow more [N·m]; our choice.
PASSIVE_MOST = 80.0
#: How far a joint is moved away from a person who holds it [rad]; our choice.
AWAY = 0.35
#: Greatest speed of a movement of minimum jerk over its mean speed [-].
_PEAK = 1.875
#: Soft start, way to the first posture, rest at each end, and the part of it that is averaged [s].
_ENGAGE, _FIRST, _HOLD, _STEADY = 2.0, 3.0, 1.5, 0.5
_BEGIN = 1.2  # [s] until the soft start
_HOME = 0.1  # [rad] of hips and knees while they wait
_RATE = 1000  # [1/s]
# Share of the body mass, length over body height, and radius of gyration about the upper end over that length, of the
# whole leg and of shank with foot (Winter, D. A. (2009), Biomechanics and motor control of human movement, table 4.1).
_SEGMENTS = {"hip": (0.161, 0.491, 0.560), "knee": (0.061, 0.246, 0.735)}
_EVERY = 10  # [ticks] between two that are looked at
_SMOOTH = 41  # [ticks] over which a velocity is averaged before its slope is taken
_STOPPED = tuple(STATES.index(state) for state in ("degraded", "soft_stop", "prot_stop", "safe", "release", "lockout"))
_LEAST_RANGE = 0.3  # [rad] that can be swept with any use
_TOUCH = 0.05  # [-] share of the weight under the feet with which nobody hangs


class Sweep(NamedTuple):
    """What a joint resists at one speed.

    Attributes
    ----------
    speed : float
        Greatest speed of the sweep [rad/s].
    stiffness : float
        Torque for angle, apart from the weight [N·m/rad].
    damping : float
        Torque for speed [N·m·s/rad].
    residual : float
        Root mean square of what these do not explain [N·m].
    """

    speed: float
    stiffness: float
    damping: float
    residual: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Passive:
    """What a joint does when the person lets go.

    Attributes
    ----------
    joint : str
        Name of the joint.
    low : float
        Lower end of the range of motion that was found [rad].
    high : float
        Upper end [rad].
    low_felt : bool
        Whether the joint itself ended it; otherwise the limits did, and it may go further.
    high_felt : bool
        The same of the upper end.
    sweeps : tuple of Sweep
        What it resists at each speed, slow first.
    """

    joint: str
    low: float
    high: float
    low_felt: bool
    high_felt: bool
    sweeps: tuple[Sweep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """What a person can hold at a joint.

    Attributes
    ----------
    joint : str
        Name of the joint.
    flexion : float or None
        Torque into flexion against being moved the other way [N·m]; None where the range leaves no room to move it so.
    extension : float or None
        Torque into extension against being moved the other way [N·m]; None as above.
    """

    joint: str
    flexion: float | None
    extension: float | None


class _Rows(NamedTuple):
    t: Array
    q: Array
    dq: Array
    tau: Array


def assess_passive(
    plan: Plan,
    joint: str,
    *,
    speeds: Sequence[float] = SPEEDS,
    patient: Patient | None = None,
    device: Device | None = None,
) -> Passive:
    """Find range of motion and stiffness of a joint by passive sweeps within the limits.

    Parameters
    ----------
    plan : Plan
        Limits, person and device.
    joint : str
        One of `ASSESSED`.
    speeds : sequence of float, shape (3,)
        Greatest speeds of the sweeps [rad/s], increasing, 0.1 to half of the limit of the joint.
    patient : Patient, optional
        The simulated person, who lets go; the plan's when absent.
    device : Device, optional
        The simulated device; the plan's when absent.

    Returns
    -------
    Passive
        Range and resistance.

    Raises
    ------
    ConfigError
        If joint or speeds are refused, the limits leave nothing to sweep, or the rope cannot carry the person.
    SafetyStopError
        If the guard stopped a sweep.
    """
    i, (low, high) = _index(joint), _ends(plan, joint)
    paces = _check_speeds(plan, joint, speeds)
    way = [(end, _PEAK * (high - low) / speed) for speed in paces for end in (high, low)]
    gentle = {"interaction_max": tuple(min(PASSIVE_MOST, v) for v in plan.limits["interaction_max"])}
    calm = dataclasses.replace(plan, limits={**plan.limits, **gentle})
    rows = _run(calm, joint, [(low, _FIRST), *way], _relaxed(patient or build_patient(plan)), device)
    gravity = LegGravity(plan.patient["mass"], plan.patient["height"])
    parts = _parts(way)
    inertia, moved = _inertia(plan, joint), []
    for k in range(len(paces)):
        part = _between(rows, parts[2 * k][0], parts[2 * k + 1][1])
        weight = np.array([gravity.torque(posture)[i] for posture in part.q[::_EVERY]])
        own = part.tau[::_EVERY, i] - weight - inertia * _slope(part.dq[:, i])[::_EVERY]
        moved.append(_Rows(part.t[::_EVERY], part.q[::_EVERY, i], part.dq[::_EVERY, i], own))
    (least, low_felt), (most, high_felt) = _felt(moved[0])
    sweeps = tuple(_fit(rows, speed, low, high) for rows, speed in zip(moved, paces, strict=True))
    return Passive(joint=joint, low=least, high=most, low_felt=low_felt, high_felt=high_felt, sweeps=sweeps)


def assess_strength(
    plan: Plan, joint: str, *, patient: Patient | None = None, device: Device | None = None
) -> Strength:
    """Measure what a person holds against a joint that is moved away, beyond what it resists without will.

    The joint is moved by `AWAY` to both sides of where the person holds it, and kept there.

    Parameters
    ----------
    plan : Plan
        Limits, person and device.
    joint : str
        One of `ASSESSED`.
    patient : Patient, optional
        The simulated person, who holds as strongly as they can; the plan's when absent.
    device : Device, optional
        The simulated device; the plan's when absent.

    Returns
    -------
    Strength
        Torque into flexion and into extension.

    Raises
    ------
    ConfigError
        If the joint is refused, the limits leave no room, or the rope cannot carry the person.
    SafetyStopError
        If the guard stopped it.
    """
    i, (low, high) = _index(joint), _ends(plan, joint)
    person = patient or build_patient(plan)
    own = _posture(plan, person, device)[i]
    begin, *away = (min(max(angle, low), high) for angle in (own, own + AWAY, own - AWAY))
    way = [(away[0], 2.0), (away[1], 4.0)]
    held = []
    for who in (person, _relaxed(person)):
        rows = _run(plan, joint, [(begin, _FIRST), *way], who, device)
        ends = [end for _, end in _parts(way)]
        held.append([float(np.mean(_between(rows, end - _STEADY, end).tau[:, i])) for end in ends])
    # What holds against being bent is the strength to extend, and the other way round.
    bent, stretched = held[0][0] - held[1][0], held[1][1] - held[0][1]
    return Strength(
        joint=joint,
        flexion=max(0.0, stretched) if own - away[1] > 0.5 * AWAY else None,
        extension=max(0.0, bent) if away[0] - own > 0.5 * AWAY else None,
    )


def _posture(plan: Plan, person: Patient, device: Device | None) -> Array:
    """Where a person holds the joints before anything moves [rad]."""
    from gaitloop.plant import Plant

    return np.asarray(Plant(person, device or build_device(plan), plan.seed).look().q, dtype=np.float64)


def _index(joint: str) -> int:
    if joint not in ASSESSED:
        raise ConfigError(f"joint must be one of {', '.join(ASSESSED)}, got {joint!r:.60}")
    return JOINTS.index(joint)


def _ends(plan: Plan, joint: str) -> tuple[float, float]:
    """Between which angles a joint may be swept."""
    i = _index(joint)
    low, high = float(plan.limits["q_min"][i]) + MARGIN, float(plan.limits["q_max"][i]) - MARGIN
    if not high - low >= _LEAST_RANGE:
        raise ConfigError(
            f"limits.q_min and q_max must leave {_LEAST_RANGE + 2 * MARGIN:g} rad of {joint} to sweep, "
            f"got {max(0.0, high - low + 2 * MARGIN):.3g}"
        )
    return low, high


def _check_speeds(plan: Plan, joint: str, speeds: Sequence[float]) -> list[float]:
    most = 0.5 * float(plan.limits["dq_max"][_index(joint)])
    paces = [float(speed) for speed in speeds]
    if len(paces) != len(SPEEDS) or not all(0.1 <= speed <= most for speed in paces) or paces != sorted(set(paces)):
        raise ConfigError(
            f"speeds must be {len(SPEEDS)} increasing speeds in [0.1, {most:g}], half of limits.dq_max of {joint}, "
            f"got {list(speeds)!r:.60}"
        )
    return paces


def _relaxed(person: Patient) -> Patient:
    return person.replace(effort=[0.0] * len(JOINTS), automatic=[0.0] * len(JOINTS))


def _parts(way: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Beginning and end of each movement of a way, its rest included [s]."""
    at, parts = _FIRST + _HOLD, []
    for _, seconds in way:
        parts.append((at, at + seconds + _HOLD))
        at += seconds + _HOLD
    return parts


def _run(plan: Plan, joint: str, way: Sequence[tuple[float, float]], person: Patient, device: Device | None) -> _Rows:
    """Move a joint along a way, each angle reached in its time and held, and keep what was measured."""
    from gaitloop.plant import Plant, Sensors

    i = _index(joint)
    home = np.array([_HOME, _HOME, 0.0] * 2)
    postures, times = [], []
    for angle, seconds in way:
        posture = home.copy()
        posture[i] = angle
        postures += [posture, posture]
        times += [seconds, _HOLD]
    config = trainer_config(plan)
    config = dataclasses.replace(
        config, speed=0.0, engage_time=_ENGAGE, support_force=float(plan.limits["support_force_max"])
    )
    driven = np.array([kind == "driven" for kind in config.kinds])
    springs = [np.where(driven, np.asarray(gains), 0.0) for gains in (config.stiffness, config.damping)]
    lead = Lead.postures(np.array(postures), np.array(times), *springs)
    machine = Plant(person, device or build_device(plan), plan.seed, sensors=Sensors(tau_interaction=True))
    presses = [("arm", 0.5, 0.7), ("start", 1.0, _BEGIN)]
    raw = Simulation(Trainer(config), machine, presses, lead).run(round((_BEGIN + _ENGAGE + sum(times)) * _RATE))
    tables, sample = Tables.from_core(), raw["sample"]
    begin = _began(joint, raw["out"]["command_integers"], tables) + round(_ENGAGE * _RATE)
    load = sample[begin:, tables.columns("sample", "foot_force")].sum(axis=1)
    if np.median(load) > _TOUCH * plan.patient["mass"] * 9.80665:
        raise ConfigError(
            f"limits.support_force_max must let the person hang free to be assessed, got {config.support_force:g} N "
            f"with {np.median(load):.0f} N under the feet"
        )
    q, dq, tau = (sample[:, tables.columns("sample", name)] for name in ("q", "dq", "tau_interaction"))
    return _Rows((raw["t"] - raw["t"][begin]) * 1e-9, q, dq, tau)


def _began(joint: str, integers: NDArray[np.int64], tables: Tables) -> int:
    """Tick in which the training state was reached; a stop since then is an error."""
    state, cause = (integers[:, tables.command_integers.index(name)] for name in ("state", "cause"))
    ran = np.flatnonzero(state == STATES.index("run"))
    begin = int(ran[0]) if len(ran) else 0
    stopped = np.flatnonzero(np.isin(state[begin:], _STOPPED))
    if not len(ran) or len(stopped):
        tick = begin + int(stopped[0]) if len(stopped) else len(state) - 1
        why = CAUSES[int(cause[tick])]
        raise SafetyStopError(f"the guard stopped the assessment of {joint} after {tick / _RATE:.1f} s: {why}")
    return begin


def _between(rows: _Rows, begin: float, end: float) -> _Rows:
    part = (rows.t >= begin) & (rows.t < end)
    return _Rows(*(values[part] for values in rows))


def _slope(dq: Array) -> Array:
    """Acceleration from a velocity that was smoothed first [rad/s²]."""
    window = np.ones(_SMOOTH) / _SMOOTH
    padded = np.concatenate([np.full(_SMOOTH // 2, dq[0]), dq, np.full(_SMOOTH // 2, dq[-1])])
    return np.gradient(np.convolve(padded, window, mode="valid"), 1.0 / _RATE)


def _fit(rows: _Rows, speed: float, low: float, high: float) -> Sweep:
    """Tell stiffness and damping apart, where no end of the joint is near.

    Torque over angle is a cubic, as joints are not linear; what is told of it is its mean slope.
    """
    middle, half = 0.5 * (low + high), 0.4 * (high - low)
    part = np.abs(rows.q - middle) < half
    c = (rows.q[part] - middle) / half
    design = np.column_stack([c**0, c, c**2, c**3, rows.dq[part]])
    found = np.linalg.lstsq(design, rows.tau[part], rcond=None)[0]
    residual = float(np.sqrt(np.mean((rows.tau[part] - design @ found) ** 2)))
    # The mean slope of a cubic between -1 and 1 is half the difference of its values there.
    return Sweep(speed, float(found[1] + found[3]) / half, float(found[4]), residual)


def _inertia(plan: Plan, joint: str) -> float:
    """Inertia of what a joint moves when the joint below is held [kg·m²], by segment tables."""
    share, reach, gyration = _SEGMENTS[joint[:-2]]
    return float(share * plan.patient["mass"] * (gyration * reach * plan.patient["height"]) ** 2)


def _felt(rows: _Rows) -> list[tuple[float, bool]]:
    """Range within which a joint resists no more than its weight and a little."""
    ends = []
    for sign in (-1.0, 1.0):
        # The machine pushes on at an end; what it pushes outwards there is what the joint resists.
        beyond = (sign * rows.tau > END_TORQUE) & (sign * (rows.q - np.median(rows.q)) > 0.0)
        outer = sign * rows.q[beyond]
        ends.append((sign * float(outer.min()) if len(outer) else sign * float((sign * rows.q).max()), len(outer) > 0))
    return ends
