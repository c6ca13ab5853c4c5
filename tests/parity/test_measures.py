"""Measures: Rust against the reference, and what must hold for both."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitloop import measures
from gaitloop.errors import ConfigError

SCALARS = ["side", "t_start", "t_end", "stride_time", "stance_time", "stance_share", "double_support", "step_time"]
SCALARS += ["step_length", "stride_length", "force_peak", "force_mean", "valid"]
KEYS = ["hip_max", "hip_min", "knee_at_contact", "knee_stance_max", "knee_swing_max"]
S = 1_000_000_000


@pytest.fixture(params=["rust", "reference"])
def room(request):
    return measures if request.param == "rust" else import_module("gaitloop.reference.measures")


def numbers(stride):
    """All numbers of a stride, NaN where absent."""
    flat = [getattr(stride, name) for name in SCALARS]
    flat += [getattr(half, name) for half in (stride.measured, stride.reference) for name in KEYS]
    flat += [*stride.rms, *stride.subtask_errors()]
    return np.array([np.nan if x is None else x for x in flat], dtype=float)


def random_ticks(seed, hostile):
    """Ticks with events now and then, in order or not, values sometimes absent or absurd."""
    rng = np.random.default_rng(seed)
    absurd = np.array([np.nan, np.inf, -1e300, 1e6, -1e6, 2e6])
    t = 0

    def value(*shape):
        x = rng.normal(0.0, 0.5, shape)
        if not hostile:
            return x
        return np.where(rng.random(shape) < 0.08, rng.choice(absurd, shape), x)

    for _ in range(250):
        t += int(rng.integers(1, 40)) * 1_000_000
        back = int(rng.integers(0, 60 if hostile else 5)) * 1_000_000
        event = (int(rng.integers(0, 2)), t - back) if rng.random() < 0.08 else None
        yield {
            "event": event,
            "in_contact": (bool(rng.random() < 0.6), bool(rng.random() < 0.6)),
            "other_contact": None if rng.random() < 0.1 else t - int(rng.integers(0, 600)) * 1_000_000,
            "q": value(6),
            "q_ref": value(6),
            "phase": float(value()) if hostile else float(rng.random()),
            "force": float(value()) * 800.0,
            "belt_speed": float(value()),
            "dt": float(rng.choice([0.01, 0.02, 0.0, -1.0, np.nan])) if hostile else 0.01,
        }


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32), side=st.integers(0, 1), hostile=st.booleans())
def test_meter_matches_reference(seed, side, hostile):
    rust, reference = (
        m.StrideMeter(side, 75.0, 1.75) for m in (measures, import_module("gaitloop.reference.measures"))
    )
    closed = 0
    for tick in random_ticks(seed, hostile):
        got, want = rust.step(**tick), reference.step(**tick)
        assert (got is None) == (want is None)
        if got is not None:
            closed += 1
            np.testing.assert_allclose(numbers(got), numbers(want), rtol=1e-12, atol=1e-12)
    assert closed > 0


def random_recording(seed):
    """Events in any order of kinds, samples with gaps."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(0, 40))
    time = np.round(rng.uniform(0.0, 6.0, n), 2)
    events = SimpleNamespace(side=rng.integers(0, 2, n), kind=rng.integers(0, 2, n), time=time)
    t = np.cumsum(rng.uniform(0.005, 0.03, 300))

    def gaps(x):
        return np.where(rng.random(x.shape) < 0.05, np.nan, x)

    angles, forces = (t, gaps(rng.normal(0, 0.5, (300, 6)))), (t + 0.1, gaps(rng.normal(400, 300, (300, 2))))
    belt = (t, gaps(rng.uniform(0, 1, 300))) if rng.random() < 0.7 else 0.8
    return events, angles, forces, belt


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32))
def test_batch_matches_reference(seed):
    recording = random_recording(seed)
    got, want = (m.stride_measures(*recording) for m in (measures, import_module("gaitloop.reference.measures")))
    for a, b in zip(got, want, strict=True):
        for name in (*measures.STRIDE_COLUMNS, "valid"):
            np.testing.assert_allclose(getattr(a, name), getattr(b, name), rtol=1e-11, atol=1e-12, err_msg=name)


def regular(strides=6, drop=()):
    """Contacts of each foot every second, half a second apart, on the ground for 0.6 s."""
    rows = [
        (k + at, side, kind)
        for k in range(strides)
        for at, side, kind in [(0, 0, 0), (0.1, 1, 1), (0.5, 1, 0), (0.6, 0, 1)]
    ]
    rows = [row for i, row in enumerate(rows) if i not in drop]
    time, side, kind = (np.array(column) for column in zip(*rows, strict=True))
    return SimpleNamespace(side=side, kind=kind, time=time)


