"""Choices and answers of the jerk-limited generator; the compiled half takes them from here."""

from __future__ import annotations

from enum import IntEnum


class Result(IntEnum):
    """What an update did. Whatever the input, it is one of these: an update never raises.

    `Working`: on the way. `Finished`: arrived. `Limited`: on the way, but a position limit could not be kept (the start
    cannot stop before it), or keeps the target from being reached. `KeptTrajectory`: the input was refused, the last
    accepted one is followed on. `Stopping`: the input was refused, coming to rest. `Holding`: the input was refused, at
    rest.
    """

    Working = 0
    Finished = 1
    Limited = 2
    KeptTrajectory = -1
    Stopping = -2
    Holding = -3


class ControlInterface(IntEnum):
    """What the target is.

    `Position`: position, velocity and acceleration. `Velocity`: velocity and acceleration, wherever that comes to lie.
    """

    Position = 0
    Velocity = 1


class Synchronization(IntEnum):
    """How the degrees of freedom wait for each other.

    `Time`: all arrive at the same time. `TimeIfNecessary`: except those whose target is at rest. `Phase`: all move
    along one straight line where the states lie on one, otherwise as with `Time`. `No`: each arrives when it can.
    """

    Time = 0
    TimeIfNecessary = 1
    Phase = 2
    No = 3


class DurationDiscretization(IntEnum):
    """Which durations are allowed: any (`Continuous`), or multiples of the cycle time (`Discrete`)."""

    Continuous = 0
    Discrete = 1
