"""Lemmas of walls and stops: N4 and N5."""

from __future__ import annotations

import z3
from formulas import PLAUSIBLE, ZERO, Kernels, greatest, le, least, lt, neg
from lemma import WALL, between, free, lemma, magnitude, measured, wall_variables, within


class LoudClash(Kernels):
    """Where the walls contradict each other both push."""

    def settled(self, lo, hi, *_):
        return least(lo, hi), greatest(lo, hi), z3.Not(le(lo, hi))


class Unsettled(Kernels):
    """A contradiction of the walls is handed on."""

    def settled(self, lo, hi, *_):
        return lo, hi, z3.Not(le(lo, hi))


class ClashPrecedence(Kernels):
    """The spring of a passed wall has precedence at any speed."""

    def settled(self, lo, hi, q_min, q_max, v_lo, v_hi, q, dq):
        return super().settled(lo, hi, q_min, q_max, PLAUSIBLE, PLAUSIBLE, q, dq)


class WallAlong(Kernels):
    """Sign: the damping of the upper wall pushes along the velocity."""

    def walls(self, q_min, q_max, stiffness, damping, v_lo, v_hi, q, dq):
        hi = self.sub(self.mul(damping, self.sub(dq, v_hi)), self.mul(stiffness, greatest(self.sub(q, q_max), ZERO)))
        lo = self.add(
            self.mul(neg(damping), self.add(v_lo, dq)), self.mul(stiffness, greatest(self.sub(q_min, q), ZERO))
        )
        return self.settled(lo, hi, q_min, q_max, v_lo, v_hi, q, dq)


@lemma(
    "N4: beyond a braking curve the walls let nothing push outward, whatever number the root gave",
    WallAlong,
    LoudClash,
    ClashPrecedence,
)
def walls_oppose(k):
    given, names = wall_variables()
    *_, v_lo, v_hi, _, dq = names
    lo, hi, _ = k.walls(*names)
    upper, lower = z3.Implies(lt(v_hi, dq), le(hi, ZERO)), z3.Implies(lt(v_lo, neg(dq)), le(ZERO, lo))
    return given, z3.And(upper, lower)


@lemma("N7: the bounds of the walls are in order once a contradiction is settled", Unsettled)
def walls_in_order(k):
    lo, hi, *names = free("lo hi q_min q_max v_lo v_hi q dq")
    low, high, clash = k.settled(lo, hi, *names)
    kept = z3.Implies(z3.Not(clash), z3.And(z3.fpEQ(low, lo), z3.fpEQ(high, hi)))
    return [magnitude(lo, WALL), magnitude(hi, WALL)], z3.And(
        le(low, high), magnitude(low, WALL), magnitude(high, WALL), kept
    )


class SpringPerDegree(Kernels):
    """Unit: the depth beyond an end is taken in degrees."""

    def walls(self, q_min, q_max, stiffness, *rest):
        return super().walls(q_min, q_max, self.mul(57.3, stiffness), *rest)


@lemma("N1: the bounds of the walls are finite", SpringPerDegree)
def walls_finite(k):
    given, names = wall_variables()
    lo, hi, _ = k.walls(*names)
    return given, z3.And(magnitude(lo, WALL), magnitude(hi, WALL))


class WallAfterSlope(Kernels):
    """Order: the slope is limited from the torque before, not from where the wall cut it to."""

    def start(self, prev, want, cap, dq, damp, lo, hi):
        return prev


@lemma("N4: where the walls let nothing push outward the torque does not", WallAfterSlope)
def torque_opposes(k):
    tau, cap, prev, slope, dq, lo, hi, tau_max = free("tau cap prev slope dq lo hi tau_max")
    damp, clash = z3.Bools("damp clash")
    out = k.limited(tau, cap, prev, slope, dq, damp, lo, hi, clash, tau_max)[0]
    given = [within(tau_max, 0.0, 300.0), within(cap, 0.0, tau_max), magnitude(prev, tau_max), le(0.0, slope)]
    bounds = [magnitude(lo, WALL), magnitude(hi, WALL), le(lo, hi)]
    upper, lower = z3.Implies(le(hi, ZERO), le(out, ZERO)), z3.Implies(le(ZERO, lo), le(ZERO, out))
    return [*given, *bounds], z3.And(upper, lower)


class DampSign(Kernels):
    """Sign: a stop cuts what takes energy out."""

    def dissipating(self, tau, dq, lo, hi):
        return z3.If(lt(self.mul(tau, dq), ZERO), self.asked(lo, hi, tau), tau)


@lemma("N5: what a stop lets drive along the velocity is no more than the walls ask for", DampSign)
def stop_dissipates(k):
    tau, dq, lo, hi = free("tau dq lo hi")
    out = k.dissipating(tau, dq, lo, hi)
    asked = within(out, least(hi, ZERO), greatest(lo, ZERO))
    given = [magnitude(tau, 300.0), *measured(dq), magnitude(lo, WALL), magnitude(hi, WALL), le(lo, hi)]
    return given, z3.And(z3.Or(asked, z3.And(out == tau, z3.Not(lt(ZERO, k.mul(tau, dq))))), between(out, tau))


