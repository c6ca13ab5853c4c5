"""`gaitloop assess`: range of motion, stiffness at three speeds and strength of a joint, on the simulated machine."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from gaitloop.errors import ConfigError
from gaitloop.session.assessments import ASSESSED, Passive, Strength, assess_passive, assess_strength
from gaitloop.session.limits import read_key

from .plan import load_programme

PROGRAMS = ("passive", "strength")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Parser of the command.
    """
    parser.add_argument("plan", type=Path, metavar="PLAN.toml", help="plan of a session, or a therapist's plan")
    parser.add_argument("--device", choices=["sim"], required=True, help="device to assess on")
    text = f"joint to move, one of {', '.join(ASSESSED)}; may be given more than once (all)"
    parser.add_argument("--joint", action="append", metavar="JOINT", help=text)
    text = "passive (range of motion, stiffness at three speeds) or strength; both when absent"
    parser.add_argument("--program", choices=PROGRAMS, help=text)
    parser.add_argument("--key", type=Path, metavar="KEYFILE", help="key that the plan's limits files are signed with")


def command(arguments: argparse.Namespace) -> int:
    """Assess joint by joint, and say what was found.

    Parameters
    ----------
    arguments : argparse.Namespace
        Parsed arguments.

    Returns
    -------
    int
        Exit code [-].

    Raises
    ------
    ConfigError
        If the plan or a joint is refused.
    SafetyStopError
        If the guard stops a sweep.
    """
    key = None if arguments.key is None else read_key(arguments.key)
    plan = load_programme(arguments.plan, key).plan
    joints = list(dict.fromkeys(arguments.joint or ASSESSED))
    unknown = [joint for joint in joints if joint not in ASSESSED]
    if unknown:
        raise ConfigError(f"--joint must be one of {', '.join(ASSESSED)}, got {unknown[0]!r:.60}")
    programs = PROGRAMS if arguments.program is None else (arguments.program,)
    for joint in joints:
        if "passive" in programs:
            print(passive_text(assess_passive(plan, joint)), flush=True)
        if "strength" in programs:
            print(strength_text(assess_strength(plan, joint)), flush=True)
    many = "s" * (len(joints) != 1)
    print(f"{len(joints)} joint{many} assessed on the simulated machine; figures of a simulated person")
    return 0


def passive_text(found: Passive) -> str:
    """Say what a joint does when the person lets go.

    Parameters
    ----------
    found : Passive
        What was found.

    Returns
    -------
    str
        Lines: the range [deg], then stiffness [N·m/rad] and damping [N·m·s/rad] at each speed [rad/s].
    """
    ends = [(found.low, found.low_felt), (found.high, found.high_felt)]
    low, high = (f"{math.degrees(angle):.0f}°{'' if felt else ' (the limits end there)'}" for angle, felt in ends)
    lines = [f"{found.joint}: range {low} to {high}"]
    lines += [
        f"{found.joint}: at {sweep.speed:.1f} rad/s stiffness {sweep.stiffness:.1f} N·m/rad, "
        f"damping {sweep.damping:.2f} N·m·s/rad, unexplained {sweep.residual:.1f} N·m"
        for sweep in found.sweeps
    ]
    return "\n".join(lines)


def strength_text(found: Strength) -> str:
    """Say what a person held.

    Parameters
    ----------
    found : Strength
        What was found.

    Returns
    -------
    str
        One line [N·m].
    """
    parts = [
        f"{name} {'not measured: the range leaves no room' if torque is None else f'{torque:.0f} N·m'}"
        for name, torque in (("flexion", found.flexion), ("extension", found.extension))
    ]
    return f"{found.joint}: strength into {', '.join(parts)}"
