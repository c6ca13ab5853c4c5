"""The layout of a store, version by version, and the way from each to the next in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

#: Marks a file of SQLite as a store of progress; "gait" in ASCII.
APPLICATION_ID = 0x67616974

_FIRST = """
CREATE TABLE patient (
    id TEXT PRIMARY KEY CHECK (length(id) = 32 AND id NOT GLOB '*[^0-9a-f]*'),
    added TEXT NOT NULL
) STRICT;
CREATE TABLE session (
    number INTEGER PRIMARY KEY,
    patient TEXT NOT NULL REFERENCES patient (id),
    started TEXT NOT NULL,
    device TEXT NOT NULL,
    minutes REAL NOT NULL CHECK (minutes >= 0),
    steps INTEGER NOT NULL CHECK (steps >= 0),
    active_steps REAL NOT NULL CHECK (active_steps >= 0 AND active_steps <= steps),
    UNIQUE (patient, started)
) STRICT;
CREATE TABLE outcome (
    number INTEGER PRIMARY KEY,
    patient TEXT NOT NULL REFERENCES patient (id),
    instrument TEXT NOT NULL,
    value REAL NOT NULL,
    taken TEXT NOT NULL,
    assessor TEXT NOT NULL,
    UNIQUE (patient, instrument, taken)
) STRICT;
"""

# Lengths in seconds as everywhere else, walking and way beside them; who walked how in a test; what went wrong.
_SECOND = """
CREATE TABLE session_next (
    number INTEGER PRIMARY KEY,
    patient TEXT NOT NULL REFERENCES patient (id),
    started TEXT NOT NULL,
    device TEXT NOT NULL,
    duration REAL NOT NULL CHECK (duration >= 0),
    walking REAL CHECK (walking >= 0 AND walking <= duration),
    steps INTEGER NOT NULL CHECK (steps >= 0),
    active_steps REAL NOT NULL CHECK (active_steps >= 0 AND active_steps <= steps),
    distance REAL CHECK (distance >= 0),
    record TEXT NOT NULL DEFAULT '',
    UNIQUE (patient, started)
) STRICT;
INSERT INTO session_next (number, patient, started, device, duration, steps, active_steps)
    SELECT number, patient, started, device, minutes * 60.0, steps, active_steps FROM session;
DROP TABLE session;
ALTER TABLE session_next RENAME TO session;
CREATE UNIQUE INDEX session_record ON session (patient, record) WHERE record <> '';
CREATE TABLE zone (
    session INTEGER NOT NULL REFERENCES session (number),
    name TEXT NOT NULL,
    seconds REAL NOT NULL CHECK (seconds >= 0),
    PRIMARY KEY (session, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE figure (
    session INTEGER NOT NULL REFERENCES session (number),
    name TEXT NOT NULL,
    value REAL NOT NULL,
    steps INTEGER NOT NULL CHECK (steps >= 0),
    PRIMARY KEY (session, name)
) STRICT, WITHOUT ROWID;
ALTER TABLE outcome ADD COLUMN device TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE outcome ADD COLUMN aid TEXT NOT NULL DEFAULT 'unknown';
CREATE TABLE dropout (
    patient TEXT PRIMARY KEY REFERENCES patient (id),
    "left" TEXT NOT NULL,
    reason TEXT NOT NULL,
    note TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE adverse_event (
    number INTEGER PRIMARY KEY,
    patient TEXT NOT NULL REFERENCES patient (id),
    happened TEXT NOT NULL,
    what TEXT NOT NULL,
    severity TEXT NOT NULL,
    serious INTEGER NOT NULL CHECK (serious IN (0, 1)),
    related TEXT NOT NULL,
    session INTEGER REFERENCES session (number)
) STRICT;
CREATE TABLE goal (
    number INTEGER PRIMARY KEY,
    patient TEXT NOT NULL REFERENCES patient (id),
    measure TEXT NOT NULL,
    target REAL NOT NULL,
    agreed TEXT NOT NULL,
    due TEXT
) STRICT;
"""

#: What brings a store from each version to the next, from an empty file on.
MIGRATIONS = (_FIRST, _SECOND)
#: Version that this package reads and writes.
VERSION = len(MIGRATIONS)


def statements(script: str) -> Iterator[str]:
    """Split a script, as running it whole would end the transaction.

    Parameters
    ----------
    script : str
        Statements of SQL.

    Yields
    ------
    str
        One statement.
    """
    waiting = ""
    for line in script.splitlines(keepends=True):
        waiting += line
        if sqlite3.complete_statement(waiting):
            yield waiting
            waiting = ""


def migrate(connection: sqlite3.Connection, migrations: tuple[str, ...] = MIGRATIONS) -> tuple[int, int]:
    """Bring a store to the version of this package, or leave it as it was.

    Parameters
    ----------
    connection : sqlite3.Connection
        Store without an open transaction.
    migrations : tuple of str
        Scripts; those of this package by default.

    Returns
    -------
    tuple of int
        Version found and version now [-].

    Raises
    ------
    sqlite3.Error
        If a step fails; nothing is then changed.
    """
    # Tables are rebuilt, which foreign keys would follow; they are checked as a whole before the commit.
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("BEGIN IMMEDIATE")
    try:
        found = version_of(connection)
        for number in range(found, len(migrations)):
            for statement in statements(migrations[number]):
                connection.execute(statement)
        if found < len(migrations):
            broken = connection.execute("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise sqlite3.IntegrityError(f"rows that belong to nothing in {broken[0][0]}")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    finally:
        connection.execute("PRAGMA foreign_keys = ON")
    return found, max(found, len(migrations))


def version_of(connection: sqlite3.Connection) -> int:
    """Version of a store.

    Parameters
    ----------
    connection : sqlite3.Connection
        Store.

    Returns
    -------
    int
        Version [-]; 0 for an empty file.
    """
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
