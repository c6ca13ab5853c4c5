"""Events of whole recordings beside off-line packages of the field, on the same samples.

gaitmap finds events of feet within strides that it is given, so the time to find the strides is not held against it;
mobgap finds initial contacts of the lower back. Both are installed where Python has wheels for what they need.
"""

from __future__ import annotations

import importlib
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from gaitloop.events import _detect

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
walks = importlib.import_module("walks")
RATE, DURATION = 100.0, 120.0
SAMPLES = round(RATE * DURATION)
BEFORE = 50  # samples by which gaitmap's strides begin before the foot lands


def ours(sensor):
    """A call that finds the events of the walk, looking ahead as the peers do."""
    t, rows = _detect.ROWS[sensor](walks.walk(sensor, duration=DURATION))
    return lambda: _detect.DETECTORS[sensor]().run(rows, t, False)


def gaitmap():
    """Both feet's events within known strides."""
    pd = pytest.importorskip("pandas")
    detection = pytest.importorskip("gaitmap.event_detection")
    _, rows = walks.walk("foot_imu", duration=DURATION).foot_imu()
    events = walks.events(DURATION)
    data, strides = {}, {}
    for i, side in enumerate(("left", "right")):
        table = np.concatenate([rows[:, i, :3], np.degrees(rows[:, i, 3:])], axis=1)
        names = ["acc_pa", "acc_ml", "acc_si", "gyr_pa", "gyr_ml", "gyr_si"]
        data[side] = pd.DataFrame(table, columns=names)
        at = np.round(RATE * events.times(side, "ic")).astype(int) - BEFORE
        spans = [(k, a, b) for k, (a, b) in enumerate(pairwise(at)) if a > 0]
        strides[side] = pd.DataFrame(spans, columns=["s_id", "start", "end"]).set_index("s_id")
    return lambda: detection.HerzerEventDetection().detect(data=data, stride_list=strides, sampling_rate_hz=RATE)


def mobgap():
    """Initial contacts of the lower back."""
    pd = pytest.importorskip("pandas")
    contacts = pytest.importorskip("mobgap.initial_contacts")
    _, rows = walks.walk("back_imu", duration=DURATION).back_imu()
    data = pd.DataFrame(rows, columns=["acc_is", "acc_ml", "acc_pa", "gyr_is", "gyr_ml", "gyr_pa"])
    return lambda: contacts.IcdIonescu().detect(data, sampling_rate_hz=RATE)


PEERS = {"foot_imu": "gaitmap", "back_imu": "mobgap"}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("implementation", "sensor"),
    [
        pytest.param(name, sensor, marks=pytest.mark.benchmark(group=f"events/{sensor}/recording/{SAMPLES}"))
        for sensor, peer in PEERS.items()
        for name in ("rust", peer)
    ],
)
def bench_events_peers(benchmark, implementation, sensor):
    if implementation == "rust" and sensor not in _detect.DETECTORS:
        pytest.skip(f"no detector of {sensor}")
    call = {"rust": lambda: ours(sensor), "gaitmap": gaitmap, "mobgap": mobgap}[implementation]()
    found = benchmark(call)
    if implementation == "gaitmap":
        assert sum(map(len, found.min_vel_event_list_.values())) > 200
    else:
        assert len(found.ic_list_ if implementation == "mobgap" else found) > 200
