"""The corridor: one tick from sample to safe command in one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._core import BUTTONS, SAFE_PROFILES, SAMPLE_FIELDS, TELEMETRY_FIELDS, Command
from ._inputs import to_floats
from .assist import BandLaw, CatchTrials, ForgettingLaw, Reliance
from .control import Compensation, Fader, FootLift, PathControl, Resistance
from .errors import ConfigError
from .events import ForceContacts, JointContacts
from .phase import PhaseEstimator
from .safety import Envelope
from .trajectory import GaitPattern

__all__ = [
    "BUTTONS",
    "SAMPLE_FIELDS",
    "TELEMETRY_FIELDS",
    "Command",
    "ControlConfig",
    "Sample",
    "Trainer",
    "TrainerConfig",
]

_GROUPS = {name: (index, start, length) for index, (name, start, length, _, _) in enumerate(SAMPLE_FIELDS)}


class _Group:
    """One group of a sample: a view when read; values, validity and stamp when written."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.index, start, length = _GROUPS[name]
        self.slice = slice(start, start + length)
        self.length = length

    def __get__(self, sample: Sample, owner: type | None = None) -> NDArray[np.float64]:
        return sample.value[self.slice]

    def __set__(self, sample: Sample, values: ArrayLike | None) -> None:
        if values is None:
            sample.valid[self.slice] = False
            return
        array = to_floats(self.name, values, truth=True)  # a button is true or false
        if array.shape not in ((), (self.length,)):
            raise ConfigError(f"{self.name} must have shape ({self.length},), got {array.shape}")
        sample.value[self.slice] = array
        sample.valid[self.slice] = np.isfinite(array)
        sample.stamp[self.index] = sample.t


class Sample(_core.Sample):
    """Everything a device measured for one tick; absent until written.

    Writing a group stores the values, marks the finite ones as measured and stamps them with `t`, so set `t` first;
    writing None marks the group as absent. Reading a group gives a view. `value`, `valid` and `stamp` are the flat
    arrays behind it, in the order of `SAMPLE_FIELDS`.

    Examples
    --------
    >>> sample = Sample()
    >>> sample.t = 1_000_000
    >>> sample.q = [0.3, 0.1, 0.0, -0.2, 0.4, 0.0]
    >>> sample.foot_force = None
    >>> bool(sample.valid[:6].all()), int(sample.stamp[0])
    (True, 1000000)
    """

    q = _Group()
    dq = _Group()
    q_second = _Group()
    q_motor = _Group()
    tau_interaction = _Group()
    foot_force = _Group()
    imu_rate = _Group()
    belt_speed = _Group()
    rope_force = _Group()
    rope_position = _Group()
    heart_rate = _Group()
    buttons = _Group()
    drive_status = _Group()
    drive_digest = _Group()
    drive_watchdog = _Group()
    execution = _Group()


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlConfig:
    """A law with its parameters and its reference: what may be changed in motion, all at once.

    Parameters
    ----------
    pattern : GaitPattern
        The person's reference, with the belt speed it belongs to.
    stiffness : array_like of float, shape (6,)
        Stiffness at full guidance [N·m/rad], 0 to 2000.
    damping : array_like of float, shape (6,)
        Damping at full guidance [N·m·s/rad], 0 to 200.
    leg_weight : float
        Share of the leg's weight carried in swing at full support [-], 0 to 1.
    path : PathControl, optional
        Path control in place of the impedance; the trainer works on a fresh copy.
    foot_lift : FootLift, optional
        A lift for a foot that drags, by the support of foot clearance; the trainer works on a fresh copy.
    resistance : Resistance, optional
        A load against the movement, besides all help; the trainer works on a fresh copy.

    Raises
    ------
    ConfigError
        If a value is outside its range; the message names it.

    Examples
    --------
    >>> import dataclasses
    >>> from gaitloop.trajectory import GaitPattern
    >>> control = ControlConfig(
    ...     pattern=GaitPattern.koopman(0.8, 1.75), stiffness=[400.0] * 6, damping=[20.0] * 6
    ... )
    >>> softer = dataclasses.replace(control, stiffness=[200.0] * 6)
    >>> # trainer.request_control(softer)
    """

    pattern: GaitPattern
    stiffness: ArrayLike
    damping: ArrayLike
    leg_weight: float = 0.5
    path: PathControl | None = None
    foot_lift: FootLift | None = None
    resistance: Resistance | None = None

    def __post_init__(self) -> None:
        for name in ("stiffness", "damping"):
            array = to_floats(name, getattr(self, name)).copy()
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        self.build()

    def build(self) -> _core.ControlSet:
        """Make the compiled form.

        Returns
        -------
        _core.ControlSet
            What the compiled trainer takes.
        """
        return _core.ControlSet(
            pattern=self.pattern._core,
            stiffness=np.asarray(self.stiffness),
            damping=np.asarray(self.damping),
            leg_weight=self.leg_weight,
            path=None if self.path is None else cast("_core.PathControl", self.path._core),
            foot_lift=None if self.foot_lift is None else self.foot_lift._core,
            resistance=None if self.resistance is None else self.resistance._core,
        )


