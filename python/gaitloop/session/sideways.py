"""A session that trains the balance: a machine with a guide sideways, and a conductor who sets it."""

from __future__ import annotations

from collections.abc import Iterator

from .balance import Balance
from .beside import SidewaysSensor
from .conductor import Conductor
from .helm import Ask, Seen
from .layout import Tables
from .machine import Machine, Rows
from .programme import Programme

#: What a guide is asked, as `/change` names it: a share of its help [-], or None to hold.
GUIDE_SHARE = "guide_share"
#: Smallest change of the share that is asked for [-].
LEAST = 0.005


class GuidedMachine:
    """A machine whose pelvis is guided sideways; all else is that of the machine.

    Parameters
    ----------
    machine : Machine
        The machine.
    balance : Balance
        Guide and person, sideways.
    """

    def __init__(self, machine: Machine, balance: Balance) -> None:
        self._machine, self._balance = machine, balance

    @property
    def live(self) -> bool:
        """Whether it keeps the time of the clock on the wall."""
        return self._machine.live

    @property
    def end(self) -> str | None:
        """Why it ended, or None while it runs."""
        return self._machine.end

    def start(self) -> None:
        """Begin."""
        self._machine.start()

    def rows(self) -> Rows:
        """Wait for the next rows, and move person and guide on by them.

        Returns
        -------
        Rows
            The rows.
        """
        rows = self._machine.rows()
        self._balance.add(rows.raw, rows.strides)
        return rows

    def ask(self, ask: Ask) -> int:
        """Ask the guide or the trainer.

        Parameters
        ----------
        ask : Ask
            What is asked.

        Returns
        -------
        int
            Time from which on it holds [ns].
        """
        if ask.what != GUIDE_SHARE:
            return self._machine.ask(ask)
        self._balance.world.ask(ask.after)
        return self._balance.world.t + 1

    def press(self, button: str) -> bool:
        """Press a button where the finger is simulated.

        Parameters
        ----------
        button : str
            Name of the button.

        Returns
        -------
        bool
            Whether it was pressed.
        """
        return self._machine.press(button)

    def close(self) -> None:
        """End; without rows the guide holds."""
        self._balance.world.ask(None)
        self._machine.close()


class BalanceConductor(Conductor):
    """Leads stages that train the balance: the guide helps as needed while the person walks, and holds otherwise.

    Parameters
    ----------
    programme : Programme
        What to do.
    patience : float
        How long somebody may take to start the machine [s].
    balance : Balance
        Guide and person, sideways.

    Attributes
    ----------
    guide : float or None
        Share of help that the guide was asked for [-]; None while it holds.
    """

    def __init__(self, programme: Programme, patience: float, balance: Balance) -> None:
        super().__init__(programme, patience)
        self._balance = balance
        self.guide: float | None = None
        self._lost = False

    def look(self, seen: Seen) -> Iterator[Ask]:
        """See the machine, catch who loses the balance, and say what to ask of machine and guide.

        Parameters
        ----------
        seen : Seen
            The machine as it is.

        Yields
        ------
        Ask
            One request after the other.
        """
        caught, balance = self._balance.world.caught, self._balance
        if caught and not self._lost:
            balance.give_all()
            if self.status in ("walking", "resuming"):
                self._pause(seen, "balance_lost", "program")
        self._lost = caught
        yield from super().look(seen)
        stage = self.stage
        balance.training = self.status == "walking" and stage.mode == "balance"
        if balance.training:
            balance.open(stage.floor, stage.ceiling)
        wanted = balance.share if balance.training else None
        before = self.guide
        if wanted is None and before is None:
            return
        if wanted is None or before is None or abs(wanted - before) >= LEAST:
            self.guide = wanted
            yield Ask(GUIDE_SHARE, before, wanted)


def led(
    programme: Programme, machine: Machine, patience: float, sensor: SidewaysSensor | None
) -> tuple[Machine, Conductor, SidewaysSensor | None]:
    """Give a programme who leads it, and a guide to the machine where a stage trains the balance.

    Parameters
    ----------
    programme : Programme
        What to do.
    machine : Machine
        What it trains on.
    patience : float
        How long somebody may take to start the machine [s].
    sensor : callable, optional
        Sensor of the feet sideways beside the machine.

    Returns
    -------
    Machine
        The machine, guided where it has to be.
    Conductor
        Who leads.
    callable or None
        Sensor of the feet sideways; the guide's own where there is one.

    Raises
    ------
    ConfigError
        If a stage asks for what the machine cannot do.
    """
    conductor = Conductor(programme, patience)
    if all(stage.mode != "balance" for stage in programme.stages):
        return machine, conductor, sensor
    balance = Balance(programme.plan, Tables.from_core())
    return GuidedMachine(machine, balance), BalanceConductor(programme, patience, balance), balance.of
