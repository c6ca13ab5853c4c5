"""What was found on a device, and whether its profile allows it."""

from __future__ import annotations

import dataclasses
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gaitloop._core import JOINTS
from gaitloop.errors import ConfigError
from gaitloop.safety import Envelope

if TYPE_CHECKING:
    from ..profile import Profile

SIDES = ("left", "right")
#: Gravity coefficients of a leg in the order of `control.Compensation`.
TERMS = ("thigh_sin", "thigh_cos", "shank_sin", "shank_cos", "foot_sin", "foot_cos")

#: Speed over which friction builds up in every fit [rad/s]; `control.Compensation` must be given the same.
FRICTION_SPEED = 0.02

Pair = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class JointCalibration:
    """What was found of one joint.

    Parameters
    ----------
    zero : int
        Counts at the joint's zero [counts].
    sign : int
        1 where counts were seen rising in flexion, -1 where they fell [-].
    q_min : float
        Lower end of the range of motion that was reached by hand [rad].
    q_max : float
        Upper end of it [rad].
    coulomb : tuple of (float, float), optional
        Friction that does not depend on speed, and its standard error [N·m]; None where it was not swept.
    viscous : tuple of (float, float), optional
        Friction in proportion to speed, and its standard error [N·m·s/rad].
    inertia : tuple of (float, float), optional
        Inertia of what is moved, and its standard error [kg·m²].
    """

    zero: int
    sign: int
    q_min: float
    q_max: float
    coulomb: Pair | None = None
    viscous: Pair | None = None
    inertia: Pair | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegCalibration:
    """What a leg of the device weighs, and the person's in it.

    Parameters
    ----------
    gravity : mapping of str to tuple of (float, float)
        Coefficients of `TERMS` that could appear, and their standard errors [N·m].
    residual : float
        Root mean square of what the fit leaves over [N·m].
    condition : float
        Condition number of the fit [-].
    friction_speed : float
        Speed over which friction builds up, as the fit took it [rad/s]; `control.Compensation` must be given the same.
    person : mapping of str to tuple of (float, float), optional
        The same of the person's leg alone [N·m]; None where no leg was weighed.
    person_residual : float, optional
        What that fit leaves over [N·m].
    """

    gravity: Mapping[str, Pair]
    residual: float
    condition: float
    friction_speed: float
    person: Mapping[str, Pair] | None = None
    person_residual: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What was found on one device. `Profile.bus` and `Profile.drives` take it.

    Parameters
    ----------
    profile : str
        Name of the profile that it belongs to.
    profile_sha256 : str
        Digest of that profile.
    serial : str
        Serial number of the device.
    at : str
        When it was found, as the caller told.
    joints : mapping of str to JointCalibration
        What was found of each driven joint.
    legs : mapping of str to LegCalibration
        By side, `left` and `right`; empty where nothing was swept.
    confirmed : mapping of str to str
        Who confirmed each step.
    """

    profile: str
    profile_sha256: str
    serial: str
    at: str
    joints: Mapping[str, JointCalibration]
    legs: Mapping[str, LegCalibration]
    confirmed: Mapping[str, str]

    def check(self, profile: Profile) -> None:
        """Refuse a profile that this does not belong to, and findings that it does not allow.

        Parameters
        ----------
        profile : Profile
            The device.

        Raises
        ------
        ConfigError
            If it is another profile or was changed since, or a sign, zero or range does not fit it.
        """
        if not hmac.compare_digest(self.profile_sha256, profile.digest):
            raise ConfigError(
                f"calibration is of the profile '{self.profile}' ({self.profile_sha256[:12]}) and {profile.path} is "
                f"'{profile.name}' ({profile.digest[:12]}); calibrate this device with `gaitloop calibrate`"
            )
        for joint in profile.driven:
            if joint not in self.joints:
                raise ConfigError(f"calibration has no joint.{joint}, which is driven; calibrate the whole device")
        for joint, found in self.joints.items():
            if joint not in profile.driven:
                raise ConfigError(f"calibration has joint.{joint}, which {profile.path} does not drive")
            fits(profile, joint, found)

    def envelope(self, profile: Profile) -> Envelope:
        """Give the limits of the device, its range of motion narrowed to what was reached.

        Parameters
        ----------
        profile : Profile
            The device.

        Returns
        -------
        Envelope
            Limits inside those of the profile.
        """
        self.check(profile)
        low, high = np.array(profile.envelope.q_min), np.array(profile.envelope.q_max)
        for joint, found in self.joints.items():
            i = JOINTS.index(joint)
            low[i], high[i] = max(low[i], found.q_min), min(high[i], found.q_max)
        return dataclasses.replace(profile.envelope, q_min=low, q_max=high)

    def gravity(self, *, person: bool = False) -> NDArray[np.float64]:
        """Gravity coefficients as `control.Compensation` takes them.

        Parameters
        ----------
        person : bool
            Those of the person's legs instead of the device's.

        Returns
        -------
        ndarray of float, shape (2, 6)
            Coefficients of each leg [N·m]; 0 where one could not appear or nothing was weighed.
        """
        out = np.zeros((2, len(TERMS)))
        for side, leg in self.legs.items():
            for name, (value, _) in ((leg.person or {}) if person else leg.gravity).items():
                out[SIDES.index(side), TERMS.index(name)] = value
        return out

    def friction(self, name: str) -> NDArray[np.float64]:
        """Friction or inertia as `control.Compensation` takes it.

        Parameters
        ----------
        name : str
            `coulomb`, `viscous` or `inertia`.

        Returns
        -------
        ndarray of float, shape (6,)
            Values by joint [N·m, N·m·s/rad, kg·m²]; 0 where nothing was swept.
        """
        found = {joint: getattr(each, name) for joint, each in self.joints.items()}
        return np.array([(found.get(joint) or (0.0, 0.0))[0] for joint in JOINTS])


def fits(profile: Profile, joint: str, found: JointCalibration) -> None:
    """Refuse what was found of a joint where its profile does not allow it.

    Parameters
    ----------
    profile : Profile
        The device.
    joint : str
        Name of the joint.
    found : JointCalibration
        What was found.

    Raises
    ------
    ConfigError
        Saying what to do.
    """
    told, i = profile.drive[joint], JOINTS.index(joint)
    low, high = float(np.asarray(profile.envelope.q_min)[i]), float(np.asarray(profile.envelope.q_max)[i])
    if found.sign != told.sign:
        raise ConfigError(
            f"joint.{joint}.sign must be {told.sign} as in the profile, got {found.sign}: the encoder counts the other "
            "way; look for crossed wires or a swapped drive, and only then have the maker correct the profile"
        )
    off = abs(found.zero - told.zero) / abs(told.counts)
    if not off <= told.zero_window:
        raise ConfigError(
            f"joint.{joint}.zero must lie within {told.zero_window:g} rad of the profile's {told.zero} counts, got "
            f"{found.zero}, {off:.3g} rad away: set the joint to its mark again, or see whether its coupling slipped"
        )
    if not low <= found.q_min < found.q_max <= high:
        raise ConfigError(
            f"joint.{joint} must have a range inside [{low:g}, {high:g}] rad of the profile, got [{found.q_min:g}, "
            f"{found.q_max:g}]: find the zero again, or have its end stops looked at"
        )
    ends = sorted(found.zero + told.counts * angle for angle in (found.q_min, found.q_max))
    least, most = told.settings["position_min"], told.settings["position_max"]
    if not least <= ends[0] <= ends[1] <= most:
        raise ConfigError(
            f"joint.{joint} must have its range inside the drive's own limits of position, {least} to {most} counts, "
            f"got {ends[0]:.0f} to {ends[1]:.0f}: have the maker widen them, or narrow the range"
        )
