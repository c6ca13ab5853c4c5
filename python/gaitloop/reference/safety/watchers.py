"""Watchers: what the person does unasked, what shakes, a rope that gives way, a loop that is late or too fast."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from .._checks import in_range
from .._conventions import JointKind, clamp
from .codes import ENERGISED, WALKING, Cause, Fault, Severity, State, joint_kinds, worst
from .envelope import Envelope
from .guard import measured
from .monitors import Timer

_BINS = 32


class _Power:
    """Power of a value in a band."""

    def __init__(self, w: float, k: float, time: float) -> None:
        self.w, self.k, self.time = w, k, time
        self.sections = [[0.0, 0.0], [0.0, 0.0]]
        self.p = 0.0

    def step(self, x: float, dt: float) -> float:
        g = self.w * dt
        a = 1.0 / (1.0 + g * (g + self.k))
        y = x
        for section in self.sections:
            s1, s2 = section
            v1 = a * (s1 + g * (y - s2))
            v2 = s2 + g * v1
            section[:] = 2.0 * v1 - s1, 2.0 * v2 - s2
            y = self.k * v1
        self.p = self.p + (y * y - self.p) * min(1.0, dt / self.time)
        return self.p


class _Beats:
    """Power of a value in the band of clonus, for some time."""

    def __init__(self, greatest: float) -> None:
        self.greatest, self.power, self.timer = greatest, _Power(17.8, 0.7, 0.1), Timer(1.5)

    def step(self, x: float | None, dt: float) -> bool:
        return self.timer.step(None if x is None else self.power.step(x, dt) > self.greatest, dt)


class _Shaking:
    """Oscillation and clonus of one joint."""

    def __init__(self) -> None:
        self.power, self.less, self.stop = _Power(62.8, 1.5, 0.03), Timer(0.4), Timer(0.8)
        self.moves, self.pulls = _Beats(0.25), _Beats(64.0)

    def step(self, dq: float | None, tau: float | None, felt: float | None, dt: float) -> list[tuple[Severity, Cause]]:
        found = []
        over = None if tau is None else self.power.step(tau, dt) > 16.0
        less, stop = self.less.step(over, dt), self.stop.step(over, dt)
        if less:
            found.append((Severity.PROTECTIVE_STOP if stop else Severity.DEGRADE, Cause.OSCILLATION))
        moves, pulls = self.moves.step(dq, dt), self.pulls.step(felt, dt)
        if moves or pulls:
            found.append((Severity.PROTECTIVE_STOP, Cause.CLONUS))
        return found


class _Usual:
    """What torque a joint usually has at each point of the stride."""

    def __init__(self) -> None:
        self.low, self.high = [0.0] * _BINS, [0.0] * _BINS
        self.u, self.v = [0.0] * _BINS, [0.0] * _BINS
        self.u_prior, self.v_prior = [0.0] * _BINS, [0.0] * _BINS
        self.spread = 0.0
        self.bin: int | None = None
        self.least = self.greatest = 0.0
        self.strides = 0
        self.guided = self.guided_before = 0.0
        self.timer = Timer(0.14)

    def step(self, tau: float, phase: float, guidance: float, steady: bool, dt: float) -> bool:
        scaled = _BINS * phase
        b = min(_BINS - 1, math.floor(min(scaled, float(_BINS)))) if scaled >= 1.0 else 0
        if b != self.bin:
            if self.bin is not None:
                last = self.bin
                self.u_prior[last], self.v_prior[last] = self.u[last], self.v[last]
                self.u[last], self.v[last] = self.least, self.greatest
                self._learn((b + 16) % _BINS)
                if self.bin >= b + 16:
                    self.strides = min(255, self.strides + 1)
                    self.guided_before, self.guided = self.guided, 1.0
            self.bin, self.least, self.greatest = b, tau, tau
        if not steady:
            self.strides = 0
        self.guided = min(self.guided, guidance) if guidance == guidance else self.guided
        self.least, self.greatest = min(self.least, tau), max(self.greatest, tau)
        near = [(b + k) % _BINS for k in range(-1, 2)]
        e = tau - clamp(tau, min(self.low[n] for n in near), max(self.high[n] for n in near))
        led = self.guided > 0.4 and self.guided_before > 0.4
        allowed = clamp(2.0 * self.spread, 8.0 if self.strides >= 20 else 16.0, 24.0)
        return self.timer.step(led and self.strides >= 10 and not abs(e) <= allowed, dt)

    def _learn(self, n: int) -> None:
        low, high, u, v = self.low[n], self.high[n], self.u[n], self.v[n]
        if self.strides >= 3:
            change = max(abs(u - self.u_prior[n]), abs(v - self.v_prior[n]))
            self.spread += (change - self.spread) * 0.005
        anew = self.strides <= 1
        self.low[n] = u if anew or u < low else low + (u - low) * 0.03
        self.high[n] = v if anew or v > high else high + (v - high) * 0.03


class _Rope:
    """Load and height of the rope."""

    def __init__(self) -> None:
        self.slack, self.falls = Timer(0.1), Timer(0.02)
        self.r: float | None = None
        self.y = 0.0

    def step(self, force: float | None, height: float | None, asked: float, dt: float) -> bool:
        light: bool | None = False
        if asked >= 50.0:
            light = None if force is None else not force >= 0.3 * asked
        slack = self.slack.step(light, dt)
        return self.falls.step(self._fall(height, dt), dt) or slack

    def _fall(self, x: float | None, dt: float) -> bool | None:
        if x is None:
            return None
        if self.r is None:
            self.r = self.y = x
        self.r = self.r + (x - self.r) * min(1.0, dt / 10.0)
        self.y = self.y + (x - self.y) * min(1.0, dt / 0.02)
        return self.r - x > 0.06 and self.y - x > 0.006


class _Overrun:
    """Stages of a loop whose ticks take too long."""

    def __init__(self, period: float) -> None:
        self.period = period
        self.late = self.stage = 0
        self.age = self.quiet = 0.0

    def step(self, execution: float | None, dt: float) -> Severity:
        long = False
        if execution is not None and execution >= 0.0:
            self.late = min(255, self.late + 1) if execution > 0.8 * self.period else 0
            long = self.late >= 3 or execution > 5.0 * self.period
        self.age += dt
        self.quiet += dt
        before = self.stage
        if long:
            self.quiet = 0.0
            waits = (0.0, 0.1, 0.5, math.inf)
            self.stage += self.age >= waits[self.stage]
        elif self.quiet >= 10.0:
            self.stage = 0
        if self.stage != before:
            self.age = 0.0
        return (Severity.NONE, Severity.NONE, Severity.SOFT_STOP, Severity.PROTECTIVE_STOP)[self.stage]


class _Rate:
    """Mean tick of windows of time."""

    def __init__(self, period: float) -> None:
        self.period = period
        self.sum = self.n = 0.0
        self.wrong = 0

    def step(self, dt: float) -> bool:
        self.sum += dt
        self.n += 1.0
        if self.sum >= 0.1:
            right = abs(self.sum / self.n - self.period) <= 0.1 * self.period
            self.wrong = 0 if right else min(255, self.wrong + 1)
            self.sum = self.n = 0.0
        return self.wrong >= 2


class Watchers:
    """Spasm, clonus, oscillation, slack of the rope, overrun and rate of the loop.

    Parameters
    ----------
    envelope : Envelope
        The limits; of these the largest age of a sample and the longest tick.
    kinds : sequence of int or str, shape (6,)
        Each joint `absent` 0, `sensed` 1 or `driven` 2 [-].
    period : float
        Declared time from tick to tick [s], 0.0002 to the longest tick.

    Raises
    ------
    ConfigError
        If the period lies outside its range.
    """

    def __init__(self, envelope: Envelope, kinds: Sequence[int | str], *, period: float) -> None:
        self._age_max = envelope.sample_age_max
        self._kinds = joint_kinds(kinds)
        period = in_range("period", period, 0.0002, envelope.tick_max)
        self._overrun, self._rate = _Overrun(period), _Rate(period)
        self._begin_training()
        self._begin_shaking()

    def _begin_training(self) -> None:
        self._usual, self._rope = [_Usual() for _ in range(6)], _Rope()
        self._fresh_training = True

    def _begin_shaking(self) -> None:
        self._shaking = [_Shaking() for _ in range(6)]
        self._fresh_shaking = True

    def step(
        self,
        *,
        t: int,
        state: int,
        steady: bool,
        stamp: int,
        tau_meas: ArrayLike,
        tau_sent: ArrayLike,
        dq: ArrayLike,
        phase: ArrayLike,
        guidance: ArrayLike,
        rope_force: float | None,
        rope_position: float | None,
        support_cmd: float,
        execution: float | None,
        dt: float,
    ) -> Fault:
        """One tick.

        Parameters
        ----------
        t : int
            Time of the tick [ns].
        state : int
            The supervisor's state after the last tick [-], a `State`.
        steady : bool
            Whether nothing is under way that changes the torque from one stride to the next.
        stamp : int
            When the torque was measured [ns].
        tau_meas : array_like of float, shape (6,)
            Torque of the device on the person [N·m], NaN where absent.
        tau_sent : array_like of float, shape (6,)
            Torque of the last command [N·m].
        dq : array_like of float, shape (6,)
            Joint velocities [rad/s], NaN where absent.
        phase : array_like of float, shape (2,)
            Phase of each side [-].
        guidance : array_like of float, shape (6,)
            Guidance of each joint [-].
        rope_force : float or None
            Force in the rope [N], None or NaN where absent.
        rope_position : float or None
            Height of the person at the rope [m], None or NaN where absent.
        support_cmd : float
            Force of the support limiter [N].
        execution : float or None
            Time that the last tick took [s], None or NaN where unknown.
        dt : float
            Time since the last tick [s].

        Returns
        -------
        Fault
            The worst finding.
        """
        now = State(state)
        dt = min(dt, 0.02) if dt > 0.0 and math.isfinite(dt) else 0.0
        found = self._pace(now, measured(execution), dt)
        if now not in WALKING and not self._fresh_training:
            self._begin_training()
        if now not in (*WALKING, State.SOFT_STOP):
            if not self._fresh_shaking:
                self._begin_shaking()
            return worst(found)
        self._fresh_shaking = False
        fresh = 0.0 <= (t - stamp) * 1e-9 <= self._age_max
        came, sent, speed = (np.asarray(a, dtype=np.float64).tolist() for a in (tau_meas, tau_sent, dq))
        felt = [measured(c) if fresh else None for c in came]
        torque = [_torque(c, measured(s)) for c, s in zip(felt, sent, strict=True)]
        for i, kind in enumerate(self._kinds):
            if kind is not JointKind.ABSENT:
                tau, own = (torque[i], felt[i]) if kind is JointKind.DRIVEN else (None, None)
                found += [Fault(*told, i) for told in self._shaking[i].step(measured(speed[i]), tau, own, dt)]
        if now in WALKING:
            self._fresh_training = False
            at, led = (np.asarray(a, dtype=np.float64).tolist() for a in (phase, guidance))
            points = [(at[i // 3], led[i]) for i in range(6)]
            found += self._unusual(torque, points, steady, dt)
            if self._rope.step(measured(rope_force), measured(rope_position), support_cmd, dt):
                found.append(Fault(Severity.PROTECTIVE_STOP, Cause.SUPPORT_SLACK))
        return worst(found)

    def _pace(self, state: State, execution: float | None, dt: float) -> list[Fault]:
        most = Severity.PROTECTIVE_STOP if state in ENERGISED else Severity.DEGRADE
        late, found = self._overrun.step(execution, dt), []
        if late:
            found.append(Fault(min(late, most), Cause.OVERRUN))
        if self._rate.step(dt):
            found.append(Fault(most, Cause.RATE))
        return found

    def _unusual(self, torque: list[float], points: list[tuple[float, float]], steady: bool, dt: float) -> list[Fault]:
        driven = [i for i, kind in enumerate(self._kinds) if kind is JointKind.DRIVEN]
        pushes = [i for i in driven if self._usual[i].step(torque[i], *points[i], steady, dt)]
        return [Fault(Severity.PROTECTIVE_STOP, Cause.SPASM, i) for i in pushes]


def _torque(came: float | None, sent: float | None) -> float:
    return came if came is not None else sent if sent is not None else 0.0
