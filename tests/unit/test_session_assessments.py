"""Assessments: what a joint resists is found again, spasticity shows with speed, and limits bound every sweep."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from gaitloop.errors import ConfigError, SafetyStopError
from gaitloop.plant import Patient
from gaitloop.session.assessments import ASSESSED, MARGIN, assess_passive, assess_strength
from gaitloop.session.build import build_patient
from gaitloop.session.plan import Plan, demo_plan

PLAN = demo_plan()
PERSON = build_patient(PLAN)


def limited(**limits: object) -> Plan:
    return dataclasses.replace(PLAN, limits={**PLAN.limits, **limits})


def test_without_reflexes_stiffness_and_damping_do_not_hang_on_speed() -> None:
    found = assess_passive(PLAN, "knee_l", patient=PERSON.replace(reflex_gain=[0.0] * 6))
    stiffness, damping = ([getattr(sweep, name) for sweep in found.sweeps] for name in ("stiffness", "damping"))
    assert np.ptp(stiffness) < 0.15 * np.mean(stiffness)
    assert np.ptp(damping) < 0.15 * np.mean(damping)
    # What is left over is the noise of the torque sensor.
    assert max(sweep.residual for sweep in found.sweeps) < 0.7


@pytest.mark.parametrize("joint", ["hip_l", "knee_r"])
def test_a_stretch_reflex_shows_at_the_fast_sweep_only(joint: str) -> None:
    calm, spastic = (
        assess_passive(PLAN, joint, patient=PERSON.replace(reflex_gain=[gain] * 6)).sweeps for gain in (0.0, 6.0)
    )
    for k in (0, 1):
        assert spastic[k].damping == pytest.approx(calm[k].damping, abs=0.05)
    assert spastic[2].damping > 1.3 * calm[2].damping


def test_the_limits_bound_what_is_swept_and_a_joint_its_own_range() -> None:
    wide = assess_passive(PLAN, "knee_l", patient=PERSON)
    top = PLAN.limits["q_max"][1] - MARGIN
    assert (wide.low_felt, wide.high_felt) == (True, False)
    # It sags below the last posture by what the springs give way.
    assert top - 0.06 < wide.high < top
    narrow = list(PLAN.limits["q_max"])
    narrow[1] = 0.9
    less = assess_passive(limited(q_max=tuple(narrow)), "knee_l", patient=PERSON)
    assert 0.9 - MARGIN - 0.06 < less.high < 0.9 - MARGIN
    assert not less.high_felt
    hip = assess_passive(PLAN, "hip_l", patient=PERSON)
    assert hip.high_felt
    assert hip.high < PLAN.limits["q_max"][0] - MARGIN


def test_the_weaker_side_holds_less_and_the_weaker_person_too() -> None:
    mild, severe = (
        Patient.stroke(side="left", severity=severity, seed=1).replace(mass=75.0, height=1.75)
        for severity in (0.2, 0.9)
    )
    left, right = (assess_strength(PLAN, joint, patient=severe) for joint in ("knee_l", "knee_r"))
    before = assess_strength(PLAN, "knee_l", patient=mild)
    assert left.extension is not None
    assert right.extension is not None
    assert before.extension is not None
    assert left.extension < 0.6 * right.extension
    assert left.extension < 0.6 * before.extension
    # A knee that is held nearly straight cannot be stretched any further.
    assert right.flexion is None


def test_a_person_without_strength_holds_nothing() -> None:
    found = assess_strength(PLAN, "hip_l", patient=PERSON.replace(strength=[0.0] * 6))
    assert found.flexion == pytest.approx(0.0, abs=1.0)
    assert found.extension == pytest.approx(0.0, abs=1.0)


def test_the_same_seed_gives_the_same_figures() -> None:
    assert assess_passive(PLAN, "knee_r") == assess_passive(PLAN, "knee_r")


def test_a_spasm_ends_the_assessment() -> None:
    spasm = ("knee_l", 15.0, 95.0, 0.02, 2.0)
    with pytest.raises(SafetyStopError, match=r"^the guard stopped the assessment of knee_l after 15\.\d s: "):
        assess_passive(PLAN, "knee_l", patient=PERSON.replace(spasm=spasm))


@pytest.mark.parametrize("joint", ["ankle_l", "knee", "", None])
def test_a_joint_that_is_not_assessed_is_refused(joint: object) -> None:
    with pytest.raises(ConfigError, match=rf"^joint must be one of {', '.join(ASSESSED)}, got "):
        assess_passive(PLAN, joint)  # type: ignore[arg-type]


@pytest.mark.parametrize("speeds", [(0.4, 1.0), (1.0, 0.4, 2.0), (0.05, 1.0, 2.0), (0.4, 1.0, 6.0), (0.4, 1.0, np.nan)])
def test_speeds_that_cannot_be_driven_are_refused(speeds: tuple[float, ...]) -> None:
    with pytest.raises(
        ConfigError, match=r"^speeds must be 3 increasing speeds in \[0\.1, 5\], half of limits\.dq_max"
    ):
        assess_passive(PLAN, "knee_l", speeds=speeds)


def test_too_little_range_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"^limits\.q_min and q_max must leave 0\.5 rad of knee_l to sweep, got 0\.4"):
        assess_passive(limited(q_min=(-0.5, 0.0, -0.5) * 2, q_max=(0.5, 0.4, 0.5) * 2), "knee_l")


def test_a_person_who_stands_on_the_belt_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gaitloop.session.assessments._TOUCH", -1.0)  # any load counts
    with pytest.raises(ConfigError, match=r"^limits\.support_force_max must let the person hang free to be assessed"):
        assess_strength(PLAN, "knee_l")
