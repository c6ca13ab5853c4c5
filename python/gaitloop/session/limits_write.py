"""Writing limits files: a complete new one to be confirmed, a confirmation, and the table of what is in force."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np

from gaitloop._core import ENVELOPE_FIELDS, JOINTS
from gaitloop._files import write
from gaitloop._schema import Text
from gaitloop.errors import ConfigError
from gaitloop.safety import Effective

from .limits import LIMITS_VERSION, LimitsFile, sealed
from .plan import demo_plan

_RULES = {
    "smaller": "the smaller value is the narrower",
    "larger": "the larger value is the narrower",
    "own": "it says how the device stops; nobody else can set it",
}
_HEADS = {
    "device": "Limits of a device. Every one is needed and none has a default: the figures below are those of the\n"
    "# simulated device of the demonstration, to be replaced by those of your own risk analysis.",
    "patient": "Limits of a person. Take the mark off a line and write a value: what is named tightens the device's.",
    "session": "Limits of a session. Take the mark off a line and write a value: what is named tightens the device's.",
    "remote": "Limits set from afar. Take the mark off a line and write a value: what is named tightens the device's.",
}


def new_text(source: str, device: str) -> str:
    """Write a limits file that explains every limit and is yet to be confirmed.

    Parameters
    ----------
    source : str
        Who sets the limits, one of `SOURCES`.
    device : str
        Kind of device that they are for.

    Returns
    -------
    str
        TOML text.
    """
    figures = demo_plan().limits
    lines = [
        f"# {_HEADS[source]}",
        "# Not in force until confirmed: read every line, correct it, then",
        "#   gaitloop limits confirm FILE --by NAME-OR-ROLE",
        "# Units are SI. Lists of six follow the joints " + ", ".join(JOINTS) + ".",
        "# An angle may be given in degrees under its name with _deg behind it.",
        f"version = {LIMITS_VERSION}",
        f'source = "{source}"',
        f'device = "{device}"',
        f'name = "{device}"  # what the file is about, for displays',
        "",
        "[limits]",
    ]
    for name, per_joint, low, high, unit, doc, rule in ENVELOPE_FIELDS:
        if source != "device" and rule == "own":
            continue
        each = ", for each joint" if per_joint else ""
        value = [float(v) for v in figures[name]] if per_joint else float(figures[name])
        mark = "" if source == "device" else "# "
        lines += [f"# {doc} [{unit}], {low:g} to {high:g}{each}; {_RULES[rule]}.", f"{mark}{name} = {value}  # confirm"]
    return "\n".join(lines) + "\n"


def confirm(path: str | Path, by: str, key: bytes | None = None, *, today: datetime.date | None = None) -> LimitsFile:
    """Confirm a limits file: write who did, when, and a fingerprint of the content below it.

    Parameters
    ----------
    path : path-like
        The file; an earlier confirmation is replaced only if the content still fits the file's layout.
    by : str
        Name or role of who confirms, 1 to 80 printable characters without quotes and backslashes.
    key : bytes, optional
        Key to sign with.
    today : date, optional
        Day of the confirmation; today's where absent.

    Returns
    -------
    LimitsFile
        The confirmed file.

    Raises
    ------
    ConfigError
        If a value of the file, or `by`, is refused. The file is then as it was.
    """
    Text().read("by", by)
    if '"' in by or "\\" in by:
        raise ConfigError(f"by must have no quotes and backslashes, got {by!r}")
    body = unconfirmed(path)
    LimitsFile.from_bytes(body.encode(), str(path), confirmed=False)
    on = (today or datetime.datetime.now().astimezone().date()).isoformat()
    data = sealed(body, by, on, key).encode()
    confirmed = LimitsFile.from_bytes(data, str(path), key)
    write(path, data)
    return confirmed


def unconfirmed(path: str | Path) -> str:
    """Read the content of a limits file without its confirmation, whatever that is worth.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    str
        The content, which is yet to be checked.

    Raises
    ------
    ConfigError
        If the file cannot be read or is no text.
    """
    try:
        return Path(path).read_bytes().decode("utf-8").partition("\n[confirmation]\n")[0]
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: must be UTF-8 text") from None
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: cannot be read: {getattr(error, 'strerror', error)}") from None


def table(effective: Effective) -> str:
    """Show limits in force, each with its source.

    Parameters
    ----------
    effective : Effective
        The limits.

    Returns
    -------
    str
        A line for each limit: name, unit, value or values, and who set it; several where joints differ.
    """
    rows = [("limit", "unit", "value", "source")]
    for name, _, _, _, unit, *_ in ENVELOPE_FIELDS:
        values = np.atleast_1d(getattr(effective.envelope, name)).tolist()
        setters = effective.sources[name]
        whose = setters[0] if len(set(setters)) == 1 else " ".join(setters)
        rows.append((name, unit, " ".join(f"{value:g}" for value in values), whose))
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    return "\n".join("  ".join([*(c.ljust(w) for c, w in zip(row, widths, strict=False)), row[3]]) for row in rows)
