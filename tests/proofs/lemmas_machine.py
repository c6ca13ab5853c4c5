"""Lemmas of belt, support and the intersection of limits."""

from __future__ import annotations

import z3
from formulas import NAN, ZERO, Kernels, greatest, le, least, lt, neg
from lemma import between, free, lemma, within

BELT = [3.0, 5.0, 20.0]  # largest speed, deceleration and jerk of an envelope


class StopSign(Kernels):
    """Sign: a stop speeds the belt up."""

    def belt_stop(self, speed, decel, dt):
        return greatest(self.add(speed, self.mul(decel, dt)), ZERO)


class StopBackwards(Kernels):
    """A stopped belt goes on backwards."""

    def belt_stop(self, speed, decel, dt):
        return self.sub(speed, self.mul(decel, dt))


@lemma("a belt's quick stop never speeds up and ends at rest, after any time", StopSign, StopBackwards)
def belt_stop_never_rises(k):
    speed, decel, dt = free("speed decel dt")
    given = [within(speed, 0.0, BELT[0]), within(decel, 0.2, BELT[1]), lt(ZERO, dt)]
    return given, within(k.belt_stop(speed, decel, dt), ZERO, speed)


class SoftSign(Kernels):
    """Sign: the acceleration towards a target below is upwards."""

    def belt_accel(self, accel, d, accel_max, jerk_max, dt):
        return super().belt_accel(accel, neg(d), accel_max, jerk_max, dt)


@lemma("a belt that is to slow down is never given an acceleration above 0", SoftSign)
def belt_soft_brakes(k):
    accel, d, accel_max, jerk_max, dt = free("accel d accel_max jerk_max dt")
    given = [within(d, -BELT[0], ZERO), within(accel_max, 0.05, 3.0), within(accel, neg(accel_max), ZERO)]
    given += [within(jerk_max, 0.05, BELT[2]), within(dt, 0.0, 0.02)]
    return given, within(k.belt_accel(accel, d, accel_max, jerk_max, dt), neg(accel_max), ZERO)


class CrossesTarget(Kernels):
    """A belt that crosses its target is not held there."""

    def belt_speed(self, speed, accel, target, speed_max, dt):
        return self.add(speed, self.mul(accel, dt)), accel


@lemma("a belt that is given no acceleration above 0 on its way to rest never speeds up", CrossesTarget)
def belt_soft_never_rises(k):
    speed, accel, speed_max, dt = free("speed accel speed_max dt")
    given = [within(speed_max, 0.0, BELT[0]), within(speed, ZERO, speed_max)]
    given += [within(accel, -3.0, ZERO), within(dt, 0.0, 0.02)]
    return given, within(k.belt_speed(speed, accel, ZERO, speed_max, dt)[0], ZERO, speed)


class NoTopSpeed(Kernels):
    """The largest speed is not looked at."""

    def belt_speed(self, speed, accel, target, speed_max, dt):
        return super().belt_speed(speed, accel, target, 1e6, dt)


@lemma("a belt keeps within its largest speed", NoTopSpeed)
def belt_in_range(k):
    speed, accel, target, speed_max, dt = free("speed accel target speed_max dt")
    given = [within(speed_max, 0.0, BELT[0]), within(speed, ZERO, speed_max), within(target, ZERO, speed_max)]
    given += [within(accel, -3.0, 3.0), within(dt, 0.0, 0.02)]
    return given, within(k.belt_speed(speed, accel, target, speed_max, dt)[0], ZERO, speed_max)


class JumpsToTarget(Kernels):
    """Order: what is wanted wins over the slope."""

    def slewed(self, want, prev, slope):
        return want


@lemma("the support's force stays in range and moves at most one slope", JumpsToTarget)
def support_moves_slowly(k):
    target, force, slope, force_max = free("target force slope force_max")
    given = [within(force_max, 0.0, 2000.0), within(force, ZERO, force_max), within(slope, 0.0, 40.0)]
    out = k.slewed(k.clamp(target, ZERO, force_max), force, slope)
    return given, z3.And(within(out, ZERO, force_max), within(out, k.sub(force, slope), k.add(force, slope)))


class Wider(Kernels):
    """The wider of two limits."""

    def narrowed(self, a, b):
        return greatest(a, b), least(a, b)


class OthersFloor(Kernels):
    """The lower end of the other."""

    def narrowed(self, a, b):
        return least(a, b), b


@lemma("N6: an intersection lies inside its left operand, for any two limits in range", Wider, OthersFloor)
def intersection_inside(k):
    a, b = free("a b")
    given = [within(a, -20_000.0, 20_000.0), within(b, -20_000.0, 20_000.0)]
    cap, floor = k.narrowed(a, b)
    again = k.narrowed(cap, floor)
    inside = z3.And(le(cap, a), le(cap, b), le(a, floor), le(b, floor))
    return given, z3.And(inside, z3.fpEQ(k.narrowed(b, a)[0], cap), le(again[0], cap))


class FadesPast(Kernels):
    """Fades the torque past zero."""

    def faded(self, prev, slope, dq):
        return self.sub(prev, slope)


@lemma("what fades comes nearer to zero and stops there", FadesPast)
def fade_ends(k):
    prev, slope = free("prev slope")
    given = [within(prev, -300.0, 300.0), le(0.0, slope)]
    out = k.faded(prev, slope, NAN)
    done = z3.Implies(le(z3.fpAbs(prev), slope), z3.fpEQ(out, ZERO))
    return given, z3.And(between(out, prev), done, within(out, k.sub(prev, slope), k.add(prev, slope)))
