"""A session: a programme on a machine, recorded, shown, and led by whoever may."""

from __future__ import annotations

import datetime
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from gaitloop.errors import ConfigError, DeviceError, GaitloopError

from .beside import Beside, HeartRate, SidewaysSensor
from .digest import Digest
from .display import Line, Status
from .effort import EffortMeter
from .helm import Ask, Seen
from .keeper import Keeper, open_keeper
from .layout import Tables
from .machine import Machine, Rows, SimulatedMachine
from .plan import Plan
from .programme import MAX_NAME, Programme
from .script import entry, printable
from .sideways import led
from .sight import Sight
from .voice import Voice

#: Time in which a reason for pain may be given [s].
REASON_TIME = 30.0
#: Time in which a stop that a loop was asked for shows in its rows, if it does [s].
STOP_SEEN = 1.0
#: Time after which a simulation that was paused and has no command left ends [s].
PAUSE_TIME = 600.0
#: Reason of a pain that nobody gave one for.
NOT_SAID = "not said"
#: Longest note [characters].
MAX_NOTE = 200


@dataclass(frozen=True, slots=True)
class Ending:
    """How a session ended.

    Attributes
    ----------
    reason : str
        `finished`, `stopped`, `skipped`, `nobody_started`, `nobody_resumed`, `device_lost`, or the cause of the stop of
        the guard that nobody started the machine again after.
    digest : Digest
        What is kept of it for people.
    pains : tuple of str
        Reasons of the pain stops, in order.
    lost_rows : int
        Ticks that the record lacks [-].
    lost_messages : int
        Messages that the record lacks [-].
    message : str
        What went wrong with device or record, in words; empty where nothing did.
    """

    reason: str
    digest: Digest
    pains: tuple[str, ...]
    lost_rows: int
    lost_messages: int
    message: str


