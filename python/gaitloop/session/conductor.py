"""What a session does next: a state machine without clock, thread or file, told what is seen and what was commanded."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from gaitloop.errors import ConfigError

from .balance import LAW_OF, check_balance
from .build import GRAVITY
from .helm import Ask, Helm, Seen, Setting
from .incline import Ground, check_ground
from .learned import Learned
from .programme import Programme, Stage
from .standing import stands_well
from .watch import Watch

#: What a session is doing.
STATUSES = ("waiting", "walking", "pausing", "paused", "resuming", "held", "stopping", "ended")
#: What may be commanded.
COMMANDS = ("pause", "resume", "skip", "stop")

# How a person is set in motion again after standing; all of it is our choice, the best of some thirty settings on forty
# simulated people each. docs/evidence/resumes.json says how many others go on like this.
#: Share of the body weight carried while the belt starts again [-].
LIFT = 0.82
#: Time of standing lifted before the belt starts, and of walking lifted before the weight comes back [s].
READY_TIME, LIFTED_TIME = 1.0, 6.0
#: How long a pause waits for where the belt comes to stand well [s], and belt speed below which it stands [m/s].
AIM_TIME, STILL = 3.0, 0.01
#: Time in which a stop must have come to rest, and that is recorded after it [s].
STOP_PATIENCE, TAIL = 30.0, 1.0
#: Time between two requests of a stop that the machine has not taken [s].
AGAIN = 0.3

_TRAINING = ("run", "degraded")
_STOPPED = ("soft_stop", "prot_stop", "safe", "release", "lockout")


def check_stages(programme: Programme) -> None:
    """Refuse a stage that the trainer cannot do.

    Parameters
    ----------
    programme : Programme
        The programme.

    Raises
    ------
    ConfigError
        If a mode, a terrain or a value is not on offer; the message names stage and field.
    """
    check_balance(programme)
    most = programme.plan.limits["belt_speed_max"]
    for i, stage in enumerate(programme.stages):
        where = f"stages[{i}]"
        if stage.mode not in LAW_OF:
            raise ConfigError(f"{where}.mode must be one of {', '.join(LAW_OF)} on this machine, got {stage.mode}")
        check_ground(where, stage, programme.plan)
        if stage.speed > most:
            raise ConfigError(f"{where}.speed must lie in [0, {most:g}] of limits.belt_speed_max, got {stage.speed:g}")


class Conductor:
    """Leads a session through its stages.

    Parameters
    ----------
    programme : Programme
        What to do.
    patience : float
        How long somebody may take to start the machine, at first and after a stop of the guard [s].

    Attributes
    ----------
    status : str
        One of `STATUSES`.
    index : int
        Number of the stage [-].
    weight : float
        Body weight of the person [N].
    reason : str
        Why the session is paused, held or ended.
    asking : bool
        Whether somebody is asked for the reason of a pain; a session that ends for it waits for the answer.
    told : list of tuple
        Topic, time [ns] and values of what a record is to keep; whoever takes them empties the list.
    """

    def __init__(self, programme: Programme, patience: float = 60.0) -> None:
        check_stages(programme)
        self.programme, self._plan, self._patience = programme, programme.plan, patience
        training, assist, weight = self._plan.training, self._plan.assist, self._plan.patient["mass"] * GRAVITY
        self.weight: float = weight
        self._most: float = self._plan.limits["support_force_max"]
        self.helm = Helm(
            Setting(
                speed=training["speed"],
                support_force=training["support"] * weight,
                law="impedance",
                pattern=training["speed"],
                floor=assist["floor"],
                ceiling=assist["ceiling"],
            )
        )
        self.watch, self._ground, self._learned = Watch(programme.rules), Ground(programme), Learned()
        self.status, self.index, self.reason, self.who = "waiting", 0, "", "program"
        self.seconds, self.steps, self.total = 0.0, 0, 0
        self.told: list[tuple[str, int, dict[str, Any]]] = []
        self._commands: list[tuple[str, str]] = []
        self._last: float | None = None
        self._lifted: float | None = None
        self._down = self._begun = self.asking = self._hurt = self._hasty = False
        self._hold: tuple[str, str] | None = None
        self._since, self._stop_asked = 0.0, -math.inf

    @property
    def stage(self) -> Stage:
        """The stage that runs, or would."""
        return self.programme.stages[min(self.index, len(self.programme.stages) - 1)]

    def command(self, name: str, who: str) -> None:
        """Command something; it is done at the next look.

        Parameters
        ----------
        name : str
            One of `COMMANDS`.
        who : str
            Role, and a pseudonym where there is one.

        Raises
        ------
        ConfigError
            If there is no such command.
        """
        if name not in COMMANDS:
            raise ConfigError(f"command must be one of {', '.join(COMMANDS)}, got {name!r:.60}")
        self._commands.append((name, who))

    def look(self, seen: Seen) -> Iterator[Ask]:
        """See the machine and say what to ask of it.

        Parameters
        ----------
        seen : Seen
            The machine as it is.

        Yields
        ------
        Ask
            One request after the other.
        """
        dt, self._last = 0.0 if self._last is None else max(0.0, seen.t - self._last), seen.t
        self._ground.see(seen, dt)
        self._follow(seen)
        self._feel(seen)
        commands, self._commands = self._commands, []
        for name, who in commands:
            yield from self._obey(name, who, seen)
        walks = self.status in ("walking", "resuming")
        if (alarm := self.watch.alarm(seen, dt, walks=walks)) and walks:
            self._pause(seen, alarm, "program")
        yield from self._count(seen, dt)
        self._carry_on(seen)
        if self.status == "stopping" and seen.state in _TRAINING and seen.t - self._stop_asked >= AGAIN:
            yield from self._ask_stop(seen)  # it was asked before somebody started the machine
        if self.status not in ("waiting", "stopping", "ended"):
            yield from self.helm.steer(self._wanted(seen), seen)

    def refused(self, ask: Ask) -> None:
        """Take back what the trainer refused.

        Parameters
        ----------
        ask : Ask
            The request.
        """
        self.helm.refused(ask)

    def end(self, reason: str, t: float) -> None:
        """End at once, where there is nothing left to ask.

        Parameters
        ----------
        reason : str
            Why.
        t : float
            When [s].
        """
        if self.status != "ended":
            self._close_stage(t, reason)
            self.status, self.reason = "ended", self.reason if self.status == "stopping" else reason

    def _set(self, status: str, seen: Seen, reason: str = "", who: str = "program") -> None:
        self._learned.turn(self.status, status, seen)
        self.status, self.reason, self.who, self._since, self._lifted = status, reason, who, seen.t, None

    def _follow(self, seen: Seen) -> None:
        """What the supervisor did, whoever caused it."""
        waited = seen.t - self._since
        if self.status == "waiting" and seen.state in _TRAINING:
            self._set("walking", seen)
            self._open_stage(seen.t, "started")
            self._keep_pause(seen)
        elif self.status == "held" and seen.state in _TRAINING:
            self._set("resuming", seen)
            self._keep_pause(seen)
        elif self.status in ("waiting", "held") and waited > self._patience:
            self.end(self.reason or "nobody_started", seen.t)
        elif self.status == "stopping":
            if seen.state in (*_TRAINING, "soft_stop", "prot_stop"):
                if waited > STOP_PATIENCE:
                    self.end(self.reason, seen.t)
                self._lifted = None
            elif self._lifted is None:
                self._lifted = seen.t  # at rest since
            elif seen.t - self._lifted >= TAIL and (self._hasty or not self.asking):
                self.end(self.reason, seen.t)
        elif self.status not in ("waiting", "held", "ended") and seen.state not in _TRAINING:
            self._stopped(seen)

    def _keep_pause(self, seen: Seen) -> None:
        """A pause outlasts a stop of the guard, and may be asked for before the machine starts."""
        if self._hold is not None:
            self._pause(seen, *self._hold)
            self._hold = None

    def _feel(self, seen: Seen) -> None:
        """Pain, whatever the session is doing."""
        hurt = seen.state in _STOPPED and seen.cause == "pain"
        if hurt and not self._hurt and self.status != "ended":
            self.told.append(("/note", round(seen.t * 1e9), self._note("pain_stop")))
        self._hurt = hurt

    def _stopped(self, seen: Seen) -> None:
        if self.status in ("pausing", "paused") and self.reason != "rest":
            self._hold = (self.reason, self.who)
        if seen.cause == "stop_request" or seen.state not in _STOPPED:
            self._set("stopping", seen, "stopped", "therapist")
            return
        self._set("held", seen, seen.cause)
        self._down = True
        if self.watch.enough(seen.cause):
            self._set("stopping", seen, f"{seen.cause}_stops")

    def _note(self, code: str, who: str = "program") -> dict[str, Any]:
        return {"who": who, "text_code": code}

    def _obey(self, name: str, who: str, seen: Seen) -> Iterator[Ask]:
        if self.status in ("stopping", "ended"):
            if name == "stop" and self.status == "stopping":
                self._hasty = True
                yield from self._ask_stop(seen)
            return
        done = True
        if name == "stop":
            yield from self._stop(seen, "stopped", who)
        elif name == "skip":
            yield from self._advance(seen, "skipped", who)
        elif name == "pause":
            done = self._obey_pause(seen, who)
        elif self.watch.high(seen):
            done = False
            name = "resume_heart_rate"
        else:
            done = self.status in ("pausing", "paused") and self.reason != "rest"
            if self._hold is not None:
                self._hold, done = None, True
            elif done:
                rest = self.stage.kind == "rest"
                self._set(*(("pausing", seen, "rest", who) if rest else ("resuming", seen, "", who)))
        self.told.append(("/note", round(seen.t * 1e9), self._note(name if done else f"{name}_refused", who)))

    def _obey_pause(self, seen: Seen, who: str) -> bool:
        if self.status in ("waiting", "held"):
            done, self._hold = self._hold is None, self._hold or ("asked", who)
            return done
        rested = self.status in ("pausing", "paused") and self.reason == "rest"
        done = rested or self.status in ("walking", "resuming")
        if done:
            self._pause(seen, "asked", who)
        return done

    def _pause(self, seen: Seen, reason: str, who: str) -> None:
        standing = self.status in ("pausing", "paused")
        self._set("pausing", seen, reason, who)
        if not standing:
            self._down = False
        if who == "program" and reason != "rest":
            self.told.append(("/note", round(seen.t * 1e9), self._note(f"pause_{reason}")))

    def _stop(self, seen: Seen, reason: str, who: str) -> Iterator[Ask]:
        self._set("stopping", seen, reason, who)
        yield from self._ask_stop(seen)

    def _ask_stop(self, seen: Seen) -> Iterator[Ask]:
        self._stop_asked = seen.t
        yield Ask("stop", None, None)

    def _count(self, seen: Seen, dt: float) -> Iterator[Ask]:
        """The stage's time and steps, and its end."""
        self.total += seen.steps
        if self.status not in ("walking", "paused") or (self.status == "paused" and self.reason != "rest"):
            return
        if self.status == "walking":
            self.steps += seen.steps
            if self.stage.kind == "walk" and self.watch.challenge(seen.steps):
                self.who = "program"
                self.told.append(("/note", round(seen.t * 1e9), self._note("challenge_raised")))
        if seen.engagement >= 1.0:
            self.seconds += dt
        stage = self.stage
        over = self.seconds >= 60.0 * stage.minutes if stage.minutes is not None else self.steps >= (stage.steps or 0)
        if over and self._ground.may_end(seen, last=self.index + 1 >= len(self.programme.stages)):
            yield from self._advance(seen, "done", "program")

    def _advance(self, seen: Seen, reason: str, who: str) -> Iterator[Ask]:
        self._close_stage(seen.t, reason)
        if self.index + 1 >= len(self.programme.stages):
            yield from self._stop(seen, "finished" if reason == "done" else reason, who)
            return
        self.index += 1
        self.seconds, self.steps, self.who = 0.0, 0, who
        if self.status == "waiting":
            return
        self._open_stage(seen.t, reason)
        if self.status in ("pausing", "paused") and self.reason == "rest" and self.stage.kind != "rest":
            self._set("resuming", seen, "", who)

    def _open_stage(self, t: float, reason: str) -> None:
        self._begun = True
        self._tell_stage(t, "begin", reason)

    def _close_stage(self, t: float, reason: str) -> None:
        if self._begun:
            self._begun = False
            self._tell_stage(t, "end", reason)

    def _tell_stage(self, t: float, phase: str, reason: str) -> None:
        told = {"stage": self.stage.name, "index": self.index, "phase": phase, "reason": reason}
        self.told.append(("/stage", round(t * 1e9), {**told, **self._ground.told()}))

    def _carry_on(self, seen: Seen) -> None:
        """Pauses and resumes that are under way."""
        waited = seen.t - self._since
        if self.status == "walking" and self.stage.kind == "rest":
            self._pause(seen, "rest", self.who)
        if self.status == "pausing":
            self._down = self._down or stands_well(self._plan, seen) or waited > AIM_TIME
            if self._down and self.helm.asked.speed == 0.0 and seen.belt_command == 0.0 and abs(seen.belt) < STILL:
                self.status = "paused"
        elif self.status == "resuming":
            self._resume(seen)

    def _resume(self, seen: Seen) -> None:
        if self._down:  # the belt stands until the person is lifted
            lifted = seen.support_command >= self._lift() - 1.0 and seen.engagement >= 1.0
            self._lifted = (self._lifted if self._lifted is not None else seen.t) if lifted else None
            if self._lifted is not None and seen.t - self._lifted >= READY_TIME:
                self._down, self._lifted = False, None
        elif seen.belt_command < self._walking().speed - STILL:
            self._lifted = None
        elif self._lifted is None:
            self._lifted = seen.t
        elif seen.t - self._lifted >= LIFTED_TIME:
            self._set("walking", seen, "", self.who)

    def _lift(self) -> float:
        lift = min(self._most, LIFT * self.weight)
        return max(lift, self._walking().support_force)

    def _walking(self) -> Setting:
        """What the stage is walked with."""
        stage = self.stage
        speed, support = self.watch.raised(stage)
        pattern = self.helm.asked.pattern if stage.speed == 0.0 else speed
        floor = stage.ceiling if stage.mode == "guidance" else stage.floor
        return Setting(
            speed=speed,
            support_force=min(support * self.weight, self._most),
            law=LAW_OF[stage.mode],
            pattern=pattern,
            incline=self._ground.wanted(stage, walks=self.status == "walking"),
            floor=floor,
            ceiling=stage.ceiling,
        )

    def _wanted(self, seen: Seen) -> Setting:
        wanted = self._learned.cap(self._walking(), seen)
        if self.status in ("resuming", "held"):
            wanted = replace(wanted, support_force=self._lift(), floor=1.0, ceiling=1.0)
        if self.status == "held" or (self.status in ("pausing", "paused", "resuming") and self._down):
            wanted = replace(wanted, speed=0.0)
        elif self.status == "pausing":  # still on the way to where it may begin to slow down
            wanted = replace(wanted, speed=self.helm.asked.speed, pattern=self.helm.asked.pattern)
        return wanted
