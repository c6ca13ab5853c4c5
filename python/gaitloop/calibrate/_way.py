"""Which way a sweep takes: one joint at a time, both ways, at two speeds, from rest to rest, inside the range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gaitloop._core import JOINTS
from gaitloop.errors import ConfigError

if TYPE_CHECKING:
    from gaitloop.devices.calibration import JointCalibration
    from gaitloop.devices.profile import Profile, SweepProfile

#: Greatest speed of a movement of minimum jerk over its mean speed [-].
_PEAK = 1.875
#: Shortest movement, and shortest first one: a limb that hung may have swung since it was read [s].
_SHORTEST, _FIRST = 0.5, 2.0
#: Least range that tells anything [rad].
_LEAST = 0.2


class Way(NamedTuple):
    """Postures in turn and the time to each.

    Attributes
    ----------
    postures : ndarray of float, shape (N, 6)
        Joint angles [rad].
    durations : ndarray of float, shape (N,)
        Time of the way to each [s].
    ends : dict of str to tuple of (float, float)
        Between which angles each joint is swept [rad].
    speed : float
        Greatest speed of a joint [rad/s].
    """

    postures: NDArray[np.float64]
    durations: NDArray[np.float64]
    ends: dict[str, tuple[float, float]]
    speed: float

    @property
    def seconds(self) -> float:
        """How long it takes [s]."""
        return float(self.durations.sum())


def plan_way(
    profile: Profile,
    found: Mapping[str, JointCalibration],
    leg: Sequence[str],
    start: Mapping[str, float],
    *,
    weigh: bool = False,
) -> Way:
    """Plan the sweep of a leg: each joint slow and fast, both ways, the others held; then back to its middle posture.

    The joint below is bent the second time, so that thigh and shank can be told apart by their weight.

    Parameters
    ----------
    profile : Profile
        The device.
    found : mapping of str to JointCalibration
        What is known of the joints, their ranges first.
    leg : sequence of str
        Joints to sweep, proximal first.
    start : mapping of str to float
        Where every driven joint is now [rad]; those of the other leg stay there.
    weigh : bool
        Slow only, as a leg is weighed.

    Returns
    -------
    Way
        Postures and times.

    Raises
    ------
    ConfigError
        If a range leaves no way.
    """
    rest = np.zeros(len(JOINTS))
    for joint, q in start.items():
        rest[JOINTS.index(joint)] = q
    sweeps = {joint: _sweep_of(profile, joint) for joint in leg}
    ends = {joint: _ends_of(joint, found[joint], sweep) for joint, sweep in sweeps.items()}
    home = rest.copy()
    for joint, (low, high) in ends.items():
        home[JOINTS.index(joint)] = min(max(0.0, low), high)
    paces = {joint: (sweep.slow, sweep.slow if weigh else sweep.fast) for joint, sweep in sweeps.items()}
    path = _path(home, ends, paces)
    postures, speeds = np.array([q for q, _ in path]), np.array([speed for _, speed in path])
    steps = np.abs(np.diff(np.vstack([rest, postures]), axis=0)).max(axis=1)
    durations = np.maximum(_PEAK * steps / speeds, _SHORTEST)
    durations[0] = approach(rest, postures[0], float(speeds[0]))
    return Way(postures, durations, ends, float(speeds.max()))


def approach(here: NDArray[np.float64], there: NDArray[np.float64], pace: float) -> float:
    """Give the time of the movement that leads from hanging limbs to a way.

    Parameters
    ----------
    here : ndarray of float, shape (6,)
        Where the joints hang [rad].
    there : ndarray of float, shape (6,)
        Where the way begins [rad].
    pace : float
        Greatest speed [rad/s].

    Returns
    -------
    float
        The time [s].
    """
    return max(_PEAK * float(np.abs(there - here).max()) / pace, _FIRST)


def _sweep_of(profile: Profile, joint: str) -> SweepProfile:
    sweep = profile.drive[joint].sweep
    if sweep is None:
        raise ConfigError(f"drive.{joint}.sweep is missing; without it the joint may not be moved")
    return sweep


def _ends_of(joint: str, found: JointCalibration, sweep: SweepProfile) -> tuple[float, float]:
    low, high = found.q_min + sweep.margin, found.q_max - sweep.margin
    if not high - low >= _LEAST:
        raise ConfigError(
            f"joint.{joint} must have {_LEAST + 2 * sweep.margin:g} rad of range to be swept, got "
            f"{found.q_max - found.q_min:.3g}: move it to both ends by hand again"
        )
    return low, high


def _path(
    home: NDArray[np.float64], ends: Mapping[str, tuple[float, float]], paces: Mapping[str, tuple[float, float]]
) -> list[tuple[NDArray[np.float64], float]]:
    """Postures with the greatest speed [rad/s] of the way to each."""
    leg = list(ends)
    path = [(home, min(slow for slow, _ in paces.values()))]

    def go(joint: str, angle: float, speed: float) -> None:
        posture = path[-1][0].copy()
        posture[JOINTS.index(joint)] = angle
        path.append((posture, speed))

    for k, joint in enumerate(leg):
        slow, fast = paces[joint]
        for time, speed in enumerate((slow, fast)):
            for end in ends[joint]:
                go(joint, end, speed)
            for below in leg[k + 1 : k + 2] if time == 0 else ():
                go(below, ends[below][1], paces[below][0])
        for name in leg[k : k + 2]:
            go(name, float(home[JOINTS.index(name)]), paces[name][0])
    return path
