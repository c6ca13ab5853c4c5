"""Section 6, foot plates: what an end-effector trainer moves feet with."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ...errors import ConfigError
from .._checks import all_in_range, array, in_range
from .._conventions import Array, clamp, present
from ..body import Body
from ..curve import Curve
from .guidance import share

_RANGE = (2.0, 2.0, 1.5)
_STIFFNESS = (50000.0, 50000.0, 5000.0)
_DAMPING = (5000.0, 5000.0, 500.0)
_FORCE = (2000.0, 2000.0, 300.0)
_FASTEST = 5.0
_ANY_MASS = 75.0  # lengths do not depend on it


class PlateForce(NamedTuple):
    """What the law gives in one tick, or in every tick of a recording.

    Attributes
    ----------
    force : ndarray of float, shape (2, 3) or (T, 2, 3)
        Force forward and up [N] and moment, toe up [N·m], of each plate on its foot.
    energy : ndarray of float, shape (2,) or (T, 2)
        Potential energy of the springs of each plate [J].
    """

    force: Array
    energy: Array


def _samples(name: str, values: ArrayLike, *shape: int) -> Array:
    got = array(name, values, (-1, *shape))
    if not 8 <= len(got) <= 1024:
        raise ConfigError(f"{name} must have length 8 to 1024, got {len(got)}")
    return got


def _axes(name: str, values: ArrayLike, tops: tuple[float, ...]) -> list[float]:
    return [
        in_range(name, x, 0.0, top, i) for i, (x, top) in enumerate(zip(array(name, values, (3,)), tops, strict=True))
    ]


class FootPlate:
    """Springs and dampers between each foot plate and its path, faded by guidance [1]_ [2]_.

    Parameters
    ----------
    path : array_like of float, shape (N, 2, 3)
        Pose of each plate, x and z [m], -2 to 2, and pitch [rad], -1.5 to 1.5, at even phases of each side's cycle;
        N 8 to 1024.
    stiffness : array_like of float, shape (3,)
        Stiffness of x and z [N/m], 0 to 50000, and pitch [N·m/rad], 0 to 5000.
    damping : array_like of float, shape (3,)
        Damping of x and z [N·s/m], 0 to 5000, and pitch [N·m·s/rad], 0 to 500.
    max_force : array_like of float, shape (3,)
        Largest force [N], 0 to 2000, and moment [N·m], 0 to 300.

    Raises
    ------
    ConfigError
        If a value lies outside its range or an array has another shape.

    References
    ----------
    .. [1] Schmidt, H. et al. (2007). HapticWalker. Autonomous Robots, 22, 159-174.
    .. [2] Hesse, S., Waldner, A. and Tomelleri, C. (2010). Innovative gait robot for the repetitive practice of floor
       walking and stair climbing up and down in stroke patients. Journal of NeuroEngineering and Rehabilitation, 7, 30.
    """

    def __init__(self, path: ArrayLike, stiffness: ArrayLike, damping: ArrayLike, max_force: ArrayLike) -> None:
        poses = _samples("path", path, 2, 3)
        for index, value in enumerate(poses.ravel().tolist()):
            in_range("path", value, -_RANGE[index % 3], _RANGE[index % 3], index)
        self.stiffness = _axes("stiffness", stiffness, _STIFFNESS)
        self.damping = _axes("damping", damping, _DAMPING)
        self.max_force = _axes("max_force", max_force, _FORCE)
        self.curves = [[Curve("path", poses[:, side, axis]) for axis in range(3)] for side in (0, 1)]

    def step(
        self, pose: ArrayLike, velocity: ArrayLike, phase: ArrayLike, phase_rate: ArrayLike, guidance: ArrayLike
    ) -> PlateForce:
        """Force of one tick.

        Parameters
        ----------
        pose, velocity : array_like of float, shape (2, 3)
            Measured pose [m, m, rad] and its rate of each plate, NaN where absent.
        phase, phase_rate : array_like of float, shape (2,)
            Phase [-] and its rate [1/s] of each side.
        guidance : array_like of float, shape (2,)
            Guidance per side [-], clamped to 0 to 1; not finite counts as 0.

        Returns
        -------
        PlateForce
            Force and energy; 0 for a side with anything absent.
        """
        out = PlateForce(np.zeros((2, 3)), np.zeros(2))
        at, moves = (np.asarray(a, dtype=np.float64).tolist() for a in (pose, velocity))
        p, rate, g = (np.asarray(a, dtype=np.float64).tolist() for a in (phase, phase_rate, guidance))
        for i in (0, 1):
            if any(present(x) is None for x in (*at[i], *moves[i], p[i])):
                continue
            r = clamp(rate[i], -_FASTEST, _FASTEST) if math.isfinite(rate[i]) else 0.0
            stored = 0.0
            for axis in range(3):
                y, slope, _ = (float(x) for x in self.curves[i][axis].evaluate(p[i]))
                force, v = self._axis(axis, y - at[i][axis], slope * r - moves[i][axis])
                out.force[i, axis] = share(g[i]) * force
                stored += v
            energy = share(g[i]) * stored
            out.energy[i] = energy if math.isfinite(energy) else 0.0
        return out

    def reference(self, side: int, phase: float, phase_rate: float) -> tuple[Array, Array]:
        """Pose that a plate should have, and its rate.

        Parameters
        ----------
        side : int
            0 left, 1 right.
        phase, phase_rate : float
            Phase [-] of that side and its rate [1/s].

        Returns
        -------
        tuple of ndarray of float, shape (3,)
            Pose [m, m, rad] and its rate [m/s, m/s, rad/s].
        """
        at = [curve.evaluate(phase) for curve in self.curves[side]]
        return np.array([float(y) for y, _, _ in at]), np.array([float(slope) * phase_rate for _, slope, _ in at])

    def _axis(self, axis: int, e: float, w: float) -> tuple[float, float]:
        k, most = self.stiffness[axis], self.max_force[axis]
        spring = clamp(k * e, -most, most)
        stored = most * (abs(e) - 0.5 * most / k) if k * abs(e) > most else 0.5 * k * e * e
        force = clamp(spring + self.damping[axis] * w, -most, most)
        return force if math.isfinite(force) else 0.0, stored if math.isfinite(stored) else 0.0

    def run(
        self, pose: ArrayLike, velocity: ArrayLike, phase: ArrayLike, phase_rate: ArrayLike, guidance: ArrayLike
    ) -> PlateForce:
        """Force of every tick of a recording.

        Parameters
        ----------
        pose, velocity : array_like of float, shape (T, 2, 3)
            Measured pose [m, m, rad] and its rate of each plate, NaN where absent.
        phase, phase_rate : array_like of float, shape (T, 2)
            Phase [-] and its rate [1/s] of each side.
        guidance : array_like of float, shape (T, 2)
            Guidance per side [-].

        Returns
        -------
        PlateForce
            Each field with time first.
        """
        rows = zip(
            *(np.asarray(a, dtype=np.float64) for a in (pose, velocity, phase, phase_rate, guidance)), strict=True
        )
        ticks = [self.step(*row) for row in rows]
        return PlateForce(
            np.array([tick.force for tick in ticks]).reshape(-1, 2, 3),
            np.array([tick.energy for tick in ticks]).reshape(-1, 2),
        )


class _Sole(NamedTuple):
    x: float
    z: float
    pitch: float
    low: float


def plate_path(
    angles: ArrayLike,
    height: float,
    ground: str = "level",
    *,
    offset: float = 0.5,
    step_length: float | None = None,
    samples: int = 128,
) -> Array:
    """Poses of both plates from the joint angles of a gait pattern.

    Parameters
    ----------
    angles : array_like of float, shape (M, 6)
        Joint angles [rad], -3 to 3, at even phases of each side's own cycle; M 8 to 1024.
    height : float
        Body height [m], 1.0 to 2.3.
    ground : str
        `level`: the lower foot stands on the floor; `stairs`: the hip keeps its height.
    offset : float
        Phase of the right side when the left one is at 0 [-], 0 to 1.
    step_length : float, optional
        Distance of the soles at initial contact [m], 0.1 to 1.2; as the angles have it when not given.
    samples : int
        Number of poses [-], 8 to 1024.

    Returns
    -------
    ndarray of float, shape (samples, 2, 3)
        Pose of each plate: x, z [m], pitch [rad].

    Raises
    ------
    ConfigError
        If a value lies outside its range or the angles make no step.
    """
    table = _samples("angles", angles, 6)
    all_in_range("angles", table, -3.0, 3.0, (-1, 6))
    body = Body(_ANY_MASS, height)
    if ground not in ("level", "stairs"):
        raise ConfigError(f"ground must be one of level, stairs, got {ground!r}")
    offset = in_range("offset", offset, 0.0, 1.0)
    if step_length is not None:
        in_range("step_length", step_length, 0.1, 1.2)
    count = int(in_range("samples", samples, 8, 1024))
    curves = [Curve("angles", table[:, j]) for j in range(6)]

    def sole(side: int, phase: float) -> _Sole:
        hip, knee, ankle = (float(curves[3 * side + j].evaluate(phase)[0]) for j in range(3))
        leg, pitch = body.leg(hip, knee, ankle), hip - knee + ankle
        x = leg.ankle[0] + body.ankle_height * math.sin(pitch)
        z = leg.ankle[1] - body.ankle_height * math.cos(pitch)
        return _Sole(x, z, pitch, min(leg.heel[1], leg.toe[1]))

    def other(side: int, phase: float) -> _Sole:
        return sole(1 - side, phase + offset if side == 0 else phase - offset)

    out = np.zeros((count, 2, 3))
    for k in range(count):
        for side in (0, 1):
            at = sole(side, k / count)
            floor = min(at.low, other(side, k / count).low) if ground == "level" else 0.0
            out[k, side] = at.x, at.z - floor, at.pitch
    if ground == "stairs":
        out[:, :, 1] -= out[:, :, 1].min()
    if step_length is not None:
        step = 0.5 * sum(sole(side, 0.0).x - other(side, 0.0).x for side in (0, 1))
        out[:, :, 0] *= step_length / in_range("step", step, 0.05, 2.0)
    return out