class Overshoots(Kernels):
    """The slope is taken whether it is needed or not."""

    def slewed(self, want, prev, slope):
        return self.add(prev, slope)


@lemma("N5: the last clamp has nothing left to change of what a stop lets through", Overshoots)
def last_clamp_is_idle(k):
    want, cap, prev, slope, dq, lo, hi, tau_max = free("want cap prev slope dq lo hi tau_max")
    slewed = k.slewed(want, k.start(prev, want, cap, dq, z3.BoolVal(True), lo, hi), slope)
    passed = k.dissipating(slewed, dq, lo, hi)
    given = [within(tau_max, 0.0, 300.0), magnitude(want, tau_max), magnitude(prev, tau_max), within(slope, 0.0, 400.0)]
    bounds = [within(cap, 0.0, tau_max), *measured(dq), magnitude(lo, WALL), magnitude(hi, WALL), le(lo, hi)]
    return [*given, *bounds], magnitude(passed, tau_max)


class WallPulls(Kernels):
    """Sign: the damping of the lower wall is left out of what it asks for along the velocity."""

    def walls(self, q_min, q_max, stiffness, damping, v_lo, v_hi, q, dq):
        hi = self.sub(self.mul(damping, self.sub(v_hi, dq)), self.mul(stiffness, greatest(self.sub(q, q_max), ZERO)))
        lo = self.add(self.mul(damping, self.add(v_lo, dq)), self.mul(stiffness, greatest(self.sub(q_min, q), ZERO)))
        return self.settled(lo, hi, q_min, q_max, v_lo, v_hi, q, dq)


@lemma("N5: along the velocity the walls ask for no more than their springs", WallPulls)
def walls_ask_their_spring(k):
    given, names = wall_variables()
    q_min, q_max, stiffness, *_, q, dq = names
    lo, hi, _ = k.walls(*names)
    upper = k.mul(stiffness, greatest(k.sub(q, q_max), ZERO))
    lower = k.mul(stiffness, greatest(k.sub(q_min, q), ZERO))
    along = z3.Implies(le(ZERO, dq), le(lo, lower)), z3.Implies(le(dq, ZERO), le(neg(upper), hi))
    return given, z3.And(*along)


class FadesAlong(Kernels):
    """A joint that cannot be seen is driven on."""

    def faded(self, prev, slope, dq):
        return self.slewed(ZERO, prev, slope)


@lemma("N5: the torque of a joint whose angle cannot be seen does not drive along its velocity", FadesAlong)
def fade_dissipates(k):
    prev, slope, dq = free("prev slope dq")
    out = k.faded(prev, slope, dq)
    drives = lt(ZERO, k.mul(k.slewed(ZERO, prev, slope), dq))
    given = [magnitude(prev, 300.0), le(0.0, slope), *measured(dq)]
    return given, z3.Implies(drives, z3.fpEQ(out, ZERO))


class YieldsLate(Kernels):
    """The shrinking cap does not reach the torque before."""

    def yielding(self, prev, want, cap, dq):
        return z3.If(z3.And(lt(ZERO, self.mul(prev, dq)), le(self.mul(want, prev), ZERO)), ZERO, prev)


@lemma("a stop's torque starts within the cap that shrinks, or within what is wanted", YieldsLate)
def stop_fades(k):
    prev, want, cap, dq = free("prev want cap dq")
    given = [magnitude(prev, 300.0), magnitude(want, 300.0), within(cap, 0.0, 300.0), *measured(dq)]
    out = k.yielding(prev, want, cap, dq)
    return given, z3.And(magnitude(out, greatest(cap, z3.fpAbs(want))), between(out, prev))


class ShareGrows(Kernels):
    """Sign: the share of the torque grows with the age of a stop."""

    def share(self, elapsed, deadline):
        return greatest(self.add(1.0, self.div(elapsed, deadline)), ZERO)


@lemma("the share of the torque in a stop lies from 0 to 1, however long it lasts", ShareGrows)
def share_shrinks(k):
    elapsed, deadline = free("elapsed deadline")
    return [le(0.0, elapsed), within(deadline, 0.1, 1.5)], within(k.share(elapsed, deadline), 0.0, 1.0)


class FasterCurve(Kernels):
    """The larger of the two speeds."""

    def braking(self, fastest, decel, distance):
        return greatest(fastest, self.root(self.mul(self.mul(2.0, decel), greatest(distance, ZERO))))


@lemma("N4: a braking curve lies from 0 to the fastest speed, whatever the distance", FasterCurve)
def braking_total(k):
    fastest, decel, distance = free("fastest decel distance")
    given = [within(fastest, 0.0, 20.0), within(decel, 1.0, 500.0)]
    return given, within(k.braking(fastest, decel, distance), 0.0, fastest)
