"""The kernels of the guard as formulas over binary64, written like `rust/core/src/safety/kernels.rs`.

A `Kernels` builds expressions from expressions. Given numbers they can be evaluated and compared with the production
kernel; given variables a lemma speaks about every bit pattern. A planted mistake is a class that overrides one method.
"""

from __future__ import annotations

import struct

import z3

F = z3.Float64()
NEAREST = z3.RNE()
ZERO = z3.FPVal(0.0, F)
NAN = z3.fpNaN(F)
PLAUSIBLE = 1e6
TINY = 1e-140
WINDOW, TAPER = 1.0, 0.1  # of a store of energy [s]
APPROACH = 1.8


def number(value):
    """A constant with exactly the bits of a Python float."""
    return z3.simplify(z3.fpBVToFP(z3.BitVecVal(struct.unpack("<Q", struct.pack("<d", value))[0], 64), F))


def expression(x):
    return x if z3.is_expr(x) else number(float(x))


def le(a, b):
    return z3.fpLEQ(expression(a), expression(b))


def lt(a, b):
    return z3.fpLT(expression(a), expression(b))


def neg(a):
    return z3.fpNeg(expression(a))


def least(a, b):
    """Smaller of two, the other where one is not a number; of two zeros either."""
    return z3.fpMin(expression(a), expression(b))


def greatest(a, b):
    """Larger of two, the other where one is not a number; of two zeros either."""
    return z3.fpMax(expression(a), expression(b))


def is_finite(x):
    return z3.Not(z3.Or(z3.fpIsNaN(x), z3.fpIsInf(x)))


