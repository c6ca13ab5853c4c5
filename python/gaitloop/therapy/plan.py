"""A therapist's plan as read: checked against the device, the limits and the person before anybody trains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gaitloop._schema import located, parse
from gaitloop.errors import ConfigError
from gaitloop.session.build import trainer_config
from gaitloop.session.limits import LimitsFile
from gaitloop.session.plan import Plan, limits_of, text_of
from gaitloop.session.programme import Programme

from .build import check_fits, check_offered, limits_in_force, rules_of, stages_of
from .machine import machine_plan
from .schema import read_document


@dataclass(frozen=True, slots=True, kw_only=True)
class TherapyPlan:
    """A plan over weeks, in a therapist's units; every value checked.

    Attributes
    ----------
    name : str
        Name of the plan, for displays.
    patient : str or None
        Pseudonym of the person, 32 hexadecimal digits.
    person : mapping
        Category, side, weight [kg], height [cm], strength, tone, and range of motion [deg].
    device : mapping
        Kind of device, its ankles, firmness [%], and the seed of a simulation.
    reference : mapping
        What the person is shown: foot clearance [cm], pelvic tilt [deg], share of the leg's weight carried [%].
    assistance : mapping
        How help changes from stride to stride [%], and how softly it starts [s].
    stages : tuple of mapping
        What a session does in turn.
    schedule : mapping
        Weeks, sessions a week [-], support [%] and speed [km/h] of each week.
    challenge : mapping
        When a session asks more.
    stop : mapping
        When a session holds or ends by itself.
    limits : mapping
        Every limit in force [SI], the person's range of motion included.
    setters : mapping
        Who set each limit.
    text : str
        The file, as read.
    limits_files : tuple of LimitsFile
        Files that the limits come from; none where the plan has them itself.
    balance : mapping
        Force [N] and travel [cm] of the guide sideways, margin of stability and sway [cm] that are well enough, and how
        its help changes from stride to stride [%]; empty where no stage trains the balance.
    """

    name: str
    patient: str | None
    person: Mapping[str, Any]
    device: Mapping[str, Any]
    reference: Mapping[str, Any]
    assistance: Mapping[str, Any]
    stages: tuple[Mapping[str, Any], ...]
    schedule: Mapping[str, Any]
    challenge: Mapping[str, Any]
    stop: Mapping[str, Any]
    limits: Mapping[str, Any]
    setters: Mapping[str, tuple[str, ...]]
    text: str
    limits_files: tuple[LimitsFile, ...] = ()
    balance: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_text(cls, text: str, *, folder: Path | None = None, key: bytes | None = None) -> TherapyPlan:
        """Read a plan.

        Parameters
        ----------
        text : str
            TOML text.
        folder : path-like, optional
            Folder in which the limits files lie that the plan names; without it such a plan is refused.
        key : bytes, optional
            Key that those files must be signed with.

        Returns
        -------
        TherapyPlan
            The plan, of which every session can be run.

        Raises
        ------
        ConfigError
            If anything is missing, unknown, of another type or out of range, not offered by the device, or not allowed
            by the limits or the person's range of motion; the message names its path, and its line where it has one.
        """
        try:
            read = read_document(parse("plan", text))
            limits, files = limits_of(read["limits"], read["device"]["kind"], folder, key)
            force = limits_in_force(limits, read["person"])
            read |= {"limits": force.envelope.to_dict(), "setters": force.sources, "limits_files": files}
            plan = cls(**read, text=text)
            plan._check()
        except ConfigError as error:
            raise ConfigError(located(text, str(error))) from None
        return plan

    @classmethod
    def load(cls, path: str | Path, key: bytes | None = None) -> TherapyPlan:
        """Read a plan from a file.

        Parameters
        ----------
        path : path-like
            TOML file in UTF-8; limits files that it names lie in its folder.
        key : bytes, optional
            Key that those files must be signed with.

        Returns
        -------
        TherapyPlan
            The plan.

        Raises
        ------
        ConfigError
            If the file cannot be read or is refused.
        """
        text = text_of(path)
        try:
            return cls.from_text(text, folder=Path(path).parent, key=key)
        except ConfigError as error:
            raise ConfigError(f"{path}: {error}") from None

    @property
    def sessions(self) -> int:
        """Sessions of the schedule [-]."""
        return int(self.schedule["weeks"] * self.schedule["sessions_per_week"])

    def week_of(self, session: int) -> int:
        """Tell the week of a session.

        Parameters
        ----------
        session : int
            Session [-], from 1.

        Returns
        -------
        int
            Week [-], from 1.

        Raises
        ------
        ConfigError
            If the schedule has no such session.
        """
        if isinstance(session, bool) or not isinstance(session, int) or not 1 <= session <= self.sessions:
            raise ConfigError(f"session must be a whole number in [1, {self.sessions}], got {session!r:.60}")
        return (session - 1) // int(self.schedule["sessions_per_week"]) + 1

    def programme(self, session: int = 1) -> Programme:
        """Make what a session does from beginning to end.

        Parameters
        ----------
        session : int
            Session of the schedule [-], from 1.

        Returns
        -------
        Programme
            Plan of the machine, stages, rules, pseudonym, and the therapist's file.

        Raises
        ------
        ConfigError
            If the schedule has no such session.
        """
        stages = stages_of(self, self.week_of(session) - 1)
        return Programme(
            plan=machine_plan(self, stages, session),
            stages=stages,
            rules=rules_of(self),
            patient=self.patient,
            text=self.text,
            number=session,
        )

    def _check(self) -> None:
        """Make one session of each week, so that no later one can be refused."""
        check_offered(self)
        per_week = self.schedule["sessions_per_week"]
        for week in range(self.schedule["weeks"]):
            check_fits(self, stages_of(self, week), week)
            made = self.programme(week * per_week + 1)
            if not week:
                trainer_config(made.plan)


def is_therapy(text: str) -> bool:
    """Tell whether a file is a therapist's plan, whatever else is wrong with it.

    Parameters
    ----------
    text : str
        TOML text.

    Returns
    -------
    bool
        Whether it calls itself one.
    """
    try:
        return parse("plan", text).get("kind") is not None
    except ConfigError:
        return False


def load_programme(path: Path, key: bytes | None = None, number: int | None = None) -> Programme:
    """Read what a session is to do.

    Parameters
    ----------
    path : path-like
        Plan of a session, or a therapist's plan over weeks.
    key : bytes, optional
        Key that its limits files must be signed with.
    number : int, optional
        Which session of the schedule of a therapist's plan [-]; the first one when absent.

    Returns
    -------
    Programme
        The programme.

    Raises
    ------
    ConfigError
        If the file cannot be read or is refused, or a number is given for a plan without a schedule.
    """
    if is_therapy(text_of(path)):
        return TherapyPlan.load(path, key).programme(1 if number is None else number)
    if number is not None:
        raise ConfigError(f'--session needs a therapist\'s plan (kind = "therapy"), got {number} for {path}')
    return Programme.of(Plan.load(path, key))
