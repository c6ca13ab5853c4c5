"""The plan of a session: one strict, versioned TOML file that says everything, limits included."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from gaitloop.errors import ConfigError

from .schema import Choice, Integer, Key, Number, Text, Vector, read_table

#: Version of the plan's layout that this package reads.
PLAN_VERSION = 1
#: Largest accepted size of a plan [bytes].
MAX_BYTES = 1_000_000

_SESSION: dict[str, Key] = {"name": Text(), "duration": Number(20.0, 7200.0), "seed": Integer(0, 2**63 - 1)}
_PATIENT: dict[str, Key] = {
    "profile": Choice(("healthy", "stroke", "fac")),
    "side": Choice(("left", "right")),
    "mass": Number(40.0, 150.0),
    "height": Number(1.5, 2.0),
}
_PROFILE: dict[str, dict[str, Key]] = {
    "healthy": {},
    "stroke": {"severity": Number(0.0, 1.0)},
    "fac": {"level": Integer(0, 5)},
}
_TRAINING: dict[str, Key] = {
    "speed": Number(0.14, 1.4),
    "support": Number(0.0, 0.6),
    "foot_clearance": Number(0.0, 0.15),
    "pelvic_tilt": Number(0.0, 20.0, angle=True),
    "leg_weight": Number(0.0, 1.0),
    "support_slew": Number(0.01, 1.0),
    "engage_time": Number(0.5, 30.0),
    "settle_time": Number(0.0, 60.0),
    "stiffness": Vector(6, 0.0, 2000.0),
    "damping": Vector(6, 0.0, 200.0),
}
_ASSIST: dict[str, Key] = {"floor": Number(0.0, 1.0), "ceiling": Number(0.0, 1.0), "initial": Number(0.0, 1.0)}
_LAW: dict[str, dict[str, Key]] = {
    "band": {
        "lower": Vector(5, 0.0, 57.0, angle=True),
        "upper": Vector(5, 0.0, 57.0, angle=True),
        "step_up": Number(0.0, 0.2),
        "step_down": Number(0.0, 0.2),
    },
    "forgetting": {
        "forget": Number(0.5, 0.999),
        "gain": Number(0.0, 20.0),
        "dead_zone": Vector(5, 0.0, 57.0, angle=True),
    },
}
# Subtasks outside the sagittal plane: bounds of the band, or dead zones.
_LATERAL: dict[str, dict[str, Key]] = {
    "band": {"weight_shift": Vector(2, 0.0, 1.0), "lateral_foot_placement": Vector(2, 0.0, 57.0, angle=True)},
    "forgetting": {"weight_shift": Number(0.0, 1.0), "lateral_foot_placement": Number(0.0, 57.0, angle=True)},
}
_DEVICE: dict[str, Key] = {"kind": Choice(("treadmill_exo",)), "ankle": Choice(("sensed", "driven"))}
# Ranges of the limits are the envelope's own; here only what the file must look like.
_LIMITS: dict[str, Key] = {
    "q_min": Vector(6, -172.0, 172.0, angle=True),
    "q_max": Vector(6, -172.0, 172.0, angle=True),
    **{
        name: Vector(6)
        for name in (
            *("dq_max", "brake_decel", "tau_max", "tau_rate_max"),
            *("wall_stiffness", "wall_damping", "stop_damping"),
        )
    },
    **{
        name: Number(float("-inf"), float("inf"))
        for name in (
            *("belt_speed_max", "belt_accel_max", "belt_jerk_max", "soft_decel", "soft_jerk", "stop_decel"),
            *("support_force_max", "support_rate_max", "degraded_fraction", "sample_age_max", "tick_max", "lease"),
            *("soft_deadline", "stop_deadline"),
        )
    },
}
_SECTIONS = ("version", "session", "patient", "training", "device", "limits")


@contextmanager
def named(path: str) -> Iterator[None]:
    """Put the path of a table before what a room says about a value of it.

    Parameters
    ----------
    path : str
        Path of the table.

    Yields
    ------
    None
        To the code that builds something from the table.
    """
    try:
        yield
    except ConfigError as error:
        raise ConfigError(f"{path}.{error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A session as planned; every value checked.

    Attributes
    ----------
    name : str
        Name of the session, for displays.
    duration : float
        Length of the session, start and stop included [s].
    seed : int
        Seed of everything random [-].
    patient : mapping
        Profile, side, mass [kg], height [m] and what the profile asks for.
    training : mapping
        Speed [m/s], share of body weight carried [-], gains and times [SI].
    assist : mapping
        Law, by its name, and its parameters [rad, -].
    device : mapping
        Kind of device and of its ankles.
    limits : mapping
        Every limit of the envelope [SI].
    text : str
        The file, as read.
    """

    name: str
    duration: float
    seed: int
    patient: Mapping[str, Any]
    training: Mapping[str, Any]
    assist: Mapping[str, Any]
    device: Mapping[str, Any]
    limits: Mapping[str, Any]
    text: str

    @classmethod
    def from_text(cls, text: str) -> Plan:
        """Read a plan.

        Parameters
        ----------
        text : str
            TOML text.

        Returns
        -------
        Plan
            The plan.

        Raises
        ------
        ConfigError
            If anything is missing, unknown, of another type or out of range; the message names its path.
        """
        try:
            document = tomllib.loads(text)
        except (ValueError, RecursionError) as error:  # TOMLDecodeError, and whole numbers of thousands of digits
            raise ConfigError(f"plan must be valid TOML: {error}") from None
        # The version comes first: a newer layout is better refused as such than key by key.
        Integer(PLAN_VERSION, PLAN_VERSION).read("version", _required(document, "version"))
        for name in document:
            if name not in _SECTIONS:
                raise ConfigError(f"{name} is not a known section; known are {', '.join(_SECTIONS)}")
        session = read_table("session", _required(document, "session"), _SESSION)
        training, assist = _read_training(_required(document, "training"))
        return cls(
            **session,
            patient=_read_chosen("patient", _required(document, "patient"), "profile", _PATIENT, _PROFILE),
            training=training,
            assist=assist,
            device=read_table("device", _required(document, "device"), _DEVICE),
            limits=read_table("limits", _required(document, "limits"), _LIMITS),
            text=text,
        )

    @classmethod
    def load(cls, path: str | Path) -> Plan:
        """Read a plan from a file.

        Parameters
        ----------
        path : path-like
            TOML file in UTF-8.

        Returns
        -------
        Plan
            The plan.

        Raises
        ------
        ConfigError
            If the file cannot be read or is refused.
        """
        try:
            with Path(path).open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
        if len(data) > MAX_BYTES:
            raise ConfigError(f"{path}: must have at most {MAX_BYTES} bytes")
        try:
            return cls.from_text(data.decode("utf-8"))
        except UnicodeDecodeError:
            raise ConfigError(f"{path}: must be UTF-8 text") from None
        except ConfigError as error:
            raise ConfigError(f"{path}: {error}") from None

    def change(self, *, duration: float | None = None, seed: int | None = None) -> Plan:
        """Take the same plan with another length or seed.

        Parameters
        ----------
        duration : float, optional
            Length of the session [s], 20 to 7200.
        seed : int, optional
            Seed of everything random [-].

        Returns
        -------
        Plan
            The changed plan; its `text` stays.

        Raises
        ------
        ConfigError
            If a value is out of range.
        """
        changes = {"duration": duration, "seed": seed}
        checked: dict[str, Any] = {
            key: _SESSION[key].read(key, value) for key, value in changes.items() if value is not None
        }
        return replace(self, **checked)


