"""The store of progress: one file of SQLite, one transaction for whatever belongs together."""

from __future__ import annotations

from datetime import UTC, datetime

from ..errors import ConfigError
from . import _rows
from ._fields import new_patient_id, patient_id, to_stamp, word
from ._file import StoreFile
from .dose import Session
from .milestones import Goal
from .outcomes import INSTRUMENTS, AdverseEvent, DropOut, Outcome


class Store(StoreFile):
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

    def _known(self, patient: str) -> str:
        if not self._rows("SELECT 1 FROM patient WHERE id = ?", patient_id(patient)):
            raise ConfigError(f"patient must be in the store, got {patient}; add_patient() adds one")
        return patient

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
