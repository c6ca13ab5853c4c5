"""What a therapist's plan may say: sections, keys, ranges; every value read with its path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gaitloop._schema import Choice, Integer, Key, Number, Text, Vector, read_table
from gaitloop.errors import ConfigError
from gaitloop.session.limits import DEVICES
from gaitloop.session.programme import MODES, TERRAINS

#: Version of the layout that this package reads.
THERAPY_VERSION = 1
#: What a therapist's plan calls itself, beside `version`.
KIND = "therapy"
#: Said of what nobody measured.
NOT_MEASURED = "not measured"
#: Joints and sides of a person, as a plan names them, left first, proximal to distal.
JOINTS, SIDES = ("hip", "knee", "ankle"), ("left", "right")
#: Grades of the modified Ashworth scale.
TONES = ("0", "1", "1+", "2", "3", "4")
#: Slowest and fastest walking [km/h], inside what the reference is known for.
SPEED_KMH = (0.51, 5.0)
#: Most body weight that is carried [%].
SUPPORT_PERCENT = 60.0
#: Most stages of a session [-].
MAX_STAGES = 50

_TOP = ("kind", "version")
_SECTIONS = ("plan", "patient", "limits", "device", "reference", "assistance", "schedule", "challenge", "stop", "stage")
#: What a plan may leave out: the guide of the pelvis sideways, where no stage trains the balance.
_OPTIONAL = ("balance",)
_PLAN: dict[str, Key] = {"name": Text(60)}
_PSEUDONYM: dict[str, Key] = {"patient": Text(1000)}
_PERSON: dict[str, Key] = {
    "fac": Integer(0, 5),
    "side": Choice(SIDES),
    "weight_kg": Number(40.0, 150.0),
    "height_cm": Number(150.0, 200.0),
}
_BODY = ("strength", "tone", "range")
_DEVICE: dict[str, Key] = {
    "kind": Choice(DEVICES),
    "ankle": Choice(("sensed", "driven")),
    "firmness_percent": Number(10.0, 100.0),
    "seed": Integer(0, 2**63 - 1),
}
_REFERENCE: dict[str, Key] = {
    "foot_clearance_cm": Number(0.0, 15.0),
    "pelvic_tilt_deg": Number(0.0, 20.0),
    "leg_weight_percent": Number(0.0, 100.0),
}
_ASSISTANCE: dict[str, Key] = {
    "soft_start_seconds": Number(0.5, 30.0),
    "settle_seconds": Number(0.0, 60.0),
    "change_percent_per_second": Number(1.0, 100.0),
    "tolerance_percent": Number(10.0, 400.0),
}
_LAWS: dict[str, dict[str, Key]] = {
    "band": {"step_up_percent": Number(0.0, 20.0), "step_down_percent": Number(0.0, 20.0)},
    "forgetting": {"keep_percent": Number(50.0, 99.9), "gain_percent_per_degree": Number(0.0, 30.0)},
}
_CHALLENGE: dict[str, dict[str, Key]] = {
    "none": {},
    "steps": {
        "steps": Integer(10, 10_000),
        "less_support_points": Number(0.0, 20.0),
        "more_speed_kmh": Number(0.0, 0.7),
        "least_support_percent": Number(0.0, SUPPORT_PERCENT),
        "most_speed_kmh": Number(*SPEED_KMH),
    },
}
_STOP: dict[str, Key] = {"pain_stops_most": Integer(1, 20), "spasm_stops_most": Integer(1, 20)}
_HEART: dict[str, dict[str, Key]] = {
    NOT_MEASURED: {},
    "limit": {"heart_rate_most_per_minute": Number(60.0, 220.0), "heart_rate_seconds": Number(0.0, 60.0)},
}
_BALANCE: dict[str, Key] = {
    "force_most_newton": Number(20.0, 2000.0),
    "travel_most_cm": Number(1.0, 30.0),
    "margin_least_cm": Number(0.0, 20.0),
    "sway_most_cm": Number(0.5, 30.0),
    "step_up_percent": Number(0.0, 20.0),
    "step_down_percent": Number(0.0, 20.0),
}
_SHARE = Number(0.0, 100.0)
_STAGE_KINDS = ("warm_up", "walk", "rest", "cool_down")
_REST: dict[str, Key] = {"kind": Choice(("rest",)), "name": Text(), "minutes": Number(0.5, 60.0)}
_STAGE: dict[str, Key] = {
    "kind": Choice(_STAGE_KINDS),
    "name": Text(),
    "mode": Choice(MODES),
    "terrain": Choice(TERRAINS),
}
_ONE_OF: dict[str, dict[str, Key]] = {
    "length": {"minutes": Number(0.5, 60.0), "steps": Integer(10, 10_000)},
    "speed": {"speed_percent": Number(10.0, 200.0), "speed_kmh": Number(*SPEED_KMH)},
    "support": {"support_points": Number(-60.0, 60.0), "support_percent": Number(0.0, SUPPORT_PERCENT)},
}
_FIXED: dict[str, Key] = {"assistance_percent": _SHARE}
_SPAN: dict[str, Key] = {"floor_percent": _SHARE, "ceiling_percent": _SHARE}


def required(document: Mapping[str, Any], name: str) -> Any:
    """Take what must be there.

    Parameters
    ----------
    document : mapping
        The document.
    name : str
        Name of a key or a section.

    Returns
    -------
    object
        What it has there.

    Raises
    ------
    ConfigError
        If it is missing.
    """
    if name not in document:
        raise ConfigError(f"{name} is missing")
    return document[name]


def read_document(document: Mapping[str, Any]) -> dict[str, Any]:
    """Read every section but the limits.

    Parameters
    ----------
    document : mapping
        The file, as TOML has it.

    Returns
    -------
    dict
        Values by section, in the file's units; the limits as the file has them.

    Raises
    ------
    ConfigError
        If anything is missing, unknown, of another type or out of range; the message names its path.
    """
    Choice((KIND,)).read("kind", required(document, "kind"))
    # The version comes before the keys: a newer layout is better refused as such than key by key.
    Integer(THERAPY_VERSION, THERAPY_VERSION).read("version", required(document, "version"))
    for name in document:
        if name not in (*_TOP, *_SECTIONS, *_OPTIONAL):
            raise ConfigError(f"{name} is not a known section; known are {', '.join((*_SECTIONS, *_OPTIONAL))}")
    head = read_table("plan", required(document, "plan"), _PLAN, _PSEUDONYM)
    return {
        "name": head["name"],
        "patient": read_pseudonym("plan.patient", head.get("patient")),
        "person": read_person(required(document, "patient")),
        "limits": required(document, "limits"),
        "device": read_table("device", required(document, "device"), _DEVICE),
        "reference": read_table("reference", required(document, "reference"), _REFERENCE),
        "assistance": _chosen("assistance", required(document, "assistance"), "law", _ASSISTANCE, _LAWS),
        "schedule": _read_schedule(required(document, "schedule")),
        "challenge": _chosen("challenge", required(document, "challenge"), "rule", {}, _CHALLENGE),
        "stop": _chosen("stop", required(document, "stop"), "heart_rate", _STOP, _HEART),
        "stages": _read_stages(required(document, "stage")),
        "balance": read_table("balance", document["balance"], _BALANCE) if "balance" in document else {},
    }


def read_pseudonym(path: str, value: str | None) -> str | None:
    """Read whose plan it is.

    Parameters
    ----------
    path : str
        Path of the key.
    value : str or None
        What was given.

    Returns
    -------
    str or None
        The pseudonym, where there is one.

    Raises
    ------
    ConfigError
        If it is something else; the message does not repeat what may be a name.
    """
    if value is not None and not re.fullmatch(r"[0-9a-f]{32}", value):
        raise ConfigError(f"{path} must be a pseudonym of 32 hexadecimal digits in lower case; no name belongs here")
    return value


def _table(path: str, table: object, known: tuple[str, ...]) -> dict[str, Any]:
    """Refuse what is no table, has unknown keys or lacks one."""
    if not isinstance(table, dict):
        raise ConfigError(f"[{path}] must be a table, got {table!r:.60}")
    for name in table:
        if name not in known:
            raise ConfigError(f"{path}.{name} is not a known key; known are {', '.join(sorted(known))}")
    for name in known:
        if name not in table:
            raise ConfigError(f"{path}.{name} is missing")
    return table


def _chosen(
    path: str, table: object, selector: str, common: Mapping[str, Key], chosen: Mapping[str, Mapping[str, Key]]
) -> dict[str, Any]:
    """Read a table whose keys depend on one of them."""
    if not isinstance(table, dict):
        raise ConfigError(f"[{path}] must be a table, got {table!r:.60}")
    choice = Choice(tuple(chosen))
    word = choice.read(f"{path}.{selector}", table[selector] if selector in table else _missing(path, selector))
    return read_table(path, table, {selector: choice, **common, **chosen[word]})


def _missing(path: str, name: str) -> Any:
    raise ConfigError(f"{path}.{name} is missing")


def read_person(table: object) -> dict[str, Any]:
    """Read who trains.

    Parameters
    ----------
    table : object
        What the file has under `patient`.

    Returns
    -------
    dict
        Category, side, weight [kg], height [cm], strength and tone per side, range of motion per joint and side [deg],
        None where it was not measured.

    Raises
    ------
    ConfigError
        If anything is missing, unknown, of another type or out of range.
    """
    body = _table("patient", table, (*_PERSON, *_BODY))
    person = read_table("patient", {name: body[name] for name in _PERSON}, _PERSON)
    strength = _table("patient.strength", body["strength"], SIDES)
    tone = _table("patient.tone", body["tone"], SIDES)
    person["strength"] = {side: read_strength(f"patient.strength.{side}", strength[side]) for side in SIDES}
    person["tone"] = {side: read_tone(f"patient.tone.{side}", tone[side]) for side in SIDES}
    names = [f"{joint}_{side}" for side in SIDES for joint in JOINTS]
    ranges = _table("patient.range", body["range"], tuple(f"{name}_deg" for name in names))
    person["range"] = {name: read_range(f"patient.range.{name}_deg", ranges[f"{name}_deg"]) for name in names}
    return person


def read_strength(path: str, value: object) -> tuple[int, ...]:
    """Read the strength of one side.

    Parameters
    ----------
    path : str
        Path of the key.
    value : object
        What the file has.

    Returns
    -------
    tuple of int
        Grades of hip, knee and ankle, 0 to 5 [-].

    Raises
    ------
    ConfigError
        If it is not a list of three whole grades.
    """
    if not isinstance(value, list) or len(value) != len(JOINTS):
        raise ConfigError(f"{path} must be a list of {len(JOINTS)} grades for hip, knee, ankle, got {value!r:.60}")
    return tuple(Integer(0, 5).read(f"{path}[{i}]", grade) for i, grade in enumerate(value))


def read_tone(path: str, value: object) -> tuple[str, ...]:
    """Read the tone of one side.

    Parameters
    ----------
    path : str
        Path of the key.
    value : object
        What the file has.

    Returns
    -------
    tuple of str
        Grades of hip, knee and ankle.

    Raises
    ------
    ConfigError
        If it is not a list of three grades.
    """
    if not isinstance(value, list) or len(value) != len(JOINTS):
        raise ConfigError(f"{path} must be a list of {len(JOINTS)} grades for hip, knee, ankle, got {value!r:.60}")
    return tuple(Choice(TONES).read(f"{path}[{i}]", grade) for i, grade in enumerate(value))


def read_range(path: str, value: object) -> tuple[float, float] | None:
    """Read a range of motion.

    Parameters
    ----------
    path : str
        Path of the key.
    value : object
        What the file has.

    Returns
    -------
    tuple of float or None
        Ends [deg]; None where it was not measured.

    Raises
    ------
    ConfigError
        If it is neither two angles, the smaller first, nor `not measured`.
    """
    if value == NOT_MEASURED:
        return None
    if not isinstance(value, list):
        raise ConfigError(f'{path} must be [smallest, largest] in degrees, or "{NOT_MEASURED}", got {value!r:.60}')
    low, high = Vector(2, -90.0, 160.0).read(path, value)
    if not low < high:
        raise ConfigError(f"{path} must have its smaller end first, got [{low:g}, {high:g}]")
    return low, high


def _read_schedule(table: object) -> dict[str, Any]:
    words = ("weeks", "sessions_per_week", "support_percent", "speed_kmh")
    given = _table("schedule", table, words)
    weeks = Integer(1, 52).read("schedule.weeks", given["weeks"])
    lists: dict[str, Key] = {
        "support_percent": Vector(weeks, 0.0, SUPPORT_PERCENT),
        "speed_kmh": Vector(weeks, *SPEED_KMH),
    }
    return read_table("schedule", table, {"weeks": Integer(1, 52), "sessions_per_week": Integer(1, 7), **lists})


def _read_stages(tables: object) -> tuple[dict[str, Any], ...]:
    if not isinstance(tables, list) or not 3 <= len(tables) <= MAX_STAGES:
        got = f"{len(tables)}" if isinstance(tables, list) else f"{tables!r:.60}"
        raise ConfigError(f"stage must be given 3 to {MAX_STAGES} times, each as [[stage]], got {got}")
    stages = tuple(_read_stage(f"stage[{i}]", table) for i, table in enumerate(tables))
    last = len(stages) - 1
    for i, stage in enumerate(stages):
        must = {0: "warm_up", last: "cool_down"}.get(i)
        if must is not None and stage["kind"] != must:
            raise ConfigError(
                f"stage[{i}].kind must be {must} in the {'last' if i else 'first'} stage, got {stage['kind']}"
            )
        if must is None and stage["kind"] not in ("walk", "rest"):
            raise ConfigError(
                f"stage[{i}].kind must be walk or rest between the first and the last, got {stage['kind']}"
            )
        if stage["kind"] == "rest" and stages[i - 1]["kind"] == "rest":
            raise ConfigError(f"stage[{i}].kind must not be rest after a rest; make one of the two longer")
    return stages


def _read_stage(path: str, table: object) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise ConfigError(f"[{path}] must be a table, got {table!r:.60}")
    kind = Choice(_STAGE_KINDS).read(f"{path}.kind", table["kind"] if "kind" in table else _missing(path, "kind"))
    if kind == "rest":
        return read_table(path, table, _REST)
    mode = Choice(MODES).read(f"{path}.mode", table["mode"] if "mode" in table else _missing(path, "mode"))
    optional = {name: key for keys in _ONE_OF.values() for name, key in keys.items()}
    stage = read_table(path, table, {**_STAGE, **(_FIXED if mode == "guidance" else _SPAN)}, optional)
    for keys in _ONE_OF.values():
        given = [name for name in keys if name in stage]
        if len(given) != 1:
            raise ConfigError(f"{path} must have exactly one of {' and '.join(keys)}, got {len(given)}")
    if mode != "guidance" and stage["floor_percent"] > stage["ceiling_percent"]:
        ends = f"{stage['floor_percent']:g} and {stage['ceiling_percent']:g}"
        raise ConfigError(f"{path}.floor_percent must not lie above ceiling_percent, got {ends}")
    return stage
