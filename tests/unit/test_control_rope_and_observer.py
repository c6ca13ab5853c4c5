"""The public body-weight support and observer: what they take, give and refuse."""

import numpy as np
import pytest

from gaitloop.control import BodyWeightSupport, HumanTorque, HumanTorqueObserver, Support, SupportLaw
from gaitloop.errors import ConfigError
from gaitloop.reference.body import Body

SIX = np.zeros(6)


def test_a_fall_is_caught_until_the_person_is_let_down():
    rope = BodyWeightSupport(800.0, 500.0)
    z = np.concatenate([np.full(500, 0.95), 0.95 - 0.5 * 9.81 * (0.001 * np.arange(120)) ** 2, np.full(300, 0.88)])
    ones = np.ones(len(z))
    got = rope.run(0.3 * ones, np.full(len(z), 2), 240.0 * ones, z, 0.001)
    assert isinstance(got, Support)
    assert not got.caught[:500].any()
    assert got.hold[650:].all()
    assert rope.caught
    assert rope.release()
    assert not rope.caught
    rope.reset()
    assert rope.step(0.3, SupportLaw.DYNAMIC, None, None, 0.001) == Support(0.2, False, False, False)


def test_the_rope_refuses_other_modes_and_shapes():
    rope = BodyWeightSupport(800.0, 500.0)
    with pytest.raises(ConfigError, match=r"^mode must be one of STATIC, COUNTERWEIGHT, DYNAMIC, ADAPTIVE, got 4"):
        rope.step(0.3, 4, None, None, 0.001)
    with pytest.raises(ConfigError, match=r"^mode must be one of"):
        rope.run([0.3], [1.5], [0.0], [0.9], 0.001)
    with pytest.raises(ConfigError, match=r"^force must have shape \(2,\)"):
        rope.run([0.3, 0.3], [1, 1], [0.0], [0.9, 0.9], 0.001)
    with pytest.raises(ConfigError, match=r"^share must be a number"):
        rope.step("much", 1, None, None, 0.001)


def test_the_weight_of_a_leg_held_still_is_told_and_run_is_repeated_step():
    q, observer = np.array([0.4, 0.6, 0.0, 0.0, 0.0, 0.0]), HumanTorqueObserver(75.0, 1.75)
    rows = np.tile(q, (80, 1))
    contact = np.tile([False, True], (80, 1))
    got = observer.run(rows, 0 * rows, 0 * rows, contact, 0.001)
    assert isinstance(got, HumanTorque)
    observer.reset()
    for i in range(80):
        told = observer.step(q, SIX, SIX, [False, True], 0.001)
        np.testing.assert_array_equal(told.torque, got.torque[i])
        np.testing.assert_array_equal(told.confidence, got.confidence[i])
    assert told.torque[0] == pytest.approx(Body(75.0, 1.75).leg_gravity(0.4, 0.6, 0.0, 0.0)[0], abs=1e-9)
    assert np.isnan(told.torque[2:]).all()
    assert 0.0 < told.confidence[0] < 1.0


def test_the_observer_refuses_other_shapes():
    observer = HumanTorqueObserver(75.0, 1.75)
    with pytest.raises(ConfigError, match=r"^contact must have shape \(2,\)"):
        observer.step(SIX, SIX, SIX, [False], 0.001)
    with pytest.raises(ConfigError, match=r"^ground must have shape \(2, 3\)"):
        observer.step(SIX, SIX, SIX, [True, True], 0.001, ground=np.zeros((3, 3)))
    with pytest.raises(ConfigError, match=r"^dq must have 2 rows, got 1"):
        observer.run(np.zeros((2, 6)), np.zeros((1, 6)), np.zeros((2, 6)), np.zeros((2, 2)), 0.001)
