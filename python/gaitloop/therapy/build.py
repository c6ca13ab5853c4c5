"""From a therapist's plan to what a session takes: stages, rules, limits in force and the plan of the machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from gaitloop._core import JOINTS as CORE_JOINTS
from gaitloop.errors import ConfigError
from gaitloop.safety import Effective, Envelope, Narrowing, effective
from gaitloop.session.build import GRAVITY, STOP_TIME
from gaitloop.session.plan import named
from gaitloop.session.programme import Rules, Stage
from gaitloop.trajectory import GaitPattern

from .schema import JOINTS, SPEED_KMH, SUPPORT_PERCENT

if TYPE_CHECKING:
    from .plan import TherapyPlan

#: Ways to help and ground that a kind of device offers in a session.
OFFERED = {"treadmill_exo": (("guidance", "path", "assist", "resistance", "balance"), ("level",))}
#: Angle by which a reference must stay inside a measured range of motion [deg]; assumption: as far as a person is off
#: the reference in simulation.
MARGIN_DEG = 3.0
#: Bounds of the sagittal subtasks published for LOPES II (Fricke et al. 2020, PMC6986041, table 2) [deg].
LOPES_LOWER, LOPES_UPPER = (2.15, 1.75, 4.29, 4.30, 4.52), (3.58, 2.92, 7.16, 7.16, 7.54)
_WIDEST = 3.0  # [rad] what a limit may be at most, for a range that nobody measured
_ARMING = 2.0  # [s] until a session's soft start begins


def limits_in_force(limits: Mapping[str, Any], person: Mapping[str, Any]) -> Effective:
    """Narrow limits by a person's range of motion; it never widens them.

    Parameters
    ----------
    limits : mapping
        Limits without the person's range [SI].
    person : mapping
        The person, as `read_person` gives it.

    Returns
    -------
    Effective
        Limits in force, and who set each.

    Raises
    ------
    ConfigError
        If a limit is refused, or a person's range and that of the limits have nothing in common.
    """
    with named("limits"):
        device = Envelope(**limits)
    ends = {"q_min": [-_WIDEST] * 6, "q_max": [_WIDEST] * 6}
    for i, joint in enumerate(CORE_JOINTS):
        name = f"{joint[:-2]}_{'left' if joint.endswith('_l') else 'right'}"
        measured = person["range"][name]
        if measured is None:
            continue
        low, high = (float(np.degrees(np.asarray(getattr(device, end))[i])) for end in ("q_min", "q_max"))
        if not (measured[0] < high and low < measured[1]):
            raise ConfigError(
                f"patient.range.{name}_deg must overlap [{low:.1f}, {high:.1f}] of the limits, "
                f"got [{measured[0]:g}, {measured[1]:g}]; measure again, or train on another device"
            )
        ends["q_min"][i], ends["q_max"][i] = (float(np.radians(end)) for end in measured)
    return effective(device, patient=Narrowing(**ends))


@lru_cache(maxsize=1024)
def reference_of(speed: float, height: float, tilt: float, clearance: float) -> tuple[tuple[float, ...], float]:
    """Tell how far the reference bends the joints, and how fast its strides are.

    Parameters
    ----------
    speed : float
        Belt speed [m/s].
    height : float
        Body height [m].
    tilt : float
        Pelvic tilt [rad].
    clearance : float
        Foot clearance [m].

    Returns
    -------
    tuple of float
        Smallest and largest angle of hip, knee and ankle in turn [deg].
    float
        Strides a second [1/s].

    Raises
    ------
    ConfigError
        If there is no such reference.
    """
    pattern = GaitPattern.koopman(speed, height, pelvic_tilt=tilt, foot_clearance=clearance)
    q = np.degrees(pattern.evaluate(np.linspace(0.0, 1.0, 201))[0][:, : len(JOINTS)])
    return tuple(float(v) for v in np.column_stack([q.min(axis=0), q.max(axis=0)]).ravel()), float(pattern.stride_rate)


def reference_at(plan: TherapyPlan, speed: float) -> tuple[tuple[float, ...], float]:
    """Tell the same of the reference that a plan walks by.

    Parameters
    ----------
    plan : TherapyPlan
        The plan.
    speed : float
        Belt speed [m/s].

    Returns
    -------
    tuple of float
        Smallest and largest angle of hip, knee and ankle in turn [deg].
    float
        Strides a second [1/s].
    """
    tilt, clearance = float(np.radians(plan.reference["pelvic_tilt_deg"])), plan.reference["foot_clearance_cm"] / 100.0
    with named("reference"):
        return reference_of(speed, plan.person["height_cm"] / 100.0, tilt, clearance)


def stages_of(plan: TherapyPlan, week: int) -> tuple[Stage, ...]:
    """Make the stages of a session.

    Parameters
    ----------
    plan : TherapyPlan
        The plan.
    week : int
        Week of the schedule [-], from 0.

    Returns
    -------
    tuple of Stage
        In turn; a rest keeps support and law of the stage before it.

    Raises
    ------
    ConfigError
        If a share gives a speed or a support outside its range.
    """
    stages: list[Stage] = []
    for i, stage in enumerate(plan.stages):
        if stage["kind"] == "rest":
            last = stages[-1]
            kept = {name: getattr(last, name) for name in ("support", "mode", "floor", "ceiling", "terrain")}
            stages.append(Stage(name=stage["name"], kind="rest", minutes=stage["minutes"], speed=0.0, **kept))
            continue
        fixed = stage.get("assistance_percent")
        stages.append(
            Stage(
                name=stage["name"],
                kind=stage["kind"],
                minutes=stage.get("minutes"),
                steps=stage.get("steps"),
                speed=_speed(plan, i, week) / 3.6,
                support=_support(plan, i, week) / 100.0,
                mode=stage["mode"],
                floor=(stage["floor_percent"] if fixed is None else fixed) / 100.0,
                ceiling=(stage["ceiling_percent"] if fixed is None else fixed) / 100.0,
                terrain=stage["terrain"],
            )
        )
    return tuple(stages)


def _speed(plan: TherapyPlan, i: int, week: int) -> float:
    """Speed of a stage in a week [km/h]."""
    stage, weekly = plan.stages[i], plan.schedule["speed_kmh"][week]
    if "speed_kmh" in stage:
        return float(stage["speed_kmh"])
    speed = round(weekly * stage["speed_percent"] / 100.0, 6)
    if not SPEED_KMH[0] <= speed <= SPEED_KMH[1]:
        raise ConfigError(
            f"stage[{i}].speed_percent must give {SPEED_KMH[0]:g} to {SPEED_KMH[1]:g} km/h in week {week + 1}, "
            f"got {speed:g} of {weekly:g}"
        )
    return float(speed)


def _support(plan: TherapyPlan, i: int, week: int) -> float:
    """Support of a stage in a week [%]."""
    stage, weekly = plan.stages[i], plan.schedule["support_percent"][week]
    if "support_percent" in stage:
        return float(stage["support_percent"])
    support = round(weekly + stage["support_points"], 6)
    if not 0.0 <= support <= SUPPORT_PERCENT:
        raise ConfigError(
            f"stage[{i}].support_points must give 0 to {SUPPORT_PERCENT:g} % in week {week + 1}, "
            f"got {support:g} of {weekly:g}"
        )
    return float(support)


def rules_of(plan: TherapyPlan) -> Rules:
    """Make the rules of every session.

    Parameters
    ----------
    plan : TherapyPlan
        The plan.

    Returns
    -------
    Rules
        When a session holds by itself, and when it asks more.
    """
    stop, challenge = plan.stop, plan.challenge
    given: dict[str, Any] = {"pain_stops_max": stop["pain_stops_most"], "spasm_stops_max": stop["spasm_stops_most"]}
    if stop["heart_rate"] == "limit":
        given |= {"heart_rate_max": stop["heart_rate_most_per_minute"], "heart_rate_time": stop["heart_rate_seconds"]}
    if challenge["rule"] == "steps":
        given |= {
            "challenge_steps": challenge["steps"],
            "challenge_support": challenge["less_support_points"] / 100.0,
            "challenge_speed": challenge["more_speed_kmh"] / 3.6,
            "support_min": challenge["least_support_percent"] / 100.0,
            "speed_max": challenge["most_speed_kmh"] / 3.6,
        }
    return Rules(**given)


def check_offered(plan: TherapyPlan) -> None:
    """Refuse what the device does not offer, by name and with what to do.

    Parameters
    ----------
    plan : TherapyPlan
        The plan.

    Raises
    ------
    ConfigError
        If a stage asks for a way to help, or for ground, that the device has not.
    """
    device = plan.device["kind"]
    modes, terrains = OFFERED[device]
    for i, stage in enumerate(plan.stages):
        if stage["kind"] == "rest":
            continue
        if stage["mode"] not in modes:
            raise ConfigError(
                f"stage[{i}].mode must be one of {', '.join(modes)} on {device}, got {stage['mode']}; "
                "train it on a device that offers it"
            )
        if stage["mode"] == "balance" and not plan.balance:
            raise ConfigError(
                f"stage[{i}].mode must be another without [balance], got balance: give force and travel of the guide "
                "sideways there, and what is well enough"
            )
        if stage["terrain"] not in terrains:
            raise ConfigError(
                f"stage[{i}].terrain must be {' or '.join(terrains)} on {device}, got {stage['terrain']}: "
                "its belt does not tilt and it has no steps; make it level"
            )


def check_fits(plan: TherapyPlan, stages: Sequence[Stage], week: int) -> None:
    """Refuse stages that limits or the person's range of motion do not allow.

    Parameters
    ----------
    plan : TherapyPlan
        The plan.
    stages : sequence of Stage
        Stages of a session.
    week : int
        Week of the schedule [-], from 0.

    Raises
    ------
    ConfigError
        If a stage is too fast, too heavy for the rope, bends a joint too far, or starts or ends faster than it walks.
    """
    top, mass = plan.limits["belt_speed_max"], plan.person["weight_kg"]
    share = plan.limits["support_force_max"] / (mass * GRAVITY)
    for i, stage in enumerate(stages):
        if stage.kind == "rest":
            continue
        if stage.speed > top:
            where = _where(plan, i, "speed")
            raise ConfigError(
                f"{where} must give at most {3.6 * top:.2f} km/h of the limits in week {week + 1}, "
                f"got {3.6 * stage.speed:.2f}"
            )
        if stage.support > share:
            where = _where(plan, i, "support")
            raise ConfigError(
                f"{where} must give at most {100 * share:.1f} % of {mass:g} kg, which the limits carry, in week "
                f"{week + 1}, got {100 * stage.support:.1f}"
            )
        _check_range(plan, stage.speed, f"in week {week + 1}")
    if plan.challenge["rule"] == "steps" and plan.challenge["more_speed_kmh"]:
        most = plan.challenge["most_speed_kmh"] / 3.6
        if most > top:
            raise ConfigError(
                f"challenge.most_speed_kmh must be at most {3.6 * top:.2f} of the limits, got {3.6 * most:g}"
            )
        _check_range(plan, most, "after a challenge")
    walks = [stage.speed for stage in stages if stage.kind == "walk"] or [stages[0].speed]
    for i, beside in ((0, walks[0]), (len(stages) - 1, walks[-1])):
        if stages[i].speed > beside:
            where = _where(plan, i, "speed")
            raise ConfigError(
                f"{where} must give at most {3.6 * beside:.2f} km/h in week {week + 1}, as fast as the walking beside "
                f"it: start slow and end slow, got {3.6 * stages[i].speed:.2f}"
            )


def _where(plan: TherapyPlan, i: int, what: str) -> str:
    """Path of the key that a stage's speed or support comes from."""
    own = {"speed": ("speed_kmh", "speed_percent"), "support": ("support_percent", "support_points")}[what]
    return f"stage[{i}].{own[0] if own[0] in plan.stages[i] else own[1]}"


