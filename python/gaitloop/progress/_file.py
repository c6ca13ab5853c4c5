"""A file of SQLite that is opened, checked, brought to its version, written in transactions and copied whole."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from .._files import part_of
from ..errors import ConfigError, StoreError
from . import _rows
from ._fields import number
from .migrations import APPLICATION_ID, VERSION, migrate, version_of

#: Tables whose columns are strict came with this version.
_OLDEST_SQLITE = (3, 37, 0)
#: Shortest page of a database [bytes].
_HEAD = 511


class StoreFile:
    """What a store is as a file; `store.Store` says what is in it."""

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

    @property
    def version(self) -> int:
        """Version of the file's layout [-]."""
        with self._named():
            return version_of(self._connection)

    def close(self) -> None:
        """Close the file; again is no error."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

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
        part = part_of(goal)
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
