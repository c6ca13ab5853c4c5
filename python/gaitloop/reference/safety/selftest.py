"""The self-test: what must be seen before anything may be armed."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._conventions import JointKind
from .codes import Check, SelfTestResult, joint_kinds
from .declaration import Declaration
from .envelope import Envelope
from .guard import sizeable

_PLAUSIBLE = 1e6
_MS = 1_000_000
#: Good time of the look, time a stopped drive must stay so, time it may take to come back, and all together [ns].
_WINDOW, _STAY, _ASK, _DEADLINE = 250 * _MS, 50 * _MS, 1000 * _MS, 10_000 * _MS
_NONE: tuple[Check, int | None] = (Check.NONE, None)


class _Stage(Enum):
    LOOK = 0
    WITHHOLD = 1
    STAY = 2
    ASK = 3
    PASSED = 4
    FAILED = 5


_OVER = {_Stage.PASSED: SelfTestResult.PASSED, _Stage.FAILED: SelfTestResult.FAILED}


class SelfTestOutput(NamedTuple):
    """How far the self-test is, and what it asks for.

    Attributes
    ----------
    result : SelfTestResult
        Pending, passed or failed.
    check : Check
        What was not met last.
    joint : int or None
        The joint at which it was not met [-].
    withhold : bool
        No lease may be given out.
    clear : bool
        Drives that stopped by themselves may come back.
    """

    result: SelfTestResult
    check: Check
    joint: int | None
    withhold: bool
    clear: bool


#: What holds while no self-test is under way.
IDLE = SelfTestOutput(SelfTestResult.PENDING, Check.NONE, None, False, False)


@dataclass
class _Window:
    t: int
    stamp: int
    good: int = 0
    ticks: int = 0
    samples: int = 0


@dataclass
class _Progress:
    stage: _Stage = _Stage.LOOK
    first: int | None = None
    last: int = 0
    elapsed: int = 0
    in_stage: int = 0
    seen: list[bool] = field(default_factory=lambda: [False] * 6)
    zero: list[int] = field(default_factory=lambda: [0] * 6)
    window: _Window | None = None
    stamp: int = 0
    unmet: tuple[Check, int | None] = _NONE


class _Tick(NamedTuple):
    """Inputs of a tick, each reading absent unless it can be reckoned with."""

    t: int
    clean: bool
    q: list[float | None]
    q_stamp: int
    dq: list[float | None]
    dq_stamp: int
    status: list[float | None]
    digest: list[float | None]
    watchdog: list[float | None]


class SelfTest:
    """Looks at samples and drives before anything may be armed, without power.

    Parameters
    ----------
    envelope : Envelope
        The limits; of these the range of motion and the age of samples.
    kinds : sequence of int or str, shape (6,)
        Each joint `absent` 0, `sensed` 1 or `driven` 2 [-].
    declaration : Declaration
        What the device declares of itself.
    """

    def __init__(self, envelope: Envelope, kinds: Sequence[int | str], declaration: Declaration) -> None:
        self._envelope, self._declared = envelope, declaration
        every = list(enumerate(joint_kinds(kinds)))
        self._fitted = [i for i, kind in every if kind is not JointKind.ABSENT]
        self._driven = [i for i, kind in every if kind is JointKind.DRIVEN]
        self._withhold = math.floor(1.5 * declaration.watchdog * 1e9)
        self._now = _Progress()

    def reset(self) -> None:
        """Forget everything: the next step is the first of a new test."""
        self._now = _Progress()

    def step(
        self,
        *,
        t: int,
        clean: bool,
        q: ArrayLike,
        q_stamp: int,
        dq: ArrayLike,
        dq_stamp: int,
        status: ArrayLike,
        status_stamp: int,
        digest: ArrayLike,
        digest_stamp: int,
        watchdog: ArrayLike,
        watchdog_stamp: int,
    ) -> SelfTestOutput:
        """One tick.

        Parameters
        ----------
        t : int
            Time of the tick [ns].
        clean : bool
            The tick had no fault.
        q, dq : array_like of float, shape (6,)
            Joint angles [rad] and velocities [rad/s], NaN where absent.
        q_stamp, dq_stamp : int
            When they were measured [ns].
        status : array_like of float, shape (6,)
            Status of each drive: 1 enabled, 0 ready, negative stopped by itself or faulty [-], NaN where absent.
        status_stamp : int
            When it was read [ns].
        digest : array_like of float, shape (6,)
            Digest of the configuration that was read back from each drive [-], NaN where absent.
        digest_stamp : int
            When it was read back [ns].
        watchdog : array_like of float, shape (6,)
            Watchdog time that was read back from each drive [s], NaN where absent.
        watchdog_stamp : int
            When it was read back [ns].

        Returns
        -------
        SelfTestOutput
            How far it is.
        """
        now, dt = self._now, self._clock(t)
        told = _Tick(
            t,
            clean,
            _readings(q, _PLAUSIBLE),
            q_stamp,
            _readings(dq, _PLAUSIBLE),
            dq_stamp,
            _readings(status, _PLAUSIBLE if self._fresh(t, status_stamp) else -1.0),
            _readings(digest, math.inf if self._read_back(digest_stamp) else -1.0),
            _readings(watchdog, _PLAUSIBLE if self._read_back(watchdog_stamp) else -1.0),
        )
        stage = self._advance(told, dt)
        if now.elapsed >= _DEADLINE and stage not in _OVER:
            stage = _Stage.FAILED
        self._enter(stage)
        now.stamp = q_stamp
        over, (check, joint) = now.stage, now.unmet
        result = _OVER.get(over, SelfTestResult.PENDING)
        return SelfTestOutput(result, check, joint, over is _Stage.WITHHOLD, over in (_Stage.LOOK, _Stage.ASK))

    def _clock(self, t: int) -> int:
        now = self._now
        if now.first is None:
            now.first, now.last = t, t
            return 0
        dt = t - now.last if t > now.last else _MS
        now.last = t
        now.elapsed += dt
        now.in_stage += dt
        return dt

    def _fresh(self, t: int, stamp: int) -> bool:
        return 0.0 <= (t - stamp) * 1e-9 <= self._envelope.sample_age_max

    def _read_back(self, stamp: int) -> bool:
        return self._now.first is not None and stamp >= self._now.first

    def _enter(self, stage: _Stage) -> None:
        now = self._now
        if stage is now.stage:
            return
        if stage is not _Stage.FAILED:
            now.unmet = _NONE
        now.stage, now.in_stage = stage, 0

    def _fail(self, check: Check, joint: int | None) -> _Stage:
        self._now.unmet = check, joint
        return _Stage.FAILED

    def _wait(self, check: Check, joint: int | None) -> _Stage:
        self._now.unmet = check, joint
        return self._now.stage

    def _first(self, wrong: Callable[[int], bool], joints: list[int] | None = None) -> int | None:
        return next((j for j in (self._driven if joints is None else joints) if wrong(j)), None)

    def _advance(self, i: _Tick, dt: int) -> _Stage:
        stage = self._now.stage
        if stage in _OVER:
            return stage
        if stage is _Stage.LOOK:
            return self._look(i, dt)
        if not i.clean:
            self._now.window = None
            self._enter(_Stage.LOOK)
            return self._wait(Check.FAULT, None)
        if stage is _Stage.WITHHOLD:
            return self._hold_back(i)
        return self._stay(i) if stage is _Stage.STAY else self._ask(i)

    def _look(self, i: _Tick, dt: int) -> _Stage:
        now = self._now
        for j in self._fitted:
            if not now.seen[j] and i.q[j] is not None:
                now.seen[j] = i.q[j] != 0.0
                now.zero[j] += 0 if now.seen[j] else dt
        found = self._unmet(i)
        if found is None:
            return self._count(i, dt)
        now.window = None
        check, joint, definite = found
        return self._fail(check, joint) if definite else self._wait(check, joint)

    def _unmet(self, i: _Tick) -> tuple[Check, int | None, bool] | None:
        """Give the first check not met, its joint, and whether it never will be met."""
        e, now = self._envelope, self._now
        if not i.clean:
            return Check.FAULT, None, False
        j = self._first(lambda j: i.q[j] is None or i.dq[j] is None, self._fitted)
        if j is not None:
            return Check.SAMPLE, j, False
        unseen = [j for j in self._fitted if not now.seen[j]]
        if unseen:
            stuck = [j for j in unseen if now.zero[j] >= _WINDOW]
            return Check.ZERO, (stuck or unseen)[0], bool(stuck)
        j = self._first(lambda j: not e.q_min[j] <= _number(i.q[j]) <= e.q_max[j], self._fitted)
        if j is not None:
            return Check.RANGE, j, False
        if self._fitted and not (self._fresh(i.t, i.q_stamp) and self._fresh(i.t, i.dq_stamp)):
            return Check.STALE, None, False
        return self._unmet_of_drives(i)

    def _unmet_of_drives(self, i: _Tick) -> tuple[Check, int | None, bool] | None:
        declared = self._declared
        j = self._first(lambda j: i.status[j] != 0.0)
        if j is not None:
            return Check.DRIVE, j, False
        j = self._first(lambda j: declared.digest[j] is None or i.digest[j] != declared.digest[j])
        if j is not None:
            return Check.CONFIGURATION, j, declared.digest[j] is None or i.digest[j] is not None
        j = self._first(lambda j: not 0.0 < _number(i.watchdog[j]) <= declared.watchdog)
        return None if j is None else (Check.WATCHDOG, j, i.watchdog[j] is not None)

    def _count(self, i: _Tick, dt: int) -> _Stage:
        window = self._now.window
        if window is None:
            window = self._now.window = _Window(i.t, i.q_stamp)
        else:
            window.good += dt
            window.ticks += 1
            window.samples += i.q_stamp > self._now.stamp
        if window.good < _WINDOW:
            return _Stage.LOOK
        right = self._right_rate(i.t - window.t, window.ticks)
        if self._fitted:
            right = right and self._right_rate(i.q_stamp - window.stamp, window.samples)
        if not right:
            return self._fail(Check.RATE, None)
        return _Stage.WITHHOLD if self._driven else _Stage.PASSED

    def _right_rate(self, time: int, count: int) -> bool:
        tick = self._declared.tick
        return count > 0 and 0.9 * tick <= time * 1e-9 / count <= 1.1 * tick

    def _hold_back(self, i: _Tick) -> _Stage:
        if self._now.in_stage < self._withhold:
            return _Stage.WITHHOLD
        j = self._first(lambda j: not _number(i.status[j]) < 0.0)
        return _Stage.STAY if j is None else self._fail(Check.STOP, j)

    def _stay(self, i: _Tick) -> _Stage:
        j = self._first(lambda j: _number(i.status[j]) >= 0.0)
        if j is not None:
            return self._fail(Check.LATCH, j)
        if self._now.in_stage < _STAY:
            return _Stage.STAY
        j = self._first(lambda j: i.status[j] is None)
        return _Stage.ASK if j is None else self._wait(Check.LATCH, j)

    def _ask(self, i: _Tick) -> _Stage:
        j = self._first(lambda j: i.status[j] != 0.0)
        if j is None:
            return _Stage.PASSED
        return self._fail(Check.CLEAR, j) if self._now.in_stage >= _ASK else self._wait(Check.CLEAR, j)


def _number(value: float | None) -> float:
    """Give an absent reading as NaN, of which no comparison is true."""
    return math.nan if value is None else value


def _readings(values: ArrayLike, largest: float) -> list[float | None]:
    given: list[float] = np.asarray(values, dtype=np.float64).tolist()
    return [sizeable(x) if math.isfinite(x) and abs(x) <= largest else None for x in given]
