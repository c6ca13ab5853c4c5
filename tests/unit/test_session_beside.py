"""Sensors beside the machine: heart rate up to a pause, record and dose, and where the feet land sideways."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitloop.plant import Plant, Sensors
from gaitloop.progress import Monitor, Store, read_session
from gaitloop.session import Reader, Rules, Session, Sideways
from gaitloop.session.beside import ASIDE, ASIDE_SPEED, GUIDE_FORCE, READING, Beside
from gaitloop.session.build import START, build_device, build_patient, build_trainer
from gaitloop.session.layout import Tables
from gaitloop.session.machine import Rows, SimulatedMachine
from gaitloop.session.plan import demo_plan
from gaitloop.session.programme import Programme
from gaitloop.session.record import Recorder
from gaitloop.session.replay import replay
from gaitloop.session.topics import EFFORT, SIDEWAYS
from gaitloop.simulation import Simulation
from progress_cases import BEGIN, PERSON

TABLES = Tables.from_core()
PLAN = demo_plan().change(duration=60.0)
RATES = {"rest": 60.0, "max_rate": 160.0}


class Machine(SimulatedMachine):
    """The simulated machine of a plan with other sensors."""

    def __init__(self, plan, sensors):
        super().__init__(plan)
        plant = Plant(build_patient(plan), build_device(plan), seed=plan.seed, sensors=sensors)
        self._simulation = Simulation(build_trainer(plan), plant, START)


def programme(limit=None, seconds=0.0):
    rules = replace(Programme.of(PLAN).rules, heart_rate_max=limit, heart_rate_time=seconds)
    assert isinstance(rules, Rules)
    return replace(Programme.of(PLAN), rules=rules)


def strap(session, *readings):
    """A chest strap whose reading changes at times of the session; before the first it has none."""

    def now():
        past = [rate for begin, rate in readings if begin <= session[0].status.t]
        return past[-1] if past else None

    return now


def led(out, *readings, limit=140.0, script=(), **kwargs):
    holder = []
    holder.append(Session(programme(limit, 2.0), out=out, heart_rate=strap(holder, *readings), script=script, **kwargs))
    return holder[0].run()


def heart_of(reader):
    """Times [s] and recorded heart rates, NaN where none was there."""
    column = TABLES.columns("sample", "heart_rate").start
    blocks = list(reader.blocks())
    group = [spec.name for spec in TABLES.sample].index("heart_rate")
    rate = np.concatenate([np.where(b.valid[:, column], b.sample[:, column], np.nan) for b in blocks])
    age = np.concatenate([b.t - b.stamp[:, group] for b in blocks])
    return np.concatenate([b.t for b in blocks]) * 1e-9, rate, age


@pytest.fixture(scope="module")
def strapped(tmp_path_factory):
    """No reading for 5 s, then 100, from 25 s on 150, from 35 s on 110; somebody resumes too early, and in time."""
    out = tmp_path_factory.mktemp("heart") / "session.mcap"
    script = [(31.0, "resume"), (36.0, "resume")]
    return led(out, (5.0, 100.0), (25.0, 150.0), (35.0, 110.0), script=script), out


def test_a_heart_rate_above_the_limit_pauses_and_the_record_says_so(strapped):
    ending, out = strapped
    assert ending.reason == "finished"
    reader = Reader(out)
    notes = [(note["t"] * 1e-9, note["text_code"]) for note in reader.messages("/note")]
    assert [code for _, code in notes] == ["pause_heart_rate", "resume_heart_rate_refused", "resume"]
    assert notes[0][0] == pytest.approx(27.0, abs=0.2)
    changes = [c for c in reader.messages("/change") if c["what"] == "speed" and c["t"] * 1e-9 > 25.0]
    stopped, started = changes[0], changes[1]
    assert (stopped["after"], stopped["who"]) == (0.0, "program")
    assert stopped["t"] * 1e-9 == pytest.approx(27.0, abs=4.0)
    assert started["after"] > 0.0
    assert started["t"] * 1e-9 > 36.0
    assert replay(out).difference is None


def test_the_record_has_the_heart_rate_as_it_was_known(strapped):
    time, rate, age = heart_of(Reader(strapped[1]))
    assert np.isnan(rate[time < 5.0]).all()
    for begin, end, value in ((5.2, 25.0, 100.0), (25.2, 35.0, 150.0), (35.2, 60.0, 110.0)):
        assert (rate[(time > begin) & (time < end)] == value).all()
    known = np.isfinite(rate)
    assert age[known].min() > 0
    assert age[known].max() <= 60_000_000


def test_the_dose_has_minutes_in_zones(strapped, tmp_path):
    session = read_session(strapped[1], patient=PERSON, started=BEGIN, **RATES)
    # Of a reserve of 100 above 60: 100 is 40 %, 150 is 90 %, 110 is 50 %.
    assert session.zones["moderate"] == pytest.approx(session.duration - 15.0, abs=0.5)
    assert session.zones["near_maximal"] == pytest.approx(10.0, abs=0.5)
    assert sum(session.zones.values()) == pytest.approx(session.duration - 5.0, abs=0.5)
    with Store(tmp_path / "progress.db") as store:
        store.add_patient(PERSON)
        store.add_session(session)
        assert store.sessions(PERSON)[0].zones == session.zones


def test_the_machine_s_own_heart_rate_pauses_too(tmp_path):
    out = tmp_path / "own.mcap"
    machine = Machine(PLAN, Sensors(heart_rate=True, heart_time=10.0))
    assert Session(programme(105.0), machine, out=out, script=[(45.0, "stop")]).run().reason == "stopped"
    codes = [note["text_code"] for note in Reader(out).messages("/note")]
    assert codes[0] == "pause_heart_rate"
    time, rate, _ = heart_of(Reader(out))
    assert np.isfinite(rate).all()
    assert rate[time > 40.0].mean() < rate.max() - 10.0  # the heart calms down in the pause
    zones = read_session(out, patient=PERSON, started=BEGIN, **RATES).zones
    assert sum(zones.values()) == pytest.approx(time[-1], abs=0.2)


def test_who_never_walked_has_a_session_all_the_same(tmp_path):
    out = tmp_path / "still.mcap"
    ending = led(out, (0.0, 160.0), limit=140.0, script=[(20.0, "stop")])
    assert ending.reason == "stopped"
    session = read_session(out, patient=PERSON, started=BEGIN, **RATES)
    assert session.steps == 0
    assert 0.0 <= session.distance < 0.1
    assert session.zones["near_maximal"] > 15.0


def test_without_a_limit_and_without_a_sensor_nothing_pauses(tmp_path):
    assert led(tmp_path / "a.mcap", (1.0, 240.0), limit=None).reason == "finished"
    assert Reader(tmp_path / "a.mcap").messages("/note") == []
    assert led(tmp_path / "b.mcap").reason == "finished"
    assert read_session(tmp_path / "b.mcap", patient=PERSON, started=BEGIN, **RATES).zones == {}


def test_a_sensor_that_fails_is_told_once_and_the_session_goes_on(tmp_path):
    asked = []

    def broken():
        asked.append(1)
        if len(asked) == 40:
            return 100.0
        raise OSError("the strap is gone")

    out = tmp_path / "broken.mcap"
    assert Session(programme(), out=out, heart_rate=broken).run().reason == "finished"
    codes = [note["text_code"] for note in Reader(out).messages("/note")]
    assert codes == ["heart_rate_failed", "heart_rate_failed"]  # it worked once in between
    assert np.isfinite(heart_of(Reader(out))[1]).sum() == 50


def rows(begin, strides=()):
    width, groups = TABLES.lengths[0], len(TABLES.sample)
    t = (begin + np.arange(50)) * 1_000_000
    raw = {"t": t, "sample": np.zeros((50, width)), "valid": np.ones((50, width), bool)}
    return Rows({**raw, "stamp": np.tile(t[:, None], (1, groups))}, [], list(strides))


answers = st.one_of(
    *(st.none(), st.booleans(), st.text(max_size=3), st.integers(), st.floats(), st.fractions(), st.binary(max_size=2)),
    *(st.complex_numbers(), st.lists(st.floats(), max_size=2), st.just(10**400), st.just(Fraction(10**400))),
)


@given(st.lists(answers, min_size=2, max_size=6))
def test_whatever_a_strap_says_only_a_heart_rate_counts(said):
    left, column = list(said), TABLES.columns("sample", "heart_rate").start
    beside, before = Beside(TABLES, heart_rate=lambda: left.pop(0)), None
    for look in range(len(said)):
        given_rows = rows(50 * look)
        raw = beside.add(given_rows).raw
        assert (given_rows.raw["sample"] == 0.0).all()  # what the machine gave is left as it was
        if before is None:
            assert not raw["valid"][:, column].any()
        else:
            assert raw["valid"][:, column].all()
            assert (raw["sample"][:, column] == before).all()
            assert READING[0] <= before <= READING[1]
        others = [c for c in range(TABLES.lengths[0]) if c != column]
        assert raw["valid"][:, others].all()
        answer = said[look]
        counts = isinstance(answer, (int, float, Fraction)) and not isinstance(answer, bool)
        before = float(answer) if counts and READING[0] <= answer <= READING[1] else None
    assert beside.failed == []


class Stride:
    def __init__(self, side, t_end):
        self.side, self.t_end = side, t_end


@given(st.tuples(*[answers] * len(SIDEWAYS)))
def test_whatever_a_camera_says_only_numbers_in_reach_count(said):
    given_step = Sideways(**dict(zip(SIDEWAYS, said, strict=True)))
    beside = Beside(TABLES, sideways=lambda side, t: given_step)
    beside.add(rows(0, [Stride(1, 7)]))
    assert beside.of(0, 7) == dict.fromkeys(SIDEWAYS)
    step = beside.of(1, 7)
    for (name, value), answer in zip(step.items(), said, strict=True):
        most = {"pelvis_velocity": ASIDE_SPEED, "guide_force": GUIDE_FORCE}.get(name, ASIDE)
        counts = isinstance(answer, (int, float, Fraction)) and not isinstance(answer, bool) and abs(answer) <= most
        assert value == (float(answer) if counts else None)
    assert beside.of(1, 7) == dict.fromkeys(SIDEWAYS)


@pytest.mark.parametrize("said", [None, "left", 3.0, {"step_width": 0.1}])
def test_what_is_no_step_is_none(said):
    beside = Beside(TABLES, sideways=lambda side, t: said)
    beside.add(rows(0, [Stride(0, 7)]))
    assert beside.of(0, 7) == dict.fromkeys(SIDEWAYS)


def camera(noise, seen):
    """Feet that follow the pelvis but for some noise, as a device that sees them sideways would tell it."""
    random = np.random.default_rng(5)

    def step(side, t):
        assert 0.0 < t < 100.0
        seen.append((side, t))
        sign = 1.0 if side == "left" else -1.0
        position, velocity = 0.01 * random.standard_normal(), 0.05 * random.standard_normal()
        placement = sign * 0.1 + 2.0 * position + 0.5 * velocity + noise * random.standard_normal()
        width = 0.2 + 0.02 * random.standard_normal()
        return Sideways(step_width=width, pelvis_position=position, pelvis_velocity=velocity, foot_placement=placement)

    return step


def test_steps_sideways_reach_the_progress(tmp_path):
    out, seen = tmp_path / "wide.mcap", []
    machine = Machine(PLAN, Sensors(tau_interaction=True))
    assert Session(programme(), machine, out=out, sideways=camera(0.0, seen)).run().reason == "finished"
    strides = Reader(out).summary().strides
    assert [(s["side"], s["t_end"] * 1e-9) for s in strides] == seen
    assert all(abs(s["step_width"] - 0.2) < 0.1 for s in strides)
    session = read_session(out, patient=PERSON, started=BEGIN)
    assert session.figures["foot_placement"].value == pytest.approx(1.0)
    assert session.figures["foot_placement"].steps == session.figures["speed"].steps > 20
    assert session.figures["step_width_variability"].value == pytest.approx(0.02, rel=0.4)
    assert 0.0 < session.figures["robot_share"].value < 1.0
    assert 0.0 < session.figures["resistance"].value < 50.0
    # With steps enough all of them would count for the monitor; a minute has too few.
    assert set(Monitor(run_length=60).skipped(session).values()) == {
        f"{session.figures['speed'].steps} steps, 300 are needed"
    }


def test_a_device_without_such_sensors_has_no_such_figures(strapped):
    strides = Reader(strapped[1]).summary().strides
    assert all(stride[name] is None for stride in strides for name in SIDEWAYS)
    session = read_session(strapped[1], patient=PERSON, started=BEGIN)
    absent = {"foot_placement", "step_width_variability", "robot_share", "resistance"}
    assert not absent & set(session.figures)
    assert set(Monitor(run_length=60).skipped(session).items()) >= {
        (name, "not measured") for name in ("step_width_variability", "foot_placement", "resistance")
    }
    assert math.isfinite(session.figures["speed"].value)


@pytest.mark.parametrize(
    "fields",
    [
        None,  # as records were written before there were such fields
        {"human_share": 5.0, "knee_resistance": 1e15, "foot_placement": -1e9, "step_width": 1e9},
        {"human_share": -3, "knee_resistance": 10**18, "pelvis_velocity": 4.0, "step_width": -2},
    ],
)
def test_strides_of_other_records_are_read_without_making_figures_up(strapped, tmp_path, fields):
    reader, out = Reader(strapped[1]), tmp_path / "other.mcap"
    summary = reader.summary()
    taken = set(EFFORT) | set(SIDEWAYS)
    strides = [{name: s[name] for name in s if name not in taken} | (fields or {}) for s in summary.strides]
    with Recorder(out, reader.metadata) as recorder:
        for number, block in enumerate(reader.blocks()):
            recorder.write(block, summary.events if number == 0 else [], strides if number == 0 else [])
    session = read_session(out, patient=PERSON, started=BEGIN)
    assert Reader(out).losses == []
    assert session.figures["speed"].steps > 20
    assert not {"foot_placement", "step_width_variability", "robot_share", "resistance"} & set(session.figures)
