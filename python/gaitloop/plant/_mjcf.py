"""The mechanics of the plant as a model for MuJoCo."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._inputs import to_number
from ..errors import ConfigError
from ._device import Device
from ._machine import Plant
from ._patient import Patient

GRAVITY = 9.80665  # [m/s²]
RADIUS = 0.001  # [m] of the spheres at heel and toe
IMPEDANCE = 0.1  # [-] of the contacts, small: a spring and damper, hardly any inertia
JOINTS = (("hip", -1), ("knee", 1), ("ankle", -1))  # flexion and dorsiflexion in MuJoCo's sense of rotation about y


def to_mjcf(
    patient: Patient,
    device: Device,
    *,
    contacts: bool = True,
    frame: bool = True,
    step: float = 0.0005,
) -> str:
    """Write the mechanics of a person in a device as a model for MuJoCo (MJCF).

    The degrees of freedom have the plant's names, order and signs: pelvis `x`, `z`, `pitch`, then `hip_l`, `knee_l`,
    `ankle_l`, `hip_r`, `knee_r`, `ankle_r`. Segments, limbs of the exoskeleton and reflected inertia are exact: mass
    matrix, bias forces and accelerations agree with the plant. What differs is said here.

    - Belt: the floor stands still and the frame moves instead, which is the same motion seen from the belt. At belt
      speed `v`, set the controls `frame_x` to `v` times the time and `frame_vx` to `v`.
    - Contact: spheres of 1 mm at heel and toe with the plant's stiffness. MuJoCo's damper does not grow with depth as
      the plant's does; it is the plant's under the whole weight. Friction is Coulomb's, with the plant's coefficient.
    - Frame: springs and dampers on pelvis and joints (viscous friction of the drives); the rope, the start lift and the
      force that carries the exoskeleton's limbs are for the caller (`qfrc_applied`).
    - Drives: motors with the device's largest torque, without lag.
    - Muscles: none.

    Parameters
    ----------
    patient : Patient
        The person.
    device : Device
        The device.
    contacts : bool
        With the floor, and spheres at heel and toe.
    frame : bool
        With springs and dampers of the frame and friction of the joints.
    step : float
        Time step [s], 0.00001 to 0.01.

    Returns
    -------
    str
        The model as XML.

    Raises
    ------
    ConfigError
        If `step` is outside its range.

    References
    ----------
    .. [1] Todorov, E., Erez, T., & Tassa, Y. (2012). MuJoCo: A physics engine for model-based control. IROS, 5026-5033.
       DOI 10.1109/IROS.2012.6386109.

    Examples
    --------
    >>> to_mjcf(Patient.healthy(), Device.treadmill_exo()).startswith("<mujoco")
    True
    """
    step = to_number("step", step)
    if not 1e-5 <= step <= 0.01:
        raise ConfigError(f"step must lie in [0.00001, 0.01], got {step:g}")
    plant = Plant(patient, device)
    p = plant.parameters()
    p["foot_inverse_weight"] = _inverse_weight(plant, p)
    floor = '<geom name="floor" type="plane" size="0 0 1"/>' if contacts else ""
    return f"""<mujoco model="gaitloop">
  <compiler angle="radian" autolimits="true"/>
  <option timestep="{step!r}" gravity="0 0 {-GRAVITY}" cone="elliptic">{_flags(contacts)}</option>
  <default><geom contype="0" conaffinity="1" friction="{p["contact_friction"]!r} 0 0"/></default>
  <worldbody>
    {floor}
    <body name="pelvis">
      {_pelvis(p["frame"] if frame else None)}
      {_inertial(p["trunk"], 1)}
      {_leg("l", p, contacts, frame)}
      {_leg("r", p, contacts, frame)}
    </body>
  </worldbody>
  <actuator>
    {_actuators(p, frame)}
  </actuator>