def demo_plan() -> Plan:
    """Read the built-in plan: ten minutes of a person after a stroke.

    Returns
    -------
    Plan
        The plan of `demo.toml`.
    """
    return Plan.from_text(files(__package__).joinpath("demo.toml").read_text(encoding="utf-8"))


def _required(document: Mapping[str, Any], name: str) -> Any:
    if name not in document:
        raise ConfigError(f"{name} is missing")
    return document[name]


def _read_chosen(
    path: str,
    table: object,
    selector: str,
    common: Mapping[str, Key],
    chosen: Mapping[str, Mapping[str, Key]],
    optional: Mapping[str, Mapping[str, Key]] | None = None,
) -> dict[str, Any]:
    """Read a table whose keys depend on one of them."""
    if not isinstance(table, dict):
        raise ConfigError(f"[{path}] must be a table, got {table!r}")
    if selector not in table:
        raise ConfigError(f"{path}.{selector} is missing")
    word = Choice(tuple(chosen)).read(f"{path}.{selector}", table[selector])
    keys = {selector: Choice(tuple(chosen)), **common, **chosen[word]}
    return read_table(path, table, keys, (optional or {}).get(word))


def _read_training(table: object) -> tuple[dict[str, Any], dict[str, Any]]:
    if not isinstance(table, dict):
        raise ConfigError(f"[training] must be a table, got {table!r}")
    if "assist" not in table:
        raise ConfigError("training.assist is missing")
    rest = {name: value for name, value in table.items() if name != "assist"}
    training = read_table("training", rest, _TRAINING)
    assist = _read_chosen("training.assist", table["assist"], "law", _ASSIST, _LAW, _LATERAL)
    for low, high in (("floor", "ceiling"), ("floor", "initial"), ("initial", "ceiling")):
        if assist[low] > assist[high]:
            values = f"{assist[low]:g} and {assist[high]:g}"
            raise ConfigError(f"training.assist.{low} must not lie above {high}, got {values}")
    return training, assist
