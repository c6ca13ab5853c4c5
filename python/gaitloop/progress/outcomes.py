"""Outcomes of a person: clinical instruments with their ranges and meaning, drop-outs, adverse events.

Numbers of instruments come from the papers named beside them; nothing else here is a clinical number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from ..errors import ConfigError
from ._fields import LONG, moment, number, patient_id, text, whole, word

#: Least FAC level of a person who walks without anybody's help, on level ground at least.
INDEPENDENT = 4
#: Reasons for which somebody leaves a programme.
DROPOUT_REASONS = ("withdrew", "adverse_event", "medical", "transferred", "lost_contact", "died", "other")
#: How bad an adverse event was.
SEVERITIES = ("mild", "moderate", "severe")
#: Whether an adverse event had to do with the training.
RELATIONS = ("unrelated", "unlikely", "possible", "probable", "definite", "unknown")
#: Aids a person may hold or wear during a test.
AIDS = ("none", "cane", "crutches", "walker", "orthosis", "several", "unknown")


@dataclass(frozen=True, slots=True)
class Instrument:
    """What is asked or measured, in which range, and what it says.

    Attributes
    ----------
    key : str
        Name in files.
    name : str
        Name for people.
    unit : str
        Unit of its values.
    low : float
        Smallest value [`unit`].
    high : float
        Largest value [`unit`].
    whole : bool
        Whether only whole numbers occur [-].
    meaning : str
        What the values say.
    source : str
        Where that is from.
    levels : tuple of str
        Words for each whole value from `low`, where there are any.
    """

    key: str
    name: str
    unit: str
    low: float
    high: float
    whole: bool
    meaning: str
    source: str
    levels: tuple[str, ...] = ()

    def read(self, value: float, name: str | None = None) -> float:
        """Check a value.

        Parameters
        ----------
        value : float
            The value [`unit`].
        name : str, optional
            What to call it in an error; its key when absent.

        Returns
        -------
        float
            The accepted value [`unit`].

        Raises
        ------
        ConfigError
            If it is no number, out of range, or not whole where it must be.
        """
        given = number(name or self.key, value, self.low, self.high, self.unit)
        if self.whole and given != int(given):
            raise ConfigError(f"{name or self.key} must be a whole number, got {given:g}")
        return given

    def describe(self, value: float) -> str:
        """Put a value in words.

        Parameters
        ----------
        value : float
            The value [`unit`].

        Returns
        -------
        str
            The value with its unit, and its level where it has a name.
        """
        given = self.read(value)
        shown = f"{given:g}" if self.unit == "-" else f"{given:g} {self.unit}"
        return f"{shown} ({self.levels[int(given - self.low)]})" if self.levels else shown


_FAC_LEVELS = (
    "cannot walk, or only between bars or with more than one helper",
    "one person holds and carries weight all the time",
    "one person steadies, on and off or all the time",
    "one person stands by or speaks, without touching",
    "independent on level ground",
    "independent anywhere, stairs and slopes too",
)
_LARGEST_SPEED, _LARGEST_WAY = 4.0, 1200.0
_LIST = (
    Instrument(
        "fac",
        "Functional Ambulation Category",
        "-",
        0.0,
        5.0,
        True,
        "how much help walking takes; 4 and 5 are independent walking; 4 or more after four weeks foretold walking in "
        "the community at six months with 100 % sensitivity and 78 % specificity",
        "Holden et al. 1984, Phys Ther 64, 35-40; Mehrholz et al. 2007, Arch Phys Med Rehabil 88, 1314-1319",
        _FAC_LEVELS,
    ),
    Instrument(
        "walk_10m",
        "10-metre walk, comfortable speed",
        "m/s",
        0.0,
        _LARGEST_SPEED,
        False,
        "speed over the timed part of a walk; below 0.4 at home, to 0.8 with limits in the community, above it without",
        "Perry et al. 1995, Stroke 26, 982-989; the upper end of the range is an assumption",
    ),
    Instrument(
        "walk_6min",
        "6-minute walk",
        "m",
        0.0,
        _LARGEST_WAY,
        False,
        "how far a person walks in six minutes; 0 where nobody can let the person try",
        "ATS 2002, Am J Respir Crit Care Med 166, 111-117; the upper end of the range is an assumption",
    ),
    Instrument(
        "berg",
        "Berg Balance Scale",
        "-",
        0.0,
        56.0,
        True,
        "fourteen tasks of balance, 0 to 4 each",
        "Berg et al. 1992, Can J Public Health 83 Suppl 2, S7-S11",
    ),
    Instrument(
        "fugl_meyer_leg",
        "Fugl-Meyer Assessment, lower extremity",
        "-",
        0.0,
        34.0,
        True,
        "seventeen movements of the leg, 0 to 2 each",
        "Fugl-Meyer et al. 1975, Scand J Rehabil Med 7, 13-31",
    ),
)
#: Instruments by key, independence first.
INSTRUMENTS: Mapping[str, Instrument] = MappingProxyType({instrument.key: instrument for instrument in _LIST})


def walk_speed(time: float, distance: float = 10.0) -> float:
    """Speed of a timed walk.

    Parameters
    ----------
    time : float
        Time over the timed part [s], 0.5 to 600.
    distance : float
        Its length [m], 2 to 50.

    Returns
    -------
    float
        Speed [m/s].

    Raises
    ------
    ConfigError
        If a number is outside its range, or the speed is above 4 m/s.

    Examples
    --------
    >>> walk_speed(20.0)
    0.5
    """
    speed = number("distance", distance, 2.0, 50.0, "m") / number("time", time, 0.5, 600.0, "s")
    return INSTRUMENTS["walk_10m"].read(speed, "distance / time")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One value of an instrument, with who took it, when and under what conditions.

    Attributes
    ----------
    patient : str
        Pseudonym, as `new_patient_id` gives.
    instrument : str
        Key of the instrument.
    value : float
        Value [unit of the instrument].
    taken : datetime
        When, with a time zone.
    assessor : str
        Code of who took it; no name.
    device : str
        Device worn during the test, `none` without one, `unknown` where nobody wrote it down.
    aid : str
        Aid in use, one of `AIDS`.

    Raises
    ------
    ConfigError
        If a field is outside its range.
    """

    patient: str
    instrument: str
    value: float
    taken: datetime
    assessor: str
    device: str = "none"
    aid: str = "none"

    def __post_init__(self) -> None:
        patient_id(self.patient)
        key = word("instrument", self.instrument, tuple(INSTRUMENTS))
        object.__setattr__(self, "value", INSTRUMENTS[key].read(self.value))
        object.__setattr__(self, "taken", moment("taken", self.taken))
        text("assessor", self.assessor)
        text("device", self.device)
        word("aid", self.aid, AIDS)

    @property
    def independent(self) -> bool | None:
        """Whether the person walks independently; None where the instrument does not say."""
        return self.value >= INDEPENDENT if self.instrument == "fac" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DropOut:
    """That a person left the programme before its end.

    Attributes
    ----------
    patient : str
        Pseudonym.
    left : datetime
        When, with a time zone.
    reason : str
        One of `DROPOUT_REASONS`.
    note : str
        What else there is to say; no name.

    Raises
    ------
    ConfigError
        If a field is outside its range.
    """

    patient: str
    left: datetime
    reason: str
    note: str = ""

    def __post_init__(self) -> None:
        patient_id(self.patient)
        object.__setattr__(self, "left", moment("left", self.left))
        word("reason", self.reason, DROPOUT_REASONS)
        text("note", self.note, LONG, empty=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEvent:
    """Something bad that happened to a person, whether or not the training caused it.

    Attributes
    ----------
    patient : str
        Pseudonym.
    happened : datetime
        When, with a time zone.
    what : str
        What it was, in a few words; no name.
    severity : str
        One of `SEVERITIES`.
    serious : bool
        Whether it led to death, danger to life, a stay in hospital or lasting harm [-].
    related : str
        One of `RELATIONS`.
    session : int or None
        Number of the session in the store, where it happened in one [-].

    Raises
    ------
    ConfigError
        If a field is outside its range.
    """

    patient: str
    happened: datetime
    what: str
    severity: str
    serious: bool
    related: str
    session: int | None = None

    def __post_init__(self) -> None:
        patient_id(self.patient)
        object.__setattr__(self, "happened", moment("happened", self.happened))
        text("what", self.what, LONG)
        word("severity", self.severity, SEVERITIES)
        if not isinstance(self.serious, bool):
            raise ConfigError(f"serious must be true or false, got {self.serious!r:.80}")
        word("related", self.related, RELATIONS)
        if self.session is not None:
            whole("session", self.session, 1, 2**62)
