"""Balance sideways as a session trains it: the guide that follows the rows, what a step says, how much help there is.

Guide and simulated person follow the rows of the machine: they are a function of the plan, the rows and what was asked
of the guide, so that a record is replayed from what it has.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gaitloop._core import StrideMeasures
from gaitloop.assist import BandLaw
from gaitloop.errors import ConfigError
from gaitloop.plant import SIDEWAYS_FIELDS, PelvisGuide, SidewaysPlant

from .beside import Sideways
from .layout import Tables
from .plan import Plan, named
from .programme import Programme

#: Modes of a stage that the trainer offers, and the law of each.
LAW_OF = {
    "guidance": "impedance",
    "assist": "impedance",
    "path": "path",
    "resistance": "resistance",
    "balance": "impedance",
}
#: How much better than asked a step must be before help fades [m]; assumption.
MARGIN = 0.01
#: Time that is looked back at and that is kept [s], how long before a contact of the trainer a foot may have landed and
#: how long after it [s]: less than the trainer needs to close a stride, so that a replay sees what the session saw.
BACK, KEPT, BEFORE, AFTER = 6.0, 8.0, 0.3, 0.003
#: Columns of a row kept besides those of the guide: time [s], force of the left and of the right foot [N].
_T, _LEFT, _RIGHT = (len(SIDEWAYS_FIELDS) + i for i in range(3))
_AT = {name: i for i, name in enumerate(SIDEWAYS_FIELDS)}
#: Subtask of the law that a sway belongs to.
_WEIGHT_SHIFT = 5
#: States of the supervisor in which the guide may be soft.
_SOFT = ("run", "degraded")
Floats = NDArray[np.float64]


class Asked(NamedTuple):
    """How soft the guide may be.

    Attributes
    ----------
    floor : float
        Least share of help [-].
    ceiling : float
        Largest share of help [-].
    """

    floor: float
    ceiling: float


def guide_of(plan: Plan) -> PelvisGuide:
    """Take the guide of a plan.

    Parameters
    ----------
    plan : Plan
        The plan.

    Returns
    -------
    PelvisGuide
        The guide, checked.

    Raises
    ------
    ConfigError
        If the plan has none, or a value is refused; the message names its path.
    """
    if plan.guide is None:
        raise ConfigError("guide is missing; a stage that trains the balance needs its force and travel")
    with named("guide"):
        names = ("stiffness_min", "stiffness_max", "damping", "force_max", "travel")
        return PelvisGuide(**{name: plan.guide[name] for name in names})


def _impairment(patient: Mapping[str, Any]) -> float:
    """Share of what a person lacks sideways [-]; assumption: as much as they lack otherwise."""
    if patient["profile"] == "healthy":
        return 0.0
    return float(patient["severity"]) if "severity" in patient else (5 - int(patient["level"])) / 5.0


class World:
    """The pelvis of a simulated person in the guide of a plan, moved on by rows.

    Parameters
    ----------
    plan : Plan
        The plan; it has a guide.
    tables : Tables
        Field tables of the rows.
    """

    def __init__(self, plan: Plan, tables: Tables) -> None:
        self.guide, person = guide_of(plan), plan.patient
        self._plant = SidewaysPlant(
            mass=person["mass"],
            height=person["height"],
            impairment=_impairment(person),
            side=person["side"],
            guide=self.guide,
            seed=plan.seed,
        )
        self._forces = tables.columns("sample", "foot_force")
        self._state = tables.command_integers.index("state")
        self._soft = [tables.states.index(name) for name in _SOFT]
        self._last: Floats = np.zeros(2)
        self._kept: deque[Floats] = deque()
        self.caught = False
        self.t = 0

    def ask(self, share: float | None) -> None:
        """Ask the guide for a share of its help.

        Parameters
        ----------
        share : float or None
            0 (softest) to 1 [-]; None lets it hold. Whoever was caught is let go by a share.

        Raises
        ------
        ConfigError
            If it is no number from 0 to 1.
        """
        if share is None:
            self._plant.ask(None)
            return
        if not isinstance(share, float | int) or isinstance(share, bool) or not 0.0 <= share <= 1.0:
            raise ConfigError(f"guide_share must lie in [0, 1], got {share!r:.60}")
        if self.caught:
            self._plant.release()
            self.caught = False
        self._plant.ask(self.guide.stiffness(float(share)))

    def add(self, t: NDArray[np.int64], sample: Floats, valid: NDArray[np.bool_], integers: NDArray[Any]) -> None:
        """Go on by rows.

        Parameters
        ----------
        t : ndarray of int, shape (T,)
            Times [ns].
        sample : ndarray of float, shape (T, N)
            What the machine measured [SI].
        valid : ndarray of bool, shape (T, N)
            Which of it was measured.
        integers : ndarray of int, shape (T, M)
            Integers of the commands.
        """
        force = self._held(np.array(sample[:, self._forces]), np.asarray(valid[:, self._forces], dtype=np.bool_))
        free = np.isin(integers[:, self._state], self._soft)
        rows = self._plant.run(t, force, free)
        self._kept.append(np.column_stack([rows, t * 1e-9, force]))
        self.t, self.caught = int(t[-1]), bool(rows[-1, _AT["caught"]])
        while self._kept and self._kept[0][-1, _T] < self.t * 1e-9 - KEPT:
            self._kept.popleft()

    def _held(self, force: Floats, valid: NDArray[np.bool_]) -> Floats:
        """Forces, the last one measured where there is none."""
        if not valid.all():
            for row, known in zip(force, valid, strict=True):
                row[~known] = self._last[~known]
                self._last = row.copy()
        self._last = force[-1].copy()
        return force

    def step(self, side: str, t: float) -> Sideways | None:
        """Tell of the step that a contact ended, and of the stride before it.

        Parameters
        ----------
        side : str
            `left` or `right`.
        t : float
            Time of the contact [s].

        Returns
        -------
        Sideways or None
            What is known of it; None where no foot landed about then.
        """
        rows = np.concatenate(self._kept) if self._kept else np.empty((0, _RIGHT + 1))
        rows = rows[(rows[:, _T] > t - BACK) & (rows[:, _T] <= t + AFTER)]
        code = ("left", "right").index(side)
        landings = np.flatnonzero(rows[:, _AT["landed"]] == code)
        if not len(landings):
            return None
        here = int(landings[-1])
        if float(rows[here, _T]) < t - BEFORE:
            return None
        return _told(rows, here, code, self.guide)


def _told(rows: Floats, here: int, code: int, guide: PelvisGuide) -> Sideways:
    landed = rows[:here, _AT["landed"]]
    own, other = (np.flatnonzero(landed == who) for who in (code, 1 - code))
    feet = rows[here, [_AT["foot_left"], _AT["foot_right"]]]
    placed = float(feet[code] - feet[1 - code])
    middle: dict[str, float] = {}
    if len(other):
        half = rows[(int(other[-1]) + here) // 2]
        over = float(half[_AT["position"]] - half[_AT[("foot_right", "foot_left")[code]]])
        middle = {"pelvis_position": over, "pelvis_velocity": float(half[_AT["velocity"]])}
    stride: dict[str, float] = {}
    if len(own):
        span = rows[int(own[-1]) : here + 1]
        ground = float(span[:, _LEFT].sum() + span[:, _RIGHT].sum())
        whole = guide.stiffness_max - guide.stiffness_min
        stiffness = float(span[:, _AT["stiffness"]].mean())
        stride = {
            "sway": float(np.ptp(span[:, _AT["position"]])),
            "guide_force": float(np.sqrt(np.mean(span[:, _AT["force"]] ** 2))),
            "guide_share": min(max((stiffness - guide.stiffness_min) / whole, 0.0), 1.0) if whole else 1.0,
        } | ({"load_left": float(span[:, _LEFT].sum()) / ground} if ground > 0.0 else {})
    margin = float(rows[here, _AT["margin"]])
    width = placed if code == 0 else -placed
    return Sideways(step_width=width, foot_placement=placed, margin=margin, **middle, **stride)


class Balance:
    """Balance of a person in training: the world sideways, and the law of its help.

    Parameters
    ----------
    plan : Plan
        The plan; it has a guide.
    tables : Tables
        Field tables of the rows.

    Attributes
    ----------
    world : World
        Person and guide.
    """

    def __init__(self, plan: Plan, tables: Tables) -> None:
        self.world = World(plan, tables)
        self._plan: Mapping[str, Any] = plan.guide or {}
        self._law: BandLaw | None = None
        self._asked = Asked(0.0, 1.0)
        self._steps: dict[tuple[str, int], Sideways] = {}
        self.training = False

    def add(self, raw: Mapping[str, Any], strides: Sequence[StrideMeasures]) -> None:
        """Take rows of the machine.

        Parameters
        ----------
        raw : mapping
            As `Rows.raw`.
        strides : sequence of StrideMeasures
            Strides closed in them.
        """
        if not len(raw["t"]):
            return
        self.world.add(raw["t"], raw["sample"], raw["valid"], raw["out"]["command_integers"])
        for stride in strides:
            side = ("left", "right")[int(stride.side)]
            step = self.world.step(side, int(stride.t_end) * 1e-9)
            if step is not None:
                self._steps[side, int(stride.t_end)] = step
                self._judge(int(stride.side), step)

    def of(self, side: str, t: float) -> Sideways | None:
        """Tell of a step once.

        Parameters
        ----------
        side : str
            `left` or `right`.
        t : float
            Time of the contact that ended it [s].

        Returns
        -------
        Sideways or None
            What is known of it.
        """
        return self._steps.pop((side, round(t * 1e9)), None)

    def open(self, floor: float, ceiling: float) -> None:
        """Begin with all the help that a stage allows; bounds that are the same change nothing.

        Parameters
        ----------
        floor : float
            Least share of help [-], 0 to `ceiling`.
        ceiling : float
            Largest share of help [-], `floor` to 1.
        """
        if self._law is not None and self._asked == (floor, ceiling):
            return
        self._asked = Asked(floor, ceiling)
        self._law = BandLaw(
            lower=[0.5 * MARGIN] * 7,
            upper=[MARGIN] * 7,
            step_up=self._plan["step_up"],
            step_down=self._plan["step_down"],
            floor=floor,
            ceiling=ceiling,
            initial=ceiling,
        )

    @property
    def share(self) -> float:
        """Share of help that both sides together need [-]: that of the worse one."""
        return 1.0 if self._law is None else float(np.max(self._law.support[:, _WEIGHT_SHIFT]))

    def give_all(self) -> None:
        """Give all the help of the stage at once, as after a loss of balance."""
        if self._law is not None:
            for side in (0, 1):
                self._law.follow(side, [self._asked.ceiling] * 7)

    def _judge(self, side: int, step: Sideways) -> None:
        if not self.training or self._law is None or step.margin is None or step.sway is None:
            return
        if step.margin < 0.0:  # the foot landed inside of where the person was falling to
            self.give_all()
            return
        worse = max(self._plan["margin_min"] - step.margin, step.sway - self._plan["sway_max"])
        errors = [np.nan] * 7
        errors[_WEIGHT_SHIFT] = max(0.0, worse + MARGIN)
        self._law.update(side, errors)


def check_balance(programme: Programme) -> None:
    """Refuse a stage that trains the balance where nothing guides the pelvis sideways.

    Parameters
    ----------
    programme : Programme
        The programme.

    Raises
    ------
    ConfigError
        If the machine has no such guide, or the plan no limits for it; the message names the stage.
    """
    for i, stage in enumerate(programme.stages):
        if stage.mode != "balance":
            continue
        where = f"stages[{i}].mode"
        if programme.plan.fitting is not None:
            raise ConfigError(
                f"{where} must be another on this device, got balance: it has no guide of the pelvis sideways; "
                "train balance on the simulated machine"
            )
        if programme.plan.guide is None:
            raise ConfigError(f"{where} must be another without a guide, got balance: add [guide] to the plan")
