"""A monitor of setbacks: a person's figures against the person's own, with a stated number of false alarms.

What it gives is advice to look, never a finding.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from .._inputs import to_number
from ..errors import ConfigError
from ._fields import number, whole, word
from .charts import cusum_limit, ewma_limit, normal_of_t
from .dose import FIGURES, STEPS_NEEDED, Session

#: Figures that are watched where nothing else is said.
WATCHED = (
    *("step_width_variability", "step_time_variability", "foot_placement"),
    *("resistance", "knee_range", "asymmetry"),
)
#: What is taken off each deviate: half of one standard deviation, the shift that is looked for.
REFERENCE = 0.5
#: Weight of the newest deviate in a weighted mean.
WEIGHT = 0.1


class PersonalBaseline:
    """Values of one person against those before, from the third on, without a known mean or spread [1]_.

    Attributes
    ----------
    count : int
        Values so far [-].
    mean : float
        Their mean [unit of the values].

    References
    ----------
    .. [1] Hawkins, D. M. (1987). Self-starting cusum charts for location and scale. The Statistician 36, 299-316.
       Independent normal values give independent standard normal deviates, whatever their mean and spread.
    """

    def __init__(self) -> None:
        self.count = 0
        self.mean = 0.0
        self._squares = 0.0

    @property
    def sd(self) -> float | None:
        """Standard deviation so far [unit of the values]; None before the second."""
        return math.sqrt(self._squares / (self.count - 1)) if self.count > 1 else None

    def step(self, value: float) -> float | None:
        """Take a value.

        Parameters
        ----------
        value : float
            The value [any].

        Returns
        -------
        float or None
            Its deviate from the values before [standard deviations]; None for the first two, and as long as all were
            the same.

        Raises
        ------
        ConfigError
            If it is not finite.
        """
        given = number("value", value, -1e12, 1e12, "any")
        sd, deviate = self.sd, None
        if sd is not None and sd > 1e-12 * max(abs(self.mean), 1e-300):
            t = (given - self.mean) / sd * math.sqrt(self.count / (self.count + 1.0))
            deviate = normal_of_t(t, self.count - 1)
        self.count += 1
        away = given - self.mean
        self.mean += away / self.count
        self._squares += away * (given - self.mean)
        return deviate


class ChartState(NamedTuple):
    """What a chart says after a session.

    Attributes
    ----------
    deviate : float or None
        How much worse than before this session was [standard deviations]; None where it is not judged.
    level : float
        What has been gathered [standard deviations].
    limit : float
        Level above which it warns [standard deviations].
    warned : bool
        Whether it warns now [-]; the level then starts again from zero.
    since : int
        Sessions since the level last left zero [-].
    """

    deviate: float | None
    level: float
    limit: float
    warned: bool
    since: int


class SetbackChart:
    """Gathers how much worse a figure is than before, and warns when it is too much.

    Parameters
    ----------
    run_length : float
        Mean number of judged sessions between false warnings [sessions], 20 to 1e5.
    worse : int
        1 where a larger figure is worse, -1 where a smaller one is [-].
    baseline : int
        Sessions before it begins to judge [-], 2 to 100.
    law : str
        `cusum`, a cumulative sum, or `ewma`, an exponentially weighted mean.

    Raises
    ------
    ConfigError
        If a parameter is outside its range.

    Examples
    --------
    >>> chart = SetbackChart(run_length=100.0, worse=1, baseline=4)
    >>> [chart.step(x).warned for x in (1.0, 1.1, 0.9, 1.0, 1.05, 1.6, 1.7, 1.6)]
    [False, False, False, False, False, False, True, False]
    """

    def __init__(self, *, run_length: float, worse: int, baseline: int, law: str = "cusum") -> None:
        self.run_length = number("run_length", run_length, 20.0, 1e5, "sessions")
        if worse not in (-1, 1):
            raise ConfigError(f"worse must be -1 or 1, got {worse!r:.80}")
        self._worse, self._first = worse, whole("baseline", baseline, 2, 100)
        self._sum = word("law", law, ("cusum", "ewma")) == "cusum"
        if self._sum:
            self.limit = cusum_limit(self.run_length, reference=REFERENCE)
        else:
            spread = math.sqrt(WEIGHT / (2.0 - WEIGHT))
            self.limit = ewma_limit(self.run_length, weight=WEIGHT, sides=1) * spread
        self._baseline, self._level, self._since = PersonalBaseline(), 0.0, 0
        self.judged = 0

    @property
    def expected_false_warnings(self) -> float:
        """How many warnings the sessions judged so far would bring if nothing had changed [-]."""
        return self.judged / self.run_length

    def step(self, value: float) -> ChartState:
        """Take a session.

        Parameters
        ----------
        value : float
            Its figure [any].

        Returns
        -------
        ChartState
            What the chart says.

        Raises
        ------
        ConfigError
            If the value is not finite.
        """
        known = self._baseline.count
        deviate = self._baseline.step(self._worse * to_number("value", value))
        if deviate is None or known < self._first:
            return ChartState(None, self._level, self.limit, False, self._since)
        self.judged += 1
        grown = self._level + deviate - REFERENCE if self._sum else (1.0 - WEIGHT) * self._level + WEIGHT * deviate
        self._level = max(grown, 0.0)
        self._since = self._since + 1 if self._level > 0.0 else 0
        state = ChartState(deviate, self._level, self.limit, self._level > self.limit, self._since)
        if state.warned:
            self._level, self._since = 0.0, 0
        return state

    def restart(self) -> None:
        """Forget the person's values, as after a change of device, shoes or orthosis."""
        self._baseline, self._level, self._since = PersonalBaseline(), 0.0, 0


