"""C3D files: markers and force plates of an optical laboratory, in the units and axes of the recording format."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import MissingExtraError, RecordingError
from .arrays import UNITS, make_signal
from .events import SIDES, Event, Events
from .model import Recording, Signal

__all__ = ["LABELS", "read_c3d"]

Array = NDArray[np.float64]
#: Labels under which a marker is looked for, L or R or LEFT or RIGHT put before; letters and digits only count.
LABELS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "heel": ("HEE", "HEEL", "CAL", "CALC"),
        "toe": ("TOE", "TOES", "TOETIP", "MT2", "MTH2", "SMH"),
        "ankle": ("ANK", "ANKLE", "ANKLELAT", "LM", "LMAL", "MAL"),
        "knee": ("KNE", "KNEE", "KNEELAT", "LE", "LEP", "LFC"),
        "hip": ("HIP", "GTR", "GT", "TRO", "TROC"),
        "asis": ("ASI", "ASIS", "IAS"),
        "psis": ("PSI", "PSIS", "IPS"),
    }
)
SACRUM = ("SACR", "SACRUM", "SACRAL", "VSACRAL", "SAC", "S1", "S2")
#: Vertical force above which a foot is on a plate [N], as for reference contacts.
LOADED = 20.0
#: How far outside a plate's border a foot that loads it may be [m].
BORDER = 0.05
BLOCK, MAGIC, INTEL = 512, 80, 84  # bytes of a block; what the second byte and the processor type must say
EVENT_KINDS = {"footstrike": "ic", "footoff": "to", "initialcontact": "ic", "toeoff": "to"}


def read_c3d(path: Path, labels: Mapping[str, str] | None = None) -> Recording:
    """Read markers, force plates and events of a C3D file.

    Parameters
    ----------
    path : Path
        File to read.
    labels : mapping of str to str, optional
        Names of the recording format (`left_heel`, `sacrum`) to labels of the file, where the usual ones do not serve.

    Returns
    -------
    Recording
        Markers [m] with z up and x along the feet, vertical force of each plate [N] upward positive, and which feet
        stepped on each plate alone (`plate_feet` of the meta data), seen from the markers.

    Raises
    ------
    RecordingError
        If the file cannot be read, states no known unit or rate, or holds neither a known marker nor a plate.
    MissingExtraError
        If ezc3d is not installed.
    """
    file, plates = _open(path)
    points, rate = _points(path, file, labels)
    turn = _turn(points, plates)
    points = {name: p @ turn.T for name, p in points.items()}
    around = _along(points)
    points = {name: p @ around.T for name, p in points.items()}
    start = (int(file["header"]["points"]["first_frame"])) / rate
    signals = {}
    if points:
        columns = {f"{name}_{axis}": p[:, i] for name, p in points.items() for i, axis in enumerate("xyz")}
        signals["markers"] = _signal(columns, rate)
    if plates:
        rate_f = float(file["header"]["analogs"]["frame_rate"])
        signals["forces"] = _signal({f"fz_plate{i}": _vertical(p, turn) for i, p in enumerate(plates)}, rate_f)
    if not signals:
        raise RecordingError(f"{path}: no marker of a known label and no force plate; labels are {_labels(file)}")
    feet = {f"fz_plate{i}": _feet(p, around @ turn, points, signals) for i, p in enumerate(plates)}
    meta: dict[str, Any] = {f"{n.removesuffix('s')}_rate_hz": s.rate for n, s in signals.items()}
    meta |= {"markers": sorted(points), **({"plate_feet": feet} if plates else {})}
    return Recording(path, MappingProxyType(meta), MappingProxyType(signals), _events(file, start))


def _open(path: Path) -> tuple[Any, list[Any]]:
    try:
        import ezc3d
    except ImportError:
        raise MissingExtraError("C3D files need ezc3d: pip install 'gaitloop[c3d]'") from None
    if not path.is_file():
        raise RecordingError(f"{path} must be a C3D file, got {'a folder' if path.is_dir() else 'no such file'}")
    _check_header(path)
    try:
        file = ezc3d.c3d(str(path))
    except (OSError, ValueError, RuntimeError, IndexError, KeyError) as error:
        raise RecordingError(f"{path} must be a whole C3D file: {error}") from None
    if "FORCE_PLATFORM" not in file["parameters"]:
        return file, []
    try:
        return file, list(ezc3d.c3d(str(path), extract_forceplat_data=True)["data"]["platform"])
    except (OSError, ValueError, RuntimeError, IndexError, KeyError) as error:
        raise RecordingError(f"{path}: force plates cannot be read: {error}") from None


def _check_header(path: Path) -> None:
    """Refuse what is no C3D file or is cut off, before the reader, which is compiled, trusts its numbers."""
    with path.open("rb") as file:
        head = file.read(BLOCK)
        size = path.stat().st_size
        if len(head) < BLOCK or head[1] != MAGIC or not 0 < head[0] * BLOCK <= size:
            raise RecordingError(f"{path} must be a whole C3D file: its header is not that of one")
        file.seek((head[0] - 1) * BLOCK)
        parameters = file.read(4)
    if len(parameters) < 4 or parameters[3] != INTEL:
        return  # numbers of another order; the reader knows them
    points, analogs, first, last = struct.unpack_from("<4H", head, 2)
    (scale,) = struct.unpack_from("<f", head, 12)
    start, _ = struct.unpack_from("<2H", head, 16)
    width = 4 if scale < 0.0 else 2
    frames = last - first + 1 if last < 65535 else 0  # longer recordings count elsewhere
    needed = (start - 1) * BLOCK + frames * width * (4 * points + analogs)
    if first > last or start <= head[0] or needed > size:
        raise RecordingError(f"{path} must be a whole C3D file: its header asks for {needed} bytes, there are {size}")


def _labels(file: Any) -> str:
    return ", ".join(str(label) for label in file["parameters"]["POINT"]["LABELS"]["value"]) or "none"


def _factor(path: Path, quantity: str, unit: str) -> float:
    known = UNITS[quantity]
    if unit.strip() not in known:
        raise RecordingError(f"{path}: unit of {quantity} must be one of {', '.join(known)}, got {unit!r}")
    return known[unit.strip()]


def _points(path: Path, file: Any, labels: Mapping[str, str] | None) -> tuple[dict[str, Array], float]:
    """Known markers [m] in the axes of the file, by our names, and their rate [Hz]."""
    rate = float(file["header"]["points"]["frame_rate"])
    if not np.isfinite(rate) or rate <= 0.0:
        raise RecordingError(f"{path}: POINT:RATE must be positive, got {rate}")
    held = [str(label) for label in file["parameters"]["POINT"]["LABELS"]["value"]]
    wanted = {"".join(re.findall(r"[A-Z0-9]+", label.upper().split(":")[-1])): label for label in reversed(held)}
    names = {"sacrum": next((wanted[label] for label in SACRUM if label in wanted), None)}
    for side in SIDES:
        for marker, stems in LABELS.items():
            tries = [f"{prefix}{stem}" for stem in stems for prefix in (side[0].upper(), side.upper())]
            names[f"{side}_{marker}"] = next((wanted[label] for label in tries if label in wanted), None)
    for name, label in (labels or {}).items():
        if label not in held:
            raise RecordingError(f"{path}: label {label!r} of {name} is missing; got {_labels(file)}")
        names[name] = label
    units = file["parameters"]["POINT"].get("UNITS", {"value": []})["value"]
    chosen = {name: held.index(label) for name, label in names.items() if label is not None}
    factor = _factor(path, "length", str(units[0]) if len(units) else "") if chosen else 1.0
    data = np.asarray(file["data"]["points"], dtype=np.float64)
    points = {name: factor * data[:3, i].T for name, i in chosen.items()}
    if "sacrum" not in points and {"left_psis", "right_psis"} <= set(points):
        points["sacrum"] = 0.5 * (points["left_psis"] + points["right_psis"])
    return {name: p for name, p in points.items() if not name.endswith("psis")}, rate


def _mean(points: Mapping[str, Array], *endings: str) -> Array | None:
    chosen = [p[np.isfinite(p).all(axis=1)] for name, p in points.items() if name.endswith(endings)]
    chosen = [p for p in chosen if len(p)]
    return np.mean([p.mean(axis=0) for p in chosen], axis=0) if chosen else None


def _turn(points: Mapping[str, Array], plates: list[Any]) -> Array:
    """Rows are the axes of the file that become x, y and z: z is normal to the plates, or from the feet up."""
    upper, lower = _mean(points, "sacrum", "asis", "knee"), _mean(points, "heel", "toe")
    rise = np.zeros(3) if upper is None or lower is None else upper - lower
    normal = np.abs(rise)
    for plate in plates[:1]:
        corners = np.asarray(plate["corners"], dtype=np.float64)
        normal = np.abs(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 1]))
    k = int(np.argmax(normal)) if np.any(normal > 0.0) else 2
    sign = -1.0 if rise[k] < 0.0 else 1.0
    turn = np.zeros((3, 3))
    turn[0, (k + 1) % 3], turn[1, (k + 2) % 3], turn[2, k] = 1.0, sign, sign
    return turn


def _along(points: Mapping[str, Array]) -> Array:
    """Quarter turns about z after which the feet point along x."""
    toe, heel = _mean(points, "toe"), _mean(points, "heel")
    if toe is None or heel is None:
        return np.eye(3)
    quarters = round(float(np.arctan2(*(toe - heel)[1::-1])) / (0.5 * np.pi))
    c, s = [(1, 0), (0, 1), (-1, 0), (0, -1)][quarters % 4]
    return np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])


def _signal(columns: Mapping[str, Array], rate: float) -> Signal:
    t = np.arange(len(next(iter(columns.values())))) / rate
    t.setflags(write=False)
    return make_signal(t, columns, rate)


def _vertical(plate: Any, turn: Array) -> Array:
    """Vertical force [N], positive while the plate is loaded whichever way the plate counts."""
    factor = UNITS["force"].get(str(plate["unit_force"]).strip(), 1.0)
    force: Array = factor * (turn @ np.asarray(plate["force"], dtype=np.float64))[2]
    peak = force[np.argmax(np.abs(np.nan_to_num(force)))] if len(force) else 0.0
    return -force if peak < 0.0 else force


def _feet(plate: Any, turn: Array, points: Mapping[str, Array], signals: Mapping[str, Signal]) -> list[str]:
    """Feet that were over a plate while it was loaded."""
    if "markers" not in signals:
        return []
    force = _vertical(plate, turn)
    t = signals["markers"].t
    loaded = np.interp(t, signals["forces"].t, force) > LOADED
    factor = UNITS["length"].get(str(plate["unit_position"]).strip(), 1e-3)
    corners = factor * (turn @ np.asarray(plate["corners"], dtype=np.float64))[:2]
    low, high = corners.min(axis=1) - BORDER, corners.max(axis=1) + BORDER
    found = []
    for side in SIDES:
        parts = [points[f"{side}_{m}"] for m in ("heel", "toe") if f"{side}_{m}" in points]
        if not parts:
            continue
        middle = np.mean(parts, axis=0)
        over = np.all((middle[:, :2] > low) & (middle[:, :2] < high), axis=1) & loaded
        still = over & (_speed(middle, t) < 0.5)  # [m/s]; the other foot swings over the plate much faster
        if np.count_nonzero(still) > 0.25 * np.count_nonzero(loaded):
            found.append(side)
    return found


def _speed(point: Array, t: Array) -> Array:
    speed: Array = np.linalg.norm(np.gradient(point, t, axis=0), axis=1)
    return speed


def _events(file: Any, start: float) -> Events | None:
    group = file["parameters"].get("EVENT")
    if group is None or not {"TIMES", "LABELS", "CONTEXTS"} <= set(group):
        return None
    times = np.atleast_2d(np.asarray(group["TIMES"]["value"], dtype=np.float64))
    rows = []
    for label, context, column in zip(group["LABELS"]["value"], group["CONTEXTS"]["value"], times.T, strict=False):
        kind = EVENT_KINDS.get(re.sub(r"[^a-z]", "", str(label).lower()))
        side = str(context).strip().lower()
        if kind is not None and side in SIDES and len(column) == 2:
            rows.append(Event(side, kind, float(60.0 * column[0] + column[1] - start), float("nan"), 1.0))
    rows.sort(key=lambda row: row.time)
    return Events.from_rows(rows) if rows else None
