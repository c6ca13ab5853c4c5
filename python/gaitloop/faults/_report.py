"""The table of a campaign, for people and as JSON."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from .. import _core
from ._campaign import Campaign, Case
from ._goals import goals
from ._judge import OUTCOMES, OUTPUTS
from ._nominal import Nominal, upper
from ._rows import Row

#: Share of the runs of a row that must react in time, and whose cause must name the fault [-].
IN_TIME, NAMED = 0.99, 0.80


def summarise(campaign: Campaign, cases: Sequence[Case], nominal: Nominal | None) -> dict[str, Any]:
    """Gather what came of a campaign.

    Parameters
    ----------
    campaign : Campaign
        What was run.
    cases : sequence of Case
        What came of every run.
    nominal : Nominal or None
        What came of walks without faults.

    Returns
    -------
    dict
        `runs`, `unsafe_outputs`, `unsafe_without_guard`, `rows` and more, ready for JSON.
    """
    single = [case for case in cases if len(case.rows) == 1]
    pairs = [case for case in cases if len(case.rows) > 1]
    stopped = [case for case in single if case.seen is not None]
    found = {
        "version": _core.__version__,
        "device": campaign.device,
        "seed": campaign.seed,
        "sensors": list(campaign.sensors),
        "runs": len(single),
        "pairs": len(pairs),
        "unsafe_outputs": sum(bool(case.verdict.outputs) for case in single),
        "unsafe_outputs_upper_95": _finite(upper(sum(bool(c.verdict.outputs) for c in single), len(single))),
        "unsafe_outputs_of_pairs": sum(bool(case.verdict.outputs) for case in pairs),
        "unsafe_outcomes": sum(bool(case.verdict.outcomes) for case in single),
        "unsafe_outcomes_of_pairs": sum(bool(case.verdict.outcomes) for case in pairs),
        "unsafe_without_guard": sum(_bad(case) for case in single),
        "cause_names_the_fault": _share(case.named for case in stopped),
        "unanswered": sum(not case.answered for case in cases),
        "stopped_without_cause": sum(case.nameless for case in cases),
        "rows": [_row(row, [case for case in single if case.rows == (i,)]) for i, row in enumerate(campaign.rows)],
        "spared": dict(campaign.kind.spared),
        "unsafe": [_replay(campaign, case) for case in cases if case.verdict.outputs][:100],
        "unsafe_pairs": _pairs(campaign, [case for case in cases if len(case.rows) > 1]),
        "nominal": None if nominal is None else nominal._asdict() | {"stops_per_hour_upper_95": _per_hour(nominal)},
    }
    return found | {"goals": goals(found)}


def _pairs(campaign: Campaign, cases: Iterable[Case]) -> list[dict[str, Any]]:
    """Which rows met in pairs with an unsafe outcome, the most frequent first."""
    met = Counter(tuple(sorted(case.rows)) for case in cases if case.verdict.outputs or case.verdict.outcomes)
    return [{"faults": [campaign.rows[i].kind for i in rows], "unsafe": count} for rows, count in met.most_common(50)]


def _row(row: Row, cases: Sequence[Case]) -> dict[str, Any]:
    seen = [case.seen for case in cases if case.seen is not None]
    reacted, named = _share(c.reacted for c in cases), _share(c.named for c in cases if c.seen is not None)
    outcomes = Counter(name for case in cases for name in case.verdict.outcomes)
    met = bool(cases) and reacted is not None and reacted >= IN_TIME and not outcomes
    if row.causes:
        met = met and named is not None and named >= NAMED
    return {
        "row": row.kind.split("_")[0],
        "fault": row.kind,
        "runs": len(cases),
        "unsafe_outputs": dict(Counter(name for case in cases for name in case.verdict.outputs)),
        "unsafe_outcomes": dict(outcomes),
        "unsafe_without_guard": sum(_bad(case) for case in cases),
        "wanted": row.reaction,
        "within_s": row.within,
        "reacted": reacted,
        "median_s": _finite(float(np.median(seen))) if seen else None,
        "p99_s": _finite(float(np.quantile(seen, 0.99))) if seen else None,
        "overshoot_deg": _finite(math.degrees(max((c.verdict.overshoot for c in cases), default=0.0))),
        "cause_names_the_fault": named,
        "unnoticed": sum(case.seen is None for case in cases),
        "unnoticed_and_unsafe": sum(case.seen is None and bool(case.verdict.outcomes) for case in cases),
        "met": met and not any(case.verdict.outputs for case in cases),
    }


def _bad(case: Case) -> bool:
    return bool(case.bare.outputs or case.bare.outcomes)


def _share(flags: Iterable[bool]) -> float | None:
    values = list(flags)
    return sum(values) / len(values) if values else None


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _per_hour(nominal: Nominal) -> float | None:
    return _finite(upper(nominal.stops, nominal.hours))


def _replay(campaign: Campaign, case: Case) -> dict[str, Any]:
    return {"run": case.run, "rows": [campaign.rows[i].kind for i in case.rows], "outputs": list(case.verdict.outputs)}


def table(found: dict[str, Any]) -> str:
    """Write a campaign as text.

    Parameters
    ----------
    found : dict
        What `summarise` gave.

    Returns
    -------
    str
        A line per row, then the sums.
    """
    head = f"{'fault':18}{'runs':>6}{'unsafe':>8}{'bare':>6}  {'wanted':12}{'in time':>8}{'p50 s':>7}{'p99 s':>7}"
    lines = [f"device: {found['device']}", head + f"{'over':>6}{'cause':>7}{'unseen':>8}  met"]
    for row in found["rows"]:
        if not row["runs"]:
            continue
        unsafe = sum(row["unsafe_outputs"].values())
        lines.append(
            f"{row['fault']:18}{row['runs']:6}{unsafe:8}{row['unsafe_without_guard']:6}  {row['wanted']:12}"
            f"{_percent(row['reacted']):>8}{_seconds(row['median_s']):>7}{_seconds(row['p99_s']):>7}"
            f"{row['overshoot_deg'] or 0.0:6.1f}{_percent(row['cause_names_the_fault']):>7}{row['unnoticed']:8}"
            f"  {'yes' if row['met'] else 'NO ' + ' '.join(sorted(row['unsafe_outcomes']))}"
        )
    return "\n".join([*lines, "", *_sums(found), "", *_goals(found), "", *_legend(found)])


def _sums(found: dict[str, Any]) -> list[str]:
    met = sum(row["met"] for row in found["rows"])
    bound = found["unsafe_outputs_upper_95"]
    spared = [f"not played on {found['device']}: {kind} ({why})" for kind, why in found["spared"].items()]
    lines = [
        *spared,
        f"{found['runs']} single faults: {found['unsafe_outputs']} with an unsafe output"
        + (f" (95 % upper bound {bound:.1e} a fault)" if bound is not None else ""),
        f"{found['unsafe_outcomes']} with an unsafe outcome; "
        f"without the guard {found['unsafe_without_guard']} are unsafe",
        f"{found['pairs']} pairs: {found['unsafe_outputs_of_pairs']} with an unsafe output, "
        f"{found['unsafe_outcomes_of_pairs']} with an unsafe outcome",
        f"cause names the fault: {_percent(found['cause_names_the_fault'])}; rows met: {met} of {len(found['rows'])}",
    ]
    nominal = found["nominal"]
    if nominal is not None:
        lines.append(
            f"{nominal['hours']:.1f} h without faults: {nominal['stops']} stops of people who stood up "
            f"(95 % upper bound {nominal['stops_per_hour_upper_95']:.2g} an hour), {nominal['falls']} falls"
        )
    return lines


def _goals(found: dict[str, Any]) -> list[str]:
    met = {True: "yes", False: "NO", None: "too few to say"}
    return [
        f"{goal['goal']:4}{goal['name']:40}{goal['wanted']:22}{goal['seen']:36}{met[goal['met']]}"
        for goal in found["goals"]
    ]


def _legend(found: dict[str, Any]) -> list[str]:
    names = {name for row in found["rows"] for name in (*row["unsafe_outputs"], *row["unsafe_outcomes"])}
    return [f"{name}: {text}" for name, text in (OUTPUTS | OUTCOMES).items() if name in names]


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100.0 * share:.0f} %"


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
