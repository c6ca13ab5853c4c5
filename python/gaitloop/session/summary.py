"""The line that every command about a session ends with."""

from __future__ import annotations

from .digest import Outcome


def summary(outcome: Outcome) -> str:
    """Say how a session was in one line.

    Parameters
    ----------
    outcome : Outcome
        Its numbers.

    Returns
    -------
    str
        Steps, distance, speed, symmetry, support and stops.
    """

    def percent(share: float | None) -> str:
        return "none" if share is None else f"{100 * share:.0f} %"

    symmetry = "unknown" if outcome.symmetry is None else f"{outcome.symmetry:+.3f}"
    asked = sum(cause in ("none", "stop_request") for cause in outcome.stops)
    causes = [cause for cause in outcome.stops if cause not in ("none", "stop_request")]
    stops = f"stops {len(outcome.stops)} ({', '.join([f'{asked} asked for', *causes])})"
    return (
        f"steps {outcome.steps}, distance {outcome.distance:.0f} m, speed {outcome.speed:.2f} m/s, "
        f"symmetry {symmetry}, support {percent(outcome.support_start)} to {percent(outcome.support_end)}, {stops}"
    )
