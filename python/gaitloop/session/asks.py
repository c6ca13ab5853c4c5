"""What a session asks of a trainer in motion, in words that a record keeps and a replay asks again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from gaitloop.control import PathControl, Resistance
from gaitloop.errors import ConfigError
from gaitloop.trainer import ControlConfig
from gaitloop.trajectory import GaitPattern

from .build import trainer_config
from .plan import Plan, named

#: What may be asked, as `/change` names it.
ASKED = ("speed", "support_force", "control", "assistance_floor", "assistance_ceiling", "assistance_release", "stop")
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
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._start: ControlConfig | None = None

    def control(self, law: str, speed: float) -> ControlConfig:
        """Make a law for a speed of walking, with the gains of the plan.

        Parameters
        ----------
        law : str
            One of `LAWS`.
        speed : float
            Speed of the reference [m/s].

        Returns
        -------
        ControlConfig
            What `request_control` takes.

        Raises
        ------
        ConfigError
            If the law is unknown or the speed out of range.
        """
        if law not in LAWS:
            raise ConfigError(f"law must be one of {', '.join(LAWS)}, got {law!r:.60}")
        if self._start is None:
            self._start = trainer_config(self._plan).control
        training = self._plan.training
        with named("stage"):
            pattern = GaitPattern.koopman(
                speed,
                self._plan.patient["height"],
                pelvic_tilt=training["pelvic_tilt"],
                foot_clearance=training["foot_clearance"],
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
            What is asked for, as a record keeps it: m/s, N, a share of assistance, `{"law": ..., "speed": ...}`, or
            None.

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
        except (TypeError, KeyError) as error:
            raise ConfigError(f"{what} cannot be asked with {value!r:.60}: {error}") from None

    def _ask(self, trainer: Asked, what: str, value: Any) -> int | None:
        if what == "speed":
            return trainer.request_speed(float(value))
        if what == "support_force":
            return trainer.request_support_force(float(value))
        if what == "control":
            return trainer.request_control(self.control(value["law"], float(value["speed"])))
        if what in ("assistance_floor", "assistance_ceiling"):
            return trainer.request_override("all", what.removeprefix("assistance_"), 100.0 * float(value))
        if what == "assistance_release":
            return trainer.release_override("all")
        if what == "stop":
            trainer.request_stop()
            return None
        raise ConfigError(f"what must be one of {', '.join(ASKED)}, got {what!r:.60}")
