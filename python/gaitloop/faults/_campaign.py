"""Faults by the thousand on simulated people who walk, each with the guard and once more without it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from .. import _core
from .._inputs import Array
from ..errors import ConfigError
from ..plant import Sensors
from ._classes import DeviceClass, class_of
from ._judge import COLUMNS, Judge, Verdict
from ._rows import REACTIONS, Drawn, Row

SEEDS = (1, 2, 3, 4)
#: Ticks until they walk, and over which a fault may begin [ms].
WALKING, SPREAD = 60_000, 2_500
#: Length of a walk without faults [s]; what comes before `SETTLED` [s] does not count.
NOMINAL, SETTLED = 600.0, 25.0

#: Sensors that a device may do without: a second one of each angle, and of the torque that it gives the person.
EXTRA = ("q_second", "tau_interaction")
# State from which on a severity is answered: degraded, soft stop, protective stop, safe.
_ANSWER = tuple(_core.STATES.index(name) for name in ("run", "degraded", "soft_stop", "prot_stop", "safe"))

Report = Callable[[int, int], None]


class Case(NamedTuple):
    """What came of one run.

    Attributes
    ----------
    run : int
        Number of the run, from which all of it follows [-].
    rows : tuple of int
        Positions of the faults among the rows of the device's class [-].
    verdict : Verdict
        What was unsafe.
    seen : float or None
        Time from the fault to the reaction [s], None when there was none.
    reacted : bool
        The reaction was the one of the row, in time.
    named : bool
        The cause names the fault.
    answered : bool
        The tick that saw the fault already answers it; true where none was seen.
    nameless : bool
        It stopped without a cause.
    bare : Verdict
        What was unsafe without the guard.
    """

    run: int
    rows: tuple[int, ...]
    verdict: Verdict
    seen: float | None
    reacted: bool
    named: bool
    answered: bool
    nameless: bool
    bare: Verdict


@dataclass(frozen=True)
class Campaign:
    """Faults on people in a device of some class, with limits that are assumptions of this simulation.

    Parameters
    ----------
    runs : int
        Single faults [-], 0 to 1e7; every row in turn.
    pairs : int
        Pairs of faults of two rows [-], 0 to 1e7.
    seed : int
        Where everything comes from [-], 0 to 1e9.
    sensors : tuple of str
        What the device measures beside what every device does, of `EXTRA` [-].
    device : str
        Class of the device: `treadmill_exo` (with the limits of the demonstration plan), `overground_exo`,
        `end_effector` or `ankle`.

    Raises
    ------
    ConfigError
        If a value is outside its range.
    """

    runs: int = 5000
    pairs: int = 500
    seed: int = 1
    sensors: tuple[str, ...] = EXTRA
    device: str = "treadmill_exo"
    _judges: dict[float, Judge] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, high in (("runs", 10**7), ("pairs", 10**7), ("seed", 10**9)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= high:
                raise ConfigError(f"{name} must lie in [0, {high}], got {value!r}")
        for name in self.sensors:
            if name not in EXTRA:
                raise ConfigError(f"sensors must be of {list(EXTRA)}, got {name!r}")
        limits = self.kind.limits
        self._judges.update({row.overshoot: Judge(limits, row.overshoot) for row in self.rows})

    @property
    def kind(self) -> DeviceClass:
        """The class of the device."""
        return class_of(self.device)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """What is injected: the rows of the table of hazards that apply to the class."""
        return self.kind.rows()

    @cached_property
    def walkers(self) -> list[_core.Simulation]:
        """People who walk, on whom the faults strike."""
        kind, sensors = self.kind, Sensors(**dict.fromkeys(self.sensors, True))

        def walker(who: tuple[float, int]) -> _core.Simulation:
            simulation = kind.walker(*who, sensors)
            simulation.skip(WALKING)
            return simulation

        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            return list(pool.map(walker, [(who, seed) for who in kind.people for seed in SEEDS]))

    def run(self, report: Report | None = None) -> list[Case]:
        """Inject all of them, on all cores.

        Parameters
        ----------
        report : callable, optional
            Told how many runs are done, and of how many.

        Returns
        -------
        list of Case
            A case per run, the single faults first; the same for the same campaign.
        """
        total = self.runs + self.pairs
        assert self.walkers
        cases: list[Case] = []
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            for case in pool.map(self.case, range(total), chunksize=1):
                cases.append(case)
                if report is not None:
                    report(len(cases), total)
        return cases

    def case(self, run: int) -> Case:
        """Do one run again, or for the first time.

        Parameters
        ----------
        run : int
            Its number [-]; from `runs` on they are pairs.

        Returns
        -------
        Case
            What came of it.
        """
        rng = np.random.default_rng((self.seed, run))
        single = run < self.runs
        many = len(self.rows)
        picked = (run % many,) if single else tuple(int(i) for i in rng.choice(many, 2, replace=False))
        walker = self.walkers[rng.integers(len(self.walkers))].fork()
        walker.skip(int(rng.integers(SPREAD)))
        rows = [self.rows[i] for i in picked]
        begin = walker.t * 1e-9
        faults = [row.draw(rng, begin + k * float(rng.uniform(0.0, 0.5))) for k, row in enumerate(rows)]
        bare = walker.fork()
        return self._judged(run, picked, rows, self._watch(walker, faults, rows, guard=True), bare, faults)

    def _watch(self, walker: _core.Simulation, faults: Sequence[Drawn], rows: Sequence[Row], *, guard: bool) -> Array:
        walker.inject([drawn.fault for drawn in faults])
        return walker.watch(round(1000.0 * max(row.watch for row in rows)), guard)

    def _judged(
        self,
        run: int,
        picked: tuple[int, ...],
        rows: Sequence[Row],
        watched: Array,
        bare: _core.Simulation,
        faults: Sequence[Drawn],
    ) -> Case:
        judge = self._judges[max(row.overshoot for row in rows)]
        severity, cause, state = (
            watched[:, COLUMNS[name]][:, 0].astype(int) for name in ("severity", "cause", "state")
        )
        at = np.flatnonzero(severity > 0)
        seen = int(at[0]) if len(at) else None
        row = rows[0]
        needed = all(row.felt(drawn, watched) for row, drawn in zip(rows, faults, strict=True))
        wanted = [_core.SEVERITIES.index(name) for name in REACTIONS[row.reaction]]
        in_time = severity[: max(1, round(1000.0 * row.within))]
        reacted = bool((severity == 0).all()) if row.reaction == "none" else bool(np.isin(in_time, wanted).any())
        reacted = reacted or not needed
        names = {_core.CAUSES.index(name) for row in rows for name in row.causes}
        named = seen is not None and int(cause[seen]) in names
        return Case(
            run,
            picked,
            judge(watched, seen=seen),
            None if seen is None else seen * 1e-3,
            reacted,
            named,
            seen is None or bool(state[seen] >= _ANSWER[severity[seen]]),
            bool((cause[state > _ANSWER[1]] == 0).any()),
            judge(self._watch(bare, faults, rows, guard=False), seen=None),
        )