#: How the phase is estimated: each contact corrects it without a dead zone, with which the simulated person is tracked
#: best; legs that a machine leads never swing at once, and a foot that scuffs or is set down begins no stride.
_LED = {"phase_gain": 0.3, "dead_zone": 0.0, "coupling": 0.5, "apart": 0.1, "window": 0.25}
_OWN = PhaseEstimator(phase_gain=0.3, dead_zone=0.0)
_LEGS = (0, 1, 3, 4)


def _leads(kinds: object) -> bool:
    """Whether a device drives hips and knees; what is no kind of joint at all is refused when the trainer is built."""
    try:
        given = list(kinds)  # type: ignore[call-overload]
    except TypeError:
        return False
    return len(given) == len(_core.JOINTS) and all(given[joint] == "driven" for joint in _LEGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainerConfig:
    """What a trainer is made of; limits have no defaults.

    Parameters
    ----------
    kinds : sequence of str, shape (6,)
        How the device provides each joint: `driven`, `sensed` or `absent`.
    device : Declaration
        What the device declares of itself, its safe profile first; there is no default.
    mass : float
        Body mass of the person [kg], 20 to 200.
    height : float
        Body height of the person [m], 1.0 to 2.3.
    pattern : GaitPattern
        The person's reference, with the belt speed it belongs to.
    stiffness : array_like of float, shape (6,)
        Stiffness at full guidance [N·m/rad], 0 to 2000.
    damping : array_like of float, shape (6,)
        Damping at full guidance [N·m·s/rad], 0 to 200.
    envelope : Envelope
        The limits of device, person and session together.
    assist : BandLaw or ForgettingLaw
        Law that adapts the support from stride to stride.
    speed : float
        Requested belt speed [m/s], 0 to the pattern's speed.
    support_force : float
        Requested body-weight support [N], 0 to the envelope's limit.
    leg_weight : float
        Share of the leg's weight carried in swing at full support [-], 0 to 1.
    support_slew : float
        Largest change of support in use [1/s], 0.01 to 1.
    engage_time : float
        Duration of the soft start [s], 0.5 to 30.
    settle_time : float
        Time after the soft start before gait is judged and support adapted [s], 0 to 60.
    period : float
        Time from one tick to the next as the loop is meant to keep it [s], 0.0002 to the envelope's longest tick.
    phase : PhaseEstimator, optional
        Estimator of the gait phase; the trainer works on a fresh copy. By default contacts correct the phase without a
        dead zone, with which the simulated person is tracked best; where hips and knees of both legs are driven, stray
        contacts are not taken, and sides that are more than a tenth of a stride out of step are drawn together.
    contacts : ForceContacts or JointContacts, optional
        Detector of foot contacts; the trainer works on a fresh copy. By default each force belongs to one foot
        (`shared` is false); where nothing feels a foot, contacts of the joints' angles take its place.
    compensation : Compensation, optional
        Weight and friction of the device, which its motors add to what the law asks for, by the engagement and within
        the guard's limits; the trainer works on a fresh copy.
    path : PathControl, optional
        Path control in place of the impedance; the trainer works on a fresh copy.
    foot_lift : FootLift, optional
        A lift for a foot that drags, by the support of foot clearance; the trainer works on a fresh copy.
    resistance : Resistance, optional
        A load against the movement, besides all help; the trainer works on a fresh copy.
    catch : CatchTrials, optional
        Strides without support, to see what the person does alone; the trainer works on a fresh copy.
    catch_slew : float
        Change of support into such a stride and back [1/s], 0.2 to 5 (the default is our choice).
    change : Fader, optional
        How fast a change of law, parameters or reference may be carried through in motion; the trainer works on a
        fresh copy. By default in 1 s or more, with at most 200 N·m/s and 2 J + 2 W that the change adds (our choice;
        the guard's limits hold besides).

    Raises
    ------
    ConfigError
        If a value is outside its range; the message names it.
    """

    kinds: Sequence[str]
    mass: float
    height: float
    pattern: GaitPattern
    stiffness: ArrayLike
    damping: ArrayLike
    envelope: Envelope
    assist: BandLaw | ForgettingLaw
    speed: float
    support_force: float
    device: _core.Declaration | None = None
    leg_weight: float = 0.5
    support_slew: float = 0.2
    engage_time: float = 4.0
    settle_time: float = 10.0
    period: float = 0.001
    phase: PhaseEstimator = field(default_factory=lambda: _OWN)
    contacts: ForceContacts | JointContacts = field(default_factory=lambda: ForceContacts(shared=False))
    compensation: Compensation | None = None
    path: PathControl | None = None
    foot_lift: FootLift | None = None
    resistance: Resistance | None = None
    catch: CatchTrials | None = None
    catch_slew: float = 2.0
    change: Fader = field(default_factory=lambda: Fader(time=1.0, rate=[200.0] * 6, energy=2.0, power=2.0))

    def __post_init__(self) -> None:
        if self.phase is _OWN and _leads(self.kinds):
            object.__setattr__(self, "phase", PhaseEstimator(**_LED))
        control = self.control
        for name in ("stiffness", "damping"):
            object.__setattr__(self, name, getattr(control, name))
        if not isinstance(self.device, _core.Declaration):
            profiles = ", ".join(SAFE_PROFILES)
            raise ConfigError(
                f"device must be a Declaration, its safe_profile one of {profiles}, got {self.device!r:.80}"
            )
        Trainer(self)  # what a room refuses is refused here, before a motor is powered

    @property
    def control(self) -> ControlConfig:
        """The law it starts with."""
        names = ("pattern", "stiffness", "damping", "leg_weight", "path", "foot_lift", "resistance")
        return ControlConfig(**{name: getattr(self, name) for name in names})

    def arguments(self) -> dict[str, Any]:
        """Arguments of the compiled trainer.

        Returns
        -------
        dict
            One entry per keyword.
        """
        plain = (
            *("mass", "height", "catch_slew", "support_slew", "engage_time", "settle_time"),
            *("period", "speed", "support_force"),
        )
        rooms = {name: getattr(self, name)._core for name in ("assist", "phase")}
        numbers = {name: getattr(self, name) for name in plain}
        rooms |= {"envelope": self.envelope.build(), "contacts": self.contacts, "change": self.change._core}
        rooms["device"] = self.device
        rooms["compensation"] = None if self.compensation is None else self.compensation._core
        rooms["catch"] = None if self.catch is None else self.catch._core
        return {"kinds": list(self.kinds), "control": self.control.build(), **rooms, **numbers}


class Trainer(_core.Trainer):
    """The controller of one device and one person.

    Parameters
    ----------
    config : TrainerConfig
        What it is made of.

    Examples
    --------
    >>> sample, command = Sample(), Command()
    >>> # command = trainer.step(sample, out=command), a thousand times a second
    """

    def __new__(cls, config: TrainerConfig) -> Trainer:
        """Build the compiled trainer."""
        return super().__new__(cls, **config.arguments())

    def request_control(self, control: ControlConfig) -> None:
        """Ask for another law, other parameters or another reference; the torque is carried there without a bump.

        While one change is under way the next one waits, and the newest one wins.

        Parameters
        ----------
        control : ControlConfig
            What is asked for.

        Raises
        ------
        ConfigError
            If the belt runs, or was asked to run, faster than the pattern's speed.
        """
        self.request_control_set(control.build())

    def reliance(self) -> Reliance | None:
        """Tell what strides without support have shown so far.

        Returns
        -------
        Reliance or None
            How much the error grows without support; None where there are no such strides.
        """
        told = self.reliance_tables()
        return None if told is None else Reliance(*told)
