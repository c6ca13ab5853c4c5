"""Whether what was sent to a machine was unsafe, judged from the limits as written and nothing else.

It shares no code with `gaitloop.safety`: codes, curves and tolerances are written here a second time, from the
specification, so that a mistake there does not excuse itself here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import _core
from .._inputs import Array

Flags = NDArray[np.bool_]

COLUMNS = {name: slice(start, start + length) for name, start, length, *_ in _core.WATCH_FIELDS}

# States and modes by their codes.
ARMED, RUN, DEGRADED, SOFT, PROTECTIVE, SAFE, RELEASE, LOCKOUT = 3, 4, 5, 6, 7, 8, 9, 10
HOLD = 0
POWERED = (ARMED, RUN, DEGRADED, SOFT, PROTECTIVE)
TRAINING = (ARMED, RUN, DEGRADED)
STOPS = (SOFT, PROTECTIVE, SAFE, LOCKOUT)

#: What an output can be: to U8 the numbers of the hazard analysis, whose U9 is of limits that were combined.
OUTPUTS = {
    "U1": "not finite",
    "U2": "over a limit of torque, power or energy along the movement, belt speed or support force",
    "U3": "torque changes faster than the limit, other than towards zero",
    "U4": "pushes outward where braking could no longer stop before the end of range",
    "U5": "drives the movement in a protective stop, the wall excepted",
    "U6": "powered in a state that has no power",
    "U7": "body-weight support moves in a stop",
    "U8": "belt is sped up in a stop",
    "U10": "goes on with too much torque between machine and person, or with more of it than a session may have",
}
#: What can come of it.
OUTCOMES = {
    "O1": "a joint leaves its range by more than the bound",
    "O2": "a joint is faster than 1.3 times its limit 50 ms after the fault was seen",
    "O3": "a stop takes longer than its deadline",
    "O4": "powered after the latched stop",
}
_EPS = 1e-9
# Time in which a store of energy leaks its own size, and for which what is left of it would last at the power that it
# allows; time for which the torque between machine and person may be above its limit [s].
_LEAK, _LEFT, _OVER = 1.0, 0.1, 0.02
# A reading beyond it is none [SI].
_PLAUSIBLE = 1e6


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge found.

    Attributes
    ----------
    outputs : tuple of str
        Kinds of unsafe output, names of `OUTPUTS`.
    outcomes : tuple of str
        Kinds of unsafe outcome, names of `OUTCOMES`.
    overshoot : float
        Largest way out of the range of motion [rad].
    """

    outputs: tuple[str, ...]
    outcomes: tuple[str, ...]
    overshoot: float


