"""The plan of a session: one strict, versioned TOML file that says everything, limits included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Any

from gaitloop._core import SOURCES
from gaitloop._schema import LIMIT_KEYS, Choice, Integer, Key, Number, Text, Vector, parse, read_table
from gaitloop.errors import ConfigError

from .fitting import Fitting
from .limits import DEVICES, LimitsFile, combine, load_all

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
_DEVICE: dict[str, Key] = {"kind": Choice(DEVICES), "ankle": Choice(("sensed", "driven"))}
# Guide of the pelvis sideways, and when its help grows and fades; a plan has it where a stage trains the balance.
_GUIDE: dict[str, Key] = {
    "stiffness_min": Number(0.0, 5000.0),
    "stiffness_max": Number(0.0, 50_000.0),
    "damping": Number(0.0, 5000.0),
    "force_max": Number(20.0, 2000.0),
    "travel": Number(0.01, 0.3),
    "margin_min": Number(0.0, 0.2),
    "sway_max": Number(0.005, 0.3),
    "step_up": Number(0.0, 0.2),
    "step_down": Number(0.0, 0.2),
}
# Limits are written down in the plan, or in files that somebody confirmed.
_FILES = "files"
_SECTIONS = ("version", "session", "patient", "training", "device", "limits", "guide")


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
    limits_files : tuple of LimitsFile
        Files that the limits come from; none where the plan has them itself.
    guide : mapping, optional
        Guide of the pelvis sideways: softest and stiffest [N/m], damping [N·s/m], largest force [N], travel [m]; margin
        of stability and sway [m] that are well enough, and how fast help grows and fades [-].
    fitting : Fitting, optional
        Device that it is trained on, by whose limits `limits` are narrowed; the simulated one where absent.
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
    limits_files: tuple[LimitsFile, ...] = ()
    guide: Mapping[str, Any] | None = None
    fitting: Fitting | None = None

    @classmethod
    def from_text(
        cls,
        text: str,
        *,
        folder: Path | None = None,
        key: bytes | None = None,
        limits: Mapping[str, Any] | None = None,
    ) -> Plan:
        """Read a plan.

        Parameters
        ----------
        text : str
            TOML text.
        folder : path-like, optional
            Folder in which the limits files lie that the plan names; without it such a plan is refused.
        key : bytes, optional
            Key that those files must be signed with.
        limits : mapping, optional
            Limits that were in force when the plan was run, instead of files that it names [SI].

        Returns
        -------
        Plan
            The plan.

        Raises
        ------
        ConfigError
            If anything is missing, unknown, of another type or out of range; the message names its path.
        """
        document = parse("plan", text)
        # The version comes first: a newer layout is better refused as such than key by key.
        Integer(PLAN_VERSION, PLAN_VERSION).read("version", _required(document, "version"))
        for name in document:
            if name not in _SECTIONS:
                raise ConfigError(f"{name} is not a known section; known are {', '.join(_SECTIONS)}")
        session = read_table("session", _required(document, "session"), _SESSION)
        training, assist = _read_training(_required(document, "training"))
        device = read_table("device", _required(document, "device"), _DEVICE)
        in_force, files = limits_of(_required(document, "limits"), device["kind"], folder, key, limits)
        return cls(
            **session,
            patient=_read_chosen("patient", _required(document, "patient"), "profile", _PATIENT, _PROFILE),
            training=training,
            assist=assist,
            device=device,
            limits=in_force,
            text=text,
            limits_files=files,
            guide=read_table("guide", document["guide"], _GUIDE) if "guide" in document else None,
        )

    @classmethod
    def load(cls, path: str | Path, key: bytes | None = None) -> Plan:
        """Read a plan from a file.

        Parameters
        ----------
        path : path-like
            TOML file in UTF-8; limits files that it names lie in its folder.
        key : bytes, optional
            Key that those files must be signed with.

        Returns
        -------
        Plan
            The plan.

        Raises
        ------
        ConfigError
            If the file cannot be read or is refused.
        """
        text = text_of(path)
        try:
            return cls.from_text(text, folder=Path(path).parent, key=key)
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


def text_of(path: str | Path) -> str:
    """Read the text of a plan's file.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    str
        Its text.

    Raises
    ------
    ConfigError
        If it cannot be read, is too long or no UTF-8.
    """
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # a NUL in a name is a ValueError
        raise ConfigError(f"{path}: cannot be read: {getattr(error, 'strerror', error)}") from None
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{path}: must have at most {MAX_BYTES} bytes")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: must be UTF-8 text") from None


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


def limits_of(
    table: object, device: str, folder: Path | None, key: bytes | None, limits: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], tuple[LimitsFile, ...]]:
    """Read the limits of a plan: those that it has itself, or those of the files that it names.

    Parameters
    ----------
    table : object
        What the plan has under `limits`.
    device : str
        Kind of device of the plan.
    folder : path-like or None
        Where the named files lie.
    key : bytes or None
        Key that they must be signed with.
    limits : mapping, optional
        Limits that were in force when the plan was run, instead of named files [SI].

    Returns
    -------
    dict
        Every limit of the envelope [SI].
    tuple of LimitsFile
        Files that they come from.

    Raises
    ------
    ConfigError
        If anything is missing, unknown or refused, or a file is for another device.
    """
    if not isinstance(table, dict) or _FILES not in table:
        return read_table("limits", table, LIMIT_KEYS), ()
    if len(table) > 1:
        raise ConfigError(f"limits.{_FILES} must stand alone, got {', '.join(table)}")
    names = table[_FILES]
    if not isinstance(names, list) or not 1 <= len(names) <= len(SOURCES):
        raise ConfigError(f"limits.{_FILES} must be a list of 1 to {len(SOURCES)} names, got {names!r:.60}")
    names = [
        _inside(f"limits.{_FILES}[{i}]", Text().read(f"limits.{_FILES}[{i}]", name)) for i, name in enumerate(names)
    ]
    if limits is not None:
        return dict(limits), ()
    if folder is None:
        raise ConfigError(f"limits.{_FILES} needs a folder to look in, so a plan that is read from a file")
    files = load_all([folder / name for name in names], key)
    in_force = combine(files)
    if files[0].device != device:
        raise ConfigError(f"limits.{_FILES} must be for device.kind {device}, got {files[0].device}")
    return in_force.envelope.to_dict(), files


def _inside(path: str, name: str) -> str:
    """Refuse a name that leads out of the plan's folder."""
    if "\\" in name or ":" in name or PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        raise ConfigError(f"{path} must lie in the folder of the plan, got {name!r}")
    return name


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
