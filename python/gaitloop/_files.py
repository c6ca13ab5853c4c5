"""Files that are written whole or not at all; shared by whatever writes what others rely on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if new:
            os.link(part, path)  # fails where the name is taken
        else:
            part.replace(path)
    except FileExistsError:
        raise ConfigError(f"{path}: exists and is not written over") from None
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
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        with part.open("rb+") as stream:
            os.fsync(stream.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