class Judge:
    """Judges the rows of `_core.Simulation.watch`.

    Parameters
    ----------
    limits : mapping
        Limits by name, as in a plan [SI].
    overshoot : float
        Way out of the range of motion from which it is unsafe [rad].
    """

    def __init__(self, limits: Mapping[str, Any], overshoot: float) -> None:
        self.limits = {name: np.asarray(value, dtype=np.float64) for name, value in limits.items()}
        self.overshoot = overshoot

    def __call__(self, rows: Array, *, seen: int | None) -> Verdict:
        """Judge consecutive ticks.

        Parameters
        ----------
        rows : ndarray of float, shape (T, N)
            What was sent, measured and true.
        seen : int, optional
            Tick at which the fault was seen, None when it was not [-].

        Returns
        -------
        Verdict
            What is unsafe.
        """
        with np.errstate(invalid="ignore"):
            outputs = tuple(name for name in OUTPUTS if getattr(self, f"_{name.lower()}")(rows).any())
            beyond = self._beyond(rows)
            found = {
                "O1": beyond > self.overshoot,
                "O2": seen is not None and self._fast(rows[seen + 50 :]),
                "O3": self._late(rows),
                "O4": self._again(rows),
            }
        return Verdict(outputs, tuple(name for name, bad in found.items() if bad), beyond)

    def _u1(self, rows: Array) -> Flags:
        return ~np.isfinite(rows[:, 1:11])

    def _u2(self, rows: Array) -> Flags:
        share = np.where(_is(rows, DEGRADED), self.limits["degraded_fraction"], 1.0)[:, None]
        # The wall may use all of the torque, degraded or not.
        wall = self._wall(rows)
        share = np.where(wall, 1.0, share)
        torque = np.abs(_get(rows, "torque")) > share * self.limits["tau_max"] + _EPS
        # A change into the degraded state goes there at the limit of the rate.
        torque &= ~((share < 1.0) & self._shrinks(rows))
        power = _power(rows) > np.minimum(self.limits["power_max"], self._left(rows)) * (1.0 + _EPS) + 1e-6
        torque |= power & ~wall & ~_is(rows, PROTECTIVE)[:, None]
        belt, force = _get(rows, "belt_speed"), _get(rows, "support_force")
        belt_bad = (belt < -_EPS) | (belt > self.limits["belt_speed_max"] + _EPS)
        force_bad = (force < -_EPS) | (force > self.limits["support_force_max"] + _EPS)
        return np.concatenate([torque, belt_bad, force_bad], axis=1)

    def _u3(self, rows: Array) -> Flags:
        torque = _get(rows, "torque")
        before, after = torque[:-1], torque[1:]
        told = np.diff(_get(rows, "sample_t")[:, 0])
        step = np.maximum(np.diff(rows[:, 0]), np.clip(told, 0.0, self.limits["tick_max"]))
        # A cut is free, and the limit counts from wherever it ends: the way left is that from between zero and before.
        low, high = np.minimum(before, 0.0), np.maximum(before, 0.0)
        way = np.maximum(np.maximum(low - after, after - high), 0.0)
        return way > self.limits["tau_rate_max"] * step[:, None] + 1e-6

    def _u4(self, rows: Array) -> Flags:
        torque, (up, down) = _get(rows, "torque"), self._braking(rows)
        return (up & (torque > 1e-6)) | (down & (torque < -1e-6))

    def _u5(self, rows: Array) -> Flags:
        power = _power(rows)
        return _is(rows, PROTECTIVE)[:, None] & (power > 1e-6) & ~self._wall(rows)

    def _u6(self, rows: Array) -> Flags:
        powered = np.isin(_get(rows, "state")[:, 0], POWERED)
        on = (_get(rows, "enable")[:, 0] != 0.0) | (_get(rows, "torque") != 0.0).any(axis=1)
        return np.asarray(on & ~powered)

    def _u7(self, rows: Array) -> Flags:
        stopped = np.isin(_get(rows, "state")[:, 0], STOPS)
        return np.asarray(stopped & (_get(rows, "support_mode")[:, 0] != HOLD))

    def _u8(self, rows: Array) -> Flags:
        stopped = np.isin(_get(rows, "state")[1:, 0], STOPS)
        return stopped & (np.diff(_get(rows, "belt_speed")[:, 0]) > _EPS)

    def _u10(self, rows: Array) -> Flags:
        size, state = np.abs(_read(rows, "interaction")), _get(rows, "state")[:, 0]
        # Counted where there was power after the tick before; what was before the first row is not known.
        powered = np.concatenate([[False], np.isin(state[:-1], POWERED)])[:, None]
        dt = np.where(powered, self._dt(rows), 0.0)
        over = np.cumsum(np.where(size > self.limits["interaction_max"], dt, 0.0), axis=0)
        calm = (size <= self.limits["interaction_max"]) | ~powered
        lasts = over - np.maximum.accumulate(np.where(calm, over, 0.0), axis=0) >= _OVER + _EPS
        dose = np.cumsum(np.nan_to_num(size) * dt, axis=0) > self.limits["dose_max"] * (1.0 + _EPS) + _EPS
        train, soft = np.isin(state, TRAINING)[:, None], (state == SOFT)[:, None]
        return np.asarray((lasts & (train | soft)) | (dose & train))

    def _left(self, rows: Array) -> Array:
        """Power that is left of a joint's energy [W].

        A store of `energy_max` that leaks its own size in a second, filled by what drives: here as a sum of what came
        in and leaked, less what it was short of at its emptiest. It counts as empty at first, so it holds no more than
        that of the machine, which has walked before. A reading above the largest speed gives no more than that speed.
        """
        most, dq = self.limits["energy_max"], _read(rows, "dq")
        sent = np.nan_to_num(_get(rows, "torque")[:-1])
        given = np.clip(sent * np.nan_to_num(dq[1:]), 0.0, np.abs(sent) * self.limits["dq_max"])
        flow = np.where(np.isnan(dq[1:]), 0.0, given - most / _LEAK) * self._dt(rows)[1:]
        filled = np.concatenate([np.zeros((1, 6)), np.cumsum(flow, axis=0)])
        stored = filled - np.minimum.accumulate(filled, axis=0)
        return np.asarray(most / _LEAK + np.maximum(most - stored, 0.0) / _LEFT)

    def _dt(self, rows: Array) -> Array:
        """Time that the trainer was told to have passed in each tick [s], shape (T, 1)."""
        told = _get(rows, "sample_t")
        newest = np.maximum.accumulate(told)
        return np.concatenate([[[0.0]], np.clip(told[1:] - newest[:-1], 0.0, self.limits["tick_max"])])

    def _braking(self, rows: Array) -> tuple[Flags, Flags]:
        """Where a joint is too fast upward, and downward, to stop before the end of its range."""
        q, dq = _get(rows, "q"), _get(rows, "dq")
        decel, fastest = 2.0 * self.limits["brake_decel"], self.limits["dq_max"]
        up = np.minimum(fastest, np.sqrt(decel * np.maximum(self.limits["q_max"] - q, 0.0)))
        down = np.minimum(fastest, np.sqrt(decel * np.maximum(q - self.limits["q_min"], 0.0)))
        return dq > up + _EPS, -dq > down + _EPS

    def _wall(self, rows: Array) -> Flags:
        q, (up, down) = _get(rows, "q"), self._braking(rows)
        return up | down | (q > self.limits["q_max"]) | (q < self.limits["q_min"])

    def _shrinks(self, rows: Array) -> Flags:
        size = np.abs(_get(rows, "torque"))
        return np.concatenate([np.ones((1, 6), dtype=bool), np.diff(size, axis=0) < 0.0])

    def _beyond(self, rows: Array) -> float:
        q = _get(rows, "true_q")
        out = np.maximum(q - self.limits["q_max"], self.limits["q_min"] - q)
        return float(max(0.0, np.nan_to_num(out, nan=np.inf).max(initial=0.0)))

    def _fast(self, rows: Array) -> bool:
        return bool((np.abs(_get(rows, "true_dq")) > 1.3 * self.limits["dq_max"]).any())

    def _late(self, rows: Array) -> bool:
        for state, deadline in ((SOFT, "soft_deadline"), (PROTECTIVE, "stop_deadline")):
            if _longest(_is(rows, state)) > 1000.0 * float(self.limits[deadline]) + 2.0:
                return True
        return False

    def _again(self, rows: Array) -> bool:
        safe = np.flatnonzero(np.isin(_get(rows, "state")[:, 0], (SAFE, LOCKOUT)))
        return bool(len(safe) and (_get(rows[safe[0] :], "enable") != 0.0).any())


def _get(rows: Array, name: str) -> Array:
    return rows[:, COLUMNS[name]]


def _read(rows: Array, name: str) -> Array:
    """Readings, NaN where they are none to be believed."""
    values = _get(rows, name)
    return np.where(np.abs(values) <= _PLAUSIBLE, values, np.nan)


def _power(rows: Array) -> Array:
    """Power that each drive gives along the movement that was measured [W]."""
    return _get(rows, "torque") * _get(rows, "dq")


def _is(rows: Array, state: int) -> Flags:
    return np.asarray(rows[:, COLUMNS["state"]][:, 0] == state)


def _longest(flags: Flags) -> int:
    """Length of the longest run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max(initial=0))
