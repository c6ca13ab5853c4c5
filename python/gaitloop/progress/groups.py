"""Outcomes of groups: odds ratios, risk ratios and mean differences, pooled over centres with random effects."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any

import numpy as np

from .._inputs import Array
from ..errors import ConfigError, MissingExtraError
from ._fields import number, text, whole, word

#: How the variance between centres is estimated: DerSimonian and Laird, Paule and Mandel.
METHODS = ("dl", "pm")
_MOST = 10_000_000


@dataclass(frozen=True, slots=True)
class TwoByTwo:
    """Events in the two groups of a centre.

    Attributes
    ----------
    centre : str
        Centre or study.
    events : int
        People with the event in the group that trained [-], such as walking independently.
    total : int
        People in that group [-].
    control_events : int
        People with the event in the other group [-].
    control_total : int
        People in the other group [-].

    Raises
    ------
    ConfigError
        If a count is outside its range.
    """

    centre: str
    events: int
    total: int
    control_events: int
    control_total: int

    def __post_init__(self) -> None:
        text("centre", self.centre)
        for name in ("total", "control_total"):
            object.__setattr__(self, name, whole(name, getattr(self, name), 1, _MOST))
        object.__setattr__(self, "events", whole("events", self.events, 0, self.total))
        object.__setattr__(self, "control_events", whole("control_events", self.control_events, 0, self.control_total))

    @classmethod
    def of(cls, centre: str, group: Iterable[bool], control: Iterable[bool]) -> TwoByTwo:
        """Count people.

        Parameters
        ----------
        centre : str
            Centre or study.
        group : iterable of bool
            Whether each person of the group that trained had the event.
        control : iterable of bool
            The same of the other group.

        Returns
        -------
        TwoByTwo
            The counts; who dropped out must be among them, by the rule of the analysis.
        """
        one, other = [bool(event) for event in group], [bool(event) for event in control]
        return cls(centre, sum(one), len(one), sum(other), len(other))


@dataclass(frozen=True, slots=True)
class TwoMeans:
    """Mean and spread of an outcome in the two groups of a centre.

    Attributes
    ----------
    centre : str
        Centre or study.
    mean : float
        Mean of the group that trained [unit of the outcome].
    sd : float
        Its standard deviation [unit of the outcome], above 0.
    total : int
        Its people [-], 2 or more.
    control_mean : float
        Mean of the other group [unit of the outcome].
    control_sd : float
        Its standard deviation [unit of the outcome], above 0.
    control_total : int
        Its people [-], 2 or more.

    Raises
    ------
    ConfigError
        If a number is outside its range.
    """

    centre: str
    mean: float
    sd: float
    total: int
    control_mean: float
    control_sd: float
    control_total: int

    def __post_init__(self) -> None:
        text("centre", self.centre)
        for name in ("total", "control_total"):
            object.__setattr__(self, name, whole(name, getattr(self, name), 2, _MOST))
        for name in ("mean", "control_mean"):
            object.__setattr__(self, name, number(name, getattr(self, name), -1e9, 1e9))
        for name in ("sd", "control_sd"):
            object.__setattr__(self, name, number(name, getattr(self, name), 1e-9, 1e9))


@dataclass(frozen=True, slots=True)
class CentreEffect:
    """Effect of one centre.

    Attributes
    ----------
    centre : str
        Centre or study.
    effect : float
        Ratio [-] or difference [unit of the outcome].
    low : float
        Lower end of its interval [as `effect`].
    high : float
        Upper end of its interval [as `effect`].
    weight : float
        Its share of the pooled effect [-].
    """

    centre: str
    effect: float
    low: float
    high: float
    weight: float


@dataclass(frozen=True, slots=True)
class Pooled:
    """Effect over all centres.

    Attributes
    ----------
    measure : str
        `odds ratio`, `risk ratio` or `mean difference`.
    effect : float
        Ratio [-] or difference [unit of the outcome].
    low : float
        Lower end of its interval [as `effect`].
    high : float
        Upper end of its interval [as `effect`].
    tau2 : float
        Variance between centres, of ratios on the scale of the logarithm [as `effect`, squared].
    i2 : float
        Share of the variance that is between centres [-].
    q : float
        Sum of weighted squares around the effect with fixed weights [-].
    centres : tuple of CentreEffect
        Effects of the centres.
    left_out : tuple of str
        Centres that say nothing about a ratio, as nobody or everybody of both groups had the event.
    """

    measure: str
    effect: float
    low: float
    high: float
    tau2: float
    i2: float
    q: float
    centres: tuple[CentreEffect, ...]
    left_out: tuple[str, ...] = ()


def _library() -> Any:
    try:
        from statsmodels.stats import meta_analysis
    except ImportError as error:
        raise MissingExtraError("group outcomes need the extra stats: pip install 'gaitloop[stats]'") from error
    return meta_analysis


def _pool(measure: str, names: Sequence[str], effect: Array, variance: Array, method: str, level: float) -> Pooled:
    sure = number("level", level, 0.5, 0.999)
    chosen, library = word("method", method, METHODS), _library()
    if len(effect) > 1:
        # Centres that agree better than chance give it a variance below zero, and roots of that nobody asked for.
        with np.errstate(all="ignore"):
            found = library.combine_effects(effect, variance, method_re=chosen, alpha=1.0 - sure)
        tau2, i2, q = max(float(found.tau2), 0.0), max(float(found.i2), 0.0), float(found.q)
    else:  # one centre tells nothing of others, and the library divides by their number less one
        tau2 = i2 = q = 0.0
    # Below zero it counts as none; weights and interval have to agree with that.
    weight = 1.0 / (variance + tau2)
    share, wide = weight / weight.sum(), NormalDist().inv_cdf(0.5 + sure / 2.0)
    mean, half = float(share @ effect), wide / math.sqrt(float(weight.sum()))
    back = math.exp if measure.endswith("ratio") else float
    centres = tuple(
        CentreEffect(name, back(value), back(value - wide * sd), back(value + wide * sd), float(part))
        for name, value, sd, part in zip(names, effect, np.sqrt(variance), share, strict=True)
    )
    return Pooled(measure, back(mean), back(mean - half), back(mean + half), tau2, i2, q, centres)


def _named(tables: Iterable[Any], kind: type) -> list[Any]:
    rows = list(tables)
    if not rows or not all(isinstance(row, kind) for row in rows):
        raise ConfigError(f"tables must be one {kind.__name__} or more, got {rows!r:.80}")
    names = [row.centre for row in rows]
    if len(set(names)) < len(names):
        raise ConfigError(f"centre must differ between tables, got {', '.join(names)!r:.80}")
    return rows


def _pool_ratio(measure: str, tables: Iterable[TwoByTwo], correction: float, method: str, level: float) -> Pooled:
    rows = _named(tables, TwoByTwo)
    none = {row.centre for row in rows if row.events == row.control_events == 0}
    every = {row.centre for row in rows if (row.events, row.control_events) == (row.total, row.control_total)}
    silent = none | every if measure == "odds ratio" else none
    told = [row for row in rows if row.centre not in silent]
    if not told:
        raise ConfigError("tables must have one in which some people had the event and some had not, got none")
    counts = np.array([(r.events, r.total, r.control_events, r.control_total) for r in told], dtype=np.float64)
    # The library would correct every table; only those with an empty cell are, all four of their cells.
    empty = (counts[:, ::2] == 0.0).any(axis=1) | (counts[:, ::2] == counts[:, 1::2]).any(axis=1)
    counts += number("correction", correction, 0.01, 1.0) * np.where(empty[:, None], [1.0, 2.0, 1.0, 2.0], 0.0)
    effect, variance = _library().effectsize_2proportions(*counts.T, statistic=measure.replace(" ", "-"))
    pooled = _pool(measure, [row.centre for row in told], effect, variance, method, level)
    left = tuple(row.centre for row in rows if row.centre in silent)
    return replace(pooled, left_out=left)


def pool_odds_ratio(
    tables: Iterable[TwoByTwo], *, correction: float = 0.5, method: str = "dl", level: float = 0.95
) -> Pooled:
    """Odds ratio over centres, random effects by inverse variance.

    Parameters
    ----------
    tables : iterable of TwoByTwo
        Counts of each centre.
    correction : float
        What is added to all four cells of a table with an empty one [-], 0.01 to 1; 0.5 is the custom [1]_.
    method : str
        `dl`, DerSimonian and Laird [2]_, or `pm`, Paule and Mandel.
    level : float
        Confidence of the intervals [-], 0.5 to 0.999.

    Returns
    -------
    Pooled
        The odds ratio. Intervals take the effect for normal, which is too sure below about ten centres. Reviews that
        weigh by Mantel and Haenszel before they estimate the variance between centres differ in the third digit.

    Raises
    ------
    ConfigError
        If a parameter is outside its range, a centre comes twice, or no table says anything.
    MissingExtraError
        If the extra `stats` is not installed.

    References
    ----------
    .. [1] Higgins, J. P. T. et al., eds. (2019). Cochrane handbook for systematic reviews of interventions, 2nd ed.,
       chapter 10.
    .. [2] DerSimonian, R. and Laird, N. (1986). Meta-analysis in clinical trials. Control. Clin. Trials 7, 177-188.
    """
    return _pool_ratio("odds ratio", tables, correction, method, level)


def pool_risk_ratio(
    tables: Iterable[TwoByTwo], *, correction: float = 0.5, method: str = "dl", level: float = 0.95
) -> Pooled:
    """Risk ratio over centres, random effects by inverse variance.

    Parameters
    ----------
    tables : iterable of TwoByTwo
        Counts of each centre.
    correction : float
        What is added to all four cells of a table with an empty one [-], 0.01 to 1.
    method : str
        `dl` or `pm`.
    level : float
        Confidence of the intervals [-], 0.5 to 0.999.

    Returns
    -------
    Pooled
        The risk ratio.

    Raises
    ------
    ConfigError
        If a parameter is outside its range, a centre comes twice, or no table says anything.
    MissingExtraError
        If the extra `stats` is not installed.
    """
    return _pool_ratio("risk ratio", tables, correction, method, level)


def pool_mean_difference(tables: Iterable[TwoMeans], *, method: str = "dl", level: float = 0.95) -> Pooled:
    """Difference of means over centres, random effects by inverse variance.

    Parameters
    ----------
    tables : iterable of TwoMeans
        Means of each centre, in one unit.
    method : str
        `dl` or `pm`.
    level : float
        Confidence of the intervals [-], 0.5 to 0.999.

    Returns
    -------
    Pooled
        The difference, the group that trained minus the other.

    Raises
    ------
    ConfigError
        If a parameter is outside its range or a centre comes twice.
    MissingExtraError
        If the extra `stats` is not installed.
    """
    rows = _named(tables, TwoMeans)
    effect = np.array([row.mean - row.control_mean for row in rows], dtype=np.float64)
    variance = np.array([r.sd**2 / r.total + r.control_sd**2 / r.control_total for r in rows], dtype=np.float64)
    return _pool("mean difference", [row.centre for row in rows], effect, variance, method, level)


def number_needed_to_treat(odds_ratio: float, base_risk: float) -> float:
    """People to treat for one more with the event, from an odds ratio at a stated base risk [1]_.

    Parameters
    ----------
    odds_ratio : float
        Odds ratio [-], 1e-6 to 1e6.
    base_risk : float
        Share of people with the event without the treatment [-], 0.001 to 0.999.

    Returns
    -------
    float
        Their number [-]; negative where the treatment makes the event rarer, infinite where it changes nothing.

    Raises
    ------
    ConfigError
        If a parameter is outside its range.

    References
    ----------
    .. [1] Higgins, J. P. T. et al., eds. (2019). Cochrane handbook for systematic reviews of interventions, 2nd ed.,
       chapter 15.

    Examples
    --------
    The review of Mehrholz, J. et al. (2020), Cochrane Database Syst. Rev. CD006185.pub5, has an odds ratio of 2.01 of
    independent walking after training with a machine, and one more independent walker for 8 people treated:

    >>> round(number_needed_to_treat(2.01, base_risk=0.18))
    8
    """
    ratio, base = number("odds_ratio", odds_ratio, 1e-6, 1e6), number("base_risk", base_risk, 0.001, 0.999)
    with_it = ratio * base / (1.0 - base + ratio * base)
    return math.inf if with_it == base else 1.0 / (with_it - base)
