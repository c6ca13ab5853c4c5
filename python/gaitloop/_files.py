"""Files that are written whole or not at all; shared by whatever writes what others rely on."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from .errors import ConfigError


def write(path: str | Path, data: bytes, *, new: bool = False) -> None:
    """Write a file whole or not at all, and onto the disk before it takes its name.

    Parameters
    ----------
    path : path-like
        File to write.
    data : bytes
        What it shall contain.
    new : bool
        Whether an existing file is spared.

    Raises
    ------
    ConfigError
        If it exists and is to be spared.
    OSError
        If it cannot be written; nothing is then left behind.
    """
    path = Path(path)
    part = part_of(path)
    with part.open("xb") as stream:
        try:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
            stream.close()
            _name(part, path, new=new)
        finally:
            part.unlink(missing_ok=True)
    _sync(path.parent)


@contextmanager
def whole(path: str | Path) -> Iterator[Path]:
    """Write a file by any means, whole or not at all.

    Parameters
    ----------
    path : path-like
        File to write; an existing one is replaced once the new one is complete.

    Yields
    ------
    Path
        File to write instead; it takes the name when the block ends without an exception.

    Raises
    ------
    OSError
        If it cannot be written; nothing is then left behind.
    """
    path = Path(path)
    part = part_of(path)
    try:
        yield part
        with part.open("rb+") as stream:
            os.fsync(stream.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    _sync(path.parent)


def spare(out: str | Path, *read: str | Path | None, what: str = "--out") -> None:
    """Refuse to write over what is read, under whatever name.

    Parameters
    ----------
    out : path-like
        File to write.
    read : path-like or None
        Files that are read; those that are not there, or not given, are in no danger.
    what : str
        What to call the file to write.

    Raises
    ------
    ConfigError
        If it is one of them.
    """
    out = Path(out)
    for path in read:
        if path is not None and out.exists() and Path(path).exists() and out.samefile(path):
            raise ConfigError(f"{what} must not be the file that is read, got {out}")


@contextmanager
def held(path: str | Path) -> Iterator[None]:
    """Keep a file from everybody else who holds it this way, as one does who reads it, changes that and writes it.

    Where the system or the file's disk knows no such locks nobody is kept off.

    Parameters
    ----------
    path : path-like
        File that exists; `write` may replace it meanwhile.

    Yields
    ------
    None
        To the code that changes the file.

    Raises
    ------
    OSError
        If it cannot be opened to be written.
    """
    if sys.platform == "win32":
        yield
        return
    stream = _locked(Path(path))
    try:
        yield
    finally:
        stream.close()


def _locked(path: Path) -> IO[bytes]:
    import fcntl

    while True:
        stream = path.open("rb+")
        try:
            with contextlib.suppress(OSError):
                fcntl.flock(stream, fcntl.LOCK_EX)
            # Whoever had it before may have put another file in its place.
            if os.path.samestat(os.fstat(stream.fileno()), path.stat()):
                return stream
        except BaseException:
            stream.close()
            raise
        stream.close()


def part_of(path: Path) -> Path:
    """Name a file to write before it takes a name; no two writers have the same.

    Parameters
    ----------
    path : Path
        The name it shall take.

    Returns
    -------
    Path
        A name beside it. It has no number of a process: in containers one that was killed and the next have the same.
    """
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")


def _name(part: Path, path: Path, *, new: bool) -> None:
    if not new:
        part.replace(path)
        return
    try:
        os.link(part, path)  # fails where the name is taken
    except FileExistsError:
        raise ConfigError(f"{path}: exists and is not written over") from None


def _sync(folder: Path) -> None:
    if os.name != "posix":  # a folder cannot be opened elsewhere
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
