"""What a session asks of a trainer in motion, in words that a record keeps and a replay asks again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from gaitloop.control import PathControl, Resistance
from gaitloop.errors import ConfigError
from gaitloop.trainer import ControlConfig

from .build import trainer_config
from .incline import STEEPEST, asked_incline, reference_pattern
from .plan import Plan, named

#: What may be asked, as `/change` names it.
ASKED = (
    *("speed", "support_force", "control", "assistance_floor", "assistance_ceiling", "assistance_release"),
    *("incline", "stop"),
)
#: Laws that a session has of the modes of a stage; `guidance` and `assist` differ in their floors only.
LAWS = ("impedance", "path", "resistance")
#: Path control as a session uses it, our choice: hips and knees weighed alike [-], how far from the phase the nearest
#: point may be [-], free distance [rad], largest torque of the wall [N·m] and along the path [N·m].
_PATH: Mapping[str, Any] = {
    "weight": [1.0, 1.0, 0.0] * 2,
    "window": 0.08,
    "band": 0.05,
    "wall_torque": 100.0,
    "flow": 10.0,
}
#: Load of a stage with resistance besides its assistance, our choice and light: against the speed of hips and knees
#: [N·m·s/rad], and never more than [N·m].
_LOAD: Mapping[str, Any] = {
    "viscous": [2.0, 1.0, 0.0] * 2,
    "elastic": [0.0] * 6,
    "speed": [0.0] * 6,
    "follow": 1.0,
    "max_torque": [10.0] * 6,
}


class Asked(Protocol):
    """Whoever takes requests: a trainer, a simulation or a loop."""

    def request_speed(self, speed: float) -> int | None:
        """Ask for a belt speed [m/s]."""

    def request_support_force(self, force: float) -> int | None:
        """Ask for a body-weight support [N]."""

    def request_control(self, control: ControlConfig) -> int | None:
        """Ask for a law and its reference."""

    def request_override(self, target: str, mode: str, value: float) -> int | None:
        """Hold, floor or cap the support of a subtask [percent]."""

    def release_override(self, target: str) -> int | None:
        """Give a subtask back to the law."""

    def request_stop(self) -> None:
        """Ask for a soft stop."""


class Asker:
    """Asks by name, with everything else from the plan.

    Parameters
    ----------
    plan : Plan
        The plan that the trainer was built from.
    tilt : callable, optional
        Takes an inclination of the belt [rad], or None to hold it. It is the machine's and no business of a trainer, so
        where there is none it is read and left at that, as in a replay.
    """

    def __init__(self, plan: Plan, tilt: Callable[[float | None], None] | None = None) -> None:
        self._plan, self._tilt = plan, tilt
        self._start: ControlConfig | None = None

    def control(self, law: str, speed: float, incline: float = 0.0) -> ControlConfig:
        """Make a law for a speed of walking, with the gains of the plan.

        Parameters
        ----------
        law : str
            One of `LAWS`.
        speed : float
            Speed of the reference [m/s].
        incline : float
            Slope of the reference [rad], positive uphill.

        Returns
        -------
        ControlConfig
            What `request_control` takes.

        Raises
        ------
        ConfigError
            If the law is unknown, or speed or slope out of range.
        """
        if law not in LAWS:
            raise ConfigError(f"law must be one of {', '.join(LAWS)}, got {law!r:.60}")
        if self._start is None:
            self._start = trainer_config(self._plan).control
        training = self._plan.training
        if not -STEEPEST <= incline <= STEEPEST:
            raise ConfigError(f"incline must lie in [{-STEEPEST:.4f}, {STEEPEST:.4f}] rad, got {incline!r:.60}")
        with named("stage"):
            pattern = reference_pattern(
                speed, self._plan.patient["height"], incline, training["pelvic_tilt"], training["foot_clearance"]
            )
        path = None
        if law == "path":
            gains = {"stiffness": training["stiffness"][0], "damping": 0.1 * training["damping"][0]}
            path = PathControl(pattern.samples(), **_PATH, **gains)
        load = Resistance(**_LOAD) if law == "resistance" else None
        return replace(self._start, pattern=pattern, path=path, resistance=load)

    def ask(self, trainer: Asked, what: str, value: Any) -> int | None:
        """Ask once.

        Parameters
        ----------
        trainer : Asked
            Who is asked.
        what : str
            One of `ASKED`.
        value : object
            What is asked for, as a record keeps it: m/s, N, a share of assistance, `{"law": ..., "speed": ...}`
            with `incline` on a slope, rad, or None.

        Returns
        -------
        int or None
            Time of the tick that took it [ns], where a loop tells it.

        Raises
        ------
        ConfigError
            If the trainer refuses it, or it is nothing that can be asked.
        """
        try:
            return self._ask(trainer, what, value)
        except (TypeError, KeyError, AttributeError) as error:
            raise ConfigError(f"{what} cannot be asked with {value!r:.60}: {error}") from None

    def _ask(self, trainer: Asked, what: str, value: Any) -> int | None:
        if what == "speed":
            return trainer.request_speed(float(value))
        if what == "support_force":
            return trainer.request_support_force(float(value))
        if what == "control":
            incline = float(value.get("incline", 0.0))
            return trainer.request_control(self.control(value["law"], float(value["speed"]), incline))
        if what in ("assistance_floor", "assistance_ceiling"):
            return trainer.request_override("all", what.removeprefix("assistance_"), 100.0 * float(value))
        if what == "assistance_release":
            return trainer.release_override("all")
        if what == "incline":
            angle = asked_incline(value)
            return None if self._tilt is None else self._tilt(angle)
        if what == "stop":
            trainer.request_stop()
            return None
        raise ConfigError(f"what must be one of {', '.join(ASKED)}, got {what!r:.60}")
