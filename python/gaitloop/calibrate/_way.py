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
    from gaitloop.devices.profile import Profile

#: Greatest speed of a movement of minimum jerk over its mean speed [-].
_PEAK = 1.875
#: Shortest movement [s], and least range that tells anything [rad].
_SHORTEST, _LEAST = 0.5, 0.2


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
    home, ends, speeds = rest.copy(), {}, []
    for joint in leg:
        sweep = profile.drive[joint].sweep
        if sweep is None:
            raise ConfigError(f"drive.{joint}.sweep is missing; without it the joint may not be moved")
        low, high = found[joint].q_min + sweep.margin, found[joint].q_max - sweep.margin
        if not high - low >= _LEAST:
            raise ConfigError(
                f"joint.{joint} must have {_LEAST + 2 * sweep.margin:g} rad of range to be swept, got "
                f"{found[joint].q_max - found[joint].q_min:.3g}: move it to both ends by hand again"
            )
        ends[joint] = (low, high)
        home[JOINTS.index(joint)] = min(max(0.0, low), high)
        speeds.append((sweep.slow, sweep.fast))
    legs: list[NDArray[np.float64]] = [home]
    paces = [min(slow for slow, _ in speeds)]
    for joint, (slow, fast) in zip(leg, speeds, strict=True):
        for pace in (slow,) if weigh else (slow, fast):
            for end in ends[joint]:
                posture = home.copy()
                posture[JOINTS.index(joint)] = end
                legs.append(posture)
                paces.append(pace)
        legs.append(home)
        paces.append(slow)
    postures = np.array(legs)
    steps = np.abs(np.diff(np.vstack([rest, postures]), axis=0)).max(axis=1)
    durations = np.maximum(_PEAK * steps / np.array(paces), _SHORTEST)
    return Way(postures, durations, ends, max(paces))