class Kernels:
    """One method a kernel, below the five operations that round."""

    def add(self, a, b):
        return z3.fpAdd(NEAREST, expression(a), expression(b))

    def sub(self, a, b):
        return z3.fpSub(NEAREST, expression(a), expression(b))

    def mul(self, a, b):
        return z3.fpMul(NEAREST, expression(a), expression(b))

    def div(self, a, b):
        return z3.fpDiv(NEAREST, expression(a), expression(b))

    def root(self, x):
        return z3.fpSqrt(NEAREST, expression(x))

    def clamp(self, x, lo, hi):
        return greatest(lo, least(hi, x))

    def inside(self, x, lo, hi):
        return z3.And(le(lo, x), le(x, hi))

    def plausible(self, x):
        return self.inside(x, -PLAUSIBLE, PLAUSIBLE)

    def at_most(self, x, limit):
        return le(z3.fpAbs(x), limit)

    def sizeable(self, x):
        return z3.If(self.at_most(x, TINY), ZERO, x)

    def along(self, a, b):
        return z3.Or(z3.And(lt(ZERO, a), lt(ZERO, b)), z3.And(lt(a, ZERO), lt(b, ZERO)))

    def damped(self, damping, dq):
        return self.mul(neg(damping), dq)

    def finite(self, x):
        return z3.If(is_finite(x), x, ZERO)

    def share(self, elapsed, deadline):
        return greatest(self.sub(1.0, self.div(elapsed, deadline)), ZERO)

    def braking(self, fastest, decel, distance):
        square = self.mul(self.mul(2.0, decel), greatest(distance, ZERO))
        fast = lt(self.mul(1.000_001, self.mul(fastest, fastest)), square)
        return z3.If(fast, fastest, least(fastest, self.root(square)))

    def walls(self, q_min, q_max, stiffness, damping, v_lo, v_hi, q, dq):
        hi = self.sub(self.mul(damping, self.sub(v_hi, dq)), self.mul(stiffness, greatest(self.sub(q, q_max), ZERO)))
        lo = self.add(
            self.mul(neg(damping), self.add(v_lo, dq)), self.mul(stiffness, greatest(self.sub(q_min, q), ZERO))
        )
        return self.settled(lo, hi, q_min, q_max, v_lo, v_hi, q, dq)

    def settled(self, lo, hi, q_min, q_max, v_lo, v_hi, q, dq):
        """What holds of two bounds that may contradict each other: lower, upper, and whether they did."""
        upper = z3.And(lt(q_max, q), le(neg(dq), v_lo))
        lower = z3.And(lt(q, q_min), le(dq, v_hi))
        low = z3.If(upper, hi, z3.If(lower, lo, least(lo, ZERO)))
        high = z3.If(upper, hi, z3.If(lower, lo, greatest(hi, ZERO)))
        clash = z3.Not(le(lo, hi))
        return z3.If(clash, low, lo), z3.If(clash, high, hi), clash

    def cut(self, lo, hi, x):
        return self.clamp(x, least(lo, ZERO), greatest(hi, ZERO))

    def asked(self, lo, hi, x):
        return self.clamp(x, least(hi, ZERO), greatest(lo, ZERO))

    def yielding(self, prev, want, cap, dq):
        bound = greatest(cap, z3.fpAbs(want))
        prev = self.clamp(prev, neg(bound), bound)
        return z3.If(z3.And(self.along(prev, dq), z3.Not(self.along(want, prev))), ZERO, prev)

    def slewed(self, want, prev, slope):
        return self.clamp(want, self.sub(prev, slope), self.add(prev, slope))

    def dissipating(self, tau, dq, lo, hi):
        return z3.If(self.along(tau, dq), self.asked(lo, hi, tau), tau)

    def wanted(self, tau, cap, lo, hi, clash, tau_max):
        """Torque that is approached, before and after the walls."""
        want = z3.If(clash, ZERO, self.clamp(self.finite(tau), neg(cap), cap))
        return want, self.clamp(self.clamp(want, lo, hi), neg(tau_max), tau_max)

    def start(self, prev, want, cap, dq, damp, lo, hi):
        """Torque from which it is approached."""
        prev = self.cut(lo, hi, prev)
        return z3.If(damp, self.yielding(prev, want, cap, dq), prev)

    def limited(self, tau, cap, prev, slope, dq, damp, lo, hi, clash, tau_max):
        before, want = self.wanted(tau, cap, lo, hi, clash, tau_max)
        slewed = self.slewed(want, self.start(prev, want, cap, dq, damp, lo, hi), slope)
        passed = z3.If(damp, self.dissipating(slewed, dq, lo, hi), slewed)
        return (
            self.last(passed, tau_max),
            z3.Not(self.at_most(self.finite(tau), cap)),
            z3.Or(clash, lt(hi, before)),
            z3.Or(clash, lt(before, lo)),
            z3.Not(z3.fpEQ(slewed, want)),
        )

    def last(self, tau, tau_max):
        return self.clamp(tau, neg(tau_max), tau_max)

    def stored(self, before, power, most, dt):
        flow = self.sub(greatest(power, ZERO), self.div(most, WINDOW))
        return greatest(self.add(before, self.mul(flow, dt)), ZERO)

    def drive_power(self, power_max, stored, energy_max):
        left = self.div(greatest(self.sub(energy_max, stored), ZERO), TAPER)
        return least(power_max, self.add(self.div(energy_max, WINDOW), left))

    def beyond(self, tau, dq, most):
        return z3.Or(z3.And(lt(ZERO, dq), lt(most, tau)), z3.And(lt(dq, ZERO), lt(tau, most)))

    def driven(self, tau, prev, dq, lo, hi, power):
        most = self.div(power, dq)
        more = z3.And(is_finite(tau), self.beyond(tau, dq, most))
        by_walls = self.asked(lo, hi, prev)
        held = z3.If(lt(ZERO, dq), greatest(most, by_walls), least(most, by_walls))
        return z3.If(more, most, tau), z3.If(self.beyond(prev, dq, most), held, prev), more

    def faded(self, prev, slope, dq):
        tau = self.slewed(ZERO, prev, slope)
        return z3.If(z3.And(z3.Not(z3.fpIsNaN(dq)), self.along(tau, dq)), ZERO, tau)

    def belt_stop(self, speed, decel, dt):
        return greatest(self.sub(speed, self.mul(decel, dt)), ZERO)

    def belt_accel(self, accel, d, accel_max, jerk_max, dt):
        size = self.root(self.mul(self.mul(APPROACH, jerk_max), z3.fpAbs(d)))
        want = self.clamp(z3.If(lt(d, ZERO), neg(size), size), neg(accel_max), accel_max)
        return self.slewed(want, accel, self.mul(jerk_max, dt))

    def belt_speed(self, speed, accel, target, speed_max, dt):
        after = self.add(speed, self.mul(accel, dt))
        there = le(self.mul(self.sub(target, speed), self.sub(target, after)), ZERO)
        over = lt(speed_max, after)
        speed = z3.If(there, target, z3.If(over, speed_max, greatest(after, ZERO)))
        return speed, z3.If(z3.Or(there, over), ZERO, accel)

    def narrowed(self, a, b):
        """A largest and a smallest value that hold of two."""
        return least(a, b), greatest(a, b)


# Kernels by the names of `gaitloop._core._safety_kernel`, with the number of arguments; `damp` and `clash` are flags.
ARGUMENTS = {
    "clamp": 3,
    "plausible": 1,
    "inside": 3,
    "at_most": 2,
    "sizeable": 1,
    "along": 2,
    "damped": 2,
    "finite": 1,
    "share": 2,
    "braking": 3,
    "walls": 8,
    "cut": 3,
    "asked": 3,
    "limited": 10,
    "yielding": 4,
    "slewed": 3,
    "dissipating": 4,
    "faded": 3,
    "stored": 4,
    "drive_power": 3,
    "beyond": 3,
    "driven": 6,
    "belt_stop": 3,
    "belt_accel": 5,
    "belt_speed": 5,
}
FLAGS = {"limited": (5, 8)}
