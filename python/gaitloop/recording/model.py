"""What a recording holds: signals, reference events, and the sensors that can be read from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import RecordingError
from . import sensors as _sensors
from .events import SIDES, Events

if TYPE_CHECKING:
    from .arrays import Frame

__all__ = ["Recording", "Signal", "Window"]


class Window(NamedTuple):
    """A span in which the events of a recording are complete.

    Attributes
    ----------
    side : str
        `left` or `right`.
    start : float
        First time [s].
    end : float
        Last time [s].
    kind : str or None
        `ic` or `to`; both when None.
    """

    side: str
    start: float
    end: float
    kind: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """What one kind of sensor recorded.

    Attributes
    ----------
    rate : float
        Samples per second [Hz].
    t : ndarray of float, shape (T,)
        Time of each sample [s].
    names : tuple of str
        Names of the columns.
    values : ndarray of float, shape (T, C)
        One column per name, in the unit of the layout [N, rad, m, m/s², rad/s]; NaN where nothing was measured.
    """

    rate: float
    t: NDArray[np.float64]
    names: tuple[str, ...]
    values: NDArray[np.float64]

    def column(self, name: str) -> NDArray[np.float64]:
        """One column by its name.

        Parameters
        ----------
        name : str
            Name of the column.

        Returns
        -------
        ndarray of float, shape (T,)
            Its values, in the unit of the layout [N, rad, m, m/s², rad/s].

        Raises
        ------
        RecordingError
            If there is no such column.
        """
        if name not in self.names:
            raise RecordingError(f"column {name} must be one of {', '.join(self.names)}")
        return self.values[:, self.names.index(name)]


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """A recording, from a folder, a C3D file or memory.

    Attributes
    ----------
    path : Path
        The folder or file; the name alone for one from memory.
    meta : mapping
        Content of `meta.json`.
    signals : mapping of str to Signal
        What was recorded: `imu`, `forces`, `markers`, `angles`, `pressure`.
    events : Events or None
        Reference events, where the folder has them.
    windows : tuple of Window or None
        Spans in which the reference is complete; None: everywhere.
    """

    path: Path
    meta: Mapping[str, Any]
    signals: Mapping[str, Signal]
    events: Events | None = None
    windows: tuple[Window, ...] | None = field(default=None)

    @property
    def name(self) -> str:
        """Name of the folder or file, or the one it was given."""
        return self.path.name

    @property
    def sensors(self) -> tuple[str, ...]:
        """Sensors that the recording offers to `gaitloop.events.detect`, the best first.

        `force` where each foot has its own, `foot_imu`, `markers`, `shank_gyro`, `joints`, `force` of plates that see
        single steps, `back_imu`.
        """
        return _sensors.offered(self)

    @property
    def duration(self) -> float:
        """Time from the first to the last sample of any signal [s]."""
        ends = [(s.t[0], s.t[-1]) for s in self.signals.values()]
        return float(max(end for _, end in ends) - min(start for start, _ in ends))

    @classmethod
    def from_arrays(
        cls,
        arrays: Mapping[str, ArrayLike],
        t: ArrayLike | Mapping[str, ArrayLike],
        *,
        units: Mapping[str, str],
        name: str = "recording",
        meta: Mapping[str, Any] | None = None,
    ) -> Recording:
        """Make a recording of arrays in memory.

        Parameters
        ----------
        arrays : mapping of str to array_like of float, shape (T,) or (T, 3)
            Columns of the recording format by their names, in the units given [of `units`]: `left_foot_acc_x`,
            `fz_left`, `hip_l`, `left_heel_z`; (T, 3) for a whole vector, `left_foot_acc` or `left_heel`. NaN: not
            measured.
        t : array_like of float, shape (T,), or mapping
            Time of each sample [s] or in the unit given, increasing and without a gap; by signal (`imu`, `forces`,
            `markers`, `angles`) where they have rates of their own.
        units : mapping of str to str
            Unit of each quantity that is there: `acc` (m/s², g, mg), `gyr` (rad/s, deg/s), `length` of markers
            (m, cm, mm), `angle` (rad, deg), `force` (N, kN), and, where it is not s, `time` (s, ms, us, ns).
        name : str
            Name of the recording.
        meta : mapping, optional
            What `meta.json` would hold, as `plate_feet`.

        Returns
        -------
        Recording
            The same in SI units.

        Raises
        ------
        RecordingError
            If a column is not known, a unit is missing or not known (the message lists the known ones), shapes do not
            fit, or the times cannot be trusted.

        Examples
        --------
        >>> t = np.arange(100) / 100.0
        >>> arrays = {"left_shank_gyr": np.full((100, 3), 90.0)}
        >>> recording = Recording.from_arrays(arrays, t, units={"gyr": "deg/s"})
        >>> recording.sensors, recording.shank_gyro()[1][0, 0].round(3)
        (('shank_gyro',), array([1.571, 1.571, 1.571]))
        """
        from .arrays import from_arrays

        return from_arrays(arrays, t, units=units, name=name, meta=meta)

    @classmethod
    def from_frame(
        cls,
        frame: Frame,
        *,
        units: Mapping[str, str],
        time: str | None = "time_s",
        columns: Mapping[str, str] | None = None,
        name: str = "recording",
        meta: Mapping[str, Any] | None = None,
    ) -> Recording:
        """Make a recording of a pandas DataFrame, or of anything with `columns`, `index` and `frame[column]`.

        Parameters
        ----------
        frame : DataFrame
            One row per sample.
        units : mapping of str to str
            As for `from_arrays`.
        time : str or None
            Column of the times; None for the index.
        columns : mapping of str to str, optional
            Names of the frame to names of the recording format; only these are taken. All columns when not given.
        name : str
            Name of the recording.
        meta : mapping, optional
            What `meta.json` would hold.

        Returns
        -------
        Recording
            The same in SI units.

        Raises
        ------
        RecordingError
            As for `from_arrays`, or if a column is missing.
        """
        from .arrays import from_frame

        return from_frame(frame, units=units, time=time, columns=columns, name=name, meta=meta)

    def signal(self, name: str) -> Signal:
        """One signal by its name.

        Parameters
        ----------
        name : str
            `imu`, `forces`, `markers`, `angles` or `pressure`.

        Returns
        -------
        Signal
            The signal.

        Raises
        ------
        RecordingError
            If the recording does not hold it.
        """
        if name not in self.signals:
            held = ", ".join(self.signals)
            raise RecordingError(f"{self.path}: {name}.csv.gz is missing; the recording holds {held}")
        return self.signals[name]

    def foot_forces(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Vertical force of each foot.

        Returns
        -------
        t : ndarray of float, shape (T,)
            Time of each sample [s].
        force : ndarray of float, shape (T, 2)
            Left and right [N]: `fz_left` and `fz_right`, or the sum of the plates that only that foot stepped on
            (`plate_feet` of `meta.json`); NaN where nothing was measured, as for a foot that met no plate of its own.

        Raises
        ------
        RecordingError
            If the columns do not tell the feet apart.
        """
        if "forces" not in self.signals:
            _sensors.signal_of(self, "force")
        forces = self.signal("forces")
        columns = [_foot_column(self.path, forces, self.meta, side) for side in SIDES]
        return forces.t, np.ascontiguousarray(np.stack(columns, axis=1))

    def foot_imu(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Accelerometer and gyroscope of both feet.

        Returns
        -------
        t : ndarray of float, shape (T,)
            Time of each sample [s].
        rows : ndarray of float, shape (T, 2, 6)
            Left and right: specific force [m/s², gravity included] and angular rate [rad/s], each along the sensor's
            x, y, z; NaN where nothing was measured, as for a foot without a sensor.

        Raises
        ------
        RecordingError
            If neither foot has a sensor; the message lists what is there.
        """
        return _sensors.foot_imu(self)

    def shank_gyro(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Gyroscopes of both shanks.

        Returns
        -------
        t : ndarray of float, shape (T,)
            Time of each sample [s].
        rows : ndarray of float, shape (T, 2, 3)
            Left and right angular rate [rad/s] along the sensor's x, y, z; NaN where nothing was measured.

        Raises
        ------
        RecordingError
            If neither shank has a sensor; the message lists what is there.
        """
        return _sensors.shank_gyro(self)

    def back_imu(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Accelerometer and gyroscope of the lower back.

        Returns
        -------
        t : ndarray of float, shape (T,)
            Time of each sample [s].
        rows : ndarray of float, shape (T, 6)
            Specific force [m/s², gravity included] and angular rate [rad/s], each along the sensor's x, y, z; NaN
            where nothing was measured.

        Raises
        ------
        RecordingError
            If the lower back has no sensor; the message lists what is there.
        """
        return _sensors.back_imu(self)

    def joint_angles(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Angles of hip, knee and ankle of both sides.

        Returns
        -------
        t : ndarray of float, shape (T,)
            Time of each sample [s].
        rows : ndarray of float, shape (T, 6)
            hip_l, knee_l, ankle_l, hip_r, knee_r, ankle_r [rad], flexion and dorsiflexion positive; NaN where nothing
            was measured, as for ankles that are absent.

        Raises
        ------
        RecordingError
            If hips or knees are absent; the message lists what is there.
        """
        return _sensors.joint_angles(self)

    def marker_points(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Positions of heels, toes and pelvis.

        Returns
        -------
        t : ndarray of float, shape (T,)
            Time of each sample [s].
        rows : ndarray of float, shape (T, 5, 3)
            Left heel, left toe, right heel, right toe and pelvis [m], z up; the pelvis is the sacrum, or the middle of
            both anterior superior iliac spines where there is no sacrum; NaN where a marker was not seen.

        Raises
        ------
        RecordingError
            If no foot has both markers; the message lists what is there.
        """
        return _sensors.marker_points(self)


def _foot_column(path: Path, forces: Signal, meta: Mapping[str, Any], side: str) -> NDArray[np.float64]:
    if f"fz_{side}" in forces.names:
        return forces.column(f"fz_{side}")
    feet = meta.get("plate_feet")
    plates = [p for p, f in feet.items() if f == [side] and p in forces.names] if isinstance(feet, dict) else []
    others = [f for f in feet.values() if f in (["left"], ["right"])] if isinstance(feet, dict) else []
    if not plates and others:
        return np.full(len(forces.t), np.nan)  # plates of the other foot only
    if not plates:
        raise RecordingError(
            f"{path / 'forces.csv.gz'}: column fz_{side} is missing and meta.json names no plate_feet of the {side} "
            f"foot alone; got {', '.join(forces.names)}"
        )
    total: NDArray[np.float64] = np.stack([forces.column(plate) for plate in plates]).sum(axis=0)
    return total
