"""What a session does from beginning to end: a plan for the machine, stages of training, and rules."""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass
from numbers import Real
from typing import Any

from gaitloop.errors import ConfigError

from .build import START_TIME, STOP_TIME
from .incline import check_incline
from .plan import Plan

#: What a stage is for.
KINDS = ("warm_up", "walk", "rest", "cool_down")
#: How a stage helps: the law that makes the torque.
MODES = ("guidance", "path", "assist", "resistance", "balance")
#: Ground of a stage.
TERRAINS = ("level", "uphill", "downhill", "stairs")
#: Smallest and largest values of a stage [min, -, m/s, -, -].
MINUTES, STEPS, SPEED, SUPPORT, SHARE = (0.1, 120.0), (10, 10_000), (0.14, 1.4), (0.0, 0.6), (0.0, 1.0)
#: Most stages of a session [-].
MAX_STAGES = 50
#: Longest name of a stage and of an operator [characters].
MAX_NAME = 80
_PSEUDONYM = re.compile(r"[0-9a-f]{32}")


def _number(name: str, value: object, low: float, high: float) -> None:
    numeric = isinstance(value, Real) and not isinstance(value, bool)
    if not numeric or not math.isfinite(float(value)) or not low <= float(value) <= high:  # type: ignore[arg-type]
        raise ConfigError(f"{name} must lie in [{low:g}, {high:g}], got {value!r:.60}")