@dataclass(frozen=True, slots=True)
class Advice:
    """A hint that a figure has become worse.

    Attributes
    ----------
    when : datetime
        Session at which it came.
    figure : str
        Name of the figure.
    before : float
        Its mean over the sessions before [unit of the figure].
    now : float
        Its mean over the sessions of the change [unit of the figure].
    sessions : int
        Sessions over which it changed [-].
    text : str
        What to tell.
    """

    when: datetime
    figure: str
    before: float
    now: float
    sessions: int
    text: str


class Monitor:
    """Watches several figures of one person, with one stated rate of false alarms for all of them together.

    Parameters
    ----------
    run_length : float
        Mean number of sessions between false alarms over all figures [sessions], 20 to 1000. Each chart gets this times
        the number of figures, so that together they warn this often when nothing changes and every figure counts in
        every session.
    figures : sequence of str
        Figures to watch, of which more or less is better.
    baseline : int
        Sessions before it begins to judge [-], 2 to 100.
    law : str
        `cusum` or `ewma`.

    Raises
    ------
    ConfigError
        If a parameter is outside its range.

    Notes
    -----
    The rate holds for figures that vary as independent normal values from session to session. Where a good and a bad
    week follow each other it is higher: with a correlation of 0.3 between neighbouring sessions two to four times, the
    more the longer the run length. A person
    who gets better all the time has a baseline that lags behind, so that a setback is told later.
    """

    def __init__(
        self, *, run_length: float, figures: Sequence[str] = WATCHED, baseline: int = 8, law: str = "cusum"
    ) -> None:
        self.run_length = number("run_length", run_length, 20.0, 1000.0, "sessions")
        if isinstance(figures, str) or not figures or len(set(figures)) != len(figures):
            raise ConfigError(f"figures must be names, each once, got {figures!r:.80}")
        known = [name for name, kind in FIGURES.items() if kind.better]
        self._charts = {
            word("figures", name, known): SetbackChart(
                run_length=self.run_length * len(figures),
                worse=-FIGURES[name].better,
                baseline=baseline,
                law=law,
            )
            for name in figures
        }
        self._values: dict[str, list[float]] = {name: [] for name in figures}
        self._last: datetime | None = None

    @property
    def expected_false_alarms(self) -> float:
        """How many hints the sessions judged so far would bring if nothing had changed [-]."""
        return sum(chart.expected_false_warnings for chart in self._charts.values())

    def step(self, session: Session) -> tuple[Advice, ...]:
        """Take a session; figures that rest on fewer than 300 steps do not count.

        Parameters
        ----------
        session : Session
            The session, later than those before.

        Returns
        -------
        tuple of Advice
            Hints, mostly none.

        Raises
        ------
        ConfigError
            If the session is not later than the one before.
        """
        if self._last is not None and session.started <= self._last:
            raise ConfigError(f"started must lie after {self._last}, got {session.started}")
        self._last = session.started
        found = []
        for name, chart in self._charts.items():
            figure = session.figure(name)
            if figure is None or not figure.counts:
                continue
            self._values[name].append(figure.value)
            state = chart.step(figure.value)
            if state.warned:
                found.append(self._advice(session.started, name, max(state.since, 1)))
        return tuple(found)

    def _advice(self, when: datetime, name: str, sessions: int) -> Advice:
        values = self._values[name]
        before, now = (sum(part) / len(part) for part in (values[:-sessions], values[-sessions:]))
        way = "higher" if now > before else "lower"
        shown = FIGURES[name].describe
        over = "this session" if sessions == 1 else f"the last {sessions} sessions"
        watched = f"{len(self._charts)} figure{'s' if len(self._charts) > 1 else ''}"
        text = (
            f"{name.replace('_', ' ')} seems {way} than this person's usual: {shown(now)} over {over}, "
            f"{shown(before)} over the {len(values) - sessions} before. A hint to look at the person, no finding. "
            f"With nothing changed, one such hint comes about every {self.run_length:.0f} sessions over "
            f"{watched} watched; {self.expected_false_alarms:.1f} were to be expected so far."
        )
        return Advice(when, name, before, now, sessions, text[0].upper() + text[1:])

    def skipped(self, session: Session) -> Mapping[str, str]:
        """Tell which watched figures of a session do not count, and why.

        Parameters
        ----------
        session : Session
            The session.

        Returns
        -------
        mapping of str to str
            Reason by figure.
        """
        reasons = {}
        for name in self._charts:
            figure = session.figure(name)
            if figure is None:
                reasons[name] = "not measured"
            elif not figure.counts:
                reasons[name] = f"{figure.steps} steps, {STEPS_NEEDED} are needed"
        return reasons
