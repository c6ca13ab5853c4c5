"""Packed rows of a record as the arrays of a block."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .layout import AFTER_TICK, Block, Layout, Tables

#: Head of every record of MCAP: opcode and length.
RECORD_HEAD = struct.Struct("<BQ")
#: Opcode of a message.
MESSAGE = 5
_Rows = list[NDArray[np.void]]


def leading_rows(data: bytes, at: int, layout: Layout) -> NDArray[np.void]:
    """Rows of one layout that stand back to back.

    Parameters
    ----------
    data : bytes
        Messages of a chunk.
    at : int
        Where the first row begins [bytes].
    layout : Layout
        Their layout.

    Returns
    -------
    ndarray, shape (N,)
        The rows [units of the layout].

    Raises
    ------
    ValueError
        If they are not of this layout.
    """
    dtype = layout.dtype
    rows = np.frombuffer(data, dtype=dtype, count=(len(data) - at) // dtype.itemsize, offset=at)
    first = rows[0]
    same = (
        (rows["_opcode"] == MESSAGE) & (rows["_length"] == first["_length"]) & (rows["_channel"] == first["_channel"])
    )
    if int(first["_length"]) != dtype.itemsize - RECORD_HEAD.size:
        raise ValueError(
            f"{layout.name} must have {dtype.itemsize - RECORD_HEAD.size} bytes, got {int(first['_length'])}"
        )
    others = np.flatnonzero(~same)
    return rows[: others[0]] if len(others) else rows


def block_of(tables: Tables, samples: _Rows, commands: _Rows, telemetry: _Rows) -> Block:
    """Put rows together.

    Parameters
    ----------
    tables : Tables
        Field tables.
    samples : list of ndarray
        Rows of `/sample` [units of the layout].
    commands : list of ndarray
        Rows of `/command`, as many [units of the layout].
    telemetry : list of ndarray
        Rows of `/telemetry` [units of the layout].

    Returns
    -------
    Block
        Ticks in order.

    Raises
    ------
    ValueError, KeyError, IndexError, TypeError
        If they do not fit together or the tables.
    """
    t = np.concatenate([rows["_log_time"] for rows in samples]).view(np.int64)
    parts = [_sample_arrays(tables, rows) for rows in samples]
    sample, valid, stamp = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    integers = np.concatenate([_integers(tables, rows) for rows in commands])
    _, _, width = tables.lengths
    _check_codes(tables, integers)
    if len(integers) != len(t):
        raise ValueError(f"{len(t)} samples and {len(integers)} commands")
    return Block(
        t=t,
        sample=sample,
        valid=valid,
        stamp=stamp,
        command=np.concatenate([_flat(tables.command, rows) for rows in commands]),
        command_integers=integers,
        telemetry_t=np.concatenate([np.empty(0, np.int64), *(r["_log_time"].view(np.int64) for r in telemetry)]),
        telemetry=np.concatenate([np.empty((0, width)), *(_flat(tables.telemetry, rows) for rows in telemetry)]),
    )


def _integers(tables: Tables, rows: NDArray[np.void]) -> NDArray[np.int64]:
    t = rows["_log_time"].view(np.int64)
    columns = []
    for name in tables.command_integers:
        later, _ = AFTER_TICK.get(name, ("", ""))
        # Version 1 has these times as they are.
        columns.append(t + rows[later][:, 0] if later in (rows.dtype.names or ()) else rows[name][:, 0])
    return np.column_stack(columns)


def _check_codes(tables: Tables, integers: NDArray[np.int64]) -> None:
    for name, words in (("state", tables.states), ("cause", tables.causes)):
        codes = integers[:, tables.command_integers.index(name)]
        if len(codes) and not 0 <= int(codes.min()) <= int(codes.max()) < len(words):
            raise ValueError(f"{name} must lie in [0, {len(words) - 1}], got {codes.min()} to {codes.max()}")


def _flat(specs: tuple[Any, ...], rows: NDArray[np.void]) -> NDArray[np.float64]:
    """Values by the tables; NaN in groups that the version which wrote the record did not have."""
    names = rows.dtype.names or ()
    absent = [np.full((len(rows), spec.length), np.nan) for spec in specs]
    have = [
        rows[spec.name].astype(np.float64) if spec.name in names else none
        for spec, none in zip(specs, absent, strict=True)
    ]
    return np.concatenate(have, axis=1)


def _sample_arrays(
    tables: Tables, rows: NDArray[np.void]
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64]]:
    width, names = tables.lengths[0], rows.dtype.names or ()
    t = rows["_log_time"].view(np.int64)
    sample, stamp = np.zeros((len(rows), width)), np.zeros((len(rows), len(tables.sample)), dtype=np.int64)
    for group, spec in enumerate(tables.sample):
        if spec.name in names:
            sample[:, spec.start : spec.start + spec.length] = rows[spec.name]
            stamp[:, group] = t - rows[f"{spec.name}_age"][:, 0]
    bits = np.unpackbits(rows["valid"].copy().view(np.uint8), axis=1, bitorder="little")
    valid = np.zeros((len(rows), width), dtype=np.bool_)
    valid[:, : bits.shape[1]] = bits[:, :width]
    return sample, valid, stamp
