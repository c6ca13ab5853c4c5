"""Figures of a session: what strides give, what the pelvis foretells, what resists, and a session from its record."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitloop.errors import ConfigError, RecordingError
from gaitloop.measures import stride_measures
from gaitloop.progress import (
    FIGURES,
    Store,
    figures_of,
    foot_placement,
    read_session,
    velocity_resistance,
)
from gaitloop.progress.gait import _Pulse, _support_at_steps
from gaitloop.session import runner
from gaitloop.session.layout import Block, Tables
from gaitloop.session.plan import demo_plan
from progress_cases import BEGIN, PERSON

RANDOM = np.random.default_rng(11)


def walk(count, stance=(0.66, 0.60), jitter=0.0):
    """Rows of a walk at 1.2 s a stride with stance shares of left and right."""
    rows = []
    for k in range(count):
        for foot, shift, share in (("left", 0.0, stance[0]), ("right", 0.6, stance[1])):
            at = 1.2 * k + shift + jitter * RANDOM.standard_normal()
            rows += [(foot, "ic", at), (foot, "to", at + 1.2 * share)]
    return rows


def test_figures_of_a_made_walk():
    figures = figures_of(stride_measures(walk(200), belt_speed=0.5))
    assert figures["speed"].value == pytest.approx(0.5)
    assert figures["stance_left"].value == pytest.approx(0.66)
    assert figures["stance_symmetry"].value == pytest.approx(math.log(0.66 / 0.60))
    assert figures["asymmetry"].value == pytest.approx(math.log(0.66 / 0.60))
    assert figures["step_time_variability"].value == pytest.approx(0.0, abs=1e-9)
    assert figures["speed"].steps == 398
    assert figures["speed"].counts
    assert "knee_range" not in figures
    assert "robot_share" not in figures
    assert set(figures) <= set(FIGURES)


def test_unsteady_steps_show_in_their_variability():
    calm, shaky = (
        figures_of(stride_measures(walk(200, jitter=j), belt_speed=0.5))["step_time_variability"].value
        for j in (0.01, 0.03)
    )
    assert calm == pytest.approx(math.sqrt(2.0) * 0.01 / 0.6, rel=0.15)
    assert shaky == pytest.approx(3.0 * calm, rel=0.2)


def test_one_stride_a_side_is_no_figure():
    assert figures_of(stride_measures(walk(2), belt_speed=0.5)) == {}


def test_foot_placement_is_the_share_that_is_foretold():
    position, velocity, noise = RANDOM.standard_normal((3, 5000)) * np.array([[0.01], [0.05], [1.0]])
    signal = 2.0 * position + 0.5 * velocity
    assert foot_placement(position, velocity, 0.1 + signal) == pytest.approx(1.0)
    placement = 0.1 + signal + signal.std() * 0.5 * noise
    assert foot_placement(position, velocity, placement) == pytest.approx(0.8, abs=0.02)
    assert foot_placement(position, velocity, np.full(5000, 0.1)) is None
    placement[::2] = np.nan
    assert foot_placement(position, velocity, placement) == pytest.approx(0.8, abs=0.03)
    assert foot_placement(position[:19], velocity[:19], placement[:19]) is None
    with pytest.raises(ConfigError, match="position, velocity, placement must have the same length, got 3, 2, 3"):
        foot_placement([1.0] * 3, [1.0] * 2, [1.0] * 3)


@given(st.floats(-20.0, 20.0), st.floats(-200.0, 200.0), st.floats(-50.0, 50.0))
def test_resistance_is_apart_from_angle_and_offset(resistance, stiffness, offset):
    time = np.linspace(0.0, 4.0, 200)
    q, dq = 0.4 * np.sin(3.0 * time), 1.2 * np.cos(3.0 * time)
    tau = offset - stiffness * q - resistance * dq
    assert velocity_resistance(q, dq, tau) == pytest.approx(resistance, abs=1e-6)


def test_resistance_needs_movement_of_its_own():
    q = np.linspace(0.0, 1.0, 50)
    assert velocity_resistance(q, np.zeros(50), q) is None
    assert velocity_resistance(q, 2.0 * q, q) is None
    assert velocity_resistance(q[:10], q[:10], q[:10]) is None


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    path = tmp_path_factory.mktemp("record") / "session.mcap"
    return path, runner.simulate(demo_plan().change(duration=50.0), out=path)


def test_a_session_from_its_record(recorded, tmp_path):
    path, digest = recorded
    session = read_session(path, patient=PERSON, started=BEGIN, rest=60.0, max_rate=160.0)
    told = digest.outcome()
    assert (session.steps, session.duration) == (told.steps, told.duration)
    assert session.distance == pytest.approx(told.distance, rel=1e-3)
    assert session.device == "treadmill_exo"
    # Support falls from 0.9, so between a tenth and a fifth of the steps were the person's.
    assert 0.1 * session.steps < session.active_steps < 0.25 * session.steps
    assert session.zones == {}
    assert session.record == hashlib.sha256(path.read_bytes()).hexdigest()
    # The soft start and the stop are left out.
    assert session.figures["speed"].steps == sum(len(digest.steady(side)) for side in ("left", "right")) < 45
    assert session.figures["speed"].value == pytest.approx(0.6, abs=0.003)
    assert session.figures["stance_symmetry"].value == pytest.approx(told.symmetry, abs=0.02)
    assert not session.figures["speed"].counts
    with Store(tmp_path / "progress.db") as store:
        store.add_patient(PERSON)
        store.add_session(session)
        assert store.sessions(PERSON) == (session,)
        with pytest.raises(ConfigError, match="read in already"):
            store.add_session(replace(session, started=BEGIN.replace(hour=15)))


def test_only_steps_on_a_moving_belt_have_a_support():
    support = np.zeros((4, 14), dtype=np.float32)
    support[:, :7], support[:, 7:] = 0.25, 0.75  # left side, right side
    events = [
        {"event": "initial_contact", "side": side, "t_emit": t * 10**9}
        for side, t in (("left", 0), ("right", 1), ("left", 2), ("right", 3))
    ]
    events.append({"event": "toe_off", "side": "left", "t_emit": 3 * 10**9})
    digest = SimpleNamespace(rows=lambda name: support, events=events)
    found = _support_at_steps(digest, np.arange(4.0), np.array([False, True, True, False]))
    assert found.tolist() == [0.75, 0.25]


def test_a_record_cut_off_gives_what_can_be_read(recorded, tmp_path):
    path, _ = recorded
    cut = tmp_path / "cut.mcap"
    cut.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    session = read_session(cut, patient=PERSON, started=BEGIN)
    assert 10.0 < session.duration < 45.0
    assert 0 < session.steps < 60


def test_no_record_is_refused(tmp_path):
    (tmp_path / "x.mcap").write_bytes(b"nothing")
    with pytest.raises(RecordingError, match=r"x.mcap"):
        read_session(tmp_path / "x.mcap", patient=PERSON, started=BEGIN)


def test_the_heart_rate_of_a_record_gives_its_zones():
    tables = Tables.from_core()
    width = tables.lengths[0]
    column = tables.columns("sample", "heart_rate").start
    pulse = _Pulse(tables)
    for begin in range(0, 20_000, 1000):  # ten seconds at 90, five without a reading, five at 130
        t = (begin + np.arange(1000)) * 1_000_000
        sample, valid = np.zeros((1000, width)), np.zeros((1000, width), dtype=bool)
        sample[:, column] = 90.0 if begin < 10_000 else 130.0
        valid[:, column] = not 10_000 <= begin < 15_000
        none = np.empty((0, 0))
        pulse.add(Block(t, sample, valid, none, none, none, np.empty(0, np.int64), none))
    zones = pulse.zones(60.0, 160.0)
    assert zones["light"] == pytest.approx(10.0, abs=0.11)
    assert zones["vigorous"] == pytest.approx(5.0, abs=0.11)
    assert sum(zones.values()) == pytest.approx(15.0, abs=0.11)
    assert pulse.zones(None, 160.0) == {}
