"""Weeks of people as several tests of the reports need them: the examples', none, one, many, and hostile texts."""

from __future__ import annotations

import importlib.util
from datetime import timedelta
from pathlib import Path

import numpy as np

from gaitloop.progress import AdverseEvent, DropOut, Figure, Goal, Store, course_of
from gaitloop.session import Programme, Rules, Session, Stage, demo_plan
from progress_cases import BEGIN, PERSON, day, outcome, session

ROOT = Path(__file__).resolve().parents[1]
#: Text that would be markup, a script or a template if it were not escaped, and that does not break by itself.
HOSTILE = "<script>alert(1)</script><img src=http://x.example/a.png onerror=alert(1)>{{ 7*7 }}&amp;" + "W" * 300
NAMES = ("improves", "plateau", "setback")


def led_session(out, operator=None):
    """A session of four stages with a pause, a rest, notes, a challenge and the pain button, recorded."""

    def stage(name, kind, minutes, speed, support=0.35, **changes):
        fields = {"mode": "assist", "floor": 0.2, "ceiling": 1.0, **changes}
        return Stage(name=name, kind=kind, minutes=minutes, speed=speed, support=support, **fields)

    stages = (
        stage("warm-up", "warm_up", 0.7, 0.5, 0.4, mode="guidance", floor=0.8, ceiling=0.8),
        stage("first", "walk", 1.2, 0.6),
        stage("rest", "rest", 0.3, 0.0),
        stage("second", "walk", 0.8, 0.6),
    )
    script = [
        *((70.0, "pause"), (76.0, "note shoe <lace>"), (80.0, "resume"), (175.0, "press pain"), (178.0, "reason knee")),
        *((180.0, "press reset"), (181.0, "press arm"), (182.0, "press start")),
    ]
    rules = Rules(pain_stops_max=3, challenge_steps=60, challenge_support=0.05, support_min=0.2)
    programme = Programme(plan=demo_plan(), stages=stages, rules=rules)
    return Session(programme, out=out, operator=operator, script=script).run()


def example():
    """The program of the three people, as a module."""
    spec = importlib.util.spec_from_file_location("patients", ROOT / "examples/patients.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def course(sessions=(), outcomes=(), events=(), goals=(), dropout=None):
    """Weeks of one person, by way of a store."""
    with Store(":memory:") as store:
        store.add_patient(PERSON)
        for each in sessions:
            store.add_session(each)
        for each in outcomes:
            store.add_outcome(each)
        for each in events:
            store.add_adverse_event(each)
        for each in goals:
            store.add_goal(each)
        if dropout is not None:
            store.add_dropout(dropout)
        return course_of(store, PERSON)


def of_example(name):
    """Weeks of one of the examples."""
    patients = example()
    with Store(":memory:") as store:
        store.add_patient(patients.patient(name))
        for each in patients.sessions(name):
            store.add_session(each)
        for each in patients.outcomes(name):
            store.add_outcome(each)
        store.add_goal(patients.goal(name))
        return course_of(store, patients.patient(name))


def many(count=300):
    """A person who trains on and on, with everything that can be measured, and every instrument every two weeks."""
    random = np.random.default_rng(3)
    figures = {"asymmetry": 0.1, "speed": 0.6, "step_time_variability": 0.05, "knee_range": 0.9, "sagittal_gps": 0.1}

    def one(i):
        found = {name: Figure(value * (1.0 + 0.1 * random.standard_normal()), 800) for name, value in figures.items()}
        return session(i * 2.0, figures=found, steps=800 + i, active_steps=300.0 + i)

    values = (("fac", 3), ("walk_10m", 0.4), ("walk_6min", 130), ("berg", 30), ("fugl_meyer_leg", 20))
    taken = [outcome(name, value, at=28.0 * k) for k in range(count // 14) for name, value in values]
    goals = [Goal(patient=PERSON, measure=m, target=t, agreed=BEGIN) for m, t in (("walk_10m", 0.8), ("berg", 50))]
    return course([one(i) for i in range(count)], taken, goals=goals)


def hostile():
    """Texts that want to be something else, and everything else at its longest."""
    events = [
        AdverseEvent(patient=PERSON, happened=day(1), what=HOSTILE, severity="severe", serious=True, related="possible")
    ]
    dropout = DropOut(patient=PERSON, left=day(50), reason="medical", note=HOSTILE)
    sessions = [session(float(i), device="<b>x</b>" + "y" * 60) for i in range(3)]
    taken = [outcome("fac", 2 + (i > 0), at=float(20 * i), assessor="<i>", device="<u>" * 9) for i in range(3)]
    return course(sessions, taken, events, dropout=dropout)


def partly():
    """Sessions of which some lack walking, distance, steps or figures."""
    bare = {"walking": None, "distance": None, "figures": {}, "zones": {}}
    sessions = [session(float(i), **(bare if i % 2 else {})) for i in range(9)]
    return course([*sessions, session(30.0, steps=0, active_steps=0.0, **bare)], [outcome(at=float(timedelta(1).days))])


#: Weeks by name, made when asked for.
COURSES = {
    **{name: lambda name=name: of_example(name) for name in NAMES},
    "empty": course,
    "one": lambda: course([session()], [outcome()]),
    "partly": partly,
    "many": many,
    "hostile": hostile,
}
