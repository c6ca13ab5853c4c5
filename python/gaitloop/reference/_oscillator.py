"""Section 5.2: an oscillator per side that learns the side's own movement and is set by its contacts."""

from __future__ import annotations

import math
from enum import IntEnum

from ._conventions import clamp, wrap, wrap_signed
from ._waveform import TINY, Record, Waveform

LAG_TIME = 0.25
DROPOUT = 0.05
BACK = 0.5
MOTION_MAX = 1e6
RATE_UNKNOWN = 0.9
STRIDE_MIN = 0.25
STRIDE_MAX = 4.0


class PhaseMode(IntEnum):
    """How far a phase is to be trusted."""

    FREE = 0
    SYNCED = 1
    OVERDUE = 2
    LOST = 3
    TRACKING = 4
    COASTING = 5
    STANDING = 6
    STANCE_SWING = 7
    DAMPED = 8


STOPPING = (PhaseMode.STANDING, PhaseMode.DAMPED, PhaseMode.LOST)


class Oscillator:
    """Phase of one side from its movement, its contacts and time.

    Parameters
    ----------
    phase : float
        Phase to start with [-] in [0, 1).
    rate : float
        Rate to start with [1/s].

    References
    ----------
    .. [1] Righetti, L., Buchli, J., Ijspeert, A. J. (2006). Dynamic Hebbian learning in adaptive frequency
       oscillators. Physica D, 216(2), 269-281. Differs in that a Kalman filter sets the gains.
    .. [2] Ronsse, R. et al. (2011). Oscillator-based assistance of cyclical movements: model-based and model-free
       approaches. Medical & Biological Engineering & Computing, 49, 1173-1185. Differs in that the waveform is a table
       that is learned from whole strides.
    .. [3] Villarreal, D. J., Gregg, R. D. (2014). A survey of phase variable candidates of human locomotion. IEEE EMBC.
       Differs in that the table takes the place of the angle in the plane of signal and integral.
    """

    def __init__(self, phase: float, rate: float) -> None:
        self.phase, self.rate, self.accel = phase, rate, 0.0
        self.mode = PhaseMode.FREE
        self.position = self.owed = 0.0
        self.speed = 0.0
        self.spread = [0.0, 0.0, 0.0]
        self.elapsed = 0.0
        self.contacts = 0
        self.trust = 0.0
        self.go = 1.0
        self.stride_time = self.earlier = self.refused = 0.0
        self.strides = 0
        self.expected = 1.0 / RATE_UNKNOWN
        self.waveform, self.record = Waveform(), Record()
        self.motion, self.slow = 0.0, 0.0
        self.present = self.absent = 0.0
        self.known = False
        self.misfit, self.agrees = 1.0, True
        self.frozen, self.proof = False, 0.0
        self.anchor = self.quiet = self.quiet_longest = self.quiet_share = 0.0
        self.stance: bool | None = None

    def step(
        self, age: float | None, nominal: float | None, dt: float, motion: float | None, stance: bool | None
    ) -> None:
        """One tick.

        Parameters
        ----------
        age : float or None
            Time since the contact that was reported in this tick [s].
        nominal : float or None
            Stride rate of the belt [1/s]; None when there is no belt.
        dt : float
            Time since the last tick [s].
        motion : float or None
            Angle or rate of a segment [rad or rad/s].
        stance : bool or None
            Whether the foot is on the ground, where that is known.
        """
        self.expected = self._expected(nominal)
        unmoved = nominal == 0.0 or (nominal is None and self.contacts == 0)
        base = 0.0 if unmoved else 1.0 / self.expected
        self._take(motion, dt)
        self._watch(dt)
        self.elapsed += dt
        self._judge(stance)
        self._predict(base, dt, stance)
        self._follow(base, dt)
        if self.known and self.contacts > 0:
            self.record.add(self.elapsed, (self.motion, self.slow))
        if age is not None:
            self._contact(age, nominal)
        self.stance = stance

    def confidence(self) -> float:
        """How far the phase can be trusted.

        Returns
        -------
        float
            Confidence [-], 0 to 1.
        """
        fit = clamp(1.5 - 0.5 * self.misfit, 0.3, 1.0)
        if self.mode is PhaseMode.SYNCED:
            return self.trust
        if self.mode is PhaseMode.OVERDUE:
            return self.trust * clamp(1.0 - (self.position - 1.0) / 0.5, 0.0, 1.0)
        if self.mode is PhaseMode.TRACKING:
            return self.trust * fit
        if self.mode is PhaseMode.COASTING:
            return 0.7 * self.trust * fit * clamp(1.0 - (self.elapsed / self.expected - 1.4) / 10.0, 0.0, 1.0)
        return 0.2 * self.trust if self.mode is PhaseMode.STANCE_SWING else 0.0

    def _expected(self, nominal: float | None) -> float:
        """Stride time that is expected: the side's own, the belt's, or that of most adults."""
        if self.strides > 0:
            return self.stride_time
        return 1.0 / nominal if nominal is not None and nominal > 0.2 else 1.0 / RATE_UNKNOWN

    def _patience(self) -> float:
        """How long a contact is waited for; longer while the side's stride time is not known."""
        return (1.4 if self.strides > 0 else 2.8) * self.expected

    def _able(self) -> bool:
        return self.known and not self.frozen and self.present >= BACK and self.waveform.strides > 0

    def _quiet_long(self) -> bool:
        return self.quiet > (self.quiet_share + 0.2) * self.expected

    def _proven(self) -> bool:
        """Whether the movement was followed all the time, or has been for half a cycle again."""
        return self.mode not in (*STOPPING, PhaseMode.STANCE_SWING) or self.proof >= 0.5

    def _take(self, motion: float | None, dt: float) -> None:
        if motion is not None and abs(motion) <= MOTION_MAX:
            if not self.known:
                self.slow, self.present = motion, 0.0
            self.motion, self.known, self.absent = motion, True, 0.0
        else:
            self.absent += dt
            if self.absent > DROPOUT and self.known:
                self.known, self.record.broken, self.agrees = False, True, False
                self.misfit = 4.0
        self.present = self.present + dt if self.known else 0.0
        self.slow += (self.motion - self.slow) * min(1.0, dt / LAG_TIME)

    def _watch(self, dt: float) -> None:
        if not self.known or abs(self.motion - self.anchor) > 0.25 * self.waveform.size[0]:
            self.anchor, self.quiet, self.frozen = self.motion, 0.0, False
        else:
            self.quiet += dt
        self.quiet_longest = max(self.quiet_longest, self.quiet)

    def _judge(self, stance: bool | None) -> None:
        """Choose the rung of the ladder."""
        overdue = self.elapsed > self._patience()
        passed = self.elapsed > 1.15 * self.expected and self.position > 1.1 and self.misfit < 0.5
        able = self._able()
        if not able or self.misfit > 5.0:
            self.agrees = False
        elif self.misfit < 2.5:
            self.agrees = True
        if self.contacts == 0:
            self.mode = PhaseMode.FREE
        elif able and self._quiet_long() and self.elapsed > 0.6 * self.expected:
            self.mode = PhaseMode.STANDING
        elif self.agrees and not overdue and not passed:
            self.mode = PhaseMode.TRACKING
        elif self.agrees and (self.mode is PhaseMode.COASTING or (self.misfit < 1.0 and self._proven())):
            self.mode = PhaseMode.COASTING
        elif not overdue:
            self.mode = PhaseMode.SYNCED if self.position <= 1.0 else PhaseMode.OVERDUE
        elif stance is not None:
            self.mode = PhaseMode.STANCE_SWING
        else:
            self.mode = PhaseMode.DAMPED if self.go > 0.0 else PhaseMode.LOST

    def _predict(self, base: float, dt: float, stance: bool | None) -> None:
        """Advance the phase that is believed in."""
        pace = 4.0 if self.mode is PhaseMode.STANDING else 2.0
        slope = -pace / self.expected if self.mode in STOPPING else 5.0
        self.go = clamp(self.go + slope * dt, 0.0, 1.0)
        if self.contacts == 0:
            self.speed = base
            return
        self.speed = clamp(self.speed, 0.5 * base, 1.5 * base) if self.strides > 0 else base
        p = self.spread
        p[0] = min(0.25, p[0] + dt * (2.0 * p[1] + dt * p[2]) + 0.01 * base * dt)
        p[1] += dt * p[2]
        p[2] = min((0.3 * base) ** 2, p[2] + (0.05 * base) ** 2 * base * dt)
        move = self.speed * dt
        if self._able() and dt > 0.0:
            move += self._correct(base, wrap(self.position + move), dt)
        move = 0.0 if self.mode is PhaseMode.STANDING else clamp(move, 0.45 * base * dt, 3.0 * base * dt)
        if self.mode is PhaseMode.STANCE_SWING:
            move = self._by_stance(move, stance)
        self.proof = self.proof + move if self.misfit < 1.0 and self.mode is not PhaseMode.STANDING else 0.0
        self.position += move
        self.owed += move
        if self.position >= 2.0:
            self.position -= 1.0
        if self.owed >= 1.0:
            self.owed -= 1.0

    def _correct(self, base: float, phase: float, dt: float) -> float:
        """Compare the movement with what was learned; the correction of the phase, if the two agree."""
        p, change, faster, misfit = list(self.spread), 0.0, 0.0, 0.0
        for c, seen in enumerate((self.motion, self.slow)):
            value, slope, var = self.waveform.at(c, phase)
            if not var > TINY:
                continue
            off = seen - value
            misfit += 0.5 * min(off * off / var, 16.0)
            error = off - slope * change
            error = clamp(error, -4.0 * math.sqrt(var), 4.0 * math.sqrt(var))
            a, b = p[0] * slope, p[1] * slope
            total = slope * a + var * (0.2 / dt)
            change += a / total * error
            faster += b / total * error
            p = [p[0] - a / total * a, p[1] - a / total * b, p[2] - b / total * b]
        self.misfit += (misfit - self.misfit) * min(1.0, dt / (0.3 * self.expected))
        if self.mode in (PhaseMode.SYNCED, PhaseMode.OVERDUE, PhaseMode.STANCE_SWING):
            return 0.0
        self.spread = p
        self.speed = clamp(self.speed + faster, 0.5 * base, 1.5 * base)
        return change

    def _by_stance(self, move: float, stance: bool | None) -> float:
        """Keep the phase in the part of the cycle in which the foot is known to be."""
        x = wrap(self.position)
        if self.stance is not None and stance is not self.stance:
            ahead = wrap((0.0 if stance else 0.6) - x)
            return ahead if ahead < 0.7 else 0.0
        if stance and x < 0.6:
            return min(move, 0.6 - x)
        return min(move, max(0.0, 0.99 - x)) if not stance and x >= 0.6 else move

    def _follow(self, base: float, dt: float) -> None:
        """Bring the phase that is told to the one that is believed in, by its rate alone."""
        before = self.rate
        target = base
        if self.contacts > 0:
            target = clamp(self.speed + self.owed / max(0.04, dt), 0.05 * base, 3.0 * base)
            out = self.position - self.owed
            if out >= 0.985 and self.mode not in (PhaseMode.COASTING, PhaseMode.STANCE_SWING):
                target = min(target, 0.05 * base)
        self.rate += (self.go * target - before) * min(1.0, dt / 0.02)
        self.phase = wrap(self.phase + self.rate * dt)
        if self.contacts > 0:
            self.owed -= self.rate * dt
        self.accel = (self.rate - before) / dt if dt > 0.0 else 0.0

    def _contact(self, age: float, nominal: float | None) -> None:
        duration = self.elapsed - age
        if self.contacts > 0 and duration < max(STRIDE_MIN, 0.35 * self.expected):
            self.trust *= 0.8
            return
        if self.quiet > age and self._quiet_long():
            self.frozen, self.agrees, self.misfit = True, False, 16.0
        if self.contacts > 0:
            error = abs(wrap_signed(self.phase - age * self.rate))
            self.trust = 0.5 * self.trust + 0.5 * max(0.0, 1.0 - 4.0 * error)
            self._learn(duration)
            self.expected = self._expected(nominal)
        base = 0.0 if nominal == 0.0 else 1.0 / self.expected
        told = self.position - self.owed
        at = told - age * self.rate
        whole = math.floor(at)
        goal = whole if whole >= 1 and at - whole < 0.4 else whole + 1
        self.speed = base
        if self.contacts == 0:
            self.phase, self.owed = wrap(age * base), 0.0
        else:
            self.owed = goal + age * base - told
        self.position = age * base
        self.spread = [1e-4, 0.0, (0.05 * base) ** 2]
        self.record.restart(duration, not self.known)
        self.elapsed = age
        self.quiet_longest = min(self.quiet, age)
        self.contacts += 1

    def _learn(self, duration: float) -> None:
        """Take the stride that a contact has ended."""
        longest = 1.7 * self.stride_time if self.strides > 0 else STRIDE_MAX
        if not duration <= min(longest, STRIDE_MAX):
            again = 0.8 * duration <= self.refused <= 1.25 * duration <= 1.25 * STRIDE_MAX
            self.stride_time = duration if again else self.stride_time
            self.refused, self.earlier = duration, 0.0
            return
        self.refused = 0.0
        self.strides += 1
        off, before = duration / self.stride_time - 1.0 if self.strides > 1 else 0.0, self.earlier
        self.earlier = off
        gain = max(0.15, 1.0 / self.strides)
        if off * before > 0.0 and min(abs(off), abs(before)) > 0.1 and abs(off - before) < 0.1:
            gain, self.earlier = 0.7, 0.0
        self.stride_time += gain * (duration - self.stride_time)
        stride = self.record.resampled(duration)
        if stride is not None:
            if self.waveform.strides > 0:
                self.misfit = min(self.misfit, self.waveform.misfit(stride))
            self.waveform.learn(stride)
            first = self.waveform.strides == 1  # its size was not known while it went on
            share = min(self.waveform.quiet_share() if first else self.quiet_longest / duration, 1.0)
            self.quiet_share += max(0.25, 1.0 / self.waveform.strides) * (share - self.quiet_share)
