"""The plant as a Gymnasium environment; imported only when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, radians, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import _core
from .._core import JOINTS, SAMPLE_FIELDS
from .._inputs import Array, to_floats, to_number
from ..errors import ConfigError, MissingExtraError
from ._device import Device
from ._faults import Fault
from ._inputs import to_choice
from ._machine import Plant
from ._patient import Patient
from ._sensors import Sensors

try:
    import gymnasium
except ImportError:
    raise MissingExtraError("GaitEnv needs gymnasium: pip install 'gaitloop[sim]'") from None

STEP_TICKS = 5  # [-] of 1 ms
DT = STEP_TICKS * 1e-3  # [s]
LEAD_IN = 14.0  # [s] lowering takes 8 s from when the belt moves
BELT_ACCEL = 0.25  # [m/s²]
STIFFNESS = np.array([500.0, 800.0, 100.0] * 2)  # [N·m/rad]
DAMPING = np.array([35.0, 10.0, 2.0] * 2)  # [N·m·s/rad]
TRACKING_SIZE = 0.1  # [rad]
SLICES = {name: slice(start, start + length) for name, start, length, *_ in SAMPLE_FIELDS}
HIGH = [pi] * 6 + [30.0] * 6 + [5.0] * 2 + [1.0] * 2 + [pi] * 6 + [3.0] * 2
LOW = [-pi] * 6 + [-30.0] * 6 + [0.0] * 2 + [-1.0] * 2 + [-pi] * 6 + [0.0] * 2
ACTIONS = {"torque": 0, "guidance": 1}


class _Pace:
    """The reference, its phase led by the belt and corrected by foot contacts, and the ramp of the belt."""

    def __init__(self, speed: float, height: float) -> None:
        self.speed = speed
        self.pattern = _core.GaitPattern.koopman(speed, height, pelvic_tilt=radians(8), foot_clearance=0.04)
        self.phase = 0.0
        self.correction = 0.0
        self.loaded = [False, False]
        self.since = [1.0, 1.0]
        self.q, self.dq, _ = self.pattern.evaluate(0.0, 0.0)

    def step(self, force: Array, belt: float) -> None:
        for side in range(2):
            self.since[side] += DT
            on = bool(force[side] > (20.0 if self.loaded[side] else 60.0))
            if on != self.loaded[side] and self.since[side] > 0.1:
                self.loaded[side], self.since[side] = on, 0.0
                if on:
                    self.correction = -0.3 * ((self.phase + 0.5 * side + 0.5) % 1.0 - 0.5)
        paid = self.correction * DT / 0.3
        self.correction -= paid
        rate = self.pattern.stride_rate * belt / self.speed
        most = 0.5 * rate * DT
        self.phase = (self.phase + rate * DT + min(max(paid, -most), most)) % 1.0
        self.q, self.dq, _ = self.pattern.evaluate(self.phase, rate)


class GaitEnv(gymnasium.Env[NDArray[np.float32], NDArray[np.float32]]):
    """A simulated person in a treadmill exoskeleton as a Gymnasium environment; needs the extra `sim`.

    A step takes 5 ms, that is five ticks of the plant with the torque held. `reset` lets the person down on the belt
    and walks them in under full guidance for 14 s, so that an episode begins in steady walking. Gymnasium knows the
    environment as `gaitloop/Gait-v0` once this class has been looked up.

    The observation is 24 numbers (float32), from the sensors; what a sensor does not tell stays as it was:

    ====== ============================================= ========= =============
    place  what                                          unit      range
    ====== ============================================= ========= =============
    0-5    joint angles                                  rad       -pi to pi
    6-11   joint velocities                              rad/s     -30 to 30
    12-13  force under the feet over body weight         1         0 to 5
    14-15  sine and cosine of the reference's left phase 1         -1 to 1
    16-21  reference minus joint angles                  rad       -pi to pi
    22     belt speed                                    m/s       0 to 3
    23     rope force over body weight                   1         0 to 3
    ====== ============================================= ========= =============

    The action has one number from -1 to 1 per driven joint. With `torque` it is the share of the drive's greatest
    torque. With `guidance` it scales an impedance toward the reference (hip 500 N·m/rad, 35 N·m·s/rad; knee 800, 10;
    ankle 100, 2) from none at -1 to all of it at 1.

    The reward of a step is ``w0 tracking + w1 effort - w2 interaction``; the three and their form are ours, made to
    reward walking well with little help, and the weights are to be chosen. Each is between 0 and 1:

    * tracking: ``exp(-mean(e^2) / 0.1^2)`` with the errors ``e`` [rad] of hips and knees;
    * effort: what share of the work on the joints, ``sum(|torque velocity|)``, the person does, the drives doing
      the rest;
    * interaction: mean over the driven joints of the square of torque on the person over the drive's greatest.

    An episode ends (`terminated`) when the person is no longer upright, and is cut (`truncated`) after `duration`.

    Parameters
    ----------
    patient : Patient, optional
        The person; by default another one after a stroke in every episode, severity 0.2 to 0.8, drawn from the seed.
    device : Device, optional
        The device; by default `Device.treadmill_exo()`.
    speed : float
        Speed of the belt [m/s], 0.2 to 1.2.
    support : float
        Body-weight support [body weights], 0 to 0.8.
    action : str
        `torque` or `guidance`.
    duration : float
        Length of an episode [s], 1 to 3600.
    weights : sequence of float, shape (3,)
        Weights of tracking, effort and interaction [-], 0 to 100.
    sensors : Sensors, optional
        Sensors other than the usual ones; their delay counts steps.
    faults : sequence of Fault
        What goes wrong; the time counts from the start of the lead-in of 14 s.
    render_mode : None
        There are no pictures.

    Raises
    ------
    ConfigError
        If a value is outside its range.
    MissingExtraError
        If gymnasium is not installed, as soon as the class is looked up.
    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012, as the base class has it

    def __init__(
        self,
        *,
        patient: Patient | None = None,
        device: Device | None = None,
        speed: float = 0.8,
        support: float = 0.3,
        action: str = "guidance",
        duration: float = 20.0,
        weights: Sequence[float] = (1.0, 0.2, 0.5),
        sensors: Sensors | None = None,
        faults: Sequence[Fault] = (),
        render_mode: None = None,
    ) -> None:
        self._speed = _in_range("speed", speed, 0.2, 1.2)
        self._support = _in_range("support", support, 0.0, 0.8)
        self._guided = bool(to_choice("action", action, ACTIONS))
        self._steps = round(_in_range("duration", duration, 1.0, 3600.0) / DT)
        self._weights = to_floats("weights", list(weights))
        if self._weights.shape != (3,):
            raise ConfigError(f"weights must have shape (3,), got {self._weights.shape}")
        for weight in self._weights:
            _in_range("weights", float(weight), 0.0, 100.0)
        if render_mode is not None:
            raise ConfigError(f"render_mode must be None, got {render_mode!r:.80}")
        self.render_mode = None
        self._patient, self._sensors, self._faults = patient, sensors, tuple(faults)
        self._device = Device.treadmill_exo() if device is None else device
        self._driven = np.array([i for i, kind in enumerate(self._device.joints) if kind == "driven"])
        self._torque_max = self._device.parameters()["torque_max"]
        size = (len(self._driven),)
        self.action_space = gymnasium.spaces.Box(-1.0, 1.0, size, np.float32)
        low, high = np.array(LOW, np.float32), np.array(HIGH, np.float32)
        self.observation_space = gymnasium.spaces.Box(low, high, dtype=np.float32)
        self._plant: Plant | None = None

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """Put a person on the belt and walk them in.

        Parameters
        ----------
        seed : int, optional
            Where everything random comes from [-]; by default the generator goes on.
        options : dict, optional
            Not used.

        Returns
        -------
        observation : ndarray of float32, shape (24,)
            The first observation [see the class].
        info : dict
            `severity` of a person drawn from the seed, else nothing.
        """
        super().reset(seed=seed)
        patient, info = self._patient, {}
        if patient is None:
            severity = float(self.np_random.uniform(0.2, 0.8))
            side = ("left", "right")[int(self.np_random.integers(2))]
            patient = Patient.stroke(side=side, severity=severity, seed=int(self.np_random.integers(2**32)))
            info = {"severity": severity}
        seed = int(self.np_random.integers(2**32))
        self._plant = Plant(patient, self._device, seed, sensors=self._sensors, faults=self._faults)
        self._pace = _Pace(self._speed, float(patient.parameters()["height"]))
        self._weight = self._plant.body_weight
        self._t, self._belt, self._engaged, self._left = 0, 0.0, 0.0, self._steps
        self._seen = np.zeros(max(part.stop for part in SLICES.values()))
        self._measure()
        for _ in range(round(LEAD_IN / DT)):
            self._engaged = min(self._engaged + DT / 2.0, 1.0)
            if self._engaged >= 1.0:
                self._belt = min(self._belt + BELT_ACCEL * DT, self._speed)
            self._act(self._guide(np.ones(len(self._driven))) * self._engaged)
        return self._observation(), info

    def step(self, action: NDArray[np.float32]) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        """Let 5 ms pass.

        Parameters
        ----------
        action : ndarray of float32, shape (n,)
            One number per driven joint [-], -1 to 1; what is beyond is cut, what is not a number counts as 0.

        Returns
        -------
        observation : ndarray of float32, shape (24,)
            What the sensors tell now [see the class].
        reward : float
            Weighted sum of the three terms [-].
        terminated : bool
            The person is no longer upright.
        truncated : bool
            The time is over.
        info : dict
            The three terms by name.

        Raises
        ------
        ConfigError
            If the environment was not reset, or the action has another shape.
        """
        if self._plant is None:
            raise ConfigError("step must come after reset")
        share = np.asarray(action, dtype=np.float64)
        if share.shape != self._driven.shape:
            raise ConfigError(f"action must have shape {self._driven.shape}, got {share.shape}")
        share = np.clip(np.nan_to_num(share, nan=0.0), -1.0, 1.0)
        if self._guided:
            torque = self._guide((share + 1.0) / 2.0)
        else:
            torque = np.zeros(len(JOINTS))
            torque[self._driven] = share * self._torque_max[self._driven]
        self._act(torque)
        self._left -= 1
        terms = self._terms()
        reward = float(self._weights @ (terms["tracking"], terms["effort"], -terms["interaction"]))
        return self._observation(), reward, not self._plant.upright, self._left <= 0, terms

    def _guide(self, share: Array) -> Array:
        """Torque of the impedance toward the reference, scaled per driven joint."""
        q, dq = self._seen[SLICES["q"]], self._seen[SLICES["dq"]]
        torque = STIFFNESS * (self._pace.q - q) + DAMPING * (self._pace.dq - dq)
        scale = np.zeros(len(JOINTS))
        scale[self._driven] = share
        limited: Array = np.clip(torque, -self._torque_max, self._torque_max) * scale
        return limited

    def _act(self, torque: Array) -> None:
        assert self._plant is not None
        support = self._support * self._weight * self._engaged
        self._plant.run(np.tile(torque, (STEP_TICKS, 1)), self._belt, support)
        self._t += STEP_TICKS * 1_000_000
        self._measure()
        self._pace.step(self._seen[SLICES["foot_force"]], max(float(self._seen[SLICES["belt_speed"]][0]), 0.0))

    def _measure(self) -> None:
        assert self._plant is not None
        value, valid, _ = self._plant.sample(self._t)
        self._seen = np.where(valid & np.isfinite(value), value, self._seen)

    def _terms(self) -> dict[str, Any]:
        assert self._plant is not None
        truth = self._plant.look()
        error = (self._pace.q - truth.q[3:])[[0, 1, 3, 4]]
        person, drives = (np.abs(t * truth.dq[3:]).sum() for t in (truth.patient_torque, truth.device_torque))
        share = truth.device_torque[self._driven] / self._torque_max[self._driven]
        return {
            "tracking": float(np.exp(-np.mean(error**2) / TRACKING_SIZE**2)),
            "effort": float(person / (person + drives + 1e-9)),
            "interaction": float(np.mean(share**2)),
        }

    def _observation(self) -> NDArray[np.float32]:
        seen = {name: self._seen[part] for name, part in SLICES.items()}
        angle = 2 * pi * self._pace.phase
        parts = [seen["q"], seen["dq"], seen["foot_force"] / self._weight, np.array([sin(angle), cos(angle)])]
        parts += [self._pace.q - seen["q"], seen["belt_speed"], seen["rope_force"] / self._weight]
        box = self.observation_space
        assert isinstance(box, gymnasium.spaces.Box)
        return np.clip(np.concatenate(parts).astype(np.float32), box.low, box.high)


def _in_range(name: str, value: float, low: float, high: float) -> float:
    number = to_number(name, value)
    if not low <= number <= high:
        raise ConfigError(f"{name} must lie in [{low}, {high}], got {value}")
    return number


gymnasium.register("gaitloop/Gait-v0", entry_point="gaitloop.plant:GaitEnv")
