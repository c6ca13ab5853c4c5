"""How often a monitor of setbacks is wrong, and how long it takes: sessions of made-up people, one figure each."""

import copy
from datetime import UTC, datetime, timedelta

import numpy as np

from gaitloop.progress import Figure, Monitor, Session, SetbackChart, cusum_limit, cusum_run_length, new_patient_id

ALL, FIGURES, BASELINE = 60.0, 6, 8  # sessions between false alarms, over six figures; sessions before judging
CHART = SetbackChart(run_length=ALL * FIGURES, worse=1, baseline=BASELINE)


def values(random, correlation=0.0):
    """Endless figures of one person, of one standard deviation."""
    last = random.standard_normal()
    while True:
        yield last
        last = correlation * last + np.sqrt(1.0 - correlation**2) * random.standard_normal()


def wait(random, shift=0.0, before=0, correlation=0.0, most=3000):
    """Sessions until a warning, from `before` judged sessions on."""
    chart = copy.deepcopy(CHART)
    for count, value in enumerate(values(random, correlation), -BASELINE - before):
        warned = chart.step(value + (shift if count >= 0 else 0.0)).warned
        if count >= 0 and (warned or count >= most):
            return count + 1
    return most


def delays(before, people=150):
    """Delays for one standard deviation [sessions]."""
    random = np.random.default_rng(before)
    return np.array([wait(random, shift=1.0, before=before, most=100) for _ in range(people)])


def person():
    """Step-time variability over thirty sessions, the last ten worse, and the hints with their sessions."""
    random, patient = np.random.default_rng(4), new_patient_id()
    monitor, found = Monitor(run_length=ALL, figures=("step_time_variability",)), []
    series = 0.050 + 0.004 * random.standard_normal(30) + np.where(np.arange(30) >= 20, 0.008, 0.0)
    for i, value in enumerate(series):
        session = Session(
            patient=patient, started=datetime(2026, 3, 2, 9, tzinfo=UTC) + timedelta(days=2 * i), device="exoskeleton",
            duration=1800.0, walking=1500.0, steps=1400, active_steps=700.0, distance=750.0,
            figures={"step_time_variability": Figure(value, 1400)},
        )  # fmt: skip
        found += [(i + 1, advice) for advice in monitor.step(session)]
    return series, found


def main():
    random = np.random.default_rng(1)
    for name, correlation in (("independent sessions", 0.0), ("neighbours correlated by 0.3", 0.3)):
        lengths = [wait(random, correlation=correlation) for _ in range(300)]
        print(f"{name}: a false warning every {np.mean(lengths):.0f} sessions, {CHART.run_length:.0f} designed")
    for before in (4, 12, 24):
        found = delays(before)
        shares = [f"{np.mean(found <= limit):.0%} within {limit}" for limit in (10, 20)]
        print(f"1 SD worse after {BASELINE + before} sessions: told after {np.median(found):.0f}, {', '.join(shares)}")
    print(person()[1][0][1].text)


def draw(figure):
    figure.set_size_inches(9.0, 3.4)
    left, right = figure.subplots(1, 2)
    series, found = person()
    left.plot(np.arange(1, 31), 100 * series, "C0.-")
    left.axvspan(20.5, 30.5, color="C3", alpha=0.10)
    for session, _ in found:
        left.axvline(session, color="C3", linestyle="--")
    left.set(xlabel="session [-]", ylabel="step time, coefficient of variation [%]", title="A person who gets worse")
    shifts = np.linspace(0.25, 2.5, 40)
    for number in (1, 3, 6):
        limit = cusum_limit(ALL * number)
        lengths = [cusum_run_length(0.5, limit, shift=shift) for shift in shifts]
        right.plot(shifts, lengths, label=f"{number} watched, baseline known, mean")
    for before, marker in ((4, "v"), (12, "s"), (24, "^")):
        label = f"6, own baseline of {BASELINE + before} sessions, median"
        right.plot(1.0, np.median(delays(before)), f"k{marker}", markersize=5, label=label)
    right.set(xlabel="shift [standard deviations]", ylabel="delay [sessions]", title="Delay, one false alarm in 60")
    right.set_ylim(0, 40)
    right.legend()


if __name__ == "__main__":
    main()
