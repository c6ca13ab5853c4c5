"""CSV tables, strictly: every fault is named by file, column and row."""

from __future__ import annotations

import csv
import gzip
import io
import math
import re
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import RecordingError

__all__ = ["Row", "check_time", "read_rows", "read_signal"]

#: A step of time must lie in this range of sampling periods [-]; more is a gap.
STEP_RANGE = (0.5, 1.5)
#: Largest size of a table, unpacked [bytes]; a few packed bytes can be any number of them.
LARGEST_TEXT = 256_000_000
#: What is unpacked at once [bytes].
PIECE = 1_000_000
#: Largest deviation of the sampling rate from the stated one [-].
RATE_TOLERANCE = 0.02
#: A cell after the first that says NaN; what was not measured is an empty cell.
NAN_CELL = re.compile(r",[ \t]*[+-]?nan[ \t]*(?:,|\n|$)", re.IGNORECASE)


class Row:
    """One row of a small table.

    Parameters
    ----------
    path : Path
        File the row is from.
    index : int
        Number of the row, 1 for the first below the header [-].
    cells : dict of str to str
        Cells by column.
    """

    def __init__(self, path: Path, index: int, cells: dict[str, str]) -> None:
        self.path = path
        self.index = index
        self.cells = cells

    def has(self, column: str) -> bool:
        """Whether a cell is there and not empty.

        Parameters
        ----------
        column : str
            Name of the column.

        Returns
        -------
        bool
            True when it holds something.
        """
        return bool(self.cells.get(column, "").strip())

    def number(self, column: str) -> float:
        """Read a finite number.

        Parameters
        ----------
        column : str
            Name of the column.

        Returns
        -------
        float
            Value of the cell, in the unit of the column [s].

        Raises
        ------
        RecordingError
            If the cell holds anything else.
        """
        text = self.cells.get(column, "").strip()
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise RecordingError(f"{self.path}: {column} must be a finite number, got {text!r} at row {self.index}")
        return value

    def word(self, column: str, allowed: tuple[str, ...]) -> str:
        """Read one of some words, whatever its case.

        Parameters
        ----------
        column : str
            Name of the column.
        allowed : tuple of str
            The words.

        Returns
        -------
        str
            The word in lower case.

        Raises
        ------
        RecordingError
            If the cell holds anything else.
        """
        word = self.cells.get(column, "").strip().lower()
        if word not in allowed:
            expected = " or ".join(allowed)
            raise RecordingError(f"{self.path}: {column} must be {expected}, got {word!r} at row {self.index}")
        return word


def read_rows(path: Path, required: tuple[str, ...]) -> list[Row]:
    """Read a small CSV table with a header.

    Parameters
    ----------
    path : Path
        File to read.
    required : tuple of str
        Columns it must have.

    Returns
    -------
    list of Row
        Its rows.

    Raises
    ------
    RecordingError
        If the file cannot be read, lacks a column or has a row of another length.
    """
    try:
        lines = list(csv.reader(io.StringIO(_text(path))))
    except csv.Error as error:
        raise RecordingError(f"{path} must be a CSV table: {error}") from None
    header = _header(path, lines[0] if lines else [], required)
    rows = []
    for index, cells in enumerate(lines[1:], start=1):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise RecordingError(f"{path}: row {index} must have {len(header)} cells, got {len(cells)}")
        rows.append(Row(path, index, dict(zip(header, cells, strict=True))))
    return rows


def read_signal(
    path: Path, rate: float, required: tuple[str, ...], prefix: str
) -> tuple[NDArray[np.float64], tuple[str, ...], NDArray[np.float64]]:
    """Read a gzipped CSV of numbers with `time_s` as its first column; empty cells are NaN.

    Parameters
    ----------
    path : Path
        File to read.
    rate : float
        Samples per second that it should have [Hz].
    required : tuple of str
        Columns it must have beside `time_s`.
    prefix : str
        Beginning of the name of at least one column; empty for any.

    Returns
    -------
    t : ndarray of float, shape (T,)
        Time of each sample [s].
    names : tuple of str
        Names of the other columns.
    values : ndarray of float, shape (T, C)
        The other columns, in the unit of the layout [N, rad, m, m/s², rad/s].

    Raises
    ------
    RecordingError
        If anything cannot be trusted.
    """
    first, _, body = _text(path).partition("\n")
    header = _header(path, first.strip().split(","), ("time_s", *required))
    if header[0] != "time_s":
        raise RecordingError(f"{path}: time_s must be the first column, got {header[0]}")
    names = header[1:]
    if not any(name.startswith(prefix) for name in names):
        raise RecordingError(f"{path}: needs a column named {prefix}..., got {', '.join(header)}")
    table = _numbers(path, header, body)
    if not len(table):
        raise RecordingError(f"{path}: time_s must have 2 or more samples, got 0")
    check_time(path, table[:, 0], rate)
    infinite = np.argwhere(np.isinf(table))
    if len(infinite):
        row, column = infinite[0]
        raise RecordingError(f"{path}: {header[column]} must be finite or empty, got infinity at row {row + 1}")
    values = np.ascontiguousarray(table[:, 1:])
    t = np.ascontiguousarray(table[:, 0])
    t.setflags(write=False)
    values.setflags(write=False)
    return t, names, values


