"""What a session is told in words: entries of a script, and texts for its record, checked."""

from __future__ import annotations

from gaitloop._core import BUTTONS
from gaitloop.errors import ConfigError

from .conductor import COMMANDS
from .programme import MAX_NAME


def printable(name: str, text: str, most: int) -> str:
    """Take a text for a record.

    Parameters
    ----------
    name : str
        What it is, for messages.
    text : str
        The text.
    most : int
        Most characters [-].

    Returns
    -------
    str
        The text.

    Raises
    ------
    ConfigError
        If it is empty, too long or holds what cannot be printed.
    """
    if not isinstance(text, str) or not 1 <= len(text) <= most or not text.isprintable():
        raise ConfigError(f"{name} must have 1 to {most} printable characters, got {text!r:.60}")
    return text


def entry(t: float, command: str) -> tuple[float, str, str]:
    """Take an entry of a script.

    Parameters
    ----------
    t : float
        When [s], 0 to 100000.
    command : str
        One of `conductor.COMMANDS`, or `press`, `reason` or `note` with a text.

    Returns
    -------
    tuple of (float, str, str)
        Time [s], command and text.

    Raises
    ------
    ConfigError
        If time, command or text is refused.
    """
    name, _, text = command.partition(" ")
    known = (*COMMANDS, "press", "reason", "note")
    if name not in known or (name in COMMANDS) == bool(text):
        raise ConfigError(
            f"script must have one of {', '.join(known)}, the last three with a text, got {command!r:.60}"
        )
    if name == "press" and text not in BUTTONS:
        raise ConfigError(f"script must press one of {', '.join(BUTTONS)}, got {text!r:.60}")
    if isinstance(t, bool) or not isinstance(t, (int, float)) or not 0.0 <= t <= 1e5:
        raise ConfigError(f"script must have times in [0, 100000] s, got {t!r:.60}")
    return float(t), name, printable(name, text, MAX_NAME) if text else ""
