"""Three simulated people over twenty sessions: one improves, one stays on a plateau, one has a setback.

How weak a leg is in which session is set here, as recovery cannot be foretold; so are the outcomes, which go with it.
What such a person does in the device is simulated: patients.json has every session's dose and figures, and
`python examples/patients.py --simulate` makes it anew (some minutes). `--out FOLDER` writes a store and the reports.
"""

import argparse
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from gaitloop.progress import Figure, Goal, Monitor, Outcome, Session, Store, course_of, session_of, write_weeks

KEPT = Path(__file__).with_suffix(".json")
BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
SESSIONS, DURATION = 20, 265.0
#: Spread of the form of the day [-], on the scale of the severity; an assumption.
FORM = 0.015
NAMES = ("improves", "plateau", "setback")
#: What was assessed before sessions 1, 7, 13 and after 20: FAC, 10-metre walk [m/s], 6-minute walk [m], Berg.
ASSESSED = {
    "improves": [(2, 0.28, 92, 24), (3, 0.35, 121, 31), (4, 0.43, 148, 38), (4, 0.49, 171, 43)],
    "plateau": [(3, 0.38, 128, 33), (3, 0.40, 133, 35), (3, 0.39, 131, 35), (3, 0.41, 135, 36)],
    "setback": [(3, 0.36, 120, 32), (3, 0.42, 139, 36), (3, 0.43, 146, 37), (3, 0.36, 122, 32)],
}
INSTRUMENTS = ("fac", "walk_10m", "walk_6min", "berg")


def patient(name):
    """Pseudonym of an example, the same every time; real ones are random."""
    return f"{NAMES.index(name) + 1:032x}"


def started(number):
    """Mondays, Wednesdays and Fridays, from session 0 on."""
    return BEGIN + timedelta(days=7 * (number // 3) + 2 * (number % 3))


def severity(name, number):
    """Weakness of the left leg in a session [-], 0 none to 1 no strength."""
    courses = {
        "improves": 0.35 + 0.30 * np.exp(-number / 7.0),
        "plateau": 0.55,
        "setback": 0.45 if number < 13 else 0.75,
    }
    form = np.random.default_rng([NAMES.index(name), number]).normal(0.0, FORM)
    return float(courses[name] + form)


def simulate(name, number, support):
    """One session of the demonstration's plan, begun with a little more support than the one before ended with.

    One that the machine ends early, for a spasm or a fall into the rope, is begun anew with more support; the last try
    is kept.
    """
    from gaitloop.session.plan import demo_plan
    from gaitloop.session.runner import simulate as run

    plan = demo_plan()
    faster = 0.01 * number if name == "improves" else 0.0
    for again in range(3):
        plan = replace(
            plan,
            seed=1000 * (NAMES.index(name) + 1) + 10 * number + again,
            duration=DURATION,
            patient={**plan.patient, "severity": severity(name, number)},
            training={**plan.training, "speed": 0.6 + faster},
            assist={**plan.assist, "initial": 0.9 if again else min(0.9, max(0.7, support + 0.2))},
        )
        digest = run(plan)
        if digest.outcome().stops == ("stop_request",):
            break
    session = session_of(digest, plan, patient=patient(name), started=started(number))
    return session, digest.outcome().support_end


def keep(session, support):
    """What patients.json has of a session."""
    fields = ("duration", "walking", "steps", "active_steps", "distance")
    figures = {key: [float(f"{figure.value:.9g}"), figure.steps] for key, figure in session.figures.items()}
    return {**{key: getattr(session, key) for key in fields}, "support_end": support, "figures": figures}


def simulate_all():
    kept = {}
    for name in NAMES:
        support, kept[name] = 0.9, []
        for number in range(SESSIONS):
            session, support = simulate(name, number, support)
            kept[name].append(keep(session, support))
            print(name, number + 1, f"{session.steps} steps, help {support:.2f} at the end", flush=True)
    people = [f'"{name}": [\n' + ",\n".join(map(json.dumps, rows)) + "\n]" for name, rows in kept.items()]
    KEPT.write_text("{\n" + ",\n".join(people) + "\n}\n", "utf-8")


def sessions(name):
    """Sessions of an example, as they were simulated."""
    for number, row in enumerate(json.loads(KEPT.read_text("utf-8"))[name]):
        fields = {key: value for key, value in row.items() if key not in ("figures", "support_end")}
        figures = {key: Figure(value, steps) for key, (value, steps) in row["figures"].items()}
        yield Session(patient=patient(name), started=started(number), device="treadmill_exo", figures=figures, **fields)


def outcomes(name):
    """Outcomes of an example, an hour before a session."""
    for at, values in zip((0, 6, 12, 20), ASSESSED[name], strict=True):
        taken = started(at) - timedelta(hours=1)
        for instrument, value in zip(INSTRUMENTS, values, strict=True):
            yield Outcome(patient=patient(name), instrument=instrument, value=value, taken=taken, assessor="A1")


def goal(name):
    """What each of them wants: to walk at 0.5 m/s."""
    return Goal(patient=patient(name), measure="walk_10m", target=0.5, agreed=BEGIN - timedelta(days=1))


def fill(path):
    """A store with all three."""
    with Store(path) as store:
        for name in NAMES:
            store.add_patient(patient(name))
            for session in sessions(name):
                store.add_session(session)
            for outcome in outcomes(name):
                store.add_outcome(outcome)
            store.add_goal(goal(name))


def draw(figure):
    row = figure.subplots(1, 3, sharey=True)
    for axes, name in zip(row, NAMES, strict=True):
        walked, monitor = list(sessions(name)), Monitor(run_length=60)
        for number, session in enumerate(walked, 1):
            if monitor.step(session):
                axes.axvline(number, color="C3", ls="--", lw=1)
        figures = [(i, s.figures["step_time_variability"]) for i, s in enumerate(walked, 1)]
        counted = [(i, 100 * figure.value) for i, figure in figures if figure.counts]
        axes.plot(*zip(*counted, strict=True), "C0o-", ms=3)
        axes.set(xlabel="session [-]", title=name)
    row[0].set(ylabel="variation of step time [%]")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--simulate", action="store_true", help="simulate every session anew")
    parser.add_argument("--out", type=Path, help="folder for a store and the reports")
    arguments = parser.parse_args()
    if arguments.simulate:
        simulate_all()
    for name in NAMES:
        monitor, hints = Monitor(run_length=60), []
        for number, session in enumerate(sessions(name), 1):
            hints += [(number, advice.figure) for advice in monitor.step(session)]
        told = ", ".join(f"{figure.replace('_', ' ')} at session {number}" for number, figure in hints) or "none"
        print(f"{name}: hints of a setback: {told}; {monitor.expected_false_alarms:.1f} expected by chance")
    if arguments.out is not None:
        arguments.out.mkdir(parents=True, exist_ok=True)
        fill(arguments.out / "progress.db")
        with Store(arguments.out / "progress.db") as store:
            for name in NAMES:
                for reader in ("therapist", "patient"):
                    files = [arguments.out / f"{name}_{reader}{ending}" for ending in (".html", ".pdf")]
                    write_weeks(course_of(store, patient(name)), files, reader=reader)
    print("three people, twenty sessions each")


if __name__ == "__main__":
    main()
