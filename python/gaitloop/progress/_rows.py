"""Rows of the store's tables as the values they are, and back."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any, TypeVar

from ..errors import StoreError
from ._fields import from_stamp, to_stamp
from .dose import Figure, Session
from .milestones import Goal
from .outcomes import AdverseEvent, DropOut, Outcome

T = TypeVar("T")
_WORDS = {
    "UNIQUE constraint failed: patient.id": "the patient is in the store already",
    "UNIQUE constraint failed: session.patient, session.started": "the patient has a session of this begin already",
    "UNIQUE constraint failed: session.patient, session.record": "this record was read in already",
    "UNIQUE constraint failed: outcome": "the patient has a value of this instrument at this time already",
    "FOREIGN KEY constraint failed": "session must be the number of a session in the store",
}


def in_words(message: str) -> str:
    """What a constraint means."""
    return next((words for begin, words in _WORDS.items() if message.startswith(begin)), message)


def _stamp(value: datetime | None) -> str | None:
    return None if value is None else to_stamp(value)


def insert_session(connection: sqlite3.Connection, session: Session) -> int:
    """Insert a session with its zones and figures, and give its number."""
    cursor = connection.execute(
        "INSERT INTO session (patient, started, device, duration, walking, steps, active_steps, distance, record) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(session.patient, to_stamp(session.started), session.device, session.duration, session.walking),
            *(session.steps, session.active_steps, session.distance, session.record),
        ),
    )
    row = cursor.lastrowid
    assert row is not None
    connection.executemany(
        "INSERT INTO zone (session, name, seconds) VALUES (?, ?, ?)", [(row, *zone) for zone in session.zones.items()]
    )
    connection.executemany(
        "INSERT INTO figure (session, name, value, steps) VALUES (?, ?, ?, ?)",
        [(row, name, figure.value, figure.steps) for name, figure in session.figures.items()],
    )
    return row


def select_sessions(connection: sqlite3.Connection, patient: str) -> tuple[Session, ...]:
    """All sessions of a person, from one look at the store."""
    connection.execute("BEGIN")
    try:
        rows = connection.execute(
            "SELECT number, started, device, duration, walking, steps, active_steps, distance, record FROM session "
            "WHERE patient = ? ORDER BY started",
            (patient,),
        ).fetchall()
        zones: dict[int, dict[str, float]] = {row[0]: {} for row in rows}
        figures: dict[int, dict[str, Figure]] = {row[0]: {} for row in rows}
        belongs = "WHERE session IN (SELECT number FROM session WHERE patient = ?)"
        for at, name, seconds in connection.execute(f"SELECT session, name, seconds FROM zone {belongs}", (patient,)):
            zones[at][name] = seconds
        columns = "session, name, value, steps"
        for at, name, value, steps in connection.execute(f"SELECT {columns} FROM figure {belongs}", (patient,)):
            figures[at][name] = _read(Figure, value=value, steps=steps)
    finally:
        connection.execute("ROLLBACK")
    names = ("device", "duration", "walking", "steps", "active_steps", "distance", "record")
    return tuple(
        _read(
            Session,
            patient=patient,
            started=from_stamp(row[1]),
            zones=zones[row[0]],
            figures=figures[row[0]],
            **dict(zip(names, row[2:], strict=True)),
        )
        for row in rows
    )


def insert_outcome(connection: sqlite3.Connection, outcome: Outcome) -> None:
    """Insert a value of an instrument."""
    connection.execute(
        "INSERT INTO outcome (patient, instrument, value, taken, assessor, device, aid) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(outcome.patient, outcome.instrument, outcome.value, to_stamp(outcome.taken)),
            *(outcome.assessor, outcome.device, outcome.aid),
        ),
    )


def select_outcomes(connection: sqlite3.Connection, patient: str, instrument: str | None) -> tuple[Outcome, ...]:
    """Values of a person in order of time."""
    names = ("instrument", "value", "assessor", "device", "aid")
    rows = connection.execute(
        f"SELECT taken, {', '.join(names)} FROM outcome "
        "WHERE patient = ? AND (?2 IS NULL OR instrument = ?2) ORDER BY taken, number",
        (patient, instrument),
    ).fetchall()
    return tuple(
        _read(Outcome, patient=patient, taken=from_stamp(taken), **dict(zip(names, values, strict=True)))
        for taken, *values in rows
    )


def insert_adverse_event(connection: sqlite3.Connection, event: AdverseEvent) -> None:
    """Insert an adverse event; its session must be one of the same person."""
    if event.session is not None:
        query = "SELECT 1 FROM session WHERE number = ? AND patient = ?"
        if not connection.execute(query, (event.session, event.patient)).fetchone():
            raise sqlite3.IntegrityError("FOREIGN KEY constraint failed")
    connection.execute(
        "INSERT INTO adverse_event (patient, happened, what, severity, serious, related, session) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(event.patient, to_stamp(event.happened), event.what, event.severity),
            *(int(event.serious), event.related, event.session),
        ),
    )


def select_adverse_events(connection: sqlite3.Connection, patient: str) -> tuple[AdverseEvent, ...]:
    """Adverse events of a person in order of time."""
    rows = connection.execute(
        "SELECT happened, what, severity, serious, related, session FROM adverse_event WHERE patient = ? "
        "ORDER BY happened, number",
        (patient,),
    ).fetchall()
    return tuple(
        _read(
            AdverseEvent,
            patient=patient,
            happened=from_stamp(happened),
            what=what,
            severity=severity,
            serious=bool(serious),
            related=related,
            session=session,
        )
        for happened, what, severity, serious, related, session in rows
    )


def replace_dropout(connection: sqlite3.Connection, dropout: DropOut) -> None:
    """Keep when and why a person left."""
    connection.execute(
        'INSERT OR REPLACE INTO dropout (patient, "left", reason, note) VALUES (?, ?, ?, ?)',
        (dropout.patient, to_stamp(dropout.left), dropout.reason, dropout.note),
    )


def select_dropout(connection: sqlite3.Connection, patient: str) -> DropOut | None:
    """When and why a person left, if so."""
    query = 'SELECT "left", reason, note FROM dropout WHERE patient = ?'
    row = connection.execute(query, (patient,)).fetchone()
    return None if row is None else _read(DropOut, patient=patient, left=from_stamp(row[0]), reason=row[1], note=row[2])


def insert_goal(connection: sqlite3.Connection, goal: Goal) -> None:
    """Insert a goal."""
    connection.execute(
        "INSERT INTO goal (patient, measure, target, agreed, due) VALUES (?, ?, ?, ?, ?)",
        (goal.patient, goal.measure, goal.target, to_stamp(goal.agreed), _stamp(goal.due)),
    )


def select_goals(connection: sqlite3.Connection, patient: str) -> tuple[Goal, ...]:
    """Goals of a person in the order in which they were agreed."""
    query = "SELECT measure, target, agreed, due FROM goal WHERE patient = ? ORDER BY agreed, number"
    rows = connection.execute(query, (patient,)).fetchall()
    return tuple(
        _read(
            Goal,
            patient=patient,
            measure=measure,
            target=target,
            agreed=from_stamp(agreed),
            due=None if due is None else from_stamp(due),
        )
        for measure, target, agreed, due in rows
    )


def _read(kind: type[T], **fields: Any) -> T:
    """Build what a row says; a row that another program spoiled is named as such."""
    try:
        return kind(**fields)
    except ValueError as error:
        raise StoreError(
            f"a row of {kind.__name__} cannot be read: {error}; go back to a copy made by `backup`"
        ) from None
