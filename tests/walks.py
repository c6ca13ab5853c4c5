"""A made-up walk as every sensor would see it, for tests that need a recording."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from gaitloop.recording import Events, Recording

STRIDE, STANCE = 1.1, 0.62  # [s], share of the stride
SI = {"acc": "m/s2", "gyr": "rad/s", "length": "m", "angle": "rad", "force": "N"}
SENSORS = ("force", "foot_imu", "shank_gyro", "back_imu", "joints", "markers")


def phases(t):
    """Phase of the left and right stride, 0 at initial contact, shape (T, 2)."""
    return np.mod(np.asarray(t)[:, None] / STRIDE + [0.0, 0.5], 1.0)


def imu(t, rng):
    """Feet, shanks and lower back: a swing of the leg and a stance at rest, shaken by the contact."""
    u = phases(t)
    arrays = {}
    for i, side in enumerate(("left", "right")):
        swing = np.where(u[:, i] > STANCE, np.sin(np.pi * (u[:, i] - STANCE) / (1 - STANCE)), 0.0)
        push, slap = (
            np.exp(-0.5 * ((u[:, i] - at) / width) ** 2) for at, width in ((STANCE - 0.06, 0.045), (0.03, 0.02))
        )
        stance = np.where(u[:, i] < STANCE, np.sin(np.pi * u[:, i] / STANCE), 0.0)
        turning = {
            "foot": 7.0 * swing - 10.0 * push - 8.0 * slap,
            "shank": 5.0 * swing - 1.5 * stance - 3.0 * push - 3.0 * slap,
        }
        for part, turn in turning.items():
            gyr = np.stack([0 * t, turn, 0 * t], axis=1)
            acc = np.stack([6.0 * swing, 0 * t, 9.8 + 10.0 * push + 20.0 * slap], axis=1)
            arrays[f"{side}_{part}_gyr"] = gyr + 0.05 * rng.standard_normal(gyr.shape)
            arrays[f"{side}_{part}_acc"] = acc + 0.05 * rng.standard_normal(acc.shape)
    bounce = 2.0 * np.cos(4 * np.pi * t / STRIDE)
    acc = np.stack([9.8 + bounce, np.sin(2 * np.pi * t / STRIDE), 0.7 * bounce], axis=1)
    arrays["lower_back_acc"] = acc + 0.05 * rng.standard_normal(acc.shape)
    arrays["lower_back_gyr"] = 0.4 * np.sin(2 * np.pi * t / STRIDE)[:, None] + 0.02 * rng.standard_normal(acc.shape)
    return arrays


def kinematics(t, rng):
    """Joint angles, forces and markers that walk along x at 1 m/s."""
    u = phases(t)
    arrays = {}
    for i, (side, y) in enumerate((("left", 0.1), ("right", -0.1))):
        swing = np.clip((u[:, i] - STANCE) / (1 - STANCE), 0.0, 1.0)
        knee = 0.15 + 0.9 * np.sin(np.pi * swing) ** 2
        for joint, angle in (("hip", 0.4 * np.cos(2 * np.pi * u[:, i])), ("knee", knee), ("ankle", 0.1 * knee)):
            arrays[f"{joint}_{side[0]}"] = angle + 0.002 * rng.standard_normal(len(t))
        load = np.where(u[:, i] < STANCE, 800.0 * (1.0 - (2.0 * u[:, i] / STANCE - 1.0) ** 6), 0.0)
        arrays[f"fz_{side}"] = load + rng.standard_normal(len(t)) * 2.0
        stride = np.floor(t / STRIDE + 0.5 * i) - 0.5 * i
        x = STRIDE * (stride + 0.5 - 0.5 * np.cos(np.pi * swing))
        heel = np.stack([x, np.full(len(t), y), 0.05 + 0.1 * np.sin(np.pi * swing)], axis=1)
        arrays[f"{side}_heel"] = heel + 0.0005 * rng.standard_normal(heel.shape)
        arrays[f"{side}_toe"] = heel + [0.2, 0.0, -0.02] + 0.0005 * rng.standard_normal(heel.shape)
        pelvis = np.stack([t + 0.1, np.full(len(t), y), np.full(len(t), 0.95)], axis=1)
        arrays[f"{side}_asis"] = pelvis + 0.0005 * rng.standard_normal(heel.shape)
    return arrays


def columns(duration=30.0, rate=100.0, seed=1):
    """Times [s] and all arrays in SI units, as `Recording.from_arrays` takes them."""
    t = np.arange(round(duration * rate)) / rate
    rng = np.random.default_rng(seed)
    return t, {**imu(t, rng), **kinematics(t, rng)}


def of_sensor(arrays: Mapping[str, NDArray[np.float64]], sensor: str):
    """The arrays that belong to one sensor."""
    ends = {
        "force": ("fz_left", "fz_right"),
        "foot_imu": ("foot_acc", "foot_gyr"),
        "shank_gyro": ("shank_gyr",),
        "back_imu": ("lower_back_acc", "lower_back_gyr"),
        "joints": ("_l", "_r"),
        "markers": ("heel", "toe", "asis"),
    }[sensor]
    return {name: values for name, values in arrays.items() if name.endswith(ends)}


def walk(sensor=None, **options):
    """The walk as a recording: of one sensor, or of all."""
    t, arrays = columns(**options)
    return Recording.from_arrays(of_sensor(arrays, sensor) if sensor else arrays, t, units=SI, name="walk")


def events(duration=30.0):
    """When the feet of the walk meet and leave the ground."""
    sides, kinds, times = [], [], []
    for i in (0, 1):
        for kind, share in ((0, 0.0), (1, STANCE)):
            found = STRIDE * (np.arange(-1, duration / STRIDE + 1) + share - 0.5 * i)
            found = found[(found > 0.0) & (found < duration)]
            times.extend(found)
            sides.extend([i] * len(found))
            kinds.extend([kind] * len(found))
    order = np.argsort(times)
    full = np.full(len(order), np.nan)
    return Events(np.array(sides)[order], np.array(kinds)[order], np.array(times)[order], full, 0.0 * full)
