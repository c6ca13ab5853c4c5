"""The self-test against its reference: the same decisions, ticks and names, on sound, faulty and hostile machines."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gaitloop import safety
from gaitloop.errors import ConfigError
from gaitloop.reference import safety as reference
from gaitloop.session.plan import demo_plan

MS = 1_000_000
KINDS = ["driven", "driven", "sensed", "driven", "driven", "absent"]
DIGEST = [11.0, 12.0, None, 14.0, 2.0**53 - 1.0, None]
DECLARED = {"safe_profile": "release_after_damp", "tick": 0.001, "watchdog": 0.03, "digest": DIGEST}
NAMES = ("result", "check", "joint", "withhold", "clear")
ODD = np.array([np.nan, np.inf, 0.0, -0.0, -1.0, 1.0, 5e-324, 1e7, 12.0])


class Machine:
    """Six joints that stand, and drives with a watchdog of which one may be odd."""

    def __init__(self, rng, **odd):
        self.rng, self.odd, self.t = rng, odd, int(rng.integers(-(10**9), 10**9))
        self.n = self.fed = 0  # ticks so far, and when a lease was given last
        self.stopped = np.full(6, odd.get("tripped", False))
        self.q = rng.uniform(0.05, 0.2, 6)

    def inputs(self):
        rng, odd, t = self.rng, self.odd, self.t
        zero = self.n < odd.get("zeros", 0)
        status = np.where(self.stopped, -1.0, 0.0)
        digest = np.array([np.nan if x is None else x for x in DIGEST])
        told = {
            "t": t,
            "clean": bool(rng.random() >= odd.get("faults", 0.0)),
            "q": np.zeros(6) if zero else self.q.copy(),
            "q_stamp": t - int(odd.get("age", 0)),
            "dq": rng.normal(0.0, 0.01, 6),
            "dq_stamp": t,
            "status": status,
            "status_stamp": t - int(rng.integers(0, 3)) * MS,
            "digest": digest,
            "digest_stamp": t,
            "watchdog": np.full(6, odd.get("watchdog", 0.03)),
            "watchdog_stamp": t,
        }
        if "hold" in odd:
            told["q_stamp"] = t // (odd["hold"] * MS) * (odd["hold"] * MS)
        if "mutated" in odd:
            told["digest"][odd["mutated"]] += 1.0
        for name in ("q", "dq", "status", "digest", "watchdog"):
            lost = rng.random(6) < odd.get("noise", 0.0)
            told[name] = np.where(lost, rng.choice(ODD, 6), told[name])
        return told

    def react(self, out):
        if out.withhold:
            if self.n - self.fed >= self.odd.get("starves", 30):
                self.stopped[:] = True
                if "dead" in self.odd:
                    self.stopped[self.odd["dead"]] = False
        else:
            self.fed = self.n
            if out.clear and not self.odd.get("stuck"):
                self.stopped[:] = False
            if self.odd.get("returns") and not out.clear:
                self.stopped[1] = False
        self.n += 1
        self.t += int(self.rng.choice([MS, 1_050_000, 950_000])) + int(self.odd.get("slow", 0))


def both(seed, ticks, declared=DECLARED, kinds=KINDS, **odd):
    limits = demo_plan().limits
    ours, theirs = (m.SelfTest(m.Envelope(**limits), kinds, m.Declaration(**declared)) for m in (safety, reference))
    machine = Machine(np.random.default_rng(seed), **odd)
    seen = []
    for _ in range(ticks):
        told = machine.inputs()
        a, b = ours.step(**told), theirs.step(**told)
        assert [getattr(a, n) for n in NAMES] == [getattr(b, n) for n in NAMES], (machine.n, told, a, b)
        machine.react(a)
        seen.append((safety.SELFTESTS[a.result], safety.CHECKS[a.check], a.joint))
        if a.result and machine.rng.random() < 0.5:
            ours.reset()
            theirs.reset()
            break
    return seen


@pytest.mark.parametrize(
    ("odd", "want"),
    [
        ({}, ("pass", "none", None)),
        ({"tripped": True}, ("pass", "none", None)),
        ({"zeros": 100}, ("pass", "none", None)),
        ({"zeros": 400}, ("fail", "zero", 0)),
        ({"mutated": 3}, ("fail", "configuration", 3)),
        ({"watchdog": 0.0301}, ("fail", "watchdog", 0)),
        ({"watchdog": 0.0}, ("fail", "watchdog", 0)),
        ({"hold": 4}, ("fail", "rate", None)),
        ({"slow": 200_000}, ("fail", "rate", None)),
        ({"starves": 10**6}, ("fail", "stop", 0)),
        ({"dead": 4}, ("fail", "stop", 4)),
        ({"returns": True}, ("fail", "latch", 1)),
        ({"stuck": True}, ("fail", "clear", 0)),
        ({"age": 50 * MS}, ("fail", "stale", None)),
        ({"faults": 1.0}, ("fail", "fault", None)),
    ],
    ids=str,
)
def test_a_machine_is_judged_as_by_the_reference(odd, want):
    for seed in range(3):
        assert both(seed, 12_000, **odd)[-1] == want


@pytest.mark.parametrize("seed", range(12))
def test_noise_and_rare_faults_are_judged_as_by_the_reference(seed):
    # 0 to 2 % of the readings are something else, and a tick in two hundred has a fault.
    seen = both(seed, 4000, noise=0.0005 * (seed % 4), faults=0.005 * (seed % 3))
    assert len({check for _, check, _ in seen}) > (1 if seed % 4 else 0)


@pytest.mark.parametrize("kinds", [["sensed"] * 6, ["absent"] * 6, ["driven"] * 6, KINDS])
def test_what_is_fitted_decides_what_is_asked(kinds):
    want = ("fail", "configuration", 2) if kinds == ["driven"] * 6 else ("pass", "none", None)
    assert both(1, 12_000, kinds=kinds)[-1] == want


def test_hostile_times_and_readings_are_judged_as_by_the_reference():
    rng = np.random.default_rng(0)
    limits = demo_plan().limits
    ours, theirs = (m.SelfTest(m.Envelope(**limits), KINDS, m.Declaration(**DECLARED)) for m in (safety, reference))
    times = [-(2**63), 2**63 - 1, 0, 7, MS]
    for k in range(6000):
        if k % 500 == 0:
            ours.reset()
            theirs.reset()
        told = {name: rng.choice(ODD, 6) for name in ("q", "dq", "status", "digest", "watchdog")}
        told |= {f"{name}_stamp": int(rng.choice(times)) for name in told}
        told |= {"t": int(rng.choice(times)), "clean": bool(rng.random() < 0.9)}
        a, b = ours.step(**told), theirs.step(**told)
        assert [getattr(a, n) for n in NAMES] == [getattr(b, n) for n in NAMES], told


@pytest.mark.parametrize(
    "part",
    [
        {"safe_profile": None},
        {"safe_profile": "release"},
        {"safe_profile": "controlled_lower"},
        {"safe_profile": "lock_brake", "lower_deadline": 1.0},
        {"safe_profile": "controlled_lower", "lower_deadline": 0.05},
        {"safe_profile": "controlled_lower", "lower_deadline": math.nan},
        {"tick": 0.03},
        {"watchdog": 0.051},
        {"watchdog": math.nan},
        {"digest": [1.0] * 5},
        {"digest": [0.0] * 6},
        {"digest": [1.5] * 6},
        {"digest": [2.0**53] * 6},
    ],
    ids=str,
)
def test_a_declaration_is_refused_by_both_by_the_name_of_its_part(part):
    told = []
    for package in (safety, reference):
        with pytest.raises(ConfigError) as refusal:
            package.Declaration(**{**DECLARED, **part})
        told.append(str(refusal.value))
    name = list(part)[-1] if part.get("safe_profile") != "controlled_lower" else "lower_deadline"
    assert all(text.startswith(name) for text in told), told
    if name == "safe_profile":
        assert all("release_after_damp, lock_brake, controlled_lower" in text for text in told)


def test_the_lists_of_names_are_those_of_the_reference():
    assert [c.name.lower() for c in reference.Check] == list(safety.CHECKS)
    for profile in safety.SAFE_PROFILES:
        lower = {"lower_deadline": 2.0} if profile == "controlled_lower" else {}
        ours, theirs = (m.Declaration(**{**DECLARED, "safe_profile": profile, **lower}) for m in (safety, reference))
        names = ("safe_profile", "lower_deadline", "tick", "watchdog")
        assert [getattr(ours, n) for n in names] == [getattr(theirs, n) for n in names]
        assert list(ours.digest) == list(theirs.digest) == DIGEST
