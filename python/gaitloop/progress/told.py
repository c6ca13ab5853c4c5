"""What a record tells besides its samples: stages, notes, changes, pain, losses, as lines for people and as times."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

#: Topics of a record that people read, and what to call them.
TOPICS: Mapping[str, str] = {
    "/stage": "stage",
    "/note": "note",
    "/change": "change",
    "/pain": "pain",
    "/loss": "lost",
}
_SHOWN = 200
_CODES = {
    "pause": "pause",
    "pause_heart_rate": "pause: the heart rate was above its limit",
    "pause_heart_rate_lost": "pause: the heart rate was lost",
    "pause_balance_lost": "pause: the balance was lost sideways, and the guide caught it",
    "resume": "going on",
    "skip": "on to the next stage",
    "stop": "stop",
    "pain_stop": "the pain button was pressed",
    "challenge_raised": "the challenge was raised",
    "skip_asked": "a remote asked for the next stage",
    "resume_heart_rate_refused": "going on was refused: the heart rate was above its limit",
    "heart_rate_failed": "the sensor of the heart rate failed",
    "sideways_failed": "the sensor of the feet failed",
}
_PAUSES = ("pause", "pause_heart_rate", "pause_heart_rate_lost", "pause_balance_lost")
#: What a request is about, the scale to the unit shown, and that unit.
_CHANGES = {
    "speed": ("belt", 1.0, "m/s"),
    "support_force": ("rope", 1.0, "N"),
    "assistance_floor": ("least help", 100.0, "%"),
    "assistance_ceiling": ("most help", 100.0, "%"),
    "guide_share": ("help sideways", 100.0, "%"),
}
_BARE = {"assistance_release": "help is again within the bounds of its law", "stop": "soft stop"}
_REASONS = {"done": "done", "started": "", "skipped": "skipped"}


class Told(NamedTuple):
    """One line.

    Attributes
    ----------
    at : str
        Minutes and seconds of the session.
    kind : str
        What it is.
    by : str
        Role of who did it, or empty.
    text : str
        What was told.
    """

    at: str
    kind: str
    by: str
    text: str


class Span(NamedTuple):
    """A stage of a session.

    Attributes
    ----------
    number : int
        Its number, from 1 [-].
    name : str
        Its name.
    start : float
        When it began [s].
    end : float or None
        When it ended [s]; None where the record does not say.
    """

    number: int
    name: str
    start: float
    end: float | None


@dataclass(frozen=True, slots=True)
class Course:
    """What happened when.

    Attributes
    ----------
    stages : tuple of Span
        Stages in order.
    pauses : tuple of float
        When pauses were asked for, rests of the plan apart [s].
    pains : tuple of float
        When the pain button stopped the session [s].
    reasons : tuple of str
        What was said to hurt, in order.
    """

    stages: tuple[Span, ...] = ()
    pauses: tuple[float, ...] = ()
    pains: tuple[float, ...] = ()
    reasons: tuple[str, ...] = ()


def told(reader: Any) -> list[Told]:
    """Collect what a record tells, in order of time.

    Parameters
    ----------
    reader : gaitloop.session.reader.Reader
        The record; one of a version without such topics tells nothing.

    Returns
    -------
    list of Told
        Lines.
    """
    ask = getattr(reader, "messages", None)
    if ask is None:
        return []
    found = [(message.get("t") or 0, topic, message) for topic in TOPICS for message in ask(topic)]
    found.sort(key=lambda entry: entry[0])
    return [
        Told(_clock(t * 1e-9), TOPICS[topic], _role(message.get("who")), _words(topic, message))
        for t, topic, message in found
        if topic != "/change" or _changes(message)
    ]


def course_of(reader: Any) -> Course:
    """Collect when stages, pauses and pain were.

    Parameters
    ----------
    reader : gaitloop.session.reader.Reader
        The record; one of a version without such topics has none.

    Returns
    -------
    Course
        What happened when.
    """
    ask = getattr(reader, "messages", None)
    if ask is None:
        return Course()
    notes = [(message.get("t", 0) * 1e-9, str(message.get("text_code"))) for message in ask("/note")]
    reasons = tuple(_shown(message.get("reason")) for message in ask("/pain"))
    return Course(
        stages=tuple(_spans(ask("/stage"))),
        pauses=tuple(t for t, code in notes if code in _PAUSES),
        pains=tuple(t for t, code in notes if code == "pain_stop"),
        reasons=tuple(reason for reason in reasons if reason),
    )


def planned(metadata: Mapping[str, str]) -> list[tuple[str, str]]:
    """Say what each stage of a session of several was planned to be.

    Parameters
    ----------
    metadata : mapping of str to str
        Metadata of a record.

    Returns
    -------
    list of tuple
        Number and name of each stage, and its length, speed and support in words; empty for one stage, and where the
        record does not say.
    """
    try:
        stages = json.loads(metadata.get("programme", "null"))["stages"]
        rows = [_planned(i, stage) for i, stage in enumerate(stages, 1)]
    except (ValueError, TypeError, KeyError, RecursionError):
        return []
    return rows if len(rows) > 1 else []


def _planned(number: int, stage: Mapping[str, Any]) -> tuple[str, str]:
    minutes, steps = stage["minutes"], stage["steps"]
    length = f"{minutes:.3g} min" if minutes is not None else f"{int(steps)} steps"
    carried = f"{100.0 * stage['support']:.0f} % of the body weight carried"
    pace = f"{stage['speed']:.3g} m/s" if stage["speed"] else "standing"
    return f"{number} {_free(stage['name'])}", f"{length}, {pace}, {carried}, {_shown(stage['mode'])}"


def _spans(messages: Sequence[Mapping[str, Any]]) -> list[Span]:
    found: list[Span] = []
    for message in messages:
        number, t = int(message.get("index", 0)) + 1, message.get("t", 0) * 1e-9
        if message.get("phase") == "begin":
            found.append(Span(number, _shown(message.get("stage")), t, None))
        elif found and found[-1].number == number and found[-1].end is None and t >= found[-1].start:
            found[-1] = found[-1]._replace(end=t)
    return found


def _clock(seconds: float) -> str:
    whole = int(round(seconds, 3))
    return f"{whole // 60}:{whole % 60:02d}"


def _role(who: object) -> str:
    """Role of an operator without the pseudonym."""
    return _shown(who).partition(":")[0]


def _shown(value: object) -> str:
    """A value as people read it, cut where it is long."""
    if isinstance(value, Mapping):
        value = value.get("role", "")
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value).replace("_", " ")[:_SHOWN]


def _words(topic: str, message: Mapping[str, Any]) -> str:
    if topic == "/change":
        return _change(message)
    if topic == "/loss":
        return f"{_shown(message.get('count'))} {_shown(message.get('what'))}".strip()
    if topic == "/pain":
        return _shown(message.get("reason"))
    if topic == "/stage":
        return _stage(message)
    code = message.get("text_code")
    words = _CODES.get(code, _shown(code)) if isinstance(code, str) else ""
    return ", ".join(shown for shown in (_free(message.get("text")), words) if shown)


def _free(text: object) -> str:
    return text[:_SHOWN] if isinstance(text, str) else ""


def _stage(message: Mapping[str, Any]) -> str:
    reason = message.get("reason")
    why = _REASONS.get(reason, _shown(reason)) if isinstance(reason, str) else ""
    name = f"{int(message.get('index', 0)) + 1} {_free(message.get('stage'))}"
    if message.get("phase") == "begin":
        return f"{name} begins"
    return f"{name} ends" + (f": {why}" if why else "")


def _changes(message: Mapping[str, Any]) -> bool:
    """Whether anything is another way after it; of a request without values there is no telling."""
    before, after = message.get("before"), message.get("after")
    return before is None or bool(before != after)


def _change(message: Mapping[str, Any]) -> str:
    what, before, after = message.get("what"), message.get("before"), message.get("after")
    if what in _BARE and before is None and after is None:
        return _BARE[what]
    if what == "control" and isinstance(before, Mapping) and isinstance(after, Mapping):
        return f"law: {_law(before)} to {_law(after)}"
    label, scale, unit = _CHANGES.get(what, (_shown(what), 1.0, "")) if isinstance(what, str) else ("", 1.0, "")
    one, other = _amount(before, scale), _amount(after, scale)
    return f"{label}: {one} to {other} {unit}".rstrip()


def _law(control: Mapping[str, Any]) -> str:
    return f"{_shown(control.get('law'))} for {_amount(control.get('speed'), 1.0)} m/s"


def _amount(value: object, scale: float) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return _shown(value)
    return f"{float(value) * scale:.3g}"
