"""Sensors of a laboratory as parts of a sample, and gait as messages to a laboratory; none of it can hold up a tick."""

from __future__ import annotations

from ._board import Route, SensorBoard
from ._callable import CallableSensor
from ._clock import ArrivalClock, ClockMap
from ._imu import SerialImu
from ._line import ImuLine, LineBuffer, decode_line, encode_line
from ._lsl import LslInlet
from ._lsl_out import LslOutlet
from ._message import LAYOUT, Feed, Message
from ._osc_out import OscOutlet
from ._outlet import Outlet, Sent
from ._reading import Counts, Reading
from ._sensor import Sensor, StreamSensor

__all__ = [
    "LAYOUT",
    "ArrivalClock",
    "CallableSensor",
    "ClockMap",
    "Counts",
    "Feed",
    "ImuLine",
    "LineBuffer",
    "LslInlet",
    "LslOutlet",
    "Message",
    "OscOutlet",
    "Outlet",
    "Reading",
    "Route",
    "Sensor",
    "SensorBoard",
    "Sent",
    "SerialImu",
    "StreamSensor",
    "decode_line",
    "encode_line",
]
