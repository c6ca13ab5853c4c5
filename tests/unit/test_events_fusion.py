"""The vote of several detectors as a user meets it: names, forms, refusals, a sensor that dies."""

from __future__ import annotations

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.events import Event, Events, ForceContacts, FusedContacts

RANGES = {"window": (0.02, 0.3), "wait": (0, 0.1), "quorum": (0, 1), "stance": (0, 0.5), "swing": (0, 0.5)}
NAMES = {"force": 1.0, "insole": 0.8}
HERE = {"force": (True, True), "insole": (True, True)}
TICKS = np.arange(0.0, 20.0, 0.01)


def gait(t, weight=800.0, noise=3.0):
    """Forces (T, 2) of regular walking [N], the left foot first in contact at 0.3 s."""
    u = np.mod((t[:, None] - [0.3, 0.9]) / 1.2, 1.0) / 0.62
    force = np.where(u < 1.0, weight * (1.0 - (2.0 * u - 1.0) ** 6), 0.0)
    return force + noise * np.random.default_rng(0).standard_normal(force.shape)


@pytest.fixture(scope="module")
def found():
    return {"force": ForceContacts().run(gait(TICKS), TICKS), "insole": ForceContacts().run(gait(TICKS, 500.0), TICKS)}


def test_run_is_a_step_per_tick(found):
    detectors, fused, told = (ForceContacts(), ForceContacts()), FusedContacts(NAMES), []
    for t, plate, insole in zip(TICKS, gait(TICKS), gait(TICKS, 500.0), strict=True):
        here = {"force": detectors[0].step(plate, t), "insole": detectors[1].step(insole, t)}
        told += fused.step(here, HERE, t)
    assert len(told) > 60
    assert told == list(FusedContacts(NAMES).run(found, TICKS))


def test_names_or_their_order_say_whose_events_they_are():
    event = Event("right", "ic", 0.75, 1.0, 0.5)
    forms = [
        ({"insole": [event]}, HERE),
        ([[], [event]], [(True, True)] * 2),
        (([], (event,)), np.ones((2, 2), dtype=bool)),
        ({"force": [], "insole": [event]}, {"insole": [True, True], "force": (True, np.True_)}),
    ]
    for here, alive in forms:
        fused = FusedContacts(NAMES, quorum=0.4, wait=0.0)
        assert fused.step(here, alive, 1.0) == [Event("right", "ic", 0.75, 1.0, 0.5 * 0.8 / 1.8)]
        assert fused.in_contact == (False, True)


@pytest.mark.parametrize("cut", [3.0, 7.77, 12.0])
def test_a_recording_cut_short_tells_the_same_until_then(found, cut):
    whole = FusedContacts(NAMES).run(found, TICKS)
    parts = {name: Events.from_rows([e for e in events if e.emit < cut]) for name, events in found.items()}
    told = FusedContacts(NAMES).run(parts, TICKS[cut > TICKS])
    assert list(told) == [event for event in whole if event.emit < cut - 0.005]


def test_a_sensor_that_falls_silent_loses_its_vote_and_comes_back(found):
    fused = FusedContacts(NAMES)
    gone = [e for e in found["insole"] if not (6.0 < e.emit < 12.0 and e.side == "left")]
    half, full = TICKS < 12.0, FusedContacts(NAMES).run(found, TICKS)
    told = list(fused.run({**found, "insole": Events.from_rows([e for e in gone if e.emit < 12.0])}, TICKS[half]))
    assert fused.trusted == {"force": (True, True), "insole": (False, True)}
    late = {**found, "force": Events.from_rows([e for e in found["force"] if e.emit > 12.0])}
    told += list(fused.run({**late, "insole": Events.from_rows([e for e in gone if e.emit > 12.0])}, TICKS[~half]))
    assert fused.trusted == {"force": (True, True), "insole": (True, True)}
    assert [(e.side, e.kind) for e in told if e.side == "left"] == [(e.side, e.kind) for e in full if e.side == "left"]


def test_a_sensor_that_is_known_to_be_dead_is_not_asked(found):
    alive = {name: np.ones((len(TICKS), 2), dtype=bool) for name in NAMES}
    alive["insole"][TICKS > 6.0] = False
    cut = {**found, "insole": Events.from_rows([e for e in found["insole"] if e.emit < 6.0])}
    fused = FusedContacts(NAMES)
    told = fused.run(cut, TICKS, alive)
    assert len(told) == len(FusedContacts(NAMES).run(found, TICKS))
    assert (told.confidence[told.emit > 6.1] == 1.0).all()
    assert fused.trusted["insole"] == (True, True)
    stacked = np.stack([alive["force"], alive["insole"]], axis=1)
    assert list(FusedContacts(NAMES).run(cut, TICKS, stacked)) == list(told)


def test_events_that_do_not_say_when_they_were_known_give_events_that_do_not(found):
    ahead = {name: ForceContacts().run(gait(TICKS), TICKS, causal=False) for name in NAMES}
    told = FusedContacts(NAMES).run(ahead, TICKS)
    assert len(told) == len(ahead["force"])
    assert np.isnan(told.emit).all()


def test_paused_when_nobody_watches_and_new_after_a_reset(found):
    fused = FusedContacts(NAMES)
    assert fused.paused == (False, False)
    fused.step({}, {"force": (True, False), "insole": (False, False)}, 0.0)
    assert fused.paused == (False, True)
    fused.reset()
    assert fused.paused == (False, False)
    first = list(fused.run(found, TICKS))
    fused.reset()
    assert list(fused.run(found, TICKS)) == first
    assert fused.sources == NAMES


