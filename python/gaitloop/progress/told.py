"""What a record tells besides its samples: stages, notes, changes, pain, losses, as lines for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
        Told(_clock(t * 1e-9), TOPICS[topic], _shown(message.get("who")), _words(topic, message))
        for t, topic, message in found
    ]


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def _shown(value: object) -> str:
    """Role of an operator without the pseudonym; other values as they are, cut where they are long."""
    if isinstance(value, Mapping):
        value = value.get("role", "")
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value).replace("_", " ")[:_SHOWN]


def _words(topic: str, message: Mapping[str, Any]) -> str:
    first: Sequence[str]
    if topic == "/change":
        before, after = _shown(message.get("before")), _shown(message.get("after"))
        return f"{_shown(message.get('what'))}: {before} to {after}"
    if topic == "/loss":
        return f"{_shown(message.get('count'))} {_shown(message.get('what'))}".strip()
    first = {"/stage": ("stage", "phase", "reason"), "/pain": ("reason",)}.get(topic, ("text", "text_code"))
    return ", ".join(shown for shown in (_shown(message.get(name)) for name in first) if shown)
