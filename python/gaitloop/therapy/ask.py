"""Asking for the figures of a starting plan, each with what it means; or taking careful ones where nobody is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gaitloop._schema import Choice, Integer, Number
from gaitloop.errors import ConfigError

from .rules import Figures
from .schema import JOINTS, NOT_MEASURED, SIDES, read_range, read_strength, read_tone

#: Names of joints and sides as `hip_left`.
RANGES = tuple(f"{joint}_{side}" for side in SIDES for joint in JOINTS)


@dataclass(frozen=True, slots=True)
class Question:
    """A figure that is asked for.

    Attributes
    ----------
    name : str
        Name of its option.
    text : str
        What is asked, and what the answer means.
    careful : str
        Answer where nobody is asked; empty where it is then left open.
    read : callable
        Reads an answer, given name and text.
    group : str
        Figure that it belongs to.
    """

    name: str
    text: str
    careful: str
    read: Callable[[str, str], Any]
    group: str

    @property
    def help(self) -> str:
        """Text for a list of options; a value that begins with a minus needs the equals sign."""
        return f"{self.text} (--{self.name}=FIGURE)".replace("%", "%%")


def _number(low: float, high: float) -> Callable[[str, str], float]:
    def read(name: str, text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise ConfigError(f"{name} must be a number in [{low:g}, {high:g}], got {text!r:.60}") from None
        return Number(low, high).read(name, value)

    return read


def _whole(low: int, high: int) -> Callable[[str, str], int]:
    def read(name: str, text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise ConfigError(f"{name} must be a whole number in [{low}, {high}], got {text!r:.60}") from None
        return Integer(low, high).read(name, value)

    return read


def _side(name: str, text: str) -> str:
    return Choice(SIDES).read(name, text.strip().lower())


def _strength(name: str, text: str) -> tuple[int, ...]:
    read = _whole(0, 5)
    return read_strength(name, [read(name, part) for part in text.split(",")])


def _tone(name: str, text: str) -> tuple[str, ...]:
    return read_tone(name, [part.strip() for part in text.split(",")])


def _range(name: str, text: str) -> tuple[float, float] | None:
    text = text.strip()
    if text in ("", NOT_MEASURED):
        return None
    read = _number(-90.0, 160.0)
    return read_range(name, [read(name, part) for part in text.split(",")])


def _heart(name: str, text: str) -> float | None:
    return None if text.strip() in ("", NOT_MEASURED) else _number(60.0, 220.0)(name, text)


def _range_question(name: str) -> Question:
    joint, side = name.split("_")
    zero = {
        "hip": "flexion counts up, extension below 0",
        "knee": "flexion counts up",
        "ankle": "lifting the foot counts up",
    }
    text = (
        f"Passive range of the {side} {joint} in degrees, smallest,largest, from upright standing ({zero[joint]}); "
        "Enter where it was not measured"
    )
    return Question(f"range-{joint}-{side}", text, "", _range, "range")


#: Every question, in turn.
QUESTIONS = (
    Question(
        "fac",
        "Functional ambulation category: 0 cannot walk, 1 firm and constant support of a person, 2 light or occasional "
        "touch, 3 somebody stands by, 4 alone on level ground, 5 alone everywhere",
        "0",
        _whole(0, 5),
        "fac",
    ),
    Question("side", "The weaker side, left or right", "left", _side, "side"),
    Question(
        "weight", "Body weight in kg, 40 to 150; the support is a share of it", "75", _number(40.0, 150.0), "weight"
    ),
    Question(
        "height", "Body height in cm, 150 to 200; the reference is scaled by it", "175", _number(150.0, 200.0), "height"
    ),
    *(
        Question(
            f"strength-{side}",
            f"Strength of the {side} hip,knee,ankle, the weakest group of each: 0 no contraction, 1 flicker, 2 moves "
            "without gravity, 3 against gravity, 4 against some resistance, 5 normal",
            "2,2,2",
            _strength,
            "strength",
        )
        for side in SIDES
    ),
    *(
        Question(
            f"tone-{side}",
            f"Tone of the {side} hip,knee,ankle, the highest of each on the modified Ashworth scale: 0 normal, 1 or "
            "1+ slightly raised, 2 clearly, 3 hard to move, 4 rigid",
            "1+,1+,1+",
            _tone,
            "tone",
        )
        for side in SIDES
    ),
    *(_range_question(name) for name in RANGES),
    Question(
        "heart-rate",
        "Heart rate a minute at which the session shall pause, 60 to 220, as whoever answers for the person set it; "
        "Enter where it is not watched",
        "",
        _heart,
        "heart-rate",
    ),
)


def gather(
    given: Mapping[str, str], ask: Callable[[str], str] | None, tell: Callable[[str], None], **more: Any
) -> Figures:
    """Gather the figures of a starting plan.

    Parameters
    ----------
    given : mapping of str to str
        Answers by the name of their question.
    ask : callable or None
        Asks for an answer with a prompt; None where nobody is asked and careful figures are taken.
    tell : callable
        Shows a line.
    **more : object
        Further fields of the figures.

    Returns
    -------
    Figures
        What is known of the person.

    Raises
    ------
    ConfigError
        If an answer that was given is refused, or the answers end.
    """
    answers: dict[str, Any] = {}
    guessed: list[str] = []
    for question in QUESTIONS:
        if question.name in given:
            answers[question.name] = question.read(question.name, given[question.name])
        elif ask is not None:
            answers[question.name] = _asked(question, ask, tell)
        else:
            answers[question.name] = question.read(question.name, question.careful)
            if question.careful:
                guessed.append(question.group)
    return Figures(
        fac=answers["fac"],
        side=answers["side"],
        weight_kg=answers["weight"],
        height_cm=answers["height"],
        strength={side: answers[f"strength-{side}"] for side in SIDES},
        tone={side: answers[f"tone-{side}"] for side in SIDES},
        range={name: answers[f"range-{name.replace('_', '-')}"] for name in RANGES},
        heart_rate=answers["heart-rate"],
        guessed=tuple(dict.fromkeys(guessed)),
        **more,
    )


def _asked(question: Question, ask: Callable[[str], str], tell: Callable[[str], None]) -> Any:
    """Ask until the answer is accepted."""
    tell(f"{question.text}.")
    while True:
        try:
            answer = ask(f"{question.name}: ")
        except EOFError:
            raise ConfigError(f"{question.name} has no answer; give --{question.name}, or --defaults") from None
        try:
            return question.read(question.name, answer)
        except ConfigError as error:
            tell(f"{error}.")
