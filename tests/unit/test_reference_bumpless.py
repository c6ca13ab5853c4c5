"""Changes in motion: torque slope and energy stay within their bounds, whoever moves the limb."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import differential_evolution

from gaitloop.errors import ConfigError
from gaitloop.reference.control import Fader

DT = 0.001
LIMITS = {"time": 0.3, "rate": np.full(6, 300.0), "energy": 1.0, "power": 0.5}
TICK_BOUND = 300.0 * DT + 1e-9


class Spring:
    """Impedance towards a posture: `U = 1/2 k |q - q_ref|^2` of hip and knee."""

    def __init__(self, stiffness, centre):
        self.stiffness, self.centre = np.asarray(stiffness, float), np.asarray(centre, float)

    def energy(self, q):
        return float(0.5 * np.sum(self.stiffness * (q - self.centre) ** 2))

    def torque(self, q):
        return self.stiffness * (self.centre - q)


class Tube:
    """Wall outside a dead band around a closed path of hip and knee, here a circle."""

    def __init__(self, wall, radius, band, centre):
        self.wall, self.radius, self.band, self.centre = wall, radius, band, np.asarray(centre, float)

    def _depth(self, q):
        away = q - self.centre
        distance = max(float(np.hypot(*away)), 1e-9)
        outside = distance - self.radius
        return math.copysign(max(0.0, abs(outside) - self.band), outside), away / distance

    def energy(self, q):
        return 0.5 * self.wall * self._depth(q)[0] ** 2

    def torque(self, q):
        depth, normal = self._depth(q)
        return -self.wall * depth * normal


def six(pair):
    return np.array([*pair, 0.0, 0.0, 0.0, 0.0])


class Owner:
    """Holds two laws and a mailbox of one, as the corridor does."""

    def __init__(self, law, **limits):
        self.fader, self.old, self.new, self.waiting = Fader(**{**LIMITS, **limits}), law, None, None

    def ask(self, law):
        self.waiting = law
        self._start()

    def _start(self):
        if self.waiting is not None and self.fader.request():
            self.new, self.waiting = self.waiting, None

    def step(self, q):
        """Weight after the tick, its change of torque and of potential at `q`, and the laws blended."""
        old, new, before = self.old, self.new or self.old, self.fader.w
        fade = self.fader.step(six(old.torque(q)), six(new.torque(q)), old.energy(q), new.energy(q), DT)
        moved = fade.w - before
        jump = moved * (new.torque(q) - old.torque(q)), moved * (new.energy(q) - old.energy(q))
        if fade.done:
            self.old, self.new = new, None
            self._start()
        return (old, new, fade.w), fade.tau[:2], jump


class Switch:
    """The same without a fader: what is asked holds at once."""

    def __init__(self, law):
        self.old = law

    def ask(self, law):
        self.old = law

    def step(self, q):
        return (self.old, self.old, 1.0), self.old.torque(q), (np.zeros(2), 0.0)


def blended(blend, q):
    old, new, w = blend
    return (1.0 - w) * old.energy(q) + w * new.energy(q)


def random_law(rng):
    centre = rng.uniform([-0.3, 0.0], [0.6, 1.0])
    if rng.random() < 0.5:
        return Spring(rng.uniform(0.0, 800.0, 2), centre)
    return Tube(rng.uniform(0.0, 2000.0), rng.uniform(0.1, 0.5), rng.uniform(0.0, 0.1), centre)


@pytest.mark.parametrize("seed", range(12))
def test_random_changes_at_random_phases_keep_slope_and_energy(seed):
    rng = np.random.default_rng(seed)
    owner, q, dq = Owner(random_law(rng)), np.array([0.2, 0.4]), np.zeros(2)
    inertia, damping, steps, stored, changes, tau = np.array([1.2, 0.35]), np.array([3.0, 1.5]), 4000, 0.0, 0, None
    for k in range(steps):
        if rng.random() < 0.01:
            owner.ask(random_law(rng))
            changes += 1
        q_before, tau_before = q, tau
        blend, tau, (torque_jump, energy_jump) = owner.step(q)
        assert np.all(np.abs(torque_jump) <= TICK_BOUND)
        np.testing.assert_allclose(tau, (1 - blend[2]) * blend[0].torque(q) + blend[2] * blend[1].torque(q), atol=1e-9)
        if tau_before is not None:
            # What is left of the slope is the laws' own: their torque moves with the limb.
            assert np.all(np.isfinite(tau))
            assert np.all(np.isfinite(q_before))
        stored += max(0.0, energy_jump)
        assert stored <= LIMITS["energy"] + LIMITS["power"] * (k + 1) * DT + 1e-9
        push = np.array([15.0 * math.sin(6.0 * k * DT), 10.0 * math.cos(9.0 * k * DT)])
        dq = dq + DT * (tau + push - damping * dq) / inertia
        q = np.clip(q + DT * dq, -3.0, 3.0)
    assert changes > 20
    assert stored > 0.0


def test_a_free_limb_gains_no_more_kinetic_energy_than_the_bucket_gives():
    """No damping and no push: whatever the limb has in the end came from the changes."""
    rng = np.random.default_rng(5)
    soft, hard = Spring([50.0, 50.0], [0.0, 0.4]), Spring([900.0, 900.0], [0.0, 0.4])
    for owner, bounded in ((Owner(soft), True), (Switch(soft), False)):
        q, dq, inertia, fine = np.array([0.15, 0.55]), np.zeros(2), np.array([1.2, 0.35]), 20
        start = soft.energy(q)
        for k in range(8000):
            if k % 137 == 0:
                owner.ask(hard if (q - hard.centre) @ dq < 0.0 and rng.random() < 0.9 else soft)
            blend, _, _ = owner.step(q)
            old, new, w = blend
            for _ in range(fine):  # the springs themselves are continuous; only their weight is sampled
                force = (1.0 - w) * old.torque(q) + w * new.torque(q)
                dq = dq + DT / fine * force / inertia
                q = q + DT / fine * dq
            total = float(0.5 * np.sum(inertia * dq**2)) + blended(blend, q)
            if bounded:
                assert total <= start + LIMITS["energy"] + LIMITS["power"] * (k + 1) * DT + 0.05
        assert bounded or total > 10.0 * (start + LIMITS["energy"] + LIMITS["power"] * 8.0)


A = Spring([160.0, 80.0], [0.0, 0.2])
B = Spring([120.0, 100.0], [0.3, 0.6])


def rest(blend):
    """Where the blended potential is least."""
    old, new, w = blend
    pull = (1.0 - w) * old.stiffness, w * new.stiffness
    return (pull[0] * old.centre + pull[1] * new.centre) / (pull[0] + pull[1])


def work(owner, motion, ticks, period):
    """Work [J] that a patient takes out of the device by moving as they like while the parameters cycle."""
    taken, q = 0.0, A.centre
    for k in range(ticks):
        if k % period == 0:
            owner.ask(B if (k // period) % 2 == 0 else A)
        blend, _, _ = owner.step(q)
        after = motion(k, blend, q)
        taken += blended(blend, q) - blended(blend, after)
        q = after
    return taken + blended(blend, q) - blended(blend, rest(blend))


def waiting(period, wait, speed=0.02):
    """Waits while a change runs at a share of the way to the asked law's rest, then lets itself be carried there."""

    def motion(k, blend, q):
        asked, other = (B, A) if (k // period) % 2 == 0 else (A, B)
        changing = k % period < 5 or 0.0 < blend[2] < 1.0
        aim = other.centre + (wait if changing else 1.0) * (asked.centre - other.centre)
        return q + np.clip(aim - q, -speed, speed)

    return motion


def test_a_patient_who_plays_the_parameters_gains_no_more_than_the_bucket():
    period, ticks = 400, 8000
    bound = LIMITS["energy"] + LIMITS["power"] * ticks * DT
    gains = [work(Owner(A), waiting(period, wait), ticks, period) for wait in (0.0, 0.2, 0.4, 0.45, 0.48, 0.5)]
    assert 0.5 * bound < max(gains) <= bound + 1e-9
    assert work(Switch(A), waiting(period, 0.0), ticks, period) > 20.0 * bound


def test_no_optimised_motion_beats_the_bound():
    """Where to wait, how fast to go and how often the parameters change, searched for the largest gain."""
    ticks = 1600
    bound = LIMITS["energy"] + LIMITS["power"] * ticks * DT

    def gain(x):
        return -work(Owner(A), waiting(int(x[2]), x[0], x[1]), ticks, int(x[2]))

    box = [(-0.2, 0.6), (0.002, 0.1), (100.0, 800.0)]
    search = {"maxiter": 4, "popsize": 5, "seed": 1, "polish": False, "tol": 0.0}
    best = -differential_evolution(gain, box, **search).fun
    assert 0.5 * bound < best <= bound + 1e-9


def test_equal_torques_take_the_time_and_no_longer():
    fader = Fader(**LIMITS)
    assert fader.request()
    assert fader.busy
    assert not fader.request()
    weights = [fader.step(np.ones(6), np.ones(6), 2.0, 2.0, DT).w for _ in range(301)]
    assert np.all(np.diff(weights[:300]) > 0.0) or weights[299] == 1.0
    assert 1.0 in weights
    assert weights.index(1.0) in (299, 300)


@pytest.mark.parametrize(("torque", "energy"), [(0.0, 0.0), (90.0, 0.0), (-250.0, 1.0), (10.0, 4.0), (-40.0, 40.0)])
def test_a_change_ends_within_the_stated_time(torque, energy):
    fader = Fader(**LIMITS)
    fader.request()
    most = max(LIMITS["time"], abs(torque) / 300.0, energy / LIMITS["power"])
    new, ticks = np.zeros(6), 1
    new[1] = torque
    while not fader.step(np.zeros(6), new, 0.0, energy, DT).done:
        ticks += 1
    assert ticks <= math.ceil(most / DT) + 1
    assert not fader.busy
    assert fader.w == 0.0


def test_by_hand():
    fader = Fader(0.1, np.full(6, 1000.0), 0.5, 1.0)
    fader.request()
    new = np.array([10.0, -100.0, 0.0, 0.0, 0.0, 0.0])
    fade = fader.step(np.zeros(6), new, 0.0, 0.0, 0.01)  # time 0.1, rate 10/100 = 0.1
    assert fade.w == pytest.approx(0.1)
    np.testing.assert_allclose(fade.tau[:2], [1.0, -10.0])
    fade = fader.step(np.zeros(6), 2.0 * new, 0.0, 0.0, 0.01)  # rate 10/200
    assert fade.w == pytest.approx(0.15)
    fade = fader.step(np.zeros(6), np.zeros(6), 1.0, 21.0, 0.01)  # (0.5 + 0.01) / 20
    assert fade.w == pytest.approx(0.15 + 0.51 / 20.0)
    assert fader.stored == pytest.approx(0.0, abs=1e-15)
    fader.step(np.zeros(6), np.zeros(6), 21.0, 1.0, 0.01)  # what a change takes out is not credited
    assert fader.stored == pytest.approx(0.01)


def test_the_mailbox_belongs_to_the_owner():
    owner, q = Owner(A), np.array([0.15, 0.4])
    owner.ask(B)
    first, second = Spring([1.0, 1.0], q), Spring([2.0, 2.0], q)
    owner.step(q)
    owner.ask(first)
    owner.ask(second)
    for _ in range(8000):
        owner.step(q)
    assert owner.old is second
    assert owner.waiting is None
    assert not owner.fader.busy


def test_a_lost_torque_fades_and_is_caught_up_with():
    fader = Fader(**LIMITS)
    tau = np.full(6, 30.0)
    assert fader.step(tau, tau, 0.0, 0.0, DT).tau[0] == 30.0
    lost = [fader.step(np.full(6, np.nan), tau, 0.0, 0.0, DT).tau[0] for _ in range(120)]
    np.testing.assert_allclose(lost[:3], [29.7, 29.4, 29.1])
    assert lost[-1] == 0.0
    back = [fader.step(tau, tau, 0.0, 0.0, DT).tau[0] for _ in range(102)]
    np.testing.assert_allclose(back[:2], [0.3, 0.6])
    assert back[-1] == 30.0
    assert fader.step(np.full(6, 200.0), tau, 0.0, 0.0, DT).tau[0] == 200.0  # a law's own bump is its own


def test_energy_that_is_absent_holds_the_weight():
    fader = Fader(**LIMITS)
    fader.request()
    for energy in (math.nan, math.inf, 2e6):
        assert fader.step(np.zeros(6), np.ones(6), energy, 0.0, DT).w == 0.0
    for dt in (0.0, -1.0, math.nan, math.inf):
        assert fader.step(np.zeros(6), np.ones(6), 0.0, 0.0, dt).w == 0.0
    assert fader.step(np.zeros(6), np.ones(6), 0.0, 0.0, 1e9).w == pytest.approx(0.02 / 0.3)


numbers = st.one_of(
    st.floats(-400.0, 400.0), st.sampled_from([math.nan, math.inf, -math.inf, 1e308, -1e308, 5e-324, 0.0, 1e6])
)
torques = st.lists(numbers, min_size=6, max_size=6)


@given(st.lists(st.tuples(torques, torques, numbers, numbers, numbers, st.booleans()), min_size=1, max_size=20))
def test_hostile_input_gives_finite_output(ticks):
    fader, weight = Fader(**LIMITS), 0.0
    for old, new, u_old, u_new, dt, ask in ticks:
        started = ask and fader.request()
        fade = fader.step(old, new, u_old, u_new, dt)
        assert np.all(np.isfinite(fade.tau))
        assert np.all(np.abs(fade.tau) <= 1e6)
        assert 0.0 <= fade.w <= 1.0
        assert 0.0 <= fader.stored <= LIMITS["energy"]
        assert started or fade.w >= weight or weight == 1.0
        weight = fade.w


def test_run_is_repeated_step():
    rng = np.random.default_rng(2)
    old, new = rng.normal(0.0, 30.0, (500, 6)), rng.normal(0.0, 30.0, (500, 6))
    energy, ask = rng.uniform(0.0, 3.0, (2, 500)), rng.random(500) < 0.02
    many, one = Fader(**LIMITS).run(old, new, *energy, DT, ask), Fader(**LIMITS)
    for k in range(500):
        if ask[k]:
            one.request()
        fade = one.step(old[k], new[k], energy[0][k], energy[1][k], DT)
        np.testing.assert_array_equal(fade.tau, many.tau[k])
        assert (fade.w, fade.done) == (many.w[k], many.done[k])
    assert many.done.any()


@pytest.mark.parametrize(
    ("name", "value"), [("time", 0.0), ("rate", np.zeros(6)), ("energy", -1.0), ("power", 0.0), ("power", math.nan)]
)
def test_bad_parameters_are_refused(name, value):
    with pytest.raises(ConfigError, match=rf"^{name} must lie in \["):
        Fader(**{**LIMITS, name: value})
