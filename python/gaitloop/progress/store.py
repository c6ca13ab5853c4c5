"""The store of progress: one file of SQLite, one transaction for whatever belongs together."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from ..errors import ConfigError, StoreError
from . import _rows
from ._fields import new_patient_id, number, patient_id, to_stamp, word
from .dose import Session
from .migrations import APPLICATION_ID, VERSION, migrate, version_of
from .milestones import Goal
from .outcomes import INSTRUMENTS, AdverseEvent, DropOut, Outcome

#: Tables whose columns are strict came with this version.
_OLDEST_SQLITE = (3, 37, 0)
#: Shortest page of a database [bytes].
_HEAD = 511


class Store:
    """Outcomes, doses and figures of many people, by pseudonym; a context manager.

    An older file is brought to this version when it is opened, a newer one refused. Several processes may have one
    open; a writer waits for another. Who belongs to a pseudonym is not in it, and must be kept elsewhere. A store is
    used by the thread that opened it.

    Parameters
    ----------
    path : path-like
        File, made where there is none. Its folder must be on this machine's own disk.
    timeout : float
        How long to wait for another writer [s], 0 to 600.

    Raises
    ------
    StoreError
        If the file is no store, damaged, of a newer version, or in use for longer than `timeout`.

    Examples
    --------
    >>> store = Store(":memory:")
    >>> person = store.add_patient()
    >>> len(person), store.patients() == (person,)
    (32, True)
    >>> store.close()
    """

    def __init__(self, path: str | Path, *, timeout: float = 10.0) -> None:
        if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
            oldest = ".".join(map(str, _OLDEST_SQLITE))
            raise StoreError(f"stores need SQLite {oldest} or newer, this Python has {sqlite3.sqlite_version}")
        self.path = path if str(path) == ":memory:" else Path(path)
        wait = number("timeout", timeout, 0.0, 600.0, "s")
        if isinstance(self.path, Path):
            _spare(self.path)
        with self._named():
            self._connection = sqlite3.connect(self.path, timeout=wait, isolation_level=None)
        try:
            with self._named():
                self._open()
        except BaseException:
            self._connection.close()
            raise

    def _open(self) -> None:
        ask = self._connection.execute
        found = version_of(self._connection)
        tables = ask("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        mark = ask("PRAGMA application_id").fetchone()[0]
        if tables and mark != APPLICATION_ID:
            raise StoreError(f"{self.path}: is a database, but no store of progress; choose another file")
        if found > VERSION:
            raise StoreError(
                f"{self.path}: has version {found}, this gaitloop reads up to {VERSION}; install a newer gaitloop"
            )
        damage = ask("PRAGMA quick_check(1)").fetchone()[0]
        if damage != "ok":
            raise StoreError(f"{self.path}: is damaged ({damage}); go back to a copy made by `backup`")
        ask("PRAGMA journal_mode = WAL")
        ask("PRAGMA synchronous = FULL")
        migrate(self._connection)

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Put what SQLite says in words, with the file and what to do."""
        try:
            yield
        except sqlite3.IntegrityError as error:
            raise ConfigError(f"{self.path}: refused, {_rows.in_words(str(error))}") from error
        except sqlite3.OperationalError as error:
            busy = "locked" in str(error) or "busy" in str(error)
            hint = (
                "another program writes to it; try again" if busy else "check the path, its rights and the free space"
            )
            raise StoreError(f"{self.path}: {error}; {hint}") from error
        except sqlite3.ProgrammingError as error:
            raise StoreError(f"{self.path}: {error}") from error
        except sqlite3.DatabaseError as error:
            hint = "no store of progress, or damaged; go back to a copy made by `backup`"
            raise StoreError(f"{self.path}: {error}; {hint}") from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it, or nothing."""
        with self._named():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # a full disk has rolled back already
                    self._connection.execute("ROLLBACK")
                raise

    def _rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with self._named():
            return self._connection.execute(query, values).fetchall()

    def _known(self, patient: str) -> str:
        if not self._rows("SELECT 1 FROM patient WHERE id = ?", patient_id(patient)):
            raise ConfigError(f"patient must be in the store, got {patient}; add_patient() adds one")
        return patient

    @property
    def version(self) -> int:
        """Version of the file's layout [-]."""
        with self._named():
            return version_of(self._connection)

    def close(self) -> None:
        """Close the file; again is no error."""
        self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def add_patient(self, patient: str | None = None) -> str:
        """Take a person in.

        Parameters
        ----------
        patient : str, optional
            Pseudonym from another store; a fresh one is drawn when absent.

        Returns
        -------
        str
            The pseudonym.

        Raises
        ------
        ConfigError
            If it is no pseudonym, or in the store already.
        """
        chosen = new_patient_id() if patient is None else patient_id(patient)
        with self._writing() as connection:
            connection.execute("INSERT INTO patient (id, added) VALUES (?, ?)", (chosen, to_stamp(datetime.now(UTC))))
        return chosen

    def patients(self) -> tuple[str, ...]:
        """Pseudonyms in the order in which they came.

        Returns
        -------
        tuple of str
            Pseudonyms.
        """
        return tuple(str(row[0]) for row in self._rows("SELECT id FROM patient ORDER BY rowid"))

    def add_session(self, session: Session) -> int:
        """Keep a session, with its zones and figures, whole or not at all.

        Parameters
        ----------
        session : Session
            The session.

        Returns
        -------
        int
            Its number in the store [-].

        Raises
        ------
        ConfigError
            If the person is unknown, or has a session of this begin or this record already.
        """
        self._known(session.patient)
        with self._writing() as connection:
            return _rows.insert_session(connection, session)

    def sessions(self, patient: str) -> tuple[Session, ...]:
        """Sessions of a person in order of time.

        Parameters
        ----------
        patient : str
            Pseudonym.

        Returns
        -------
        tuple of Session
            Sessions.
        """
        self._known(patient)
        with self._named():
            return _rows.select_sessions(self._connection, patient)

    def add_outcome(self, outcome: Outcome) -> None:
        """Keep a value of an instrument.

        Parameters
        ----------
        outcome : Outcome
            The value.

        Raises
        ------
        ConfigError
            If the person is unknown, or has a value of this instrument at this time already.
        """
        self._known(outcome.patient)
        with self._writing() as connection:
            _rows.insert_outcome(connection, outcome)

    def outcomes(self, patient: str, instrument: str | None = None) -> tuple[Outcome, ...]:
        """Values of a person in order of time.

        Parameters
        ----------
        patient : str
            Pseudonym.
        instrument : str, optional
            Instrument; all of them when absent.

        Returns
        -------
        tuple of Outcome
            Values.
        """
        self._known(patient)
        if instrument is not None:
            word("instrument", instrument, tuple(INSTRUMENTS))
        with self._named():
            return _rows.select_outcomes(self._connection, patient, instrument)

    def add_adverse_event(self, event: AdverseEvent) -> None:
        """Keep an adverse event.

        Parameters
        ----------
        event : AdverseEvent
            The event.

        Raises
        ------
        ConfigError
            If the person or the session is unknown.
        """
        self._known(event.patient)
        with self._writing() as connection:
            _rows.insert_adverse_event(connection, event)

    def adverse_events(self, patient: str) -> tuple[AdverseEvent, ...]:
        """Adverse events of a person in order of time.

        Parameters
        ----------
        patient : str
            Pseudonym.

        Returns
        -------
        tuple of AdverseEvent
            Events.
        """
        self._known(patient)
        with self._named():
            return _rows.select_adverse_events(self._connection, patient)

    def add_dropout(self, dropout: DropOut) -> None:
        """Keep that a person left; of two, the later counts.

        Parameters
        ----------
        dropout : DropOut
            When and why.

        Raises
        ------
        ConfigError
            If the person is unknown.
        """
        self._known(dropout.patient)
        with self._writing() as connection:
            _rows.replace_dropout(connection, dropout)

    def dropout(self, patient: str) -> DropOut | None:
        """Whether a person left.

        Parameters
        ----------
        patient : str
            Pseudonym.

        Returns
        -------
        DropOut or None
            When and why; None for those who did not.
        """
        self._known(patient)
        with self._named():
            return _rows.select_dropout(self._connection, patient)

    def add_goal(self, goal: Goal) -> None:
        """Keep a goal.

        Parameters
        ----------
        goal : Goal
            What was agreed.

        Raises
        ------
        ConfigError
            If the person is unknown.
        """
        self._known(goal.patient)
        with self._writing() as connection:
            _rows.insert_goal(connection, goal)

    def goals(self, patient: str) -> tuple[Goal, ...]:
        """Goals of a person in the order in which they were agreed.

        Parameters
        ----------
        patient : str
            Pseudonym.

        Returns
        -------
        tuple of Goal
            Goals.
        """
        self._known(patient)
        with self._named():
            return _rows.select_goals(self._connection, patient)

    def backup(self, path: str | Path) -> None:
        """Copy the store as it is now, while others may write to it.

        Parameters
        ----------
        path : path-like
            File to write; an existing one is replaced once the copy is whole and on the disk.

        Raises
        ------
        StoreError
            If it cannot be written; nothing is then left behind.
        """
        goal = Path(path)
        part = goal.with_name(f".{goal.name}.{os.getpid()}.part")
        try:
            part.touch()
            with self._named():
                target = sqlite3.connect(part, isolation_level=None)
                try:
                    self._connection.backup(target)
                finally:
                    target.close()
            _settle(part, goal)
        except OSError as error:
            raise StoreError(f"{goal}: cannot be written: {error.strerror}; choose another path") from error
        finally:
            for left in (part, part.with_name(f"{part.name}-wal"), part.with_name(f"{part.name}-shm")):
                left.unlink(missing_ok=True)


def _spare(path: Path) -> None:
    """Refuse a file of something else: SQLite would take a short one for empty and write over it."""
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD + 1)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error.strerror}; choose another path") from error
    if head and not (head.startswith(b"SQLite format 3\0") and len(head) > _HEAD):
        raise StoreError(f"{path}: is no store of progress, or damaged; choose another file or go back to a backup")


def _settle(part: Path, goal: Path) -> None:
    """Give a whole file its name, after it and before its folder are on the disk."""
    with part.open("rb") as stream:
        os.fsync(stream.fileno())
    part.replace(goal)
    if os.name == "posix":
        folder = os.open(goal.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
