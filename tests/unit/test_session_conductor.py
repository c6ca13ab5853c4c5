"""What a session does next, on a machine of a few lines: whatever is commanded, it never ends in a wrong state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gaitloop.errors import ConfigError
from gaitloop.session.conductor import STATUSES, Conductor, check_stages
from gaitloop.session.helm import Ask, Seen
from gaitloop.session.plan import demo_plan
from gaitloop.session.programme import Programme, Rules, Stage
from gaitloop.session.standing import STAND_PHASE, stands_well, stopping_distance

PLAN = demo_plan()
LOOK = 0.05
WALK: dict[str, Any] = {
    "name": "walk",
    "kind": "walk",
    "speed": 0.6,
    "support": 0.3,
    "mode": "assist",
    "floor": 0.2,
    "ceiling": 1.0,
}
STAGES = (
    Stage(**WALK | {"minutes": 0.5}),
    Stage(**WALK | {"name": "rest", "kind": "rest", "minutes": 0.2, "speed": 0.0}),
    Stage(**WALK | {"name": "faster", "steps": 40, "speed": 0.8, "mode": "path", "support": 0.2}),
    Stage(**WALK | {"name": "slow", "minutes": 0.3, "speed": 0.4, "mode": "guidance", "kind": "cool_down"}),
)
RULES = Rules(heart_rate_max=140.0, heart_rate_time=1.0, pain_stops_max=3, challenge_steps=20, challenge_support=0.05)


def programme(stages: tuple[Stage, ...] = STAGES, rules: Rules = RULES) -> Programme:
    return Programme(plan=PLAN, stages=stages, rules=rules)


class Machine:
    """Supervisor, belt, rope and change of law as a conductor sees them; it refuses what a trainer refuses."""

    def __init__(self, conductor: Conductor) -> None:
        self.conductor = conductor
        self.seen = Seen(t=0.0, state="standby", support_command=700.0)
        self.speed, self.force = 0.6, 220.0
        self.patterns = [0.6]
        self.changed = 0.0
        self.engaged = self.feet = 0.0
        self.asks: list[Ask] = []
        self.told: list[tuple[str, int, dict[str, Any]]] = []

    def take(self, ask: Ask) -> None:
        self.asks.append(ask)
        if ask.what == "speed":
            assert 0.0 <= ask.after <= min(self.patterns), "a trainer would refuse it"
            self.speed = ask.after
        elif ask.what == "support_force":
            assert 0.0 <= ask.after <= 600.0
            self.force = ask.after
        elif ask.what == "control":
            assert len(self.patterns) == 1, "one change of law at a time"
            assert ask.after["speed"] >= max(self.speed, self.seen.belt_command)
            self.patterns.append(ask.after["speed"])
            self.changed = 0.0
        elif ask.what == "stop" and self.seen.state == "run":
            self.seen = replace(self.seen, state="soft_stop", cause="stop_request")

    def tick(self) -> None:
        state, belt = self.seen.state, self.seen.belt_command
        running = state == "run"
        self.engaged = min(1.0, self.engaged + LOOK / 0.5) if running else 0.0
        target = self.speed if self.engaged >= 1.0 else 0.0
        pace = 0.25 * LOOK if running else LOOK
        belt = belt + max(-pace, min(pace, target - belt))
        if state in ("soft_stop", "prot_stop") and belt == 0.0:
            state = "standby" if state == "soft_stop" else "safe"
        support = self.seen.support_command
        if running:
            support += max(-100.0 * LOOK, min(100.0 * LOOK, self.force - support))
        self.changed += LOOK
        if len(self.patterns) > 1 and self.changed > 1.0:
            self.patterns.pop(0)
        self.feet += 2.4 * belt * LOOK
        steps, self.feet = int(self.feet), self.feet % 1.0
        rate, phase = 1.2 * belt, self.seen.phase[0] + 1.2 * belt * LOOK
        self.seen = replace(
            self.seen,
            t=self.seen.t + LOOK,
            state=state,
            belt=belt,
            belt_command=belt,
            support_command=support,
            engagement=self.engaged,
            change=min(0.99, self.changed) if len(self.patterns) > 1 else 0.0,
            phase=(phase % 1.0, (phase + 0.5) % 1.0),
            rate=(rate, rate),
            steps=steps,
        )
        for ask in self.conductor.look(self.seen):
            self.take(ask)
        self.told += self.conductor.told
        self.conductor.told.clear()

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / LOOK)):
            self.tick()

    def start(self) -> None:
        if self.seen.state in ("standby", "safe"):
            self.seen = replace(self.seen, state="run", cause="none")

    def guard(self, cause: str) -> None:
        if self.seen.state == "run":
            self.seen = replace(self.seen, state="prot_stop", cause=cause)


def walking(given: Programme | None = None, seconds: float = 10.0) -> Machine:
    machine = Machine(Conductor(given or programme(), patience=20.0))
    machine.start()
    machine.run(seconds)
    return machine


class AnySession(RuleBasedStateMachine):
    """Commands, buttons and faults in any order."""

    @initialize()
    def begin(self) -> None:
        self.machine = Machine(Conductor(programme(), patience=20.0))
        self.stops_asked = 0

    @rule(seconds=st.sampled_from([0.05, 0.3, 1.0, 4.0, 15.0]))
    def wait(self, seconds: float) -> None:
        self.machine.run(seconds)

    @rule(name=st.sampled_from(["pause", "resume", "skip"]), who=st.sampled_from(["therapist", "program"]))
    def command(self, name: str, who: str) -> None:
        self.machine.conductor.command(name, who)

    @rule()
    def start(self) -> None:
        self.machine.start()

    @rule(cause=st.sampled_from(["pain", "spasm", "clonus", "support_slack"]))
    def strike(self, cause: str) -> None:
        self.machine.guard(cause)

    @rule(rate=st.sampled_from([None, 100.0, 160.0]))
    def heart(self, rate: float | None) -> None:
        self.machine.seen = replace(self.machine.seen, heart_rate=rate)

    @precondition(lambda self: self.machine.seen.t > 30.0)
    @rule()
    def stop(self) -> None:
        self.stops_asked += 1
        self.machine.conductor.command("stop", "therapist")
        self.machine.tick()
        assert self.machine.conductor.status in ("stopping", "ended")
        assert self.machine.seen.state != "run"

    @invariant()
    def nothing_is_wrong(self) -> None:
        conductor, machine = self.machine.conductor, self.machine
        assert conductor.status in STATUSES
        if conductor.status == "paused":
            assert machine.speed == 0.0
            assert machine.seen.belt_command == 0.0
            assert conductor.reason in ("asked", "rest", "heart_rate")
            assert machine.seen.state in ("run", "prot_stop"), "a pause is no stop"
        if conductor.status in ("held", "ended"):
            assert conductor.reason
        if conductor.status == "held":
            assert machine.seen.state != "run" or machine.speed == 0.0
        marks = [(values["phase"], values["index"]) for topic, _, values in machine.told if topic == "/stage"]
        assert [phase for phase, _ in marks] == ["begin", "end"] * (len(marks) // 2) + ["begin"] * (len(marks) % 2)
        indices = [index for _, index in marks]
        assert indices == sorted(indices)
        if conductor.status == "ended":
            assert len(marks) % 2 == 0

    def teardown(self) -> None:
        """Whatever happened, a stop ends it."""
        if not hasattr(self, "machine"):
            return
        self.machine.conductor.command("stop", "therapist")
        self.machine.run(60.0)
        asks = len(self.machine.asks)
        assert self.machine.conductor.status == "ended"
        assert self.machine.seen.belt_command == 0.0
        self.machine.run(1.0)
        assert len(self.machine.asks) == asks, "nothing is asked after the end"


TestAnySession = AnySession.TestCase
TestAnySession.settings = settings(
    max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def test_a_session_goes_through_its_stages_and_stops() -> None:
    machine = walking(seconds=400.0)
    conductor = machine.conductor
    assert (conductor.status, conductor.reason) == ("ended", "finished")
    names = [values["stage"] for topic, _, values in machine.told if topic == "/stage" and values["phase"] == "begin"]
    assert names == [stage.name for stage in STAGES]
    assert [ask.what for ask in machine.asks].count("stop") == 1
    laws = [(ask.after["law"], ask.after["speed"]) for ask in machine.asks if ask.what == "control"]
    assert laws == [("path", 0.8), ("impedance", 0.4)]


def test_a_resume_lifts_before_the_belt_and_gives_the_weight_back_after_it() -> None:
    machine = walking(programme(rules=Rules()))
    machine.conductor.command("pause", "therapist")
    machine.run(10.0)
    assert machine.conductor.status == "paused"
    machine.asks.clear()
    machine.conductor.command("resume", "therapist")
    machine.run(30.0)
    assert machine.conductor.status == "walking"
    what = [ask.what for ask in machine.asks]
    assert what.index("support_force") < what.index("speed") < what.index("assistance_release")
    forces = [ask.after for ask in machine.asks if ask.what == "support_force"]
    assert forces[0] > 550.0
    assert forces[-1] == pytest.approx(0.3 * 75.0 * 9.80665)


def test_a_heart_rate_above_the_limit_pauses_and_keeps_from_going_on() -> None:
    machine = walking()
    machine.seen = replace(machine.seen, heart_rate=150.0)
    machine.run(0.5)
    assert machine.conductor.status == "walking", "it must last for a second"
    machine.run(10.0)
    assert (machine.conductor.status, machine.conductor.reason) == ("paused", "heart_rate")
    machine.conductor.command("resume", "therapist")
    machine.run(1.0)
    assert machine.conductor.status == "paused"
    machine.seen = replace(machine.seen, heart_rate=110.0)
    machine.conductor.command("resume", "therapist")
    machine.run(1.0)
    assert machine.conductor.status == "resuming"


def test_pain_stops_end_a_session_when_there_were_enough() -> None:
    machine = walking(programme(rules=Rules(pain_stops_max=2)))
    for status in ("held", "stopping"):
        machine.guard("pain")
        machine.tick()
        assert machine.conductor.status == status
        machine.run(2.0)
        machine.start()
        machine.run(40.0)
    assert (machine.conductor.status, machine.conductor.reason) == ("ended", "pain_stops")


def test_the_challenge_rises_with_steps_and_stops_at_its_bound() -> None:
    rules = Rules(challenge_steps=20, challenge_support=0.1, support_min=0.15, challenge_speed=0.1, speed_max=0.7)
    stage = Stage(**WALK | {"minutes": 5.0})
    machine = walking(programme((stage,), rules), seconds=120.0)
    forces = [ask.after / (75.0 * 9.80665) for ask in machine.asks if ask.what == "support_force"]
    assert forces == pytest.approx([0.2, 0.15])
    assert machine.speed == 0.7


def test_a_stage_that_the_machine_cannot_do_is_refused_by_name() -> None:
    for change, text in (
        ({"mode": "balance"}, r"stages\[1\].mode must be another without a guide, got balance: add \[guide\]"),
        ({"terrain": "stairs"}, r"stages\[1\].terrain must be level.*got stairs"),
    ):
        with pytest.raises(ConfigError, match=text):
            check_stages(programme((STAGES[0], replace(STAGES[0], **change))))


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"minutes": None}, "exactly one of minutes and steps"),
        ({"steps": 5, "minutes": None}, r"steps must be a whole number in \[10, 10000\], got 5"),
        ({"speed": float("nan")}, r"speed must lie in \[0.14, 1.4\], got nan"),
        ({"kind": "rest"}, r"speed must lie in \[0, 0\], got 0.6"),
        ({"floor": 1.0, "ceiling": 0.5}, r"floor must lie in \[0, 0.5\], got 1"),
        ({"name": "a\nb"}, "name must have 1 to 80 printable characters"),
        ({"kind": "run"}, "kind must be one of"),
    ],
)
def test_a_stage_names_what_is_wrong(change: dict[str, Any], text: str) -> None:
    with pytest.raises(ConfigError, match=text):
        Stage(**WALK | {"minutes": 1.0} | change)


def test_a_belt_needs_the_way_that_is_foretold() -> None:
    speed, accel, way, dt = 0.6, 0.0, 0.0, 1e-4
    left = 0.6
    while speed > 0.0:
        accel = max(accel - 0.5 * dt, -0.25) if left - accel * accel / (2 * 0.5) > 0.0 else accel + 0.5 * dt
        speed = max(0.0, speed + accel * dt)
        left = speed
        way += speed * dt
    assert stopping_distance(0.6, 0.25, 0.5) == pytest.approx(way, rel=0.05)


def test_a_pause_begins_where_the_weaker_foot_comes_to_stand_flat() -> None:
    limits = PLAN.limits
    way = stopping_distance(0.6, limits["belt_accel_max"], limits["belt_jerk_max"]) * 0.7 / 0.6
    there = (STAND_PHASE - way) % 1.0
    for miss, well in ((0.0, True), (0.02, True), (-0.02, True), (0.05, False), (0.5, False)):
        phase = (there + miss) % 1.0
        assert (
            stands_well(PLAN, Seen(t=1.0, state="run", belt_command=0.6, phase=(phase, 0.0), rate=(0.7, 0.7))) is well
        )


def test_a_stop_before_the_start_holds_when_somebody_starts_all_the_same() -> None:
    machine = Machine(Conductor(programme(), patience=20.0))
    machine.run(0.2)
    machine.conductor.command("stop", "remote")
    machine.run(0.2)
    machine.start()
    machine.run(3.0)
    assert (machine.conductor.status, machine.conductor.reason) == ("ended", "stopped")
    assert machine.seen.state != "run"
    assert machine.seen.belt_command == 0.0


def test_a_stop_that_the_machine_did_not_take_is_asked_for_again() -> None:
    machine = walking()
    deaf, machine.take = machine.take, lambda ask: machine.asks.append(ask)
    machine.conductor.command("stop", "therapist")
    machine.run(2.0)
    assert [ask.what for ask in machine.asks].count("stop") > 3
    machine.take = deaf
    machine.run(10.0)
    assert machine.conductor.status == "ended"
    assert machine.seen.belt_command == 0.0


def test_a_pause_outlasts_a_stop_of_the_guard() -> None:
    machine = walking()
    machine.conductor.command("pause", "therapist")
    machine.run(8.0)
    assert machine.conductor.status == "paused"
    machine.guard("pain")
    machine.run(3.0)
    assert machine.conductor.status == "held"
    machine.start()
    machine.run(20.0)
    assert (machine.conductor.status, machine.conductor.reason) == ("paused", "asked")
    machine.conductor.command("resume", "therapist")
    machine.run(12.0)
    assert machine.conductor.status in ("resuming", "walking")
    assert machine.speed > 0.0


def test_a_pause_may_be_asked_for_before_the_start_and_taken_back() -> None:
    for commands, status in ((["pause"], "paused"), (["pause", "resume"], "walking")):
        machine = Machine(Conductor(programme(), patience=20.0))
        for name in commands:
            machine.conductor.command(name, "therapist")
            machine.run(0.1)
        machine.start()
        machine.run(5.0)
        assert machine.conductor.status == status


def test_pain_counts_while_the_session_stops_and_its_reason_is_waited_for() -> None:
    machine = walking()
    machine.conductor.command("stop", "therapist")
    machine.tick()
    machine.seen = replace(machine.seen, state="prot_stop", cause="pain")
    machine.conductor.asking = True
    machine.run(10.0)
    codes = [values["text_code"] for topic, _, values in machine.told if topic == "/note"]
    assert codes.count("pain_stop") == 1
    assert machine.conductor.status == "stopping", "the reason is waited for"
    machine.conductor.command("stop", "therapist")
    machine.run(0.1)
    assert machine.conductor.status == "ended", "whoever says it twice does not wait"
