"""Recordings of arrays and data frames in memory, and the rows that detectors take from a recording."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from gaitloop.errors import RecordingError
from gaitloop.recording import Recording

T = np.arange(300) / 100.0
AXES = ("acc_x", "acc_y", "acc_z", "gyr_x", "gyr_y", "gyr_z")
IMU = {"acc": "g", "gyr": "deg/s"}


def imu(*names):
    rng = np.random.default_rng(1)
    return {f"{name}_{kind}": rng.standard_normal((300, 3)) for name in names for kind in ("acc", "gyr")}


def test_units_become_si():
    arrays = imu("left_foot", "right_foot", "lower_back")
    t, rows = Recording.from_arrays(arrays, T, units=IMU).foot_imu()
    np.testing.assert_array_equal(t, T)
    assert rows.shape == (300, 2, 6)
    np.testing.assert_allclose(rows[:, 1, :3], 9.80665 * arrays["right_foot_acc"])
    np.testing.assert_allclose(rows[:, 0, 3:], np.radians(arrays["left_foot_gyr"]))
    marker = {f"{s}_{m}": np.full((300, 3), 250.0) for s in ("left", "right") for m in ("heel", "toe")}
    points = Recording.from_arrays(marker, 1e3 * T, units={"length": "mm", "time": "ms"}).marker_points()
    np.testing.assert_allclose(points[0], T)
    np.testing.assert_allclose(points[1][:, :4], 0.25)
    assert np.isnan(points[1][:, 4]).all()
    joints = dict.fromkeys(("hip_l", "knee_l", "hip_r", "knee_r"), np.full(300, 90.0))
    angles = Recording.from_arrays(joints, T, units={"angle": "deg"}).joint_angles()[1]
    np.testing.assert_allclose(angles[0], [np.pi / 2, np.pi / 2, np.nan] * 2)
    force = Recording.from_arrays({"fz_left": T, "fz_right": T}, T, units={"force": "kN"}).foot_forces()[1]
    np.testing.assert_allclose(force[:, 1], 1e3 * T)


def test_what_a_recording_offers_is_told_best_first():
    recording = Recording.from_arrays(imu("lower_back", "left_foot", "right_shank"), T, units=IMU, name="walk")
    assert recording.sensors == ("foot_imu", "shank_gyro", "back_imu")
    assert recording.name == "walk"
    assert recording.duration == pytest.approx(2.99)
    assert np.isnan(recording.foot_imu()[1][:, 1]).all()
    assert np.isnan(recording.shank_gyro()[1][:, 0]).all()
    assert np.isfinite(recording.back_imu()[1]).all()
    for read, sensor in ((recording.joint_angles, "joints"), (recording.marker_points, "markers")):
        with pytest.raises(
            RecordingError, match=rf"sensor {sensor} is missing .* offers foot_imu, shank_gyro, back_imu"
        ):
            read()
    with pytest.raises(RecordingError, match=r"with imu \(lower_back, left_foot, right_shank\)"):
        recording.foot_forces()


def test_plates_come_after_what_sees_every_step():
    arrays = {f"{s}_{m}": np.zeros((300, 3)) for s in ("left", "right") for m in ("heel", "toe", "asis")}
    arrays["fz_plate0"] = 700.0 * (T > 1.0)
    meta = {"plate_feet": {"fz_plate0": ["left"]}}
    recording = Recording.from_arrays(arrays, T, units={"length": "m", "force": "N"}, meta=meta)
    assert recording.sensors == ("markers", "force")
    assert recording.marker_points()[1].shape == (300, 5, 3)
    assert np.isnan(recording.foot_forces()[1][:, 1]).all()


def test_the_pelvis_is_the_sacrum_or_the_middle_of_the_spines():
    feet = {f"{s}_{m}": np.zeros((300, 3)) for s in ("left", "right") for m in ("heel", "toe")}
    spines = {"left_asis": np.full((300, 3), 1.0), "right_asis": np.full((300, 3), 2.0)}
    for more, value in ((spines, 1.5), ({**spines, "sacrum": np.full((300, 3), 5.0)}, 5.0)):
        recording = Recording.from_arrays({**feet, **more}, T, units={"length": "m"})
        assert (recording.marker_points()[1][:, 4] == value).all()


def test_a_data_frame_is_read():
    pd = importlib.import_module("pandas")
    arrays = imu("left_shank")
    columns = {f"left_shank_{a}": arrays[f"left_shank_{a[:3]}"][:, "xyz".index(a[-1])] for a in AXES}
    frame = pd.DataFrame({"time_s": T, **columns})
    whole = Recording.from_frame(frame, units=IMU)
    indexed = Recording.from_frame(frame.set_index("time_s"), time=None, units=IMU)
    named = frame.rename(columns={f"left_shank_gyr_{a}": f"Gyr {a}" for a in "xyz"})
    chosen = {f"Gyr {a}": f"left_shank_gyr_{a}" for a in "xyz"}
    some = Recording.from_frame(named, units={"gyr": "deg/s"}, columns=chosen)
    for recording in (whole, indexed, some):
        np.testing.assert_allclose(recording.shank_gyro()[1][:, 0], np.radians(arrays["left_shank_gyr"]))
    with pytest.raises(RecordingError, match="column clock is missing; got time_s, left_shank_acc_x"):
        Recording.from_frame(frame, time="clock", units=IMU)


def test_signals_may_have_times_of_their_own():
    arrays = {"left_heel": np.zeros((300, 3)), "left_toe": np.zeros((300, 3)), "fz_left": np.ones(3000)}
    times = {"markers": T, "forces": np.arange(3000) / 1000.0}
    recording = Recording.from_arrays(arrays, times, units={"length": "m", "force": "N"})
    assert [(name, signal.rate) for name, signal in recording.signals.items()] == [
        ("markers", pytest.approx(100.0)),
        ("forces", pytest.approx(1000.0)),
    ]
    with pytest.raises(RecordingError, match="t must hold the times of forces, got those of markers"):
        Recording.from_arrays(arrays, {"markers": T}, units={"length": "m", "force": "N"})


def test_missing_values_stay_absent():
    gyr = imu("left_shank")["left_shank_gyr"]
    gyr[10:20] = np.nan
    rows = Recording.from_arrays({"left_shank_gyr": gyr}, T, units=IMU).shank_gyro()[1]
    assert np.isnan(rows[10:20, 0]).all()
    assert np.isfinite(rows[20:, 0]).all()


GYR = {"left_shank_gyr": np.zeros((300, 3))}
GAP = np.where(T > 1.5, T + 0.4, T)
BAD = {
    "unknown unit": (GYR, T, {"gyr": "rpm"}, r"unit of gyr must be one of rad/s, deg/s, dps, got 'rpm'"),
    "no unit": (GYR, T, {}, "unit of gyr must be one of rad/s, deg/s, dps, got nothing"),
    "unknown quantity": (
        GYR,
        T,
        {"gyro": "rad/s"},
        "units must be of acc, gyr, length, angle, force, time, got 'gyro'",
    ),
    "unknown time": (GYR, T, {"gyr": "rad/s", "time": "min"}, "unit of time must be one of s, ms, us, ns, got 'min'"),
    "unknown column": ({"speed": T}, T, IMU, "column 'speed' is not known; known are SENSOR_acc_x"),
    "shape": ({"left_heel": np.zeros((300, 2))}, T, IMU, r"left_heel must have shape \(T,\) or \(T, 3\)"),
    "length": ({"fz_left": T[:-1]}, T, {"force": "N"}, "fz_left must have length 300, got 299"),
    "text": ({"fz_left": ["x"] * 300}, T, {"force": "N"}, "fz_left must be numbers"),
    "infinite": ({"fz_left": np.full(300, np.inf)}, T, {"force": "N"}, "fz_left must be finite or NaN"),
    "nothing": ({}, T, {}, "arrays must hold a column"),
    "one sample": (GYR, T[:1], IMU, "t must have 2 or more samples, got 1"),
    "backwards": (GYR, T[::-1], IMU, "t must increase"),
    "a gap": (GYR, GAP, IMU, "got a gap of 0.41 s from 1.5 s"),
    "time missing": (GYR, np.where(T == 1.0, np.nan, T), IMU, "t must increase|must be a finite number"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_trusted_is_refused(case):
    arrays, t, units, message = BAD[case]
    with pytest.raises(RecordingError, match=message):
        Recording.from_arrays(arrays, t, units=units)
