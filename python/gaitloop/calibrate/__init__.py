"""Zero, sign, range, friction and weight of a device, found with an operator who confirms each step."""

from __future__ import annotations

from ._command import add_arguments, command
from ._fit import Sweep, fit_leg, weigh
from ._machine import DriveMachine, Machine, SimulatedMachine
from ._operator import Operator, Terminal
from ._procedure import calibrate
from ._way import Way, plan_way

__all__ = [
    "DriveMachine",
    "Machine",
    "Operator",
    "SimulatedMachine",
    "Sweep",
    "Terminal",
    "Way",
    "add_arguments",
    "calibrate",
    "command",
    "fit_leg",
    "plan_way",
    "weigh",
]