def _whole(name: str, value: object, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ConfigError(f"{name} must be a whole number in [{low}, {high}], got {value!r:.60}")


def _word(name: str, value: object, known: tuple[str, ...]) -> None:
    if not isinstance(value, str) or value not in known:
        raise ConfigError(f"{name} must be one of {', '.join(known)}, got {value!r:.60}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stretch of a session with one aim.

    Parameters
    ----------
    name : str
        Name for displays, 1 to 80 printable characters.
    kind : str
        What it is for, one of `KINDS`.
    minutes : float, optional
        Length [min], 0.1 to 120; exactly one of `minutes` and `steps` is given, and of a rest `minutes`.
    steps : int, optional
        Steps of both feet after which it ends [-], 10 to 10000.
    speed : float
        Belt speed [m/s], 0.14 to 1.4; 0 in a rest, and in no other.
    support : float
        Share of the body weight carried [-], 0 to 0.6.
    mode : str
        How it helps, one of `MODES`.
    floor : float
        Least assistance [-], 0 to `ceiling`.
    ceiling : float
        Largest assistance [-], `floor` to 1.
    terrain : str
        Ground, one of `TERRAINS`.
    incline : float
        Inclination of the ground [rad]: above 0 uphill, below 0 downhill, at most 10° either way; 0 on other ground.

    Raises
    ------
    ConfigError
        If a value is outside its range; the message names field, range and value.
    """

    name: str
    kind: str
    minutes: float | None = None
    steps: int | None = None
    speed: float
    support: float
    mode: str
    floor: float
    ceiling: float
    terrain: str = "level"
    incline: float = 0.0

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not 1 <= len(self.name) <= MAX_NAME or not self.name.isprintable():
            raise ConfigError(f"name must have 1 to {MAX_NAME} printable characters, got {self.name!r:.60}")
        for field, known in (("kind", KINDS), ("mode", MODES), ("terrain", TERRAINS)):
            _word(field, getattr(self, field), known)
        if (self.minutes is None) == (self.steps is None):
            raise ConfigError(f"give exactly one of minutes and steps, got {self.minutes!r} and {self.steps!r}")
        if self.minutes is not None:
            _number("minutes", self.minutes, *MINUTES)
        else:
            _whole("steps", self.steps, *STEPS)
        if self.kind == "rest":
            if self.steps is not None:
                raise ConfigError(f"a rest must be given in minutes, got steps = {self.steps}")
            _number("speed", self.speed, 0.0, 0.0)
        else:
            _number("speed", self.speed, *SPEED)
        _number("support", self.support, *SUPPORT)
        _number("ceiling", self.ceiling, *SHARE)
        _number("floor", self.floor, 0.0, self.ceiling)
        _number("incline", self.incline, -1.0, 1.0)
        check_incline(self.terrain, self.incline)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """When a session holds by itself, and when it asks more.

    Parameters
    ----------
    heart_rate_max : float, optional
        Heart rate above which the session pauses [1/min], 60 to 220; none without a limit.
    heart_rate_time : float
        Time above it before it counts [s], 0 to 60.
    pain_stops_max : int, optional
        Pain stops after which the session ends [-], 1 to 20; none without such an end.
    spasm_stops_max : int, optional
        Stops for a spasm or clonus after which the session ends [-], 1 to 20; none without such an end.
    challenge_steps : int, optional
        Steps of both feet after which the challenge rises once more [-], 10 to 10000; none where it stays.
    challenge_support : float
        Share of the body weight taken off the support each time [-], 0 to 0.2.
    challenge_speed : float
        Belt speed added each time [m/s], 0 to 0.2.
    support_min : float
        Support below which no challenge goes [-], 0 to 0.6.
    speed_max : float
        Speed above which no challenge goes [m/s], 0.14 to 1.4; none above a stage's own without it.

    Raises
    ------
    ConfigError
        If a value is outside its range; the message names field, range and value.
    """

    heart_rate_max: float | None = None
    heart_rate_time: float = 0.0
    pain_stops_max: int | None = None
    spasm_stops_max: int | None = None
    challenge_steps: int | None = None
    challenge_support: float = 0.0
    challenge_speed: float = 0.0
    support_min: float = 0.0
    speed_max: float | None = None

    def __post_init__(self) -> None:
        if self.heart_rate_max is not None:
            _number("heart_rate_max", self.heart_rate_max, 60.0, 220.0)
        _number("heart_rate_time", self.heart_rate_time, 0.0, 60.0)
        for field in ("pain_stops_max", "spasm_stops_max"):
            if getattr(self, field) is not None:
                _whole(field, getattr(self, field), 1, 20)
        if self.challenge_steps is not None:
            _whole("challenge_steps", self.challenge_steps, *STEPS)
        _number("challenge_support", self.challenge_support, 0.0, 0.2)
        _number("challenge_speed", self.challenge_speed, 0.0, 0.2)
        _number("support_min", self.support_min, *SUPPORT)
        if self.speed_max is not None:
            _number("speed_max", self.speed_max, *SPEED)
        if self.challenge_speed and self.speed_max is None:
            raise ConfigError(f"speed_max must be given where challenge_speed is, got {self.challenge_speed:g} alone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A whole session: what the machine is, what it does in turn, and by which rules.

    Parameters
    ----------
    plan : Plan
        Person, device, gains, limits and seed. Its `text` is what a record keeps and a replay reads, so it must read
        back to this very plan. Its `training.speed` and `training.support` are those the machine starts with and
        `duration` is the least time the whole takes; the stages say the rest.
    stages : tuple of Stage
        What to do in turn, 1 to 50.
    rules : Rules
        When it holds by itself, and when it asks more.
    patient : str, optional
        Pseudonym of the person, 32 hexadecimal digits in lower case.
    text : str
        The therapist's file as read; a record has it without its comments. Empty where there is none.
    number : int, optional
        Which session of a schedule it is [-], 1 to 10000.

    Raises
    ------
    ConfigError
        If a value is outside its range; the message names field, range and value.
    """

    plan: Plan
    stages: tuple[Stage, ...]
    rules: Rules
    patient: str | None = None
    text: str = ""
    number: int | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.plan, Plan):
            raise ConfigError(f"plan must be a Plan, got {self.plan!r:.60}")
        object.__setattr__(self, "stages", tuple(self.stages))
        if not 1 <= len(self.stages) <= MAX_STAGES or not all(isinstance(stage, Stage) for stage in self.stages):
            raise ConfigError(f"stages must be 1 to {MAX_STAGES} of Stage, got {len(self.stages)}")
        if not isinstance(self.rules, Rules):
            raise ConfigError(f"rules must be Rules, got {self.rules!r:.60}")
        if self.patient is not None and not (isinstance(self.patient, str) and _PSEUDONYM.fullmatch(self.patient)):
            raise ConfigError("patient must be a pseudonym of 32 hexadecimal digits in lower case, got something else")
        if self.number is not None:
            _whole("number", self.number, 1, 10_000)

    @classmethod
    def of(cls, plan: Plan) -> Programme:
        """Take a plan of one speed, one support and one law as a programme of one stage.

        Parameters
        ----------
        plan : Plan
            The plan.

        Returns
        -------
        Programme
            One stage, as long as the plan leaves between soft start and soft stop, by no rule.
        """
        training, assist = plan.training, plan.assist
        walked = plan.duration - START_TIME - training["engage_time"] - STOP_TIME
        stage = Stage(
            name=plan.name[:MAX_NAME] if plan.name[:MAX_NAME].isprintable() else "session",
            kind="walk",
            minutes=min(max(walked / 60.0, MINUTES[0]), MINUTES[1]),
            speed=training["speed"],
            support=training["support"],
            mode="assist",
            floor=assist["floor"],
            ceiling=assist["ceiling"],
        )
        return cls(plan=plan, stages=(stage,), rules=Rules())

    def to_dict(self) -> dict[str, Any]:
        """Say what it is in plain values, for a record; the plan has its own place there.

        Returns
        -------
        dict
            Stages, rules, pseudonym and number.
        """
        stages = [asdict(stage) for stage in self.stages]
        for stage in stages:
            if not stage["incline"]:  # level ground is told as ever
                del stage["incline"]
        return {"stages": stages, "rules": asdict(self.rules), "patient": self.patient, "number": self.number}
