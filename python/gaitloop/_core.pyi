"""Compiled half of gaitloop: one class or function per name of the public modules."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, Self, TypeAlias, final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from typing_extensions import disjoint_base

from gaitloop.recording import Event
from gaitloop.trajectory._jerk_limited_enums import ControlInterface, DurationDiscretization, Result, Synchronization

__all__ = [
    "BELT_MODES",
    "BUILD_PROFILE",
    "BUTTONS",
    "CAUSES",
    "CHECKS",
    "COMMAND_FIELDS",
    "COMMAND_INTEGERS",
    "DRIVE_TROUBLES",
    "ENVELOPE_FIELDS",
    "FAULT_KINDS",
    "JOINTS",
    "JOINT_KINDS",
    "LEG_MODES",
    "LIMITS",
    "N_SAGITTAL_SUBTASKS",
    "POLICIES",
    "QUANTILES",
    "RATES",
    "REQUESTS",
    "SAFE_PROFILES",
    "SAMPLE_FIELDS",
    "SELFTESTS",
    "SEVERITIES",
    "SIDES",
    "SIDEWAYS_FIELDS",
    "SOURCES",
    "STATES",
    "STRIDE_COLUMNS",
    "SUBTASKS",
    "SUPPORT_MODES",
    "TELEMETRY_FIELDS",
    "WATCH_FIELDS",
    "BackImuContacts",
    "BandLaw",
    "BatchTrajectory",
    "Belt",
    "BodyWeightSupport",
    "CanopenDrives",
    "CatchTrials",
    "Command",
    "Compensation",
    "ComplementaryMotion",
    "ControlSet",
    "Declaration",
    "Device",
    "Drives",
    "Encoders",
    "Envelope",
    "ErrorAmplification",
    "Fader",
    "Fault",
    "FootImuContacts",
    "FootLift",
    "FootMeter",
    "FootPlate",
    "FootStep",
    "ForceContacts",
    "ForceField",
    "ForgettingLaw",
    "FusedContacts",
    "GaitGenerator",
    "GaitPattern",
    "GaitReference",
    "Guard",
    "HumanTorqueObserver",
    "Impedance",
    "InputParameter",
    "IntensityGovernor",
    "Interaction",
    "IterativeLearning",
    "JerkLimited",
    "JointContacts",
    "JointWork",
    "KeyAngles",
    "Lead",
    "LegGravity",
    "LimbComplement",
    "Loop",
    "MarkerContacts",
    "MinimumJerk",
    "ModelBased",
    "Monitors",
    "Narrowing",
    "OutputParameter",
    "Override",
    "Pacer",
    "PathControl",
    "Patient",
    "PhaseEstimator",
    "PhaseState",
    "Plant",
    "PlantDevice",
    "PlantFault",
    "ProportionalMoment",
    "Quintic",
    "Resistance",
    "SafeTorque",
    "Sample",
    "Schedule",
    "SelfTest",
    "SelfTestOutput",
    "Sensor",
    "Sensors",
    "ShankGyroContacts",
    "Sideways",
    "SimulatedDrives",
    "Simulation",
    "SplineProfile",
    "Staircase",
    "SteppedPlant",
    "StrideDetails",
    "StrideMeasures",
    "StrideMeter",
    "Supervisor",
    "SupervisorOutput",
    "Support",
    "Trainer",
    "Trajectory",
    "Watchers",
    "__version__",
    "adjust_pattern",
    "adult_angles",
    "calibrate_markers",
    "clock_resolution",
    "complement_pattern",
    "describe_pattern",
    "drive_digest",
    "fit_pattern",
    "foot_trajectory",
    "guidance",
    "half_lives",
    "harmonic_ratio",
    "margin_of_stability",
    "measure_wakeups",
    "pattern_difference",
    "pattern_from_speed_table",
    "plate_path",
    "probe_privileges",
    "ramp_pattern",
    "robot_work",
    "run_batch",
    "sagittal_gps",
    "segment_gravity",
    "stairs_pattern",
    "stride_measures",
    "stride_symmetry",
    "swing_window",
    "symmetry",
    "training_session",
    "variability",
]

# trajectory

_Array: TypeAlias = NDArray[np.float64]
_Three: TypeAlias = tuple[_Array, _Array, _Array]
_Floats: TypeAlias = NDArray[np.float64]

@final
class GaitPattern:
    @staticmethod
    def koopman(
        speed: float, height: float, *, pelvic_tilt: float = ..., foot_clearance: float | None = None
    ) -> GaitPattern: ...
    @staticmethod
    def from_table(
        angles: _Array,
        *,
        stride_time: float,
        offset: float = 0.5,
        speed: float | None = None,
        closing: float = 0.05,
    ) -> GaitPattern: ...
    def evaluate(
        self, phase: float | _Array, phase_rate: float | _Array | None = None, out: _Three | _Array | None = None
    ) -> _Three: ...
    def evaluate_sides(
        self,
        phases: _Array,
        phase_rates: _Array | None = None,
        phase_accels: _Array | None = None,
        out: _Three | _Array | None = None,
    ) -> _Three: ...
    @property
    def stride_rate(self) -> float: ...
    @property
    def speed(self) -> float | None: ...
    @property
    def offset(self) -> float: ...
    @property
    def published_stride_rate(self) -> float | None: ...
    def foot_clearance(self, height: float) -> float: ...

@final
class MinimumJerk:
    def __new__(cls, start: float | _Array, end: float | _Array, duration: float) -> Self: ...
    def evaluate(self, t: float | _Array, out: _Three | _Array | None = None) -> _Three: ...

@final
class Quintic:
    def __new__(cls, start: _Array, end: _Array, duration: float) -> Self: ...
    def evaluate(self, t: float | _Array, out: _Three | _Array | None = None) -> _Three: ...

@final
class GaitReference:
    @property
    def q(self) -> _Array: ...
    @property
    def dq(self) -> _Array: ...
    @property
    def ddq(self) -> _Array: ...
    @property
    def phases(self) -> _Array: ...
    @property
    def phase_rates(self) -> _Array: ...
    @property
    def phase_accels(self) -> _Array: ...
    @property
    def state(self) -> Any: ...
    @property
    def remaining(self) -> Any: ...
    @property
    def pace(self) -> Any: ...

@final
class GaitGenerator:
    def __new__(
        cls,
        *,
        max_velocity: _Array,
        max_acceleration: _Array,
        max_jerk: _Array,
        lower: _Array,
        upper: _Array,
        hip: float = 0.0,
        knee: float = 0.0,
        freeze_time: float = 1.0,
    ) -> Self: ...
    def walk(self, pattern: GaitPattern, steps: float, left: bool) -> float: ...
    def stand(self, steps: float, wait: bool) -> float: ...
    def catch(
        self,
        q: _Array,
        dq: _Array,
        ddq: _Array | None,
        pattern: GaitPattern | None,
        phase: float | None,
        steps: float,
    ) -> float: ...
    def freeze(self) -> None: ...
    def resume(self) -> None: ...
    @property
    def frozen(self) -> bool: ...
    @property
    def reference(self) -> GaitReference: ...
    def step(self, dt: float, out: _Three | _Array | None = None) -> GaitReference: ...
    def step_with(
        self,
        phases: _Array,
        phase_rates: _Array,
        phase_accels: _Array,
        dt: float,
        out: _Three | _Array | None = None,
    ) -> GaitReference: ...
    def run(self, ticks: int, dt: float) -> GaitReference: ...

_Pair: TypeAlias = tuple[float, float]
_MaybePair: TypeAlias = _Pair | None
_MaybeFloat: TypeAlias = float | None

def describe_pattern(
    pattern: GaitPattern, height: float
) -> tuple[tuple[_Pair, _Pair, _Pair, _Pair, _Pair, _Pair], float, float | None, float | None, float]: ...
def adjust_pattern(
    pattern: GaitPattern,
    height: float,
    lower: _Array,
    upper: _Array,
    pairs: tuple[_MaybePair, _MaybePair, _MaybePair, _MaybePair, _MaybePair],
    singles: tuple[_MaybeFloat, _MaybeFloat, _MaybeFloat, _MaybeFloat],
) -> GaitPattern: ...
def pattern_difference(pattern: GaitPattern, angles: _Array) -> tuple[_Array, _Array]: ...
def complement_pattern(pattern: GaitPattern, side: int, offset: float) -> GaitPattern: ...
def pattern_from_speed_table(
    angles: _Array,
    speeds: _Array,
    stride_times: _Array,
    speed: float,
    leg_lengths: tuple[float, _Array] | None,
    offset: float,
    closing: float,
) -> GaitPattern: ...

@final
class LimbComplement:
    def __new__(cls, pattern: GaitPattern, sound: int, ridge: float) -> Self: ...
    def step(self, q: _Array, dq: _Array) -> tuple[_Array, _Array]: ...
    @property
    def rms(self) -> _Array: ...

def ramp_pattern(
    speed: float,
    height: float,
    incline: float,
    *,
    foot_clearance: float = 0.01,
    pelvic_tilt: float = ...,
    heel_rise: float = ...,
) -> GaitPattern: ...
def stairs_pattern(
    rise: float,
    tread: float,
    height: float,
    direction: Literal["up", "down"],
    *,
    cadence: float = 1.0,
    foot_clearance: float = 0.02,
) -> GaitPattern: ...
def fit_pattern(
    model: GaitPattern,
    time: _Array,
    angles: _Array,
    contacts_left: _Array,
    contacts_right: _Array,
    settings: dict[str, Any],
) -> tuple[GaitPattern, tuple[int, int], int, list[tuple[str, float, str]], _Array, _Array]: ...

@disjoint_base
class InputParameter:
    """Everything a movement depends on, in arrays that are written in place."""

    def __new__(cls, dofs: int) -> Self: ...
    @property
    def degrees_of_freedom(self) -> int: ...
    @property
    def current_position(self) -> _Floats: ...
    @current_position.setter
    def current_position(self, value: NDArray[Any] | Sequence[Any], /) -> None: ...
    @property
    def current_velocity(self) -> _Floats: ...
    @current_velocity.setter
    def current_velocity(self, value: NDArray[Any] | Sequence[Any], /) -> None: ...
    @property
    def current_acceleration(self) -> _Floats: ...
    @current_acceleration.setter
    def current_acceleration(self, value: NDArray[Any] | Sequence[Any], /) -> None: ...
    @property
    def target_position(self) -> _Floats: ...
    @target_position.setter
    def target_position(self, value: NDArray[Any] | Sequence[Any], /) -> None: ...
    @property
    def target_velocity(self) -> _Floats: ...
    @target_velocity.setter
    def target_velocity(self, value: NDArray[Any] | Sequence[Any], /) -> None: ...
    @property
    def target_acceleration(self) -> _Floats: ...
    @target_acceleration.setter
    def target_acceleration(self, value: NDArray[Any] | Sequence[Any], /) -> None: ...
    @property
    def max_velocity(self) -> _Floats: ...
    @max_velocity.setter
    def max_velocity(self, value: NDArray[Any] | Sequence[Any], /) -> None: ...
    @property
    def min_velocity(self) -> _Floats | None: ...
    @min_velocity.setter
    def min_velocity(self, value: NDArray[Any] | Sequence[Any] | None, /) -> None: ...
    @property
    def max_acceleration(self) -> _Floats: ...
    @max_acceleration.setter
    def max_acceleration(self, value: NDArray[Any] | Sequence[Any], /) -> None: ...
    @property
    def min_acceleration(self) -> _Floats | None: ...
    @min_acceleration.setter
    def min_acceleration(self, value: NDArray[Any] | Sequence[Any] | None, /) -> None: ...
    @property
    def max_jerk(self) -> _Floats: ...
    @max_jerk.setter
    def max_jerk(self, value: NDArray[Any] | Sequence[Any], /) -> None: ...
    @property
    def max_position(self) -> _Floats | None: ...
    @max_position.setter
    def max_position(self, value: NDArray[Any] | Sequence[Any] | None, /) -> None: ...
    @property
    def min_position(self) -> _Floats | None: ...
    @min_position.setter
    def min_position(self, value: NDArray[Any] | Sequence[Any] | None, /) -> None: ...
    @property
    def enabled(self) -> NDArray[np.bool_]: ...
    @enabled.setter
    def enabled(self, value: NDArray[Any] | Sequence[Any], /) -> None: ...
    @property
    def control_interface(self) -> ControlInterface: ...
    @control_interface.setter
    def control_interface(self, value: ControlInterface, /) -> None: ...
    @property
    def per_dof_control_interface(self) -> tuple[ControlInterface, ...] | None: ...
    @per_dof_control_interface.setter
    def per_dof_control_interface(self, value: Iterable[ControlInterface] | None, /) -> None: ...
    @property
    def synchronization(self) -> Synchronization: ...
    @synchronization.setter
    def synchronization(self, value: Synchronization, /) -> None: ...
    @property
    def per_dof_synchronization(self) -> tuple[Synchronization, ...] | None: ...
    @per_dof_synchronization.setter
    def per_dof_synchronization(self, value: Iterable[Synchronization] | None, /) -> None: ...
    @property
    def duration_discretization(self) -> DurationDiscretization: ...
    @duration_discretization.setter
    def duration_discretization(self, value: DurationDiscretization, /) -> None: ...
    @property
    def minimum_duration(self) -> float | None: ...
    @minimum_duration.setter
    def minimum_duration(self, value: float | None, /) -> None: ...
    @property
    def tracking(self) -> float | None: ...
    @tracking.setter
    def tracking(self, value: float | None, /) -> None: ...
    def validate(self) -> None: ...

@disjoint_base
class OutputParameter:
    """What an update gives."""

    def __new__(cls, dofs: int) -> Self: ...
    @property
    def degrees_of_freedom(self) -> int: ...
    @property
    def new_position(self) -> _Floats: ...
    @property
    def new_velocity(self) -> _Floats: ...
    @property
    def new_acceleration(self) -> _Floats: ...
    @property
    def new_jerk(self) -> _Floats: ...
    @property
    def trajectory(self) -> Trajectory: ...
    @property
    def time(self) -> float: ...
    @property
    def new_calculation(self) -> bool: ...
    @property
    def fault(self) -> str | None: ...
    def pass_to_input(self, input: InputParameter) -> None: ...

@disjoint_base
class Trajectory:
    """Movements of all degrees of freedom."""

    def __new__(cls, dofs: int) -> Self: ...
    @property
    def degrees_of_freedom(self) -> int: ...
    @property
    def duration(self) -> float: ...
    @property
    def independent_min_durations(self) -> _Floats: ...
    @property
    def is_straight(self) -> bool: ...
    @property
    def is_limited(self) -> bool: ...
    def at_time(
        self, time: float | _Floats, out: tuple[_Floats, _Floats, _Floats] | _Floats | None = None
    ) -> tuple[_Floats, _Floats, _Floats]: ...
    @property
    def position_extrema(self) -> list[dict[str, float]]: ...
    def get_first_time_at_position(self, dof: int, position: float, time_after: float = 0.0) -> float | None: ...
    @property
    def profiles(self) -> list[_Floats]: ...

@final
class BatchTrajectory:
    """Movements of many rows of states."""

    @property
    def durations(self) -> _Floats: ...
    def __len__(self) -> int: ...
    def at_time(
        self, time: float | _Floats, out: tuple[_Floats, _Floats, _Floats] | _Floats | None = None
    ) -> tuple[_Floats, _Floats, _Floats]: ...

@disjoint_base
class JerkLimited:
    """Generator of jerk-limited movement."""

    def __new__(cls, dofs: int, cycle_time: float) -> Self: ...
    @property
    def degrees_of_freedom(self) -> int: ...
    @property
    def delta_time(self) -> float: ...
    def validate_input(self, input: InputParameter) -> None: ...
    def calculate(self, input: InputParameter, trajectory: Trajectory | None = None) -> Trajectory: ...
    def stop(self, input: InputParameter, trajectory: Trajectory | None = None) -> Trajectory: ...
    def update(self, input: InputParameter, output: OutputParameter) -> Result: ...
    def reset(self) -> None: ...
    def plan_batch(
        self, settings: InputParameter | None, fields: Sequence[_Floats], out: _Floats, threads: int
    ) -> BatchTrajectory: ...

# events

_Ints: TypeAlias = NDArray[np.int64]

_EventColumns: TypeAlias = tuple[_Ints, _Ints, _Ints, _Ints, _Floats]

@disjoint_base
class ForceContacts:
    def __new__(
        cls,
        *,
        scale: float = 700.0,
        on: float = 0.055,
        off: float = 0.04,
        floor: float = 30.0,
        arm: float = 0.3,
        debounce: float = 0.008,
        refractory: float = 0.12,
        baseline_time: float = 0.3,
        baseline_max: float = 50.0,
        settle: float = 0.1,
        gap: float = 0.1,
        shared: bool = True,
    ) -> Self: ...
    def step(self, force: ArrayLike, t: float) -> list[Event]: ...
    def run(self, force: _Floats, t: _Ints, causal: bool = True) -> _EventColumns: ...
    @property
    def in_contact(self) -> tuple[bool, bool]: ...
    @property
    def paused(self) -> tuple[bool, bool]: ...
    def reset(self) -> None: ...

@disjoint_base
class JointContacts:
    def __new__(
        cls, *, earliest: float = 0.05, latest: float = 0.1, usual: float = 0.085, gap: float = 0.1
    ) -> Self: ...
    def step(self, q: ArrayLike, t: float) -> list[Event]: ...
    def run(self, q: _Floats, t: _Ints, causal: bool = True) -> _EventColumns: ...
    @property
    def in_contact(self) -> tuple[bool, bool]: ...
    @property
    def paused(self) -> tuple[bool, bool]: ...
    def reset(self) -> None: ...

@disjoint_base
class BackImuContacts:
    def __new__(cls, *, floor: float = 0.6, rise: float = 0.3, step_time: float = 0.6, gap: float = 0.2) -> Self: ...
    def step(self, imu: ArrayLike, t: float) -> list[Event]: ...
    def run(self, imu: _Floats, t: _Ints, causal: bool = True) -> _EventColumns: ...
    @property
    def in_contact(self) -> tuple[bool, bool]: ...
    @property
    def paused(self) -> tuple[bool, bool]: ...
    def reset(self) -> None: ...

@disjoint_base
class FootImuContacts:
    def __new__(
        cls,
        *,
        push: float = 0.8,
        swing: float = 0.6,
        lift: float = 0.12,
        toe_off_delay: float = ...,
        contact_delay: float = ...,
        min_stance: float = 0.2,
        min_swing: float = 0.15,
        gap: float = 0.1,
    ) -> Self: ...
    def step(self, imu: ArrayLike, t: float) -> list[Event]: ...
    def run(self, imu: _Floats, t: _Ints, causal: bool = True) -> _EventColumns: ...
    @property
    def in_contact(self) -> tuple[bool, bool]: ...
    @property
    def paused(self) -> tuple[bool, bool]: ...
    def reset(self) -> None: ...

@disjoint_base
class FusedContacts:
    def __new__(
        cls,
        names: Sequence[str],
        weights: Sequence[float],
        *,
        window: float = 0.12,
        wait: float = 0.03,
        quorum: float = 0.5,
        stance: float = 0.1,
        swing: float = 0.1,
    ) -> Self: ...
    @property
    def sources(self) -> dict[str, float]: ...
    def step(
        self,
        found: Mapping[str, Iterable[Event]] | Sequence[Iterable[Event]],
        alive: Mapping[str, Iterable[bool]] | Sequence[Iterable[bool]],
        t: float,
    ) -> list[Event]: ...
    def run(self, found: Sequence[_EventColumns], alive: NDArray[np.bool_], t: _Ints) -> _EventColumns: ...
    @property
    def in_contact(self) -> tuple[bool, bool]: ...
    @property
    def paused(self) -> tuple[bool, bool]: ...
    @property
    def trusted(self) -> dict[str, tuple[bool, bool]]: ...
    def reset(self) -> None: ...

@disjoint_base
class MarkerContacts:
    def __new__(
        cls,
        *,
        smoothing: float = 0.003,
        speed_min: float = 0.2,
        bias_ic: float = 0.0,
        bias_to: float = 0.0,
        gap: float = 0.1,
    ) -> Self: ...
    def step(self, markers: ArrayLike, t: float) -> list[Event]: ...
    def run(self, markers: _Floats, t: _Ints, causal: bool = True) -> _EventColumns: ...
    @property
    def in_contact(self) -> tuple[bool, bool]: ...
    @property
    def paused(self) -> tuple[bool, bool]: ...
    def reset(self) -> None: ...

@disjoint_base
class ShankGyroContacts:
    def __new__(cls, *, contact_delay: float = 0.05, lift_lead: float = 0.058, gap: float = 0.15) -> Self: ...
    def step(self, gyr: ArrayLike, t: float) -> list[Event]: ...
    def run(self, gyr: _Floats, t: _Ints, causal: bool = True) -> _EventColumns: ...
    @property
    def in_contact(self) -> tuple[bool, bool]: ...
    @property
    def paused(self) -> tuple[bool, bool]: ...
    def reset(self) -> None: ...

def calibrate_markers(
    events: Sequence[tuple[_Ints, _Ints, _Ints]], reference: Sequence[tuple[_Ints, _Ints, _Ints]]
) -> tuple[float, float]: ...

# phase

@final
class PhaseState:
    @property
    def phase(self) -> NDArray[np.float64]: ...
    @property
    def rate(self) -> NDArray[np.float64]: ...
    @property
    def accel(self) -> NDArray[np.float64]: ...
    @property
    def confidence(self) -> NDArray[np.float64]: ...
    @property
    def mode(self) -> NDArray[np.uint8]: ...
    @property
    def changed(self) -> NDArray[np.bool_]: ...

@final
class PhaseEstimator:
    def __new__(
        cls,
        *,
        phase_gain: float = 0.35,
        rate_gain: float = 0.2,
        rate_leak: float = 0.04,
        rate_span: float = 0.15,
        dead_zone: float = 0.03,
        correction_time: float = 0.3,
        rate_time: float = 0.05,
        coupling: float = 0.0,
        apart: float = 0.1,
        window: float = 0.5,
    ) -> Self: ...
    def reset(self, phases: NDArray[np.float64]) -> None: ...
    def step(
        self,
        contact_age: NDArray[np.float64],
        nominal_rate: float,
        dt: float,
        motion: NDArray[np.float64] | None = None,
        stance: NDArray[np.float64] | None = None,
    ) -> PhaseState: ...
    def run(
        self,
        contact_age: NDArray[np.float64],
        nominal_rate: NDArray[np.float64],
        dt: float,
        motion: NDArray[np.float64] | None = None,
        stance: NDArray[np.float64] | None = None,
    ) -> PhaseState: ...

# control

N_SAGITTAL_SUBTASKS: int
SUBTASKS: list[str]

@final
class Compensation:
    def __new__(
        cls,
        gravity: NDArray[np.float64],
        coulomb: NDArray[np.float64],
        viscous: NDArray[np.float64],
        inertia: NDArray[np.float64],
        max_torque: NDArray[np.float64],
        *,
        friction_speed: float,
        friction_share: float,
        inertia_share: float,
        accel_time: float,
    ) -> Self: ...
    def reset(self) -> None: ...
    def step(
        self,
        tau: NDArray[np.float64],
        q: NDArray[np.float64],
        dq: NDArray[np.float64],
        ddq: NDArray[np.float64],
        dt: float,
        pelvis_pitch: float = 0.0,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
    def run(
        self,
        tau: NDArray[np.float64],
        q: NDArray[np.float64],
        dq: NDArray[np.float64],
        ddq: NDArray[np.float64] | None,
        dt: float,
        pelvis_pitch: NDArray[np.float64] | None = None,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...

@final
class FootLift:
    def __new__(
        cls,
        mass: float,
        height: float,
        driven: NDArray[np.float64],
        *,
        stiffness: float,
        lift_height: float,
        clearance: float,
        max_force: float,
        max_torque: NDArray[np.float64],
        look_ahead: float,
        swing_start: float,
        swing_end: float,
        absent_ankle: float,
        fade_in: float,
        fade_out: float,
    ) -> Self: ...
    def reset(self) -> None: ...
    def step(
        self,
        q: NDArray[np.float64],
        dq: NDArray[np.float64],
        phase: NDArray[np.float64],
        foot_force: NDArray[np.float64],
        support: NDArray[np.float64],
        dt: float,
        pelvis_pitch: float = 0.0,
    ) -> tuple[
        NDArray[np.float64],
        NDArray[np.float64],
        NDArray[np.bool_],
        NDArray[np.bool_],
        NDArray[np.bool_],
        NDArray[np.float64],
    ]: ...
    def run(
        self,
        q: NDArray[np.float64],
        dq: NDArray[np.float64],
        phase: NDArray[np.float64],
        foot_force: NDArray[np.float64],
        support: NDArray[np.float64],
        dt: float,
        pelvis_pitch: NDArray[np.float64] | None = None,
    ) -> tuple[
        NDArray[np.float64],
        NDArray[np.float64],
        NDArray[np.bool_],
        NDArray[np.bool_],
        NDArray[np.bool_],
        NDArray[np.float64],
    ]: ...

@final
class FootPlate:
    def __new__(
        cls,
        path: NDArray[np.float64],
        stiffness: NDArray[np.float64],
        damping: NDArray[np.float64],
        max_force: NDArray[np.float64],
    ) -> Self: ...
    def step(
        self,
        pose: NDArray[np.float64],
        velocity: NDArray[np.float64],
        phase: NDArray[np.float64],
        phase_rate: NDArray[np.float64],
        guidance: NDArray[np.float64],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
    def run(
        self,
        pose: NDArray[np.float64],
        velocity: NDArray[np.float64],
        phase: NDArray[np.float64],
        phase_rate: NDArray[np.float64],
        guidance: NDArray[np.float64],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...

@final
class Fader:
    def __new__(cls, *, time: float, rate: NDArray[np.float64], energy: float, power: float) -> Self: ...
    def request(self) -> bool: ...
    def step(
        self,
        tau_old: NDArray[np.float64],
        tau_new: NDArray[np.float64],
        energy_old: float,
        energy_new: float,
        dt: float,
    ) -> tuple[NDArray[np.float64], float, bool]: ...
    def run(
        self,
        tau_old: NDArray[np.float64],
        tau_new: NDArray[np.float64],
        energy_old: NDArray[np.float64],
        energy_new: NDArray[np.float64],
        dt: float,
        request: NDArray[np.bool_],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]: ...
    def reset(self) -> None: ...
    @property
    def busy(self) -> bool: ...
    @property
    def w(self) -> float: ...
    @property
    def stored(self) -> float: ...

@final
class Impedance:
    def __new__(cls, stiffness: NDArray[np.float64], damping: NDArray[np.float64]) -> Self: ...
    def step(
        self,
        q: NDArray[np.float64],
        dq: NDArray[np.float64],
        q_ref: NDArray[np.float64],
        dq_ref: NDArray[np.float64],
        guidance: NDArray[np.float64],
    ) -> NDArray[np.float64]: ...
    def run(
        self,
        q: NDArray[np.float64],
        dq: NDArray[np.float64],
        q_ref: NDArray[np.float64],
        dq_ref: NDArray[np.float64],
        guidance: NDArray[np.float64],
    ) -> NDArray[np.float64]: ...

@final
class LegGravity:
    def __new__(cls, mass: float, height: float) -> Self: ...
    def torque(self, q: NDArray[np.float64], pelvis_pitch: float = 0.0) -> NDArray[np.float64]: ...

@final
class ProportionalMoment:
    def __new__(
        cls,
        mass: float,
        height: float,
        *,
        gain: float,
        max_torque: float,
        roll_radius: float,
        smoothing: float,
    ) -> Self: ...
    def reset(self) -> None: ...
    def step(
        self,
        foot_force: NDArray[np.float64],
        cop: NDArray[np.float64],
        q: NDArray[np.float64],
        guidance: NDArray[np.float64],
        dt: float,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
    def run(
        self,
        foot_force: NDArray[np.float64],
        cop: NDArray[np.float64],
        q: NDArray[np.float64],
        guidance: NDArray[np.float64],
        dt: float,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...

@final
class SplineProfile:
    def __new__(
        cls,
        torque: NDArray[np.float64],
        peak: NDArray[np.float64],
        rise: NDArray[np.float64],
        fall: NDArray[np.float64],
    ) -> Self: ...
    def step(
        self,
        phase: NDArray[np.float64],
        guidance: NDArray[np.float64],
    ) -> NDArray[np.float64]: ...
    def run(
        self,
        phase: NDArray[np.float64],
        guidance: NDArray[np.float64],
    ) -> NDArray[np.float64]: ...

@final
class PathControl:
    def __new__(
        cls,
        path: NDArray[np.float64],
        weight: NDArray[np.float64],
        window: float,
        band: float,
        stiffness: float,
        wall_torque: float,
        damping: float,
        flow: float,
    ) -> Self: ...
    def step(
        self,
        q: NDArray[np.float64],
        dq: NDArray[np.float64],
        phase: NDArray[np.float64],
        phase_rate: NDArray[np.float64],
        guidance: NDArray[np.float64],
        dt: float,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]: ...
    def run(
        self,
        q: NDArray[np.float64],
        dq: NDArray[np.float64],
        phase: NDArray[np.float64],
        phase_rate: NDArray[np.float64],
        guidance: NDArray[np.float64],
        dt: float,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]: ...
    def reset(self) -> None: ...

@final
class ForceField:
    def __new__(
        cls,
        path: NDArray[np.float64],
        weight: NDArray[np.float64],
        window: float,
        tube: float,
        normal_width: float,
        normal: float,
        tangent_width: float,
        tangent: float,
        damping: float,
    ) -> Self: ...
    def step(
        self,
        q: NDArray[np.float64],
        dq: NDArray[np.float64],
        phase: NDArray[np.float64],
        phase_rate: NDArray[np.float64],
        guidance: NDArray[np.float64],
        dt: float,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]: ...
    def run(
        self,
        q: NDArray[np.float64],
        dq: NDArray[np.float64],
        phase: NDArray[np.float64],
        phase_rate: NDArray[np.float64],
        guidance: NDArray[np.float64],
        dt: float,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]: ...
    def reset(self) -> None: ...

@final
class Resistance:
    def __new__(
        cls,
        viscous: NDArray[np.float64],
        elastic: NDArray[np.float64],
        speed: NDArray[np.float64],
        follow: float,
        max_torque: NDArray[np.float64],
    ) -> Self: ...
    def step(
        self,
        q: NDArray[np.float64],
        dq: NDArray[np.float64],
        challenge: NDArray[np.float64],
        dt: float,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
    def run(
        self,
        q: NDArray[np.float64],
        dq: NDArray[np.float64],
        challenge: NDArray[np.float64],
        dt: float,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
    def reset(self) -> None: ...

@final
class ErrorAmplification:
    def __new__(
        cls,
        gain: NDArray[np.float64],
        tube: NDArray[np.float64],
        stiffness: NDArray[np.float64],
        damping: NDArray[np.float64],
        max_torque: NDArray[np.float64],
        budget: float,
        power: float,
    ) -> Self: ...
    @property
    def stored(self) -> NDArray[np.float64]: ...
    def step(
        self,
        q: NDArray[np.float64],
        dq: NDArray[np.float64],
        q_ref: NDArray[np.float64],
        challenge: NDArray[np.float64],
        dt: float,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
    def run(
        self,
        q: NDArray[np.float64],
        dq: NDArray[np.float64],
        q_ref: NDArray[np.float64],
        challenge: NDArray[np.float64],
        dt: float,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
    def reset(self) -> None: ...

@final
class ComplementaryMotion:
    def __new__(
        cls,
        max_velocity: NDArray[np.float64],
        fade: float,
    ) -> Self: ...
    def step(
        self,
        estimate_q: NDArray[np.float64],
        estimate_dq: NDArray[np.float64],
        q_ref: NDArray[np.float64],
        dq_ref: NDArray[np.float64],
        dt: float,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], float]: ...
    def reset(self) -> None: ...

def guidance(phase: float, support: NDArray[np.float64]) -> NDArray[np.float64]: ...
def plate_path(
    angles: NDArray[np.float64],
    height: float,
    ground: str,
    offset: float,
    step_length: float | None,
    samples: int,
) -> NDArray[np.float64]: ...
def segment_gravity(
    lengths: NDArray[np.float64], mass: NDArray[np.float64], along: NDArray[np.float64], forward: NDArray[np.float64]
) -> NDArray[np.float64]: ...
def swing_window(phase: float) -> float: ...

# safety

def _safety_kernel(name: str, arguments: NDArray[np.float64]) -> NDArray[np.float64]: ...

ENVELOPE_FIELDS: list[tuple[str, bool, float, float, str, str, str]]
COMMAND_FIELDS: list[tuple[str, int, int, str, str]]
COMMAND_INTEGERS: list[str]
LIMITS: list[str]
JOINT_KINDS: list[str]
SEVERITIES: list[str]
SOURCES: list[str]
CAUSES: list[str]
STATES: list[str]
LEG_MODES: list[str]
BELT_MODES: list[str]
SUPPORT_MODES: list[str]
REQUESTS: list[str]
SELFTESTS: list[str]
CHECKS: list[str]
SAFE_PROFILES: list[str]

@final
class Envelope:
    def __new__(cls, **fields: Any) -> Self: ...
    def intersect(self, other: Envelope) -> Envelope: ...
    def effective(
        self, patient: Narrowing, session: Narrowing, remote: Narrowing
    ) -> tuple[Envelope, list[list[int]]]: ...
    def to_dict(self) -> dict[str, Any]: ...

@final
class Narrowing:
    def __new__(cls, **fields: Any) -> Self: ...

@final
class Fault:
    @property
    def severity(self) -> int: ...
    @property
    def cause(self) -> int: ...
    @property
    def joint(self) -> int | None: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class SafeTorque:
    @property
    def torque(self) -> NDArray[np.float64]: ...
    @property
    def limits(self) -> int: ...

@final
class Guard:
    def __new__(cls, envelope: Envelope, kinds: Sequence[str]) -> Self: ...
    def check(
        self, t_ns: int, q: NDArray[np.float64], dq: NDArray[np.float64], tau_cmd: NDArray[np.float64]
    ) -> Fault: ...
    def distrust(self, joints: Sequence[bool]) -> None: ...
    def yields(self, yields: bool) -> None: ...
    def limit(self, mode: int) -> SafeTorque: ...
    def run(
        self,
        t_ns: NDArray[np.int64],
        q: NDArray[np.float64],
        dq: NDArray[np.float64],
        tau_cmd: NDArray[np.float64],
        modes: NDArray[np.int64],
    ) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]: ...

@final
class SupervisorOutput:
    @property
    def state(self) -> int: ...
    @property
    def leg(self) -> int: ...
    @property
    def belt(self) -> int: ...
    @property
    def support(self) -> int: ...
    @property
    def energised(self) -> bool: ...
    @property
    def brake(self) -> bool: ...
    @property
    def severity(self) -> int: ...
    @property
    def cause(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Supervisor:
    def __new__(cls, envelope: Envelope, device: Declaration) -> Self: ...
    @property
    def state(self) -> int: ...
    def step(
        self,
        *,
        estop_ok: bool,
        severity: int,
        cause: int,
        nonresettable: bool,
        command: int,
        local: bool,
        pain: bool,
        still: bool,
        selftest: int,
        enable: bool,
        t_ns: int,
        carried: bool = False,
    ) -> SupervisorOutput: ...

@final
class Belt:
    def __new__(cls, envelope: Envelope) -> Self: ...
    @property
    def speed(self) -> float: ...
    @property
    def accel(self) -> float: ...
    def step(self, target: float, mode: int, dt: float) -> float: ...

@final
class Support:
    def __new__(cls, envelope: Envelope, initial: float = 0.0) -> Self: ...
    @property
    def force(self) -> float: ...
    def step(self, target: float, mode: int, dt: float) -> float: ...

@final
class Monitors:
    def __new__(cls, envelope: Envelope, kinds: Sequence[str]) -> Self: ...
    def step(
        self,
        *,
        t: int,
        state: int,
        settled: bool,
        q_stamp: int,
        dq_stamp: int,
        belt_meas: float,
        belt_cmd: float,
        phase_lost: Sequence[bool],
        rope_position: float,
        stance_share: NDArray[np.float64],
        q: NDArray[np.float64],
        q_ref: NDArray[np.float64],
        guidance: NDArray[np.float64],
        dt: float,
    ) -> Fault: ...

@final
class Encoders:
    def __new__(cls, envelope: Envelope, kinds: Sequence[str]) -> Self: ...
    def step(
        self,
        *,
        state: int,
        q_stamp: int,
        dq_stamp: int,
        second_stamp: int,
        q: NDArray[np.float64],
        dq: NDArray[np.float64],
        q_second: NDArray[np.float64],
        dq_ref: NDArray[np.float64],
        guidance: NDArray[np.float64],
    ) -> Fault: ...
    @property
    def doubted(self) -> list[bool]: ...

@final
class Interaction:
    def __new__(cls, envelope: Envelope, kinds: Sequence[str]) -> Self: ...
    def step(self, state: int, torque: NDArray[np.float64], dt: float) -> Fault: ...
    @property
    def share(self) -> float: ...

@final
class Drives:
    def __new__(cls, envelope: Envelope, kinds: Sequence[str]) -> Self: ...
    def step(
        self,
        *,
        t: int,
        state: int,
        stamp: int,
        tau_meas: NDArray[np.float64],
        tau_sent: NDArray[np.float64],
        dt: float,
    ) -> Fault: ...

@disjoint_base
class Declaration:
    def __new__(
        cls,
        *,
        safe_profile: str | None,
        tick: float,
        watchdog: float,
        digest: NDArray[np.float64],
        lower_deadline: float | None = None,
    ) -> Self: ...
    @property
    def safe_profile(self) -> str: ...
    @property
    def lower_deadline(self) -> float | None: ...
    @property
    def tick(self) -> float: ...
    @property
    def watchdog(self) -> float: ...
    @property
    def digest(self) -> list[float | None]: ...

@final
class SelfTestOutput:
    @property
    def result(self) -> int: ...
    @property
    def check(self) -> int: ...
    @property
    def joint(self) -> int | None: ...
    @property
    def withhold(self) -> bool: ...
    @property
    def clear(self) -> bool: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class SelfTest:
    def __new__(cls, envelope: Envelope, kinds: Sequence[str], declaration: Declaration) -> Self: ...
    def reset(self) -> None: ...
    def step(
        self,
        *,
        t: int,
        clean: bool,
        q: NDArray[np.float64],
        q_stamp: int,
        dq: NDArray[np.float64],
        dq_stamp: int,
        status: NDArray[np.float64],
        status_stamp: int,
        digest: NDArray[np.float64],
        digest_stamp: int,
        watchdog: NDArray[np.float64],
        watchdog_stamp: int,
    ) -> SelfTestOutput: ...

@final
class Watchers:
    def __new__(cls, envelope: Envelope, kinds: Sequence[str], *, period: float) -> Self: ...
    def step(
        self,
        *,
        t: int,
        state: int,
        steady: bool,
        stamp: int,
        tau_meas: NDArray[np.float64],
        tau_sent: NDArray[np.float64],
        dq: NDArray[np.float64],
        phase: NDArray[np.float64],
        guidance: NDArray[np.float64],
        rope_force: float,
        rope_position: float,
        support_cmd: float,
        execution: float,
        dt: float,
    ) -> Fault: ...

# measures

STRIDE_COLUMNS: list[str]

@final
class KeyAngles:
    @property
    def hip_max(self) -> float | None: ...
    @property
    def hip_min(self) -> float | None: ...
    @property
    def knee_at_contact(self) -> float | None: ...
    @property
    def knee_stance_max(self) -> float | None: ...
    @property
    def knee_swing_max(self) -> float | None: ...

@final
class JointWork:
    @property
    def robot_work(self) -> float: ...
    @property
    def robot_braking(self) -> float: ...
    @property
    def human_work(self) -> float: ...
    @property
    def human_share(self) -> float: ...
    @property
    def human_covered(self) -> float: ...

@final
class StrideDetails:
    @property
    def swing_time(self) -> float | None: ...
    @property
    def cadence(self) -> float: ...
    @property
    def speed(self) -> float | None: ...
    @property
    def walk_ratio(self) -> float | None: ...
    @property
    def hip_range(self) -> float | None: ...
    @property
    def knee_range(self) -> float | None: ...
    @property
    def ankle_range(self) -> float | None: ...
    @property
    def ankle_swing_max(self) -> float | None: ...
    @property
    def toe_clearance(self) -> float | None: ...
    @property
    def load_share(self) -> float | None: ...
    @property
    def work(self) -> JointWork: ...

@final
class StrideMeasures:
    @property
    def side(self) -> int: ...
    @property
    def t_start(self) -> int: ...
    @property
    def t_end(self) -> int: ...
    @property
    def stride_time(self) -> float: ...
    @property
    def stance_time(self) -> float | None: ...
    @property
    def stance_share(self) -> float | None: ...
    @property
    def double_support(self) -> float | None: ...
    @property
    def step_time(self) -> float | None: ...
    @property
    def step_length(self) -> float | None: ...
    @property
    def stride_length(self) -> float | None: ...
    @property
    def force_peak(self) -> float | None: ...
    @property
    def force_mean(self) -> float | None: ...
    @property
    def valid(self) -> bool: ...
    @property
    def measured(self) -> KeyAngles: ...
    @property
    def reference(self) -> KeyAngles: ...
    @property
    def details(self) -> StrideDetails | None: ...
    @property
    def rms(self) -> NDArray[np.float64]: ...
    def subtask_errors(self) -> NDArray[np.float64]: ...

@final
class StrideMeter:
    def __new__(cls, side: int, mass: float, height: float, *, details: bool = False) -> Self: ...
    def step(
        self,
        *,
        event: tuple[int, int] | None,
        in_contact: tuple[bool, bool],
        other_contact: int | None,
        q: _Array,
        q_ref: _Array,
        phase: float,
        force: float,
        belt_speed: float,
        dt: float,
        torques: tuple[_Array | None, _Array | None, _Array | None] | None = None,
    ) -> StrideMeasures | None: ...

@final
class FootStep:
    @property
    def t_start(self) -> int: ...
    @property
    def t_end(self) -> int: ...
    @property
    def length(self) -> float: ...
    @property
    def lift(self) -> float: ...
    @property
    def height_change(self) -> float: ...
    @property
    def turn(self) -> float: ...

@final
class FootMeter:
    def __new__(cls) -> Self: ...
    def step(self, imu: _Array, t: int, event: tuple[int, int] | None = None) -> FootStep | None: ...

def foot_trajectory(
    time: _Array, imu: _Array, before: tuple[float, float], after: tuple[float, float]
) -> tuple[_Array, _Array, _Array, float, float, float, float] | None: ...
def stride_measures(
    side: NDArray[np.uint8],
    kind: NDArray[np.uint8],
    time: _Array,
    *,
    angles: tuple[_Array, _Array] | None = None,
    forces: tuple[_Array, _Array] | None = None,
    belt_speed: tuple[_Array, _Array] | None = None,
    markers: tuple[_Array, _Array] | None = None,
    foot_imu: tuple[_Array, _Array] | None = None,
    trunk: tuple[_Array, _Array] | None = None,
    power: tuple[_Array, _Array, _Array, _Array] | None = None,
    mass: float | None = None,
    height: float | None = None,
    reference: _Array | None = None,
) -> tuple[_Array, _Array]: ...
def robot_work(time: _Array, dq: _Array, tau_robot: _Array, tau_human: _Array) -> tuple[JointWork, JointWork]: ...
def symmetry(left: float, right: float) -> float: ...
def stride_symmetry(left: _Array, right: _Array) -> float: ...
def variability(values: _Array) -> tuple[int, float, float, float, float, float, bool]: ...
def harmonic_ratio(acceleration: _Array, lateral: bool) -> float: ...
def margin_of_stability(position: float, velocity: float, boundary: float, leg_length: float) -> float: ...
def sagittal_gps(angles: _Array, reference: _Array | None = None) -> tuple[_Array, float]: ...
def adult_angles(pelvic_tilt: float, speed: float | None = None) -> tuple[_Array, _Array]: ...

# assist

@final
class BandLaw:
    def __new__(
        cls,
        *,
        lower: NDArray[np.float64],
        upper: NDArray[np.float64],
        step_up: float,
        step_down: float,
        floor: float,
        ceiling: float,
        initial: float,
    ) -> Self: ...
    def update(self, side: int, errors: NDArray[np.float64]) -> NDArray[np.float64]: ...
    def follow(self, side: int, support: NDArray[np.float64]) -> None: ...
    @property
    def support(self) -> NDArray[np.float64]: ...

@final
class ForgettingLaw:
    def __new__(
        cls,
        *,
        forget: float,
        gain: float,
        dead_zone: NDArray[np.float64],
        floor: float,
        ceiling: float,
        initial: float,
    ) -> Self: ...
    def update(self, side: int, errors: NDArray[np.float64]) -> NDArray[np.float64]: ...
    def follow(self, side: int, support: NDArray[np.float64]) -> None: ...
    @property
    def support(self) -> NDArray[np.float64]: ...

@final
class IterativeLearning:
    def __new__(
        cls,
        *,
        bins: int,
        keep: float,
        gain: NDArray[np.float64],
        lead: float,
        smoothing: float,
        bound: NDArray[np.float64],
    ) -> Self: ...
    def observe(self, side: int, phase: float, errors: NDArray[np.float64]) -> None: ...
    def close(self, side: int, valid: bool) -> None: ...
    def torque(self, side: int, phase: float) -> NDArray[np.float64]: ...
    def table(self, side: int) -> NDArray[np.float64]: ...
    def run(
        self,
        phase: NDArray[np.float64],
        errors: NDArray[np.float64],
        side: int,
        close: NDArray[np.bool_],
        valid: NDArray[np.bool_],
    ) -> NDArray[np.float64]: ...
    def reset(self) -> None: ...

@final
class ModelBased:
    def __new__(
        cls,
        *,
        phases: int,
        angles: int,
        q_min: NDArray[np.float64],
        q_max: NDArray[np.float64],
        slope: float,
        gain: NDArray[np.float64],
        forget_time: float,
        bound: NDArray[np.float64],
    ) -> Self: ...
    def step(
        self,
        phase: NDArray[np.float64],
        q: NDArray[np.float64],
        dq: NDArray[np.float64],
        q_ref: NDArray[np.float64],
        dq_ref: NDArray[np.float64],
        dt: float,
    ) -> NDArray[np.float64]: ...
    def run(
        self,
        phase: NDArray[np.float64],
        q: NDArray[np.float64],
        dq: NDArray[np.float64],
        q_ref: NDArray[np.float64],
        dq_ref: NDArray[np.float64],
        dt: float,
    ) -> NDArray[np.float64]: ...
    def weights(self) -> NDArray[np.float64]: ...
    def reset(self) -> None: ...

@final
class CatchTrials:
    def __new__(cls, *, period: int, seed: int, floor: NDArray[np.float64]) -> Self: ...
    def abandon(self) -> None: ...
    def begin(self, side: int) -> bool: ...
    def apply(self, side: int, support: NDArray[np.float64]) -> NDArray[np.float64]: ...
    def close(self, side: int, errors: NDArray[np.float64], valid: bool) -> None: ...
    def reliance(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]: ...
    def reset(self) -> None: ...
    @property
    def announced(self) -> bool: ...
    @property
    def active(self) -> NDArray[np.bool_]: ...

@final
class Override:
    def __new__(cls) -> Self: ...
    def set(self, target: str, mode: str, value: float) -> None: ...
    def release(self, target: str) -> None: ...
    def get(self, target: str) -> tuple[float | None, float | None, float | None]: ...
    @staticmethod
    def core_units(target: str, value: float) -> float: ...
    def apply(self, support: NDArray[np.float64]) -> NDArray[np.float64]: ...
    def clearance(self, x: float) -> float: ...
    def step_length(self, x: float) -> float: ...
    def reset(self) -> None: ...

@final
class Schedule:
    def __new__(
        cls,
        *,
        sessions: NDArray[np.float64],
        support: NDArray[np.float64],
        guidance: NDArray[np.float64],
        speed: NDArray[np.float64],
        duration: float,
        warm_up: float,
        cool_down: float,
        start_share: float,
        guidance_floor: float,
        guidance_ease: float,
        challenge_steps: float,
        challenge_ramp: float,
    ) -> Self: ...
    def at(
        self, session: float, time: float, steps: float, within_limits: float
    ) -> tuple[float, float, float, float]: ...
    def run(
        self, session: float, time: NDArray[np.float64], steps: NDArray[np.float64], within_limits: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]: ...

@final
class Staircase:
    def __new__(cls, *, target: float, step: float, floor: float, ceiling: float, initial: float) -> Self: ...
    def update(self, success: bool | None) -> float: ...
    def run(self, success: NDArray[np.float64]) -> NDArray[np.float64]: ...
    def reset(self) -> None: ...
    @property
    def level(self) -> float: ...
    @property
    def trials(self) -> int: ...
    @property
    def successes(self) -> int: ...
    @property
    def rate(self) -> float: ...

@final
class IntensityGovernor:
    def __new__(
        cls,
        *,
        rest: float,
        max: float,
        lower: float,
        upper: float,
        limit: float,
        slowest: float,
        fastest: float,
        initial: float,
        rate_up: float,
        rate_down: float,
        hold: float,
    ) -> Self: ...
    def target(self, fraction: float) -> float: ...
    def step(self, heart_rate: float, age: float, dt: float) -> tuple[float, float, int]: ...
    def run(
        self, heart_rate: NDArray[np.float64], age: NDArray[np.float64], dt: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]: ...
    def request(self, fastest: float) -> None: ...
    def reset(self) -> None: ...
    @property
    def value(self) -> float: ...
    @property
    def fastest(self) -> float: ...

def half_lives(forget: float, keep: float, learn: float) -> tuple[float, float, float]: ...

# trainer

@disjoint_base
class Sample:
    t: int
    def __new__(cls) -> Self: ...
    @property
    def value(self) -> NDArray[np.float64]: ...
    @property
    def valid(self) -> NDArray[np.bool_]: ...
    @property
    def stamp(self) -> NDArray[np.int64]: ...

@final
class Command:
    def __new__(cls) -> Self: ...
    @property
    def torque(self) -> NDArray[np.float64]: ...
    @property
    def belt_speed(self) -> float: ...
    @property
    def support_force(self) -> float: ...
    @property
    def support_mode(self) -> str: ...
    @property
    def enable(self) -> bool: ...
    @property
    def clear(self) -> bool: ...
    @property
    def brake(self) -> bool: ...
    @property
    def t(self) -> int: ...
    @property
    def expiry(self) -> int: ...
    @property
    def sequence(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def cause(self) -> str: ...
    @property
    def limits(self) -> int: ...

@final
class ControlSet:
    def __new__(
        cls,
        *,
        pattern: GaitPattern,
        stiffness: NDArray[np.float64],
        damping: NDArray[np.float64],
        leg_weight: float,
        path: PathControl | None = None,
        foot_lift: FootLift | None = None,
        resistance: Resistance | None = None,
    ) -> Self: ...

@disjoint_base
class Trainer:
    def __new__(
        cls,
        *,
        kinds: Sequence[str],
        device: Declaration,
        mass: float,
        height: float,
        control: ControlSet,
        change: Fader,
        envelope: Envelope,
        phase: PhaseEstimator,
        contacts: ForceContacts | JointContacts,
        compensation: Compensation | None,
        assist: BandLaw | ForgettingLaw,
        catch: CatchTrials | None,
        catch_slew: float,
        support_slew: float,
        engage_time: float,
        settle_time: float,
        period: float,
        speed: float,
        support_force: float,
    ) -> Self: ...
    def step(self, sample: Sample, out: Command | None = None) -> Command: ...
    def run(
        self,
        t: NDArray[np.int64],
        value: NDArray[np.float64],
        valid: NDArray[np.bool_],
        stamp: NDArray[np.int64],
    ) -> dict[str, NDArray[Any]]: ...
    @property
    def telemetry(self) -> dict[str, NDArray[np.float64]]: ...
    @property
    def dropped(self) -> int: ...
    def events(self) -> list[dict[str, Any]]: ...
    def strides(self) -> list[StrideMeasures]: ...
    def request_speed(self, speed: float) -> None: ...
    def request_support_force(self, force: float) -> None: ...
    def request_control_set(self, control: ControlSet) -> None: ...
    def request_override(self, target: str, mode: str, value: float) -> None: ...
    def release_override(self, target: str) -> None: ...
    def reliance_tables(
        self,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]] | None: ...
    @property
    def dose(self) -> float: ...
    def request_stop(self) -> None: ...

@disjoint_base
class Lead:
    @staticmethod
    def of_steps(
        pattern: GaitPattern, stiffness: NDArray[np.float64], damping: NDArray[np.float64], swing: float
    ) -> Lead: ...
    @staticmethod
    def of_plates(law: FootPlate, cycle: float) -> Lead: ...
    @staticmethod
    def of_postures(
        postures: NDArray[np.float64],
        durations: NDArray[np.float64],
        stiffness: NDArray[np.float64],
        damping: NDArray[np.float64],
    ) -> Lead: ...
    def run(self, told: NDArray[np.float64]) -> NDArray[np.float64]: ...

@disjoint_base
class Simulation:
    def __new__(
        cls,
        trainer: Trainer,
        plant: Plant,
        presses: Sequence[tuple[str, float, float]],
        lead: Lead | None = None,
    ) -> Self: ...
    def run(self, ticks: int) -> dict[str, Any]: ...
    def skip(self, ticks: int) -> None: ...
    def watch(self, ticks: int, guard: bool) -> NDArray[np.float64]: ...
    def fork(self) -> Simulation: ...
    def inject(self, faults: Sequence[PlantFault]) -> None: ...
    def press(self, button: str, start: float, end: float) -> None: ...
    def events(self) -> list[dict[str, Any]]: ...
    def strides(self) -> list[StrideMeasures]: ...
    @property
    def dropped(self) -> int: ...
    @property
    def t(self) -> int: ...
    def request_incline(self, incline: float | None) -> None: ...
    @property
    def incline(self) -> float: ...
    def request_speed(self, speed: float) -> None: ...
    def request_support_force(self, force: float) -> None: ...
    def request_control_set(self, control: ControlSet) -> None: ...
    def request_override(self, target: str, mode: str, value: float) -> None: ...
    def release_override(self, target: str) -> None: ...
    def reliance_tables(
        self,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]] | None: ...
    def request_stop(self) -> None: ...

def run_batch(simulations: list[Simulation], ticks: int, threads: int) -> list[dict[str, Any]]: ...

# realtime

_Privileges: TypeAlias = tuple[int | None, bool, list[int], bool]
_Told: TypeAlias = list[tuple[str, str, str | None, str]]

POLICIES: tuple[str, str]
QUANTILES: tuple[float, float, float, float, float]
RATES: tuple[float, float]

@disjoint_base
class PlantDevice:
    def __new__(cls, plant: Plant, presses: Sequence[tuple[str, float, float]]) -> Self: ...
    @property
    def plant(self) -> Plant: ...
    @property
    def held(self) -> dict[str, Any]: ...
    def request_incline(self, incline: float | None) -> None: ...
    @property
    def incline(self) -> float: ...

@disjoint_base
class Loop:
    def __new__(
        cls,
        trainer: Trainer,
        device: PlantDevice | CanopenDrives,
        rate: float,
        policy: str,
        spin: float,
        rows: int,
        privileges: _Privileges,
        lead: Lead | None = None,
    ) -> Self: ...
    def begin(self) -> _Told: ...
    def stop(self) -> None: ...
    @property
    def running(self) -> bool: ...
    def report(self) -> tuple[str, str | None] | None: ...
    def tally(self) -> dict[str, Any]: ...
    def read(self) -> dict[str, Any]: ...
    def events(self) -> list[dict[str, Any]]: ...
    def strides(self) -> list[StrideMeasures]: ...
    def left(self) -> PlantDevice | CanopenDrives | None: ...
    def request_speed(self, speed: float) -> int: ...
    def request_support_force(self, force: float) -> int: ...
    def request_control_set(self, control: ControlSet) -> int: ...
    def request_override(self, target: str, mode: str, value: float) -> int: ...
    def release_override(self, target: str) -> int: ...
    def request_stop(self) -> None: ...

@disjoint_base
class Pacer:
    def __new__(cls, rate: float, policy: str, spin: float) -> Self: ...
    def wait(self) -> int: ...
    def tally(self) -> dict[str, Any]: ...

def measure_wakeups(
    rate: float, seconds: float, spin: float, privileges: _Privileges
) -> tuple[dict[str, Any], _Told]: ...
def probe_privileges(privileges: _Privileges) -> _Told: ...
def clock_resolution() -> float | None: ...

__version__: str
BUILD_PROFILE: str
JOINTS: tuple[str, str, str, str, str, str]
SIDES: tuple[str, str]
BUTTONS: tuple[str, ...]
SIDEWAYS_FIELDS: list[str]
SAMPLE_FIELDS: tuple[tuple[str, int, int, str, str], ...]
TELEMETRY_FIELDS: tuple[tuple[str, int, int, str, str], ...]
WATCH_FIELDS: tuple[tuple[str, int, int, str, str], ...]

# plant

@disjoint_base
class Patient:
    def __new__(
        cls,
        *,
        mass: float,
        height: float,
        strength: NDArray[np.float64],
        delay: NDArray[np.float64],
        foot_drop: list[bool],
        excursion: NDArray[np.float64],
        cadence: float,
        variability: float,
        foot_clearance: float,
        hurry: NDArray[np.float64],
        reflex_gain: NDArray[np.float64],
        reflex_threshold: float,
        reflex_delay: float,
        spasm: tuple[int, float, float, float, float] | None,
        fatigue: float,
        skill: NDArray[np.float64],
        effort: NDArray[np.float64],
        automatic: NDArray[np.float64],
        skill_rates: NDArray[np.float64],
        effort_rates: NDArray[np.float64],
    ) -> Self: ...
    @staticmethod
    def healthy_parameters(seed: int) -> dict[str, Any]: ...
    @staticmethod
    def stroke_parameters(side: int, severity: float, seed: int) -> dict[str, Any]: ...
    @staticmethod
    def fac_parameters(level: int, side: int, seed: int) -> dict[str, Any]: ...
    def unassisted(self, speed: float | None, strides: int, seed: int) -> dict[str, Any]: ...
    def parameters(self) -> dict[str, Any]: ...

def training_session(trainer: Trainer, plant: Plant, strides: int) -> dict[str, Any]: ...

@disjoint_base
class Device:
    def __new__(cls, kind: str, noise: float, changes: list[tuple[str, float]]) -> Self: ...
    @property
    def joints(self) -> list[str]: ...
    @property
    def declaration(self) -> Declaration: ...
    def parameters(self) -> dict[str, Any]: ...

@disjoint_base
class Sensor:
    def __new__(
        cls, *, noise: float | None, resolution: float | None, delay: int, dropout: float, stale: bool
    ) -> Self: ...

@disjoint_base
class Sensors:
    def __new__(cls, *, fit: Sequence[bool | Sensor], series_stiffness: float, heart: Sequence[float]) -> Self: ...

FAULT_KINDS: tuple[tuple[str, str, str | None, bool, str, float, float, str], ...]

@disjoint_base
class PlantFault:
    def __new__(
        cls,
        *,
        kind: str,
        group: str | None,
        index: int | None,
        magnitude: float,
        start: float,
        duration: float | None,
        seed: int,
    ) -> Self: ...

@disjoint_base
class Plant:
    def __new__(cls, patient: Patient, device: Device, seed: int) -> Self: ...
    @property
    def body_weight(self) -> float: ...
    @property
    def upright(self) -> bool: ...
    def fit_sensors(self, sensors: Sensors, seed: int) -> None: ...
    def inject(self, faults: Sequence[PlantFault]) -> None: ...
    def sample(self, t: int) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64]]: ...
    def step(
        self,
        torque: NDArray[np.float64],
        belt_speed: float,
        support_force: float,
        support_mode: int,
        enabled: bool,
        dt: float,
        plate_force: Sequence[Sequence[float]] | None = None,
        cue: float | None = None,
        incline: float | None = None,
    ) -> None: ...
    def fitted(self) -> dict[str, Any]: ...
    def frame_sensors(self) -> NDArray[np.float64] | None: ...
    def run(self, torque: NDArray[np.float64], belt_speed: float, support_force: float) -> NDArray[np.float64]: ...
    def truth(self) -> dict[str, Any]: ...
    def parameters(self) -> dict[str, Any]: ...
    def mass_matrix(self, q: NDArray[np.float64]) -> NDArray[np.float64]: ...
    def bias(self, q: NDArray[np.float64], dq: NDArray[np.float64]) -> NDArray[np.float64]: ...
    def forward_dynamics(
        self, q: NDArray[np.float64], dq: NDArray[np.float64], tau: NDArray[np.float64]
    ) -> NDArray[np.float64]: ...
    def energy(self, q: NDArray[np.float64], dq: NDArray[np.float64]) -> tuple[float, float]: ...

@disjoint_base
class Sideways:
    def __new__(
        cls,
        *,
        mass: float,
        height: float,
        width: float,
        reach: Sequence[float],
        shift: Sequence[float],
        placement_noise: Sequence[float],
        sense_noise: float,
        guide: Sequence[float] | None,
        seed: int,
    ) -> Self: ...
    @staticmethod
    def impaired_parameters(mass: float, height: float, impairment: float, side: int) -> dict[str, Any]: ...
    def ask(self, stiffness: float) -> None: ...
    def release(self) -> None: ...
    @property
    def omega(self) -> float: ...
    def run(self, t: NDArray[np.int64], force: NDArray[np.float64], free: NDArray[np.bool_]) -> NDArray[np.float64]: ...

@final
class BodyWeightSupport:
    def __new__(
        cls,
        body_weight: float,
        force_max: float,
        *,
        rate: float = 200.0,
        slope: float = 2000.0,
        share_rate: float = 0.005,
        kp: float = 0.5,
        ki: float = 2.0,
        reserve: float = 0.15,
        drag: float = 0.0,
        lag: float = 0.0,
        fall_drop: float = 0.095,
        fall_speed: float = 0.42,
        fall_time: float = 0.02,
    ) -> Self: ...
    def step(
        self, share: float, mode: int, force: float | None, height: float | None, dt: float
    ) -> tuple[float, bool, bool, bool]: ...
    def run(
        self,
        share: NDArray[np.float64],
        mode: NDArray[np.int64],
        force: NDArray[np.float64],
        height: NDArray[np.float64],
        dt: float,
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]: ...
    def release(self) -> bool: ...
    def reset(self) -> None: ...
    @property
    def caught(self) -> bool: ...

@final
class HumanTorqueObserver:
    def __new__(
        cls,
        mass: float,
        height: float,
        *,
        thigh_limb: float = 0.0,
        shank_limb: float = 0.0,
        friction: NDArray[np.float64] | None = None,
        armature: NDArray[np.float64] | None = None,
        gain: float = 300.0,
        torque_lag: float = 0.0,
        height_time: float = 0.01,
        ankle: bool = False,
    ) -> Self: ...
    def step(
        self,
        q: NDArray[np.float64],
        dq: NDArray[np.float64],
        tau: NDArray[np.float64],
        contact: Sequence[bool],
        dt: float,
        *,
        ground: NDArray[np.float64] | None = None,
        pelvis: NDArray[np.float64] | None = None,
        height: float | None = None,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
    def run(
        self,
        q: NDArray[np.float64],
        dq: NDArray[np.float64],
        tau: NDArray[np.float64],
        contact: NDArray[np.bool_],
        dt: float,
        *,
        ground: NDArray[np.float64],
        pelvis: NDArray[np.float64],
        height: NDArray[np.float64],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
    def reset(self) -> None: ...

DRIVE_TROUBLES: tuple[str, ...]

def drive_digest(objects: Sequence[tuple[int, int, bytes]]) -> float: ...

@disjoint_base
class CanopenDrives:
    def __new__(
        cls,
        interface: str,
        channel: str,
        axes: Sequence[
            tuple[
                str,
                int,
                float,
                int,
                float,
                float,
                float,
                float,
                float,
                float | None,
                tuple[bool, float, int, float, float, float, float, float, float] | None,
            ]
        ],
        node: int,
        rate: float,
        bitrate: float,
        heartbeat: float,
        drive_heartbeats: float,
        panel: tuple[int, int] | None,
        objects: Sequence[tuple[int, int]],
    ) -> Self: ...
    @property
    def bus_share(self) -> float: ...
    @property
    def rate_max(self) -> float: ...
    @property
    def garbage(self) -> int: ...
    @property
    def drives(self) -> list[dict[str, Any]]: ...

@final
class SteppedPlant:
    def __new__(cls, plant: Plant, presses: Sequence[tuple[str, float, float]]) -> Self: ...
    def open(self, period: float) -> None: ...
    def measure(self, t: int) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64]] | None: ...
    def exchange(
        self,
        torque: NDArray[np.float64],
        belt_speed: float,
        support_force: float,
        support_mode: int,
        enabled: bool,
        clear: bool,
        brake: bool,
        expiry: int,
    ) -> None: ...
    def rest(self) -> None: ...
    @property
    def plant(self) -> Plant: ...
    @property
    def safe_profile(self) -> str: ...
    @property
    def watchdog(self) -> float: ...
    @property
    def held(self) -> dict[str, Any]: ...

@disjoint_base
class SimulatedDrives:
    def __new__(
        cls,
        nodes: Sequence[
            tuple[int, int, float, float, float, float, float, float, float, tuple[float, float, float] | None]
        ],
        presses: Sequence[tuple[str, float, float]],
    ) -> Self: ...
    def advance(self, t: int) -> list[tuple[int, bytes]]: ...
    def receive(self, t: int, id: int, data: bytes) -> list[tuple[int, bytes]]: ...
    @property
    def states(self) -> list[str]: ...
    @property
    def motions(self) -> list[tuple[float, float]]: ...
    def press(self, button: str, seconds: float) -> None: ...
    def hold(self, node: int, angle: float | None = None) -> None: ...
    def load(self, node: int, gravity: float) -> None: ...
    def open(self, adapters: int) -> list[str]: ...
    def serve(self, seconds: float) -> list[tuple[int, int, str, int]]: ...
