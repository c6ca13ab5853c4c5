"""The metadata record at the head of a session record, and what of it a reader goes by."""

from __future__ import annotations

import io
import json
import struct
from pathlib import Path

from gaitloop.errors import RecordingError

from .rows import RECORD_HEAD
from .topics import METADATA, SCHEMA_VERSION


def metadata_record(record: bytes) -> dict[str, str] | None:
    """Read a metadata record.

    Parameters
    ----------
    record : bytes
        The record.

    Returns
    -------
    dict or None
        What it says; None where it is damaged or somebody else's.
    """
    from mcap.data_stream import ReadDataStream
    from mcap.exceptions import McapError
    from mcap.records import Metadata

    try:
        found = Metadata.read(ReadDataStream(io.BytesIO(record[RECORD_HEAD.size :])))
    except (McapError, ValueError, KeyError, IndexError, struct.error):
        return None
    return dict(found.metadata) if found.name == METADATA else None


def states(metadata: dict[str, str], version: int) -> bool:
    """Tell whether metadata are of a version.

    Parameters
    ----------
    metadata : dict
        The metadata.
    version : int
        Version of the record's layout [-].

    Returns
    -------
    bool
        Whether they say so.
    """
    return metadata.get("schema_version") == str(version)


def version_of(path: Path, metadata: dict[str, str]) -> int:
    """Tell the version of a record's layout.

    Parameters
    ----------
    path : Path
        The record, for the message.
    metadata : dict
        Its metadata.

    Returns
    -------
    int
        The version [-].

    Raises
    ------
    RecordingError
        If it is none that this package reads.
    """
    version = metadata.get("schema_version", "")
    if not (version.isdecimal() and len(version) < 9 and 1 <= int(version) <= SCHEMA_VERSION):
        raise RecordingError(f"{path}: schema_version must lie in [1, {SCHEMA_VERSION}], got {version or 'none'}")
    return int(version)


def salvage_losses(metadata: dict[str, str]) -> list[str]:
    """Tell what a record lacked before it was salvaged.

    Parameters
    ----------
    metadata : dict
        Its metadata.

    Returns
    -------
    list of str
        Losses in words.
    """
    try:
        found = json.loads(metadata.get("salvage_losses", "[]"))
    except (ValueError, RecursionError):
        return []
    told = found if isinstance(found, list) else []
    return [f"lost before it was salvaged: {text}" for text in told if isinstance(text, str)]
