"""Body, curve and conventions of the reference against numbers worked out by hand."""

import math

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.reference._checks import in_range
from gaitloop.reference._conventions import readings, smooth_step, wrap, wrap_signed
from gaitloop.reference.body import Body
from gaitloop.reference.curve import Curve


def test_wrap_stays_below_one():
    assert [wrap(x) for x in (1.0, -0.25, -1e-17, math.nan, math.inf)] == [0.0, 0.75, 0.0, 0.0, 0.0]
    assert wrap_signed(0.75) == -0.25
    assert wrap_signed(0.5) == -0.5


def test_smooth_step_passes_its_hand_computed_points():
    assert [smooth_step(x) for x in (-1.0, 0.0, 0.25, 0.5, 1.0, 2.0)] == [0.0, 0.0, 0.15625, 0.5, 1.0, 1.0]


def test_what_is_not_finite_is_absent():
    assert readings([1.0, np.nan, np.inf]) == [1.0, None, None]


def test_the_message_names_field_range_and_value():
    with pytest.raises(ConfigError, match=r"^speed must lie in \[0.14, 1.4\], got NaN$"):
        in_range("speed", math.nan, 0.14, 1.4)
    with pytest.raises(ConfigError, match=r"^mass must lie in \[20, 200\], got 'x'$"):
        in_range("mass", "x", 20.0, 200.0)


def test_a_bent_leg_lies_where_the_ruler_says():
    body = Body(100.0, 2.0)  # thigh 0.49, shank 0.492, ankle 0.078, heel 0.0572, toe 0.1486
    leg = body.leg(math.pi / 2, math.pi / 2, 0.0)
    np.testing.assert_allclose(leg.knee, (0.49, 0.0), atol=1e-15)
    np.testing.assert_allclose(leg.ankle, (0.49, -0.492), atol=1e-15)
    np.testing.assert_allclose(leg.heel, (0.49 - 0.0572, -0.492 - 0.078), atol=1e-15)
    np.testing.assert_allclose(leg.toe, (0.49 + 0.1486, -0.492 - 0.078), atol=1e-15)


def test_gravity_of_a_horizontal_leg():
    hip, knee, ankle = Body(100.0, 2.0).leg_gravity(math.pi / 2, 0.0, 0.0)
    foot = 9.80665 * 1.45 * 0.039  # toes up: the foot's centre of mass lies half an ankle height further from the hip
    shank = 9.80665 * (4.65 * 0.433 * 0.492 + 1.45 * 0.492)
    thigh = 9.80665 * (10.0 * 0.433 * 0.49 + 6.1 * 0.49)
    assert hip == pytest.approx(thigh + shank + foot, abs=1e-12)
    assert knee == pytest.approx(-shank - foot, abs=1e-12)
    assert ankle == pytest.approx(foot, abs=1e-12)


def test_pelvis_pitch_adds_to_hip_flexion():
    body = Body(70.0, 1.7)
    assert body.leg(0.1, 0.2, 0.3, 0.2) == body.leg(0.1 + 0.2, 0.2, 0.3)


def test_curve_of_an_alternating_table():
    # y = 1, -1, 1, -1: M alternates too, M (4 - 2) = 6 (-4) / h², so M = -12 * 16 at the crests.
    curve = Curve("angles", [1.0, -1.0, 1.0, -1.0])
    np.testing.assert_allclose(curve.curvatures, [-192.0, 192.0, -192.0, 192.0])
    y, dy, ddy = curve.evaluate([0.0, 0.125, 1.25])
    np.testing.assert_allclose(y, [1.0, 0.0, -1.0], atol=1e-14)
    np.testing.assert_allclose(dy, [0.0, -12.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(ddy, [-192.0, 0.0, 192.0], atol=1e-12)


def test_curve_is_smooth_over_its_seam():
    curve = Curve("angles", [0.0, 1.0, 0.5, -0.3, 0.2])
    for before, after in zip(curve.evaluate(1.0 - 1e-10), curve.evaluate(0.0), strict=True):
        assert before == pytest.approx(after, abs=1e-6)


@pytest.mark.parametrize("bad", [[0.0] * 3, [0.0, np.nan, 0.0, 0.0], [[0.0] * 4]])
def test_curve_refuses(bad):
    with pytest.raises(ConfigError, match=r"^angles must"):
        Curve("angles", bad)