def test_a_tick_that_is_not_later_is_not_taken():
    fused = FusedContacts({"force": 1.0})
    assert fused.step([[]], [(True, True)], 5.0) == []
    event = Event("left", "ic", 4.75, 5.0, 1.0)
    for bad in (5.0, 4.0, -9e9):
        assert fused.step([[event]], [(True, True)], bad) == []
    assert fused.step([[event]], [(True, True)], 5.5) == [Event("left", "ic", 4.75, 5.5, 1.0)]


@pytest.mark.parametrize("bad", [np.nan, np.inf, "low", "high"])
@pytest.mark.parametrize("name", RANGES)
def test_bad_settings_are_refused(name, bad):
    low, high = RANGES[name]
    value = {"low": low - 0.001, "high": high + 0.001}.get(bad, bad)
    with pytest.raises(ConfigError, match=rf"^{name} must lie in \[{low}, {high}\], got"):
        FusedContacts(NAMES, **{name: value})


def of_both(*columns):
    return dict.fromkeys(NAMES, Events(*([value] for value in columns)))


ONE = Event("left", "ic", 0.0, 0.0, 1.0)
FLAGS = [(True, True)] * 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda _: FusedContacts(["force"]), r"^sources must map names to weights, got \['force'\]"),
        (lambda _: FusedContacts({1: 1.0}), "^sources must have names of text, got 1"),
        (lambda _: FusedContacts({"force": "high"}), "^weight of force must be a number, got 'high'"),
        (lambda _: FusedContacts({"a": 1.0, "b": 0.0}), r"^weights must lie in \[0.01, 1\], got 0 at index 1"),
        (lambda _: FusedContacts({}), r"^sources must lie in \[1, 8\], got 0"),
        (lambda _: FusedContacts(dict.fromkeys("abcdefghi", 1.0)), r"^sources must lie in \[1, 8\], got 9"),
        (lambda f: f.step({"radar": []}, HERE, 0.0), "^found must name the sources force, insole, got 'radar'"),
        (lambda f: f.step({}, {"force": (True, True)}, 0.0), "^alive must name insole, got"),
        (lambda f: f.step([[]], FLAGS, 0.0), "^found must have a part for each of 2 sources, got"),
        (lambda f: f.step([[], []], None, 0.0), "^alive must have a part for each of 2 sources, got None"),
        (lambda f: f.step([[], 3], FLAGS, 0.0), "^found of insole must be a list of Event, got 3"),
        (lambda f: f.step([[("left", "ic")], []], FLAGS, 0.0), "^found of force must hold Events, got"),
        (lambda f: f.step([[ONE, ONE], []], FLAGS, 0.0), "^found of force must hold one event per foot, got two of"),
        (lambda f: f.step([[ONE._replace(side="l")], []], FLAGS, 0.0), "^side in found of force must be left or right"),
        (lambda f: f.step([[ONE._replace(kind="hs")], []], FLAGS, 0.0), "^kind in found of force must be ic or to"),
        (lambda f: f.step([[ONE._replace(time=np.nan)], []], FLAGS, 0.0), "^time in found of force must be in"),
        (lambda f: f.step([[], []], [(True, True), (True,)], 0.0), "^alive of insole must be a pair of truth values"),
        (lambda f: f.step([[], []], [(True, True), (1, 0)], 0.0), "^alive of insole must be a pair of truth values"),
        (lambda f: f.step([[], []], FLAGS, np.nan), "^t must lie in"),
        (lambda f: f.run({"force": Events.from_rows([])}, [0.0]), "^found must name the sources force, insole, got"),
        (lambda f: f.run({"force": [], "insole": []}, [0.0]), r"^found of force must be Events, got \[\]"),
        (lambda f: f.run(of_both(0, 0, 1e10, 0.0, 1.0), [0.0]), "^time of force must lie in .*, got 10000000000.0 at"),
        (
            lambda f: f.run(of_both(0, 0, 0.0, -np.inf, 1.0), [0.0]),
            "^emit of force must lie in .*, got -inf at",
        ),
        (
            lambda f: f.run(of_both(2, 0, 0.0, 0.0, 1.0), [0.0]),
            r"^side of force must lie in \[0, 1\], got 2 at",
        ),
        (
            lambda f: f.run(of_both(0, 7, 0.0, 0.0, 1.0), [0.0]),
            r"^kind of force must lie in \[0, 1\], got 7 at",
        ),
        (lambda f: f.run(dict.fromkeys(NAMES, Events([0, 1], [0], [0.0], [0.0], [1.0])), [0.0]), "^columns of force"),
        (lambda f: f.run(dict.fromkeys(NAMES, Events.from_rows([])), [1.0, 1.0]), "^t must increase"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ConfigError, match=message):
        call(FusedContacts(NAMES))


@pytest.mark.parametrize(
    ("alive", "message"),
    [
        (np.ones((2, 2), dtype=bool), r"^alive must have shape \(3, 2, 2\), got \(2, 2\)"),
        (np.ones((3, 2, 2)), "^alive must be truth values, got float64"),
        ({"force": np.ones((3, 2), dtype=bool)}, "^alive must name the sources force, insole, got force"),
        ({name: [True] for name in NAMES}, r"^alive of force must have shape \(3, 2\), got \(1,\)"),
    ],
)
def test_bad_flags_of_a_run_are_named(alive, message):
    with pytest.raises(ConfigError, match=message):
        FusedContacts(NAMES).run(dict.fromkeys(NAMES, Events.from_rows([])), np.arange(3.0), alive)


@pytest.mark.parametrize("confidence", [np.nan, np.inf, -1.0, 1e308])
def test_a_confidence_that_is_none_counts_nothing(confidence):
    told = FusedContacts({"force": 1.0}).step([[ONE._replace(confidence=confidence)]], [(True, True)], 0.01)
    assert [event.confidence for event in told] == [0.0]
