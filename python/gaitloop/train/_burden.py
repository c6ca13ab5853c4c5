"""What a calibration found of weight and friction, as a session takes it off."""

from __future__ import annotations

import numpy as np

from gaitloop._core import JOINTS
from gaitloop.devices.calibration import Calibration
from gaitloop.errors import ConfigError
from gaitloop.safety import Envelope
from gaitloop.session.burden import Burden
from gaitloop.session.plan import Plan

#: Share of a joint's largest torque that may be taken by weight and friction of the device, our choice: the rest is for
#: the person, whatever a file says.
SHARE = 0.5


def burden_of(found: Calibration, limits: Envelope) -> Burden | None:
    """Take weight and friction of a device from its calibration.

    Parameters
    ----------
    found : Calibration
        What was found on the device.
    limits : Envelope
        Limits in force.

    Returns
    -------
    Burden or None
        None where the calibration swept nothing.

    Raises
    ------
    ConfigError
        If the legs were fitted with different frictions, or a value is one that no device has.
    """
    if not found.legs:
        return None
    speeds = {leg.friction_speed for leg in found.legs.values()}
    if len(speeds) != 1:
        raise ConfigError(
            f"calibration must have one friction_speed for both legs, got {sorted(speeds)}: calibrate the device again"
        )
    swept = [joint in found.joints and found.joints[joint].coulomb is not None for joint in JOINTS]
    most = np.where(swept, SHARE * np.asarray(limits.tau_max), 0.0)
    burden = Burden(
        gravity=tuple(found.gravity().ravel().tolist()),
        # A fit may find a friction a little below nothing.
        coulomb=tuple(np.maximum(found.friction("coulomb"), 0.0).tolist()),
        viscous=tuple(np.maximum(found.friction("viscous"), 0.0).tolist()),
        max_torque=tuple(np.minimum(most, 150.0).tolist()),
        friction_speed=speeds.pop(),
    )
    try:
        burden.law  # noqa: B018 - it checks every value
    except ConfigError as error:
        raise ConfigError(
            f"calibration has a weight or friction that no device has: {error}; calibrate again"
        ) from None
    return burden


def taken_off(plan: Plan) -> str:
    """Say what of the device a session takes off the person.

    Parameters
    ----------
    plan : Plan
        A plan that was fitted to a device.

    Returns
    -------
    str
        A sentence.
    """
    if plan.fitting is None or plan.fitting.burden is None:
        return "Nothing of the device's weight and friction is taken off: its calibration swept no leg."
    return "The device's weight and friction are taken off as its calibration found them."
