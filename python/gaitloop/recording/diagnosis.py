"""What is wrong with a recording: `check` tells everything, `refuse_errors` what a sensor may not have."""

from __future__ import annotations

from ..errors import RecordingError
from .faulty_rates import faulty_rates
from .faulty_samples import faulty_samples
from .faulty_sides import faulty_sides
from .faulty_units import faulty_units
from .finding import Finding
from .model import Recording
from .sensors import SENSORS, columns_of

__all__ = ["check", "refuse_errors"]


def check(recording: Recording) -> tuple[Finding, ...]:
    """Look for what is wrong with a recording.

    Missing, cut-off and stuck samples, swapped sides, wrong units, signs and axes, and wrong rates, as far as the
    recording itself can tell: two swapped shoes with nothing else in the recording cannot be seen.

    Parameters
    ----------
    recording : Recording
        What is looked through.

    Returns
    -------
    tuple of Finding
        What was found, errors first.

    Examples
    --------
    >>> import numpy as np
    >>> t = np.arange(500) / 100.0
    >>> acc = np.tile([0.0, 0.0, 9.81], (500, 1))
    >>> recording = Recording.from_arrays({"left_foot_acc": acc}, t, units={"acc": "g"})
    >>> [(finding.what, finding.columns[0], finding.error) for finding in check(recording)][:1]
    [('units', 'left_foot_acc_x', True)]
    """
    found = [
        *faulty_units(recording),
        *faulty_sides(recording),
        *faulty_rates(recording),
        *faulty_samples(recording),
    ]
    return tuple(sorted(found, key=lambda finding: not finding.error))


def refuse_errors(recording: Recording, sensor: str) -> None:
    """Refuse columns of a sensor whose unit, sign or axes cannot be right.

    Parameters
    ----------
    recording : Recording
        What is looked through.
    sensor : str
        One of `SENSORS`; only its own columns count.

    Raises
    ------
    RecordingError
        If a unit, sign or axis is wrong; the message names the columns, the value seen and the unit expected.
    """
    columns = set(columns_of(recording, sensor))
    for finding in faulty_units(recording):
        if finding.signal == SENSORS[sensor] and columns & set(finding.columns):
            raise RecordingError(f"{recording.path}: {finding.text}")
