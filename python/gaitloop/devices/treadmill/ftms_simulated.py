"""A treadmill that is not there: the server's side of the Fitness Machine Service, and a link to it."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field

from gaitloop.errors import DeviceError, WireError

from . import ftms_codec as codec
from . import ftms_features as features
from .ftms_control import (
    ControlOp,
    ControlRequest,
    ControlResponse,
    Result,
    Status,
    StatusOp,
    StopKind,
    decode_request,
    encode_response,
    encode_status,
)

FEATURES = features.Features(features.MachineFeature.TOTAL_DISTANCE, features.TargetFeature.SPEED)
INCLINES = features.Features(
    FEATURES.machine | features.MachineFeature.INCLINATION, FEATURES.target | features.TargetFeature.INCLINATION
)
SPEEDS = features.Range(50 * codec.SPEED, 600 * codec.SPEED, codec.SPEED)  # 0.5 to 6 km/h
KNOWN_OPS = {int(op) for op in ControlOp} - {int(ControlOp.SET_INCLINATION)}


@dataclass
class FtmsServer:
    """A treadmill as its firmware sees it; time is given to it.

    Parameters
    ----------
    speed_range : Range
        What it can be set to [m/s].
    acceleration : float
        How fast the belt changes its speed [m/s²].
    period : float
        Between two notifications of its state [s].
    stops_on_link_loss : bool
        Whether the belt stops when nobody is connected any more.
    incline_range : Range, optional
        What its inclination can be set to, rise over run [-]; None where it cannot.
    tilting : float
        How fast it changes its inclination [1/s].
    speed : float
        Of the belt now [m/s].
    target : float
        Speed that it goes to while it runs [m/s].
    distance : float
        That the belt has moved [m].
    inclination : float
        Of the belt now, rise over run [-].
    inclination_target : float
        Inclination that it goes to [-].
    running : bool
        Whether it was started.
    controlled : bool
        Whether a client holds the control.
    safety_key : bool
        Whether the key is in.
    told : deque
        Notifications and indications that wait to be taken.
    since_told : float
        Time since the last state [s].
    """

    speed_range: features.Range = SPEEDS
    acceleration: float = 0.5
    period: float = 1.0
    stops_on_link_loss: bool = True
    incline_range: features.Range | None = None
    tilting: float = 0.01
    speed: float = 0.0
    target: float = 0.0
    distance: float = 0.0
    inclination: float = 0.0
    inclination_target: float = 0.0
    running: bool = False
    controlled: bool = False
    safety_key: bool = True
    told: deque[tuple[int, bytes]] = field(default_factory=deque)
    since_told: float = 0.0

    def advance(self, dt: float) -> None:
        """Let time pass [s]: the belt ramps, the state is told.

        Parameters
        ----------
        dt : float
            Time that passes [s].
        """
        goal = self.target if self.running and self.safety_key else 0.0
        step = self.acceleration * dt
        before, self.speed = self.speed, min(max(goal, self.speed - step), self.speed + step)
        self.distance += 0.5 * (before + self.speed) * dt
        tilt, aim = self.tilting * dt, self.inclination_target
        self.inclination = min(max(aim, self.inclination - tilt), self.inclination + tilt)
        self.since_told += dt
        if self.since_told >= self.period - 1e-9:
            self.since_told = 0.0
            told = None if self.incline_range is None else self.inclination
            data = codec.TreadmillData(speed=self.speed, distance=self.distance, inclination=told)
            self.told.append((codec.TREADMILL_DATA, codec.encode_treadmill_data(data)))

    def characteristic(self, number: int) -> bytes | None:
        """What reading a characteristic gives.

        Parameters
        ----------
        number : int
            Number of the characteristic, as assigned by the Bluetooth SIG [-].

        Returns
        -------
        bytes or None
            Its value; None where the machine has none.
        """
        if number == codec.FEATURE:
            return features.encode_features(FEATURES if self.incline_range is None else INCLINES)
        if number == codec.INCLINATION_RANGE and self.incline_range is not None:
            return features.encode_range(number, self.incline_range)
        return features.encode_range(number, self.speed_range) if number == codec.SPEED_RANGE else None

    def command(self, data: bytes) -> None:
        """Take a write to the control point; the answer is told as an indication.

        Parameters
        ----------
        data : bytes
            Octets of the control point.
        """
        op = data[0] if data else 0xFF
        if op not in KNOWN_OPS and not (op == ControlOp.SET_INCLINATION and self.incline_range is not None):
            result = Result.NOT_SUPPORTED
        else:
            try:
                result = self._obey(decode_request(data))
            except WireError:
                result = Result.INVALID_PARAMETER
        self.told.append((codec.CONTROL_POINT, encode_response(ControlResponse(op, result))))

    def _obey(self, request: ControlRequest) -> Result:
        if request.op is ControlOp.REQUEST_CONTROL:
            self.controlled = True
            return Result.SUCCESS
        if not self.controlled:
            return Result.NOT_PERMITTED
        if request.op is ControlOp.RESET:
            self.controlled, self.running, self.target = False, False, 0.0
            return Result.SUCCESS
        if request.op is ControlOp.SET_SPEED:
            return self._set(request.value or 0.0)
        if request.op is ControlOp.SET_INCLINATION:
            return self._tilt(request.value or 0.0)
        starting = request.op is ControlOp.START_OR_RESUME
        if starting == self.running or (starting and not self.safety_key):
            return Result.FAILED
        self.running = starting
        self.target = self.speed_range.low if starting else 0.0
        return Result.SUCCESS

    def _set(self, speed: float) -> Result:
        span = self.speed_range
        if not span.low - codec.SPEED / 2 <= speed <= span.high + codec.SPEED / 2:
            return Result.INVALID_PARAMETER
        if not self.running:
            return Result.FAILED
        self.target = speed
        return Result.SUCCESS

    def _tilt(self, inclination: float) -> Result:
        span = self.incline_range
        if span is None or not span.low - codec.SLOPE / 2 <= inclination <= span.high + codec.SLOPE / 2:
            return Result.INVALID_PARAMETER
        self.inclination_target = inclination
        return Result.SUCCESS

    # What a person does at the console.

    def pull_safety_key(self) -> None:
        """Take the key out: the belt stops and cannot be started."""
        self.safety_key, self.running, self.target = False, False, 0.0
        self._tell(Status(StatusOp.STOPPED_BY_SAFETY_KEY))

    def press_stop(self) -> None:
        """Press stop at the console."""
        self.running, self.target = False, 0.0
        self._tell(Status(StatusOp.STOPPED_BY_USER, StopKind.STOP))

    def turn_speed(self, speed: float) -> None:
        """Set another speed [m/s] at the console.

        Parameters
        ----------
        speed : float
            Speed [m/s].
        """
        self.target = speed
        self._tell(Status(StatusOp.SPEED_CHANGED, speed))

    def turn_inclination(self, inclination: float) -> None:
        """Set another inclination [-] at the console.

        Parameters
        ----------
        inclination : float
            Rise over run [-].
        """
        self.inclination_target = inclination
        self._tell(Status(StatusOp.INCLINATION_CHANGED, inclination))

    def take_control_away(self) -> None:
        """Let the console keep the control for itself; the belt runs on."""
        self.controlled = False
        self._tell(Status(StatusOp.CONTROL_LOST))

    def lose_link(self) -> None:
        """Notice that nobody is connected any more."""
        self.controlled = False
        self.told.clear()
        if self.stops_on_link_loss:
            self.running, self.target = False, 0.0

    def _tell(self, status: Status) -> None:
        self.told.append((codec.MACHINE_STATUS, encode_status(status)))


class SimulatedFtms:
    """A link to an `FtmsServer`, in its own time or in the clock's.

    Parameters
    ----------
    server : FtmsServer
        The machine.
    round_trip : float
        Time that a write takes [s].
    real_time : bool
        Whether waiting takes real time; otherwise `now` is all that goes on.
    """

    def __init__(self, server: FtmsServer, *, round_trip: float = 0.05, real_time: bool = False) -> None:
        self.server = server
        self.out_of_reach = False
        self.mute = False
        self._connected = False
        self._round_trip = round_trip
        self._real_time = real_time
        self._now = 0.0

    @property
    def name(self) -> str:
        """What the machine is called in errors."""
        return "the simulated treadmill"

    def now(self) -> float:
        """Time of the link [s]; the `clock` for the driver."""
        return self._now

    def pass_time(self, dt: float) -> None:
        """Let time go on for machine and link [s].

        Parameters
        ----------
        dt : float
            Time that passes [s].
        """
        if self._real_time:
            time.sleep(dt)
        step = 0.01
        for _ in range(round(dt / step)):
            self.server.advance(step)
            self._now += step

    def lose(self) -> None:
        """Go out of reach, as a machine whose radio is shielded or whose plug is pulled."""
        self.out_of_reach, self._connected = True, False
        self.server.lose_link()

    def connect(self) -> None:
        """Connect, unless the machine is out of reach."""
        if self.out_of_reach:
            raise DeviceError(f"{self.name} is not in reach; switch it on, go closer")
        self._connected = True

    def read(self, characteristic: int) -> bytes | None:
        """Read a characteristic.

        Parameters
        ----------
        characteristic : int
            Number of the characteristic, as assigned by the Bluetooth SIG [-].

        Returns
        -------
        bytes or None
            The value.

        Raises
        ------
        DeviceError
            If the link is lost.
        """
        self._need_connection()
        return self.server.characteristic(characteristic)

    def write(self, characteristic: int, value: bytes) -> None:
        """Write to the control point.

        Parameters
        ----------
        characteristic : int
            Number of the characteristic, as assigned by the Bluetooth SIG [-].
        value : bytes
            Octets to write.

        Raises
        ------
        DeviceError
            If the link is lost.
        """
        self._need_connection()
        self.pass_time(self._round_trip)
        if characteristic == codec.CONTROL_POINT:
            self.server.command(value)

    def receive(self, timeout: float) -> tuple[int, bytes] | None:
        """Wait for the next thing told.

        Parameters
        ----------
        timeout : float
            Longest wait [s].

        Returns
        -------
        tuple of int and bytes, or None
            Number of the characteristic [-] and its value.

        Raises
        ------
        DeviceError
            If the link is lost.
        """
        self._need_connection()
        waited = 0.0
        while (self.mute or not self.server.told) and waited < timeout:
            self.pass_time(0.01)
            waited += 0.01
        if self.mute:
            self.server.told.clear()
        return self.server.told.popleft() if self.server.told else None

    def disconnect(self) -> None:
        """Give the link up."""
        if self._connected:
            self._connected = False
            self.server.lose_link()

    def _need_connection(self) -> None:
        if not self._connected:
            raise DeviceError(f"{self.name} is gone; see that the belt stands, go closer, open again")
