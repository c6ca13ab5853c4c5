"""Walks without faults: how often the machine stops for nothing."""

from __future__ import annotations

import math
from typing import NamedTuple

from .. import _core
from ..plant import Sensor, Sensors
from ..simulation import Simulation, run_batch
from ._classes import DeviceClass, class_of

#: Length of a walk [s].
WALK = 600.0


class Nominal(NamedTuple):
    """What came of walks without faults.

    Attributes
    ----------
    hours : float
        Time simulated [h].
    stops : int
        Walks that were stopped while the person was upright [-].
    falls : int
        Walks in which the person fell, stopped or not [-].
    causes : dict of str to int
        Stops by cause [-].
    """

    hours: float
    stops: int
    falls: int
    causes: dict[str, int]


def walk_nominally(hours: float, seed: int, device: str = "treadmill_exo") -> Nominal:
    """Walk people of many sizes, healthy and mildly affected, with ordinary noise and late samples.

    Parameters
    ----------
    hours : float
        Time simulated [h]; walks of ten minutes.
    seed : int
        Where people and noise come from [-].
    device : str
        Class of the device, as `Campaign` takes it.

    Returns
    -------
    Nominal
        How often it stopped.
    """
    kind = class_of(device)
    walks = math.ceil(hours * 3600.0 / WALK)
    stops, falls, causes = 0, 0, dict[str, int]()
    for first in range(0, walks, 24):
        batch = [_walker(kind, seed * 100_000 + i) for i in range(first, min(first + 24, walks))]
        for summary in run_batch(batch, round(1000.0 * WALK)):
            falls += not summary.upright
            if summary.state != "run" and summary.upright:
                stops += 1
                causes[summary.cause] = causes.get(summary.cause, 0) + 1
    return Nominal(walks * WALK / 3600.0, stops, falls, causes)


def _walker(kind: DeviceClass, seed: int) -> Simulation:
    late = Sensor(delay=1, dropout=0.001, dropped="stale")
    sensors = Sensors(q=late, dq=late, q_second=late, tau_interaction=late)
    return kind.walker(kind.people[seed % len(kind.people)], seed, sensors)


def upper(count: int, trials: float) -> float:
    """Largest rate that still gives so few in a twentieth of all repetitions (Poisson).

    Parameters
    ----------
    count : int
        How often it happened [-].
    trials : float
        In how many, or how long.

    Returns
    -------
    float
        Upper 95 % bound of the rate [1/trial]; infinite without trials.
    """
    if trials <= 0.0:
        return math.inf
    low, high = 0.0, 10.0 + 3.0 * count
    for _ in range(100):
        mean = 0.5 * (low + high)
        term, below = math.exp(-mean), math.exp(-mean)
        for k in range(1, count + 1):
            term *= mean / k
            below += term
        low, high = (mean, high) if below > 0.05 else (low, mean)
    return high / trials


assert _core.STATES.index("run") == 4