def _check_range(plan: TherapyPlan, speed: float, when: str) -> None:
    ends, _ = reference_at(plan, speed)
    driven = JOINTS if plan.device["ankle"] == "driven" else JOINTS[:2]
    for i, joint in enumerate(driven):
        for side in ("left", "right"):
            measured = plan.person["range"][f"{joint}_{side}"]
            low, high = ends[2 * i] - MARGIN_DEG, ends[2 * i + 1] + MARGIN_DEG
            if measured is not None and not (measured[0] <= low and high <= measured[1]):
                raise ConfigError(
                    f"patient.range.{joint}_{side}_deg must reach from {low:.1f} to {high:.1f}, what walking at "
                    f"{3.6 * speed:.2f} km/h needs {when}, got [{measured[0]:g}, {measured[1]:g}]; {_remedy(joint)}"
                )


def _remedy(joint: str) -> str:
    return {
        "hip": "change reference.pelvic_tilt_deg (more asks for more extension) or the speed, or train the range first",
        "knee": "change reference.foot_clearance_cm or the speed, or train the range first",
    }.get(joint, "let the ankle be sensed instead of driven, or train the range first")


def seconds_of(plan: TherapyPlan, stages: Sequence[Stage]) -> float:
    """Tell how long a session takes, start and stop included.

    Parameters
    ----------
    plan : TherapyPlan
        The plan.
    stages : sequence of Stage
        Its stages.

    Returns
    -------
    float
        Time [s]; of stages in steps as long as these take by the reference.
    """
    soft: float = plan.assistance["soft_start_seconds"]
    return _ARMING + soft + STOP_TIME + sum(_stage_seconds(plan, s) for s in stages)


def _stage_seconds(plan: TherapyPlan, stage: Stage) -> float:
    if stage.minutes is not None:
        return float(60.0 * stage.minutes)
    return float((stage.steps or 0) / (2.0 * reference_at(plan, stage.speed)[1]))


def steps_of(plan: TherapyPlan, stage: Stage) -> int:
    """Tell how many steps a stage is.

    Parameters
    ----------
    plan : TherapyPlan
        The plan.
    stage : Stage
        A stage.

    Returns
    -------
    int
        Steps of both feet [-]; of a stage in minutes as many as the reference makes.
    """
    if stage.kind == "rest":
        return 0
    if stage.steps is not None:
        return stage.steps
    return round(2.0 * reference_at(plan, stage.speed)[1] * _stage_seconds(plan, stage))
