"""Lemmas of what drives along a velocity, its power and its energy: N8, and numbers too small to be told from 0."""

from __future__ import annotations

import z3
from formulas import TAPER, TINY, WINDOW, ZERO, Kernels, greatest, is_finite, le, least, lt, neg
from lemma import WALL, between, free, lemma, magnitude, measured, within

POWER, ENERGY = 6000.0, 1000.0  # largest limits of an envelope [W], [J]
STORE = 2.0**90  # what a store never exceeds [J]


class KeepsDenormals(Kernels):
    """Only what is no normal number counts as 0."""

    def sizeable(self, x):
        return z3.If(self.at_most(x, 1e-308), ZERO, x)


class DropsNaN(Kernels):
    """NaN compare: what is not large counts as 0."""

    def sizeable(self, x):
        return z3.If(lt(TINY, z3.fpAbs(x)), x, ZERO)


class DropsMore(Kernels):
    """Unit: what no sensor can tell, in milli."""

    def sizeable(self, x):
        return z3.If(self.at_most(x, 1e-3), ZERO, x)


@lemma("a number is kept to the bit, or is 0 and was of at most 1e-140", KeepsDenormals, DropsNaN, DropsMore)
def tiny_is_zero(k):
    x = free("x")[0]
    out = k.sizeable(x)
    gone = z3.And(magnitude(x, TINY), z3.fpIsZero(out))
    return [], z3.Or(gone, z3.And(x == out, z3.Not(magnitude(x, TINY))))


class LargerPower(Kernels):
    """The larger of what power and energy allow."""

    def drive_power(self, power_max, stored, energy_max):
        left = self.div(greatest(self.sub(energy_max, stored), ZERO), TAPER)
        return greatest(power_max, self.add(self.div(energy_max, WINDOW), left))


class StoreNotLooked(Kernels):
    """What is stored already does not count."""

    def drive_power(self, power_max, stored, energy_max):
        return super().drive_power(power_max, ZERO, energy_max)


class FullerIsMore(Kernels):
    """Sign: the fuller the store the more is left."""

    def drive_power(self, power_max, stored, energy_max):
        left = self.div(greatest(self.sub(stored, energy_max), ZERO), TAPER)
        return least(power_max, self.add(self.div(energy_max, WINDOW), left))


@lemma(
    "N8: the power lies from 0 to its limit, and at a full store is at most what leaks, however full it is",
    LargerPower,
    StoreNotLooked,
    FullerIsMore,
)
def power_in_range(k):
    power_max, stored, energy_max = free("power_max stored energy_max")
    given = [within(power_max, 0.0, POWER), le(0.0, stored), within(energy_max, 0.0, ENERGY)]
    out = k.drive_power(power_max, stored, energy_max)
    leak = k.div(energy_max, WINDOW)
    return given, z3.And(within(out, ZERO, power_max), z3.Implies(le(energy_max, stored), le(out, leak)))


def store_variables():
    before, power, most, dt = names = free("before power most dt")
    given = [within(before, 0.0, STORE), magnitude(power, 3e8), within(most, 0.0, ENERGY), within(dt, 0.0, 0.02)]
    return given, names


class StoreOwes(Kernels):
    """A store runs below empty."""

    def stored(self, before, power, most, dt):
        flow = self.sub(greatest(power, ZERO), self.div(most, WINDOW))
        return self.add(before, self.mul(flow, dt))


@lemma("N1: what is stored stays a number, 0 or more, in whatever ticks", StoreOwes)
def store_in_range(k):
    given, names = store_variables()
    return given, within(k.stored(*names), ZERO, STORE)


class NeverLeaks(Kernels):
    """Latch: what is stored stays."""

    def stored(self, before, power, most, dt):
        return self.add(before, self.mul(greatest(power, ZERO), dt))


class LeaksIn(Kernels):
    """Sign: the leak fills."""

    def stored(self, before, power, most, dt):
        flow = self.add(greatest(power, ZERO), self.div(most, WINDOW))
        return greatest(self.add(before, self.mul(flow, dt)), ZERO)


class NotCounted(Kernels):
    """What a joint is given does not count."""

    def stored(self, before, power, most, dt):
        return super().stored(before, ZERO, most, dt)


class PerMillisecond(Kernels):
    """Unit: a tick of 1 ms counts as a second."""

    def stored(self, before, power, most, dt):
        return super().stored(before, power, most, self.mul(1000.0, dt))


@lemma(
    "N8: a store fills with more than what leaks and empties with less, by no more than what was given",
    *(NeverLeaks, LeaksIn, NotCounted, PerMillisecond),
)
def store_follows(k):
    given, names = store_variables()
    before, power, most, dt = names
    out, leak = k.stored(*names), k.div(most, WINDOW)
    flow = k.sub(greatest(power, ZERO), leak)
    fills = z3.Implies(le(leak, power), z3.And(le(before, out), le(out, k.add(before, k.mul(flow, dt)))))
    more = z3.Implies(z3.And(lt(ZERO, k.mul(flow, dt)), le(leak, power)), z3.fpEQ(out, k.add(before, k.mul(flow, dt))))
    return given, z3.And(z3.Implies(le(power, leak), le(out, before)), fills, more)


class BrakingRefunds(Kernels):
    """Sign: what a joint gives back makes room for more."""

    def stored(self, before, power, most, dt):
        flow = self.sub(power, self.div(most, WINDOW))
        return greatest(self.add(before, self.mul(flow, dt)), ZERO)