def _text(path: Path) -> str:
    try:
        data = bytearray()
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            while piece := file.read(PIECE):
                data += piece
                if len(data) > LARGEST_TEXT:
                    raise RecordingError(f"{path} must have at most {LARGEST_TEXT} bytes of text")
        return data.decode("utf-8-sig")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise RecordingError(f"{path} must be a whole gzip file, it is damaged or cut off: {error}") from None
    except OSError as error:
        raise RecordingError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise RecordingError(f"{path} must be UTF-8 text: {error.reason} at byte {error.start}") from None


def _header(path: Path, cells: list[str], required: tuple[str, ...]) -> tuple[str, ...]:
    header = tuple(cell.strip() for cell in cells)
    missing = [name for name in required if name not in header]
    if missing:
        raise RecordingError(f"{path}: column {', '.join(missing)} is missing; got {', '.join(header) or 'nothing'}")
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise RecordingError(f"{path}: column {', '.join(twice)} must be there once, got it more than once")
    return header


def _numbers(path: Path, header: tuple[str, ...], body: str) -> NDArray[np.float64]:
    body = body.replace("\r", "")
    if not body.strip():
        return np.empty((0, len(header)))
    if NAN_CELL.search(body):
        raise _fault(path, header, body)
    if ",," in body or ",\n" in body or body.endswith(",") or body.startswith(",") or "\n," in body:
        body = "\n".join(",".join(cell.strip() or "nan" for cell in line.split(",")) for line in body.split("\n"))
        body = "\n".join("" if line == "nan" else line for line in body.split("\n"))
    try:
        table = np.loadtxt(io.StringIO(body), delimiter=",", ndmin=2, comments=None)
    except ValueError:
        raise _fault(path, header, body) from None
    if table.shape[1] != len(header):
        raise _fault(path, header, body)
    return table


def _fault(path: Path, header: tuple[str, ...], body: str) -> RecordingError:
    """Name the first cell that is no number."""
    for index, line in enumerate((line for line in body.split("\n") if line.strip()), start=1):
        cells = line.split(",")
        if len(cells) != len(header):
            return RecordingError(f"{path}: row {index} must have {len(header)} cells, got {len(cells)}")
        for name, cell in zip(header, cells, strict=True):
            try:
                if math.isnan(float(cell)) and name != header[0]:
                    raise ValueError
            except ValueError:
                return RecordingError(f"{path}: {name} must be a number or empty, got {cell.strip()!r} at row {index}")
    return RecordingError(f"{path} must be a table of numbers")


def check_time(path: Path, t: NDArray[np.float64], rate: float) -> None:
    """Refuse times that cannot be trusted.

    Parameters
    ----------
    path : Path
        What the message names.
    t : ndarray of float, shape (T,)
        Time of each sample [s].
    rate : float
        Samples per second that it should have [Hz].

    Raises
    ------
    RecordingError
        If a time is not finite, does not exceed the one before, or the steps are not those of the rate.
    """
    bad = np.flatnonzero(~np.isfinite(t))
    if len(bad):
        raise RecordingError(f"{path}: time_s must be a finite number, got {t[bad[0]]} at row {bad[0] + 1}")
    if len(t) < 2:
        raise RecordingError(f"{path}: time_s must have 2 or more samples, got {len(t)}")
    step = np.diff(t)
    bad = np.flatnonzero(step <= 0)
    if len(bad):
        i = bad[0]
        raise RecordingError(f"{path}: time_s must increase, got {t[i + 1]} after {t[i]} at row {i + 2}")
    measured = 1.0 / float(np.median(step))
    if abs(measured / rate - 1.0) > RATE_TOLERANCE:
        low, high = rate * (1 - RATE_TOLERANCE), rate * (1 + RATE_TOLERANCE)
        raise RecordingError(f"{path}: rate of time_s must lie in [{low:g}, {high:g}] Hz, got {measured:g} Hz")
    low, high = STEP_RANGE[0] / rate, STEP_RANGE[1] / rate
    bad = np.flatnonzero((step < low) | (step > high))
    if len(bad):
        i = bad[0]
        more = f", and {len(bad) - 1} more" if len(bad) > 1 else ""
        raise RecordingError(
            f"{path}: step of time_s must lie in [{low:g}, {high:g}] s, got a gap of {step[i]:.6g} s from {t[i]:g} s "
            f"to {t[i + 1]:g} s at row {i + 2}{more}"
        )