def test_regular_walker_has_its_textbook_times(room):
    left, right = room.stride_measures(regular(), belt_speed=0.8)
    assert (len(left.start), len(right.start)) == (5, 5)
    for table in (left, right):
        for name, want in [("stride_time", 1.0), ("cadence", 2.0), ("stance_share", 0.6), ("swing_time", 0.4)]:
            np.testing.assert_allclose(getattr(table, name), want, atol=1e-12)
        np.testing.assert_allclose(table.step_time, 0.5, atol=1e-12)
        np.testing.assert_allclose(table.double_support_share[1:], 0.2, atol=1e-12)
        np.testing.assert_allclose(table.stride_length, 0.8)
        assert table.valid.all()
        assert np.isnan(table.hip_max).all()
    assert np.isnan(left.double_support_time[0])


def test_missing_toe_off_leaves_absent_what_it_would_give(room):
    left, right = room.stride_measures(regular(drop={11}))
    np.testing.assert_array_equal(np.isnan(left.stance_time), [False, False, True, False, False])
    assert np.isnan([left.double_support_time[2], right.double_support_time[2]]).all()
    np.testing.assert_allclose(left.stride_time, 1.0)


@pytest.mark.parametrize("factor", [0.25, 3.5])
def test_stride_of_impossible_length_is_marked(room, factor):
    events = regular()
    events.time = events.time * factor
    assert not room.stride_measures(events)[0].valid.any()


@given(left=st.floats(1e-9, 1e9), right=st.floats(1e-9, 1e9))
def test_symmetry_is_odd_and_zero_when_equal(left, right):
    reference = import_module("gaitloop.reference.measures")
    for m in (measures, reference):
        assert m.symmetry(left, left) == 0.0
        assert abs(m.symmetry(left, right) + m.symmetry(right, left)) < 1e-12
    assert abs(measures.symmetry(left, right) - reference.symmetry(left, right)) < 1e-12


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan, np.inf])
def test_symmetry_refuses_what_is_not_positive(room, bad):
    with pytest.raises(ConfigError, match=r"^left must lie in \["):
        room.symmetry(bad, 1.0)
    with pytest.raises(ConfigError, match=r"^right must lie in \["):
        room.symmetry(1.0, bad)


@pytest.mark.parametrize(
    ("name", "args"),
    [("side", (2, 75.0, 1.75)), ("side", (-1, 75.0, 1.75)), ("mass", (0, np.nan, 1.75)), ("height", (0, 75.0, 3.0))],
)
def test_bad_meter_is_refused(room, name, args):
    with pytest.raises(ConfigError, match=rf"^{name} must lie in \["):
        room.StrideMeter(*args)


@pytest.mark.parametrize(
    ("message", "events", "more"),
    [
        (r"^side must be one of", [("middle", "ic", 0.0)], {}),
        (r"^kind must be one of", [("left", "hs", 0.0)], {}),
        (r"^time must lie in", [("left", "ic", np.nan)], {}),
        (r"^time must be numbers", [("left", "ic", "now")], {}),
        (r"^events must be rows", [("left", "ic")], {}),
        (r"^events must be rows", 3, {}),
        (r"^angles_time must increase", [], {"angles": ([0.0, 0.0], np.zeros((2, 6)))}),
        (r"^angles must have shape", [], {"angles": ([0.0, 1.0], np.zeros((2, 3)))}),
        (r"^forces must have length 2", [], {"forces": ([0.0, 1.0], np.zeros((3, 2)))}),
        (r"^forces must be a pair", [], {"forces": 3.0}),
        (r"^belt_time must lie in", [], {"belt_speed": ([np.nan, 1.0], [0.0, 1.0])}),
        (r"^belt_speed must be a number", [], {"belt_speed": "slow"}),
    ],
)
def test_bad_recording_is_refused(message, events, more):
    with pytest.raises(ConfigError, match=message):
        measures.stride_measures(events, **more)


def test_rows_in_any_order_are_sorted_by_time():
    rows = [("left", "ic", 1.0), ("left", "to", 0.6), ("left", "ic", 0.0), ("right", "ic", 0.5)]
    left, right = measures.stride_measures(rows)
    assert left.stance_time.tolist() == [0.6]
    assert left.step_time.tolist() == [0.5]
    assert len(left) == 1
    assert len(right) == 0
