"""Runs an off-line package of the field in its own environment: `python peer_worker.py NAME FILE.npz`.

Prepares the recording of the file, then, for each line on the standard input, finds its events once and prints how
many there are.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from itertools import pairwise

import numpy as np

BEFORE = 0.5  # time by which gaitmap's strides begin before the foot lands [s]


def gaitmap(recording: dict) -> Callable[[], int]:
    """Both feet's events within strides that are given, so that finding the strides is not held against it."""
    import pandas as pd
    from gaitmap.event_detection import HerzerEventDetection

    rate = float(recording["rate"])
    data, strides = {}, {}
    for i, side in enumerate(("left", "right")):
        rows = recording["rows"][:, i]
        table = np.concatenate([rows[:, :3], np.degrees(rows[:, 3:])], axis=1)
        names = ["acc_pa", "acc_ml", "acc_si", "gyr_pa", "gyr_ml", "gyr_si"]
        data[side] = pd.DataFrame(table, columns=names)
        at = np.round(rate * (recording[side] - BEFORE)).astype(int)
        spans = [(k, a, b) for k, (a, b) in enumerate(pairwise(at)) if a > 0]
        strides[side] = pd.DataFrame(spans, columns=["s_id", "start", "end"]).set_index("s_id")

    def find() -> int:
        found = HerzerEventDetection().detect(data=data, stride_list=strides, sampling_rate_hz=rate)
        return 2 * sum(map(len, found.min_vel_event_list_.values()))

    return find


def mobgap(recording: dict) -> Callable[[], int]:
    """Initial contacts of the lower back."""
    import pandas as pd
    from mobgap.initial_contacts import IcdIonescu

    rate = float(recording["rate"])
    names = ["acc_is", "acc_ml", "acc_pa", "gyr_is", "gyr_ml", "gyr_pa"]
    data = pd.DataFrame(recording["rows"], columns=names)
    return lambda: len(IcdIonescu().detect(data, sampling_rate_hz=rate).ic_list_)


def main() -> None:
    """Answer each line."""
    warnings.simplefilter("ignore")
    find = {"gaitmap": gaitmap, "mobgap": mobgap}[sys.argv[1]](dict(np.load(sys.argv[2])))
    find()
    print("ready", flush=True)
    for _ in sys.stdin:
        print(find(), flush=True)


if __name__ == "__main__":
    main()