@lemma("N8: a store empties by no more than what leaks: what a joint gives back does not count", BrakingRefunds)
def store_only_leaks(k):
    given, names = store_variables()
    before, power, most, dt = names
    leaks = k.mul(k.sub(greatest(power, ZERO), k.div(most, WINDOW)), dt)
    out = k.stored(*names)
    return [*given, le(power, most)], z3.And(le(k.add(before, leaks), out), le(out, before))


def drive_variables():
    names = free("tau prev dq lo hi power")
    _, prev, dq, lo, hi, power = names
    given = [magnitude(prev, 300.0), *measured(dq), magnitude(lo, WALL), magnitude(hi, WALL), le(lo, hi)]
    return [*given, within(power, 0.0, POWER)], names


class HoldsBraking(Kernels):
    """Sign: what brakes is held to the power, not what drives."""

    def beyond(self, tau, dq, most):
        return super().beyond(neg(tau), dq, most)


class TimesSpeed(Kernels):
    """Unit: the power times the speed is taken for a torque."""

    def driven(self, tau, prev, dq, lo, hi, power):
        most = self.mul(power, dq)
        more = z3.And(is_finite(tau), self.beyond(tau, dq, most))
        return z3.If(more, most, tau), z3.If(self.beyond(prev, dq, most), most, prev), more


class InfiniteHeld(Kernels):
    """NaN compare: an infinite request is held to the power like a large one."""

    def driven(self, tau, prev, dq, lo, hi, power):
        held, before, _ = super().driven(tau, prev, dq, lo, hi, power)
        more = self.beyond(tau, dq, self.div(power, dq))
        return z3.If(more, self.div(power, dq), held), before, more


@lemma(
    "N8: what is asked for is only cut, to what its power allows along the velocity, and told when it is",
    *(HoldsBraking, TimesSpeed, InfiniteHeld),
)
def request_within_power(k):
    given, names = drive_variables()
    tau, _, dq, *_, power = names
    out, _, more = k.driven(*names)
    most = k.div(power, dq)
    kept = z3.And(out == tau, z3.Implies(z3.And(k.along(tau, dq), is_finite(tau)), le(z3.fpAbs(tau), z3.fpAbs(most))))
    cut = z3.And(is_finite(tau), k.along(tau, dq), lt(z3.fpAbs(out), z3.fpAbs(tau)), out == most)
    return given, z3.If(more, z3.And(cut, between(out, tau)), kept)


class BeforeNotHeld(Kernels):
    """Order: the torque before is not cut when the joint gets faster."""

    def driven(self, tau, prev, dq, lo, hi, power):
        out, _, more = super().driven(tau, prev, dq, lo, hi, power)
        return out, prev, more


class WallsHeld(Kernels):
    """What a wall asks for is held to the power as well."""

    def driven(self, tau, prev, dq, lo, hi, power):
        out, _, more = super().driven(tau, prev, dq, lo, hi, power)
        most = self.div(power, dq)
        return out, z3.If(self.beyond(prev, dq, most), most, prev), more


@lemma(
    "N8: the torque before is only cut, to what its power allows, but for what the walls ask for: that stays",
    *(BeforeNotHeld, WallsHeld),
)
def start_within_power(k):
    given, names = drive_variables()
    _, prev, dq, lo, hi, power = names
    _, out, _ = k.driven(*names)
    asked = z3.fpAbs(k.asked(lo, hi, prev))
    drives = z3.And(k.along(out, dq), lt(z3.fpAbs(k.div(power, dq)), z3.fpAbs(out)))
    stays = z3.Implies(k.along(prev, dq), le(asked, z3.fpAbs(out)))
    return given, z3.And(between(out, prev), stays, z3.Implies(drives, le(z3.fpAbs(out), asked)))


class FullTorque(Kernels):
    """What is wanted is the cap, whatever was asked for."""

    def wanted(self, tau, cap, lo, hi, clash, tau_max):
        want, _ = super().wanted(tau, cap, lo, hi, clash, tau_max)
        return want, self.clamp(self.clamp(cap, lo, hi), neg(tau_max), tau_max)


class CutLater(Kernels):
    """Order: the slope is taken from the torque before it was held to the power."""

    def driven(self, tau, prev, dq, lo, hi, power):
        out, _, more = super().driven(tau, prev, dq, lo, hi, power)
        return out, prev, more


@lemma("N8: what is let through drives within its power, but for what the walls ask for", FullTorque, CutLater)
def drives_within_power(k):
    given, names = drive_variables()
    *_, dq, lo, hi, power = names
    cap, slope, tau_max = free("cap slope tau_max")
    damp, clash = z3.Bools("damp clash")
    tau, prev, _ = k.driven(*names)
    out = k.limited(tau, cap, prev, slope, dq, damp, lo, hi, clash, tau_max)[0]
    given += [within(tau_max, 0.0, 300.0), within(cap, 0.0, tau_max), le(0.0, slope)]
    most, asked = z3.fpAbs(k.div(power, dq)), z3.If(lt(ZERO, out), lo, neg(hi))
    held = z3.Or(le(z3.fpAbs(out), most), le(z3.fpAbs(out), asked))
    return given, z3.Implies(k.along(out, dq), held)