class Session:
    """Leads a programme from start to end; every method but `run` may be called from any thread while it runs.

    A pause is no stop: the belt ramps to rest where both feet are on the ground, the posture is held and the supervisor
    stays in `run`. To go on, the person is lifted and guided fully until the belt has its speed, and gets weight and
    freedom back then. Every request is made between two ticks, written down with the tick that had it first, and made
    again by `replay`.

    Parameters
    ----------
    programme : Programme or Plan
        What to do; a plan is a programme of one stage.
    machine : Machine, optional
        What it trains on; the simulated machine of the plan when absent.
    out : path-like, optional
        Record to write; an existing one is replaced. Without it nothing is recorded.
    operator : str, optional
        Pseudonym of who leads it, 32 hexadecimal digits in lower case; never a name.
    script : sequence of (float, str)
        Commands at times of the session [s]: one of `conductor.COMMANDS`, `press NAME` of a button of a simulated
        machine, `reason TEXT` or `note TEXT`.
    patience : float, optional
        How long somebody may take to start the machine, at first and after a stop of the guard [s]; 10 on a machine
        without wall clock, 600 on others.
    show : text file, optional
        Where a line says how it goes.
    ask_reason : callable, optional
        Asks the person for the reason of a pain; called in a thread of its own, and waited for a bounded time.
    heart_rate : callable, optional
        Gives the heart rate now [1/min], or None; asked at every look, so it must not wait. Goes before the machine's.
    sideways : callable, optional
        Gives the `Sideways` of the step that the contact of a side, `left` or `right`, at a time of the session [s]
        ended, or None; asked when a stride closes, so it must not wait.

    Raises
    ------
    ConfigError
        If the programme asks for what the machine cannot do, or a setting is refused.
    MissingExtraError
        If a record is asked for and the extra `log` is not installed.

    Examples
    --------
    >>> from gaitloop.session.plan import demo_plan
    >>> session = Session(demo_plan().change(duration=40.0), script=[(20.0, "pause"), (30.0, "stop")])
    >>> session.run().reason
    'stopped'
    """

    def __init__(
        self,
        programme: Programme | Plan,
        machine: Machine | None = None,
        *,
        out: str | Path | None = None,
        operator: str | None = None,
        script: Sequence[tuple[float, str]] = (),
        patience: float | None = None,
        show: IO[str] | None = None,
        ask_reason: Callable[[], str | None] | None = None,
        heart_rate: HeartRate | None = None,
        sideways: SidewaysSensor | None = None,
    ) -> None:
        self.programme = Programme.of(programme) if isinstance(programme, Plan) else programme
        machine, self._voice = machine or SimulatedMachine(self.programme.plan), Voice(operator)
        patience = patience if patience is not None else 600.0 if machine.live else 10.0
        self.machine, self._conductor, sideways = led(self.programme, machine, patience, sideways)
        self._script = deque(sorted((entry(*given) for given in script), key=lambda given: given[0]))
        self._tables = Tables.from_core()
        person = self.programme.plan.patient
        effort = EffortMeter(self._tables, mass=person["mass"], height=person["height"])
        self._beside = Beside(self._tables, heart_rate, sideways)
        self._sight = Sight(self._tables, effort, self._beside)
        self._out, self._ask_reason = out, ask_reason
        self._line = None if show is None else Line(show)
        self._inbox: deque[tuple[str, str, str]] = deque()
        self._asking: float | None = None
        self._reasons: list[str] = []
        self._stop_asked: float | None = None
        self._paused: float | None = None
        self._status = Status.before(self._conductor)
        self.digest = Digest(self._tables)

    def pause(self, who: str = "therapist") -> None:
        """Let the belt come to rest, the posture held; no stop.

        Parameters
        ----------
        who : str
            Role: `therapist`, `patient`, `remote` or `program`.
        """
        self._hand("pause", "", who)

    def resume(self, who: str = "therapist") -> None:
        """Go on after a pause.

        Parameters
        ----------
        who : str
            Role; a remote may not.
        """
        self._hand("resume", "", who)

    def skip(self, who: str = "therapist") -> None:
        """Go on to the next stage; after the last one the session ends. What a remote says is shown as a wish.

        Parameters
        ----------
        who : str
            Role.
        """
        self._hand("skip", "", who)

    def stop(self, who: str = "therapist") -> None:
        """Come to a soft stop and end; anyone may.

        Parameters
        ----------
        who : str
            Role.
        """
        self._hand("stop", "", who)

    def note(self, text: str, who: str = "therapist") -> None:
        """Write a note into the record; it must not name anybody.

        Parameters
        ----------
        text : str
            1 to 200 printable characters.
        who : str
            Role.

        Raises
        ------
        ConfigError
            If the text is refused.
        """
        self._hand("note", printable("note", text, MAX_NOTE), who)

    def answer(self, reason: str, who: str = "therapist") -> None:
        """Give the reason of the last pain; without one that waits it is a note.

        Parameters
        ----------
        reason : str
            1 to 80 printable characters.
        who : str
            Role.

        Raises
        ------
        ConfigError
            If the text is refused.
        """
        self._hand("reason", printable("reason", reason, MAX_NAME), who)

    def _hand(self, name: str, text: str, who: str) -> None:
        self._voice.who(who)  # whoever gives a role that is none is told here, and not the thread that leads
        self._inbox.append((name, text, who))

    @property
    def status(self) -> Status:
        """How it goes, as of the last look."""
        return self._status

    def run(self) -> Ending:
        """Lead the session to its end; however it goes, machine and record are closed.

        Returns
        -------
        Ending
            How it ended.
        """
        with open_keeper(self._out, self.programme, self._tables, live=self.machine.live) as keeper:
            message = ""
            try:
                message = self._lead(keeper)
            finally:
                try:
                    self.machine.close()
                except GaitloopError as error:  # what was recorded is closed all the same
                    message = f"{message}; {error}" if message else str(error)
                finally:
                    self._close(keeper)
        if keeper.message:
            message = f"{message}; {keeper.message}" if message else keeper.message
        lost = keeper.lost
        return Ending(self._conductor.reason, self.digest, tuple(self._reasons), lost[0], lost[1], message)

    def _lead(self, keeper: Keeper) -> str:
        conductor = self._conductor
        try:
            self.machine.start()
            while conductor.status != "ended":
                rows = self.machine.rows()
                if not len(rows.raw["t"]):
                    if self.machine.end is not None:
                        raise DeviceError(f"the device was lost ({self.machine.end}); see plugs and power")
                    continue
                self._look(rows, keeper)
        except DeviceError as error:
            conductor.end("device_lost", self._sight.t)
            return str(error)
        return ""

    def _look(self, rows: Rows, keeper: Keeper) -> None:
        seen = self._sight.see(rows)
        while self._beside.failed:
            code = f"{self._beside.failed.pop()}_failed"
            keeper.tell("/note", round(seen.t * 1e9), {"who": "program", "when": self._when(), "text_code": code})
        if self._sight.full(live=self.machine.live):
            self._keep(keeper)
        if self._stop_asked is not None and (at := self._sight.stopped_at(rows)) is not None:
            keeper.tell("/change", at, self._change(Ask("stop", None, None)))
            self._stop_asked = None
        elif self._stop_asked is not None and seen.t - self._stop_asked > STOP_SEEN:
            self._stop_asked = None  # it changed nothing: the machine did not train, or the guard was before it
        self._listen(seen, keeper)
        self._give_up(seen)
        self._conductor.asking = self._asking is not None
        for ask in self._conductor.look(seen):
            self._ask(ask, keeper)
        self._after(seen, keeper)

    def _keep(self, keeper: Keeper) -> None:
        for missed, block, events, strides in self._sight.blocks():
            keeper.skip(missed)
            keeper.write(self.digest, block, events, strides)

    def _give_up(self, seen: Seen) -> None:
        """End a simulation that stands in a pause and has nobody to resume it."""
        asked = self._conductor.status == "paused" and self._conductor.reason != "rest"
        if self.machine.live or self._script or not asked:
            self._paused = None
        elif self._paused is None:
            self._paused = seen.t
        elif seen.t - self._paused > PAUSE_TIME:
            self._conductor.end("nobody_resumed", seen.t)

    def _listen(self, seen: Seen, keeper: Keeper) -> None:
        """Take what was commanded since the last look."""
        while self._script and self._script[0][0] <= seen.t:
            _, name, text = self._script.popleft()
            self._inbox.append((name, text, "therapist"))
        while self._inbox:
            name, text, role = self._inbox.popleft()
            who, t = self._voice.who(role), round(seen.t * 1e9)
            if name == "press":
                self.machine.press(text)
            elif name == "reason" and self._asking is not None:
                self._say(text, seen.t, keeper)
            elif name in ("note", "reason"):
                keeper.tell("/note", t, {"who": who, "when": self._when(), "text": text})
            elif role == "remote" and name == "skip":
                self._status = self._status.with_wish("a remote asks to skip")
                keeper.tell("/note", t, {"who": who, "when": self._when(), "text_code": "skip_asked"})
            elif role == "remote" and name == "resume":
                keeper.tell("/note", t, {"who": who, "when": self._when(), "text_code": "resume_refused"})
            else:
                self._conductor.command(name, who)

    def _ask(self, ask: Ask, keeper: Keeper) -> None:
        try:
            t = self.machine.ask(ask)
        except ConfigError:
            self._conductor.refused(ask)
            return
        if ask.what == "stop" and self.machine.live:
            self._stop_asked = self._sight.t  # the tick that took it shows in the rows to come
            return
        keeper.tell("/change", t, self._change(ask))

    def _change(self, ask: Ask) -> dict[str, Any]:
        who = self._conductor.who
        return {"who": who, "when": self._when(), "what": ask.what, "before": ask.before, "after": ask.after}

    def _when(self) -> str | None:
        live = self.machine.live
        return datetime.datetime.now(tz=datetime.UTC).isoformat(timespec="milliseconds") if live else None

    def _after(self, seen: Seen, keeper: Keeper) -> None:
        """Tell what the look brought, and show it."""
        conductor = self._conductor
        for topic, t, values in conductor.told:
            if topic == "/note":
                values = {**values, "when": self._when()}
                if values["text_code"] == "pain_stop":
                    self._pain(seen.t, keeper)
            keeper.tell(topic, t, values)
        conductor.told.clear()
        if self._asking is not None and seen.t - self._asking > REASON_TIME:
            self._say(NOT_SAID, seen.t, keeper)
        self._status = Status.of(conductor, seen, self._asking is not None, self._status)
        if self._line is not None:
            self._line.show(self._status)

    def _pain(self, t: float, keeper: Keeper) -> None:
        if self._asking is not None:
            self._say(NOT_SAID, t, keeper)  # of the pain before
        self._asking = t
        if self._ask_reason is not None:
            thread = threading.Thread(target=self._hear, daemon=True)
            thread.start()
            if not self.machine.live:  # nobody waits in a simulation that stands
                thread.join(REASON_TIME)

    def _hear(self) -> None:
        reason = cast("Callable[[], str | None]", self._ask_reason)()
        if reason:
            self.answer(reason, "patient")

    def _say(self, reason: str, t: float, keeper: Keeper) -> None:
        self._asking = None
        self._reasons.append(reason)
        keeper.tell("/pain", round(t * 1e9), {"reason": reason})

    def _close(self, keeper: Keeper) -> None:
        """Write what is left."""
        t = self._sight.t
        self._conductor.end("interrupted", t)
        self._keep(keeper)
        for topic, at, values in self._conductor.told:
            keeper.tell(topic, at, {**values, "when": self._when()} if topic == "/note" else values)
        self._conductor.told.clear()
        if self._asking is not None:
            self._say(NOT_SAID, t, keeper)
        if self._line is not None:
            self._line.close()