</mujoco>
"""


def _flags(contacts: bool) -> str:
    return "" if contacts else '<flag contact="disable"/>'


def _number(*values: float) -> str:
    return " ".join(repr(float(value)) for value in values)


def _pelvis(frame: dict[str, Any] | None) -> str:
    z = pitch = ""
    if frame is not None:
        z = f' damping="{_number(frame["z_damping"])}"'
        stiffness, damping = frame["pitch"]
        pitch = f' stiffness="{_number(stiffness)}" damping="{_number(damping)}" springref="{_number(frame["tilt"])}"'
    return (
        '<joint name="x" type="slide" axis="1 0 0"/>'
        f'<joint name="z" type="slide" axis="0 0 1"{z}/>'
        f'<joint name="pitch" type="hinge" axis="0 -1 0"{pitch}/>'
    )


def _inertial(segment: dict[str, float], direction: int, x: float = 0.0) -> str:
    # Only the moment about y matters; the others make a body that can exist.
    moment = segment["inertia"]
    return (
        f'<inertial pos="{_number(x, 0.0, direction * segment["com"])}" mass="{_number(segment["mass"])}" '
        f'diaginertia="{_number(moment, moment, 0.5 * moment)}"/>'
    )


def _rod(name: str, mass: float, length: float) -> str:
    if mass == 0.0:
        return ""
    rod = {"mass": mass, "com": 0.5 * length, "inertia": mass * length**2 / 12}
    return f'<body name="{name}">{_inertial(rod, -1)}</body>'


def _leg(side: str, p: dict[str, Any], contacts: bool, frame: bool) -> str:
    def joint(i: int) -> str:
        name, sign = JOINTS[i]
        friction = f' damping="{_number(p["friction"][i])}"' if frame else ""
        return (
            f'<joint name="{name}_{side}" type="hinge" axis="0 {sign} 0" '
            f'armature="{_number(p["armature"][i])}"{friction}/>'
        )

    thigh, shank, foot = p["thigh"], p["shank"], p["foot"]
    sole = {"mass": foot["mass"], "com": 0.5 * p["ankle_height"], "inertia": foot["inertia"]}
    return f"""<body name="thigh_{side}">{joint(0)}{_inertial(thigh, -1)}
        {_rod(f"thigh_rod_{side}", p["thigh_rod"], thigh["length"])}
        <body name="shank_{side}" pos="{_number(0.0, 0.0, -thigh["length"])}">{joint(1)}{_inertial(shank, -1)}
          {_rod(f"shank_rod_{side}", p["shank_rod"], shank["length"])}
          <body name="foot_{side}" pos="{_number(0.0, 0.0, -shank["length"])}">{joint(2)}
            {_inertial(sole, -1, 0.5 * p["toe"])}
            {_points(side, p) if contacts else ""}
          </body>
        </body>
      </body>"""


def _points(side: str, p: dict[str, Any]) -> str:
    """Spheres whose lowest points are heel and toe of a flat foot.

    With an elliptic cone, a contact at impedance `d` pushes with `(k d r + b v - a) d / ((1 - d) w)`: `r` penetration,
    `v` and `a` its rates, `w` the foot's inverse weight, `k d² = -solref[0]`, `b d = -solref[1]` (MuJoCo's
    documentation, "Computation"). So the stiffness is free of the posture, and a small `d` adds little inertia.
    """
    scale = (1 - IMPEDANCE) * p["foot_inverse_weight"]
    damper = scale * GRAVITY * p["mass"] * p["contact_damping"]
    geoms = []
    for name, x, stiffness in zip(("heel", "toe"), (-p["heel"], p["toe"]), p["contact_stiffness"], strict=True):
        geoms.append(
            f'<geom name="{name}_{side}" type="sphere" size="{RADIUS}" contype="1" conaffinity="0" priority="1" '
            f'pos="{_number(x, 0.0, RADIUS - p["ankle_height"])}" '
            f'solref="{_number(-scale * stiffness, -damper)}" solimp="{_number(IMPEDANCE, IMPEDANCE, 0.001)}"/>'
        )
    return "".join(geoms)


def _inverse_weight(plant: Plant, p: dict[str, Any]) -> float:
    """Inverse inertia that a force on the foot's centre of mass meets at angles 0, mean of three axes [1/kg]."""
    x, z = 0.5 * p["toe"], -0.5 * p["ankle_height"]
    down = [-(p["thigh"]["length"] + p["shank"]["length"]) + z, -p["shank"]["length"] + z, z]
    jacobian = np.zeros((2, 9))
    jacobian[0, 0] = jacobian[1, 1] = 1.0
    jacobian[:, 2] = -down[0], x
    for i, (height, sign) in enumerate(zip(down, (1, -1, 1), strict=True)):
        jacobian[:, 3 + i] = -sign * height, sign * x
    return float(np.trace(jacobian @ np.linalg.solve(plant.mass_matrix(np.zeros(9)), jacobian.T))) / 3


def _actuators(p: dict[str, Any], frame: bool) -> str:
    names = [f"{name}_{side}" for side in "lr" for name, _ in JOINTS]
    motors = [
        f'<motor name="{name}" joint="{name}" ctrlrange="{_number(-limit, limit)}"/>'
        for name, limit in zip(names, p["torque_max"], strict=True)
        if limit > 0.0
    ]
    if frame:
        stiffness, damping = p["frame"]["x"]
        motors.append(f'<position name="frame_x" joint="x" kp="{_number(stiffness)}"/>')
        motors.append(f'<velocity name="frame_vx" joint="x" kv="{_number(damping)}"/>')
    return "\n    ".join(motors)
