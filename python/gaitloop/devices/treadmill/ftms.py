"""Treadmills that speak the Bluetooth Fitness Machine Service."""

from __future__ import annotations

import time
from collections.abc import Callable

from gaitloop._inputs import to_number
from gaitloop.errors import ConfigError, DeviceError, DeviceTimeoutError, WireError

from ..base import BeltLimits, SafeProfile, in_range
from . import ftms_codec as codec
from . import ftms_features as features
from ._driver import BeltDriver, RefusedError
from .ftms_control import (
    ControlOp,
    ControlRequest,
    Result,
    Status,
    StatusOp,
    StopKind,
    decode_response,
    decode_status,
    encode_request,
)
from .ftms_incline import Incline, InclineLimits
from .ftms_transport import FtmsTransport

WORN = {  # what the person on the belt wears, by the kind of the device, and why that is refused
    "nothing": None,
    "ankle": None,
    "treadmill_exo": "the legs are tied to a frame that walks at its own pace",
    "overground_exo": "the legs are tied to a powered frame that walks at its own pace",
    "end_effector": "the feet are tied to plates, not to a belt",
}
TOO_SLOW = (
    "the Fitness Machine Service tells the belt's speed about once a second and takes a command in a tenth of one, too "
    "slow to be in step with a belt"
)
STOPS = {
    StatusOp.STOPPED_BY_USER: "user",
    StatusOp.STOPPED_BY_SAFETY_KEY: "safety_key",
    StatusOp.RESET: "reset",
    StatusOp.CONTROL_LOST: "control_lost",
}
NOTES = {
    StatusOp.STARTED_BY_USER: "started",
    StatusOp.SPEED_CHANGED: "speed_changed",
    StatusOp.INCLINATION_CHANGED: "inclination_changed",
}


class FtmsTreadmill(BeltDriver):
    """A treadmill on the Bluetooth Fitness Machine Service, for people who walk on it freely.

    Parameters
    ----------
    transport : FtmsTransport
        Link to the machine: `BleakTransport`, or `SimulatedFtms`.
    limits : BeltLimits
        Limits that the driver keeps, whatever the machine offers.
    worn : str
        What the person wears: `nothing`, or the kind of a device. Refused where legs or feet are tied to a frame.
    stops_on_link_loss : bool
        Whether this machine was seen to stop by itself when the link was lost. The service does not demand it; a
        machine that runs on is refused.
    lost_after : float
        Silence that counts as a lost link [s], 0.02 to 10; machines tell their state about once a second.
    answer_within : float
        Longest wait for the answer to a command [s], 0.05 to 10.
    incline : InclineLimits, optional
        Limits of the inclination; without, it is never commanded.
    reserved : str
        What to do with flags that the specification reserves: `refuse` or `skip`.
    clock : callable
        Monotonic time [s].

    Raises
    ------
    ConfigError
        If a parameter is refused; for `worn` with the reason.
    """

    def __init__(
        self,
        transport: FtmsTransport,
        limits: BeltLimits,
        *,
        worn: str,
        stops_on_link_loss: bool,
        lost_after: float = 3.0,
        answer_within: float = 2.0,
        incline: InclineLimits | None = None,
        reserved: str = "refuse",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(limits, lost_after=lost_after, clock=clock)
        _check_worn(worn)
        if stops_on_link_loss is not True:
            raise ConfigError(
                "stops_on_link_loss must be True, seen on this machine with an empty belt: run it slowly, take the "
                f"link away, see it stop. A belt that runs on cannot be used; got {stops_on_link_loss!r:.40}"
            )
        if reserved not in ("refuse", "skip"):
            raise ConfigError(f"reserved must be 'refuse' or 'skip', got {reserved!r:.40}")
        self._transport = transport
        self._answer_within = in_range("answer_within", answer_within, 0.05, 10.0, "s")
        self._reserved = reserved
        self._range = features.Range(0.0, 0.0, codec.SPEED)
        self._inclination: float | None = None
        self._incline = Incline(incline)
        self._speed: float | None = None  # of a state that has come and was not read yet
        self._moving = False
        self._sent: float | None = None
        self._pending: tuple[str, float | None] | None = None
        self._refused = 0

    @property
    def name(self) -> str:
        """What the machine is called in errors."""
        return self._transport.name

    @property
    def safe_profile(self) -> SafeProfile:
        """Stop on exit; on loss of the link what the machine was seen to do, within no time that it promises [s]."""
        return SafeProfile(on_exit="stop", on_link_loss="stop", within=None)

    @property
    def speed_range(self) -> features.Range:
        """What the machine can be set to [m/s]; known once it is open."""
        return self._range

    def set_speed(self, speed: float) -> float:
        """Move the set-point towards a speed along the ramp and send it; to be called again and again.

        Parameters
        ----------
        speed : float
            Speed to arrive at [m/s]: 0, or from the machine's slowest to `limits.max_speed`.

        Returns
        -------
        float
            Set-point [m/s]; the machine gets it rounded down to its own spacing, and stands below its slowest speed.

        Raises
        ------
        ConfigError
            If the speed is outside its range; the set-point stays.
        DeviceError
            If the belt is stopped, or the link is lost.
        """
        if 0.0 < to_number("speed", speed) < self._range.low:
            raise ConfigError(
                f"speed must be 0 or at least {self._range.low:.3g} m/s, the slowest of {self.name}, got {speed:g}"
            )
        return super().set_speed(speed)

    def set_inclination(self, inclination: float) -> float:
        """Move the set-point of the inclination along its ramp and send it; to be called again and again.

        The ramp begins where the machine tells that it is. A stop of the belt leaves the inclination as it is.

        Parameters
        ----------
        inclination : float
            Inclination to arrive at, rise over run [-], within `incline` and what the machine can be set to.

        Returns
        -------
        float
            Set-point [-]; the machine gets it rounded to its own spacing.

        Raises
        ------
        ConfigError
            If the inclination is outside its range, or no limits were given; the set-point stays.
        DeviceError
            If the machine does not let it be set or has not told it, the belt is stopped, or the link is lost.
        """
        goal = self._incline.checked(self.name, inclination)
        self._need_link()
        self._need_news()
        if self._stopped_by is not None:
            self._incline.rest()
            raise DeviceError(f"the belt of {self.name} is stopped ({self._stopped_by}); call start() first")
        wanted = self._incline.step(self.name, goal, self._inclination, self._clock())
        if wanted is not None:
            with self._watched():
                self._ask(ControlRequest(ControlOp.SET_INCLINATION, wanted))
            self._incline.sent = wanted
        with self._watched():
            self._settle()
        return goal if self._incline.setpoint is None else self._incline.setpoint

    # The wire.

    def _connect(self) -> None:
        """Check what the machine says it can do."""
        self._speed, self._inclination, self._sent, self._pending = None, None, None, None
        self._moving, self._refused = False, 0
        self._transport.connect()
        try:
            offered = self._transport.read(codec.FEATURE)
            can = None if offered is None else features.decode_features(offered)
            if can is None or not can.target & features.TargetFeature.SPEED:
                raise DeviceError(
                    f"{self.name} does not let its speed be set; use a treadmill that does, or its console"
                )
            span = self._transport.read(codec.SPEED_RANGE)
            if span is None:
                raise DeviceError(
                    f"{self.name} does not tell its speed range, which the service demands; use another treadmill"
                )
            self._range = features.decode_range(codec.SPEED_RANGE, span)
            if self._range.low > self.limits.max_speed:
                raise ConfigError(
                    f"limits.max_speed must be at least {self._range.low:.3g} m/s, the slowest of {self.name}, "
                    f"got {self.limits.max_speed:g}"
                )
            self._incline.offer(self.name, self._transport, can)
            self._ask(ControlRequest(ControlOp.REQUEST_CONTROL))
        except BaseException:
            self._transport.disconnect()
            raise

    def _disconnect(self) -> None:
        self._transport.disconnect()

    def _arm(self) -> None:
        self._ask(ControlRequest(ControlOp.REQUEST_CONTROL))
        self._pending, self._moving, self._sent = None, False, None

    def _send_speed(self, speed: float) -> None:
        span = self._range
        counts = int((min(speed, span.high) - span.low) / span.step + 1e-6)  # down to the machine's own spacing
        wanted = span.low + counts * span.step
        if speed < span.low or wanted <= 0.0:
            if self._moving:
                self._ask(ControlRequest(ControlOp.STOP_OR_PAUSE, StopKind.PAUSE), already=True)
            self._moving, self._sent = False, None
        else:
            if not self._moving:
                self._ask(ControlRequest(ControlOp.START_OR_RESUME))
                self._moving = True
            if wanted != self._sent:
                self._ask(ControlRequest(ControlOp.SET_SPEED, wanted))
                self._sent = wanted
        self._settle()

    def _send_stop(self) -> None:
        self._moving, self._sent = False, None
        try:
            self._ask(ControlRequest(ControlOp.STOP_OR_PAUSE, StopKind.STOP), already=True)
        except RefusedError:
            try:  # control may have been taken away; it is asked for once
                self._ask(ControlRequest(ControlOp.REQUEST_CONTROL))
                self._ask(ControlRequest(ControlOp.STOP_OR_PAUSE, StopKind.STOP), already=True)
            except RefusedError as error:
                raise DeviceError(f"{error}; the stop is not confirmed: press the stop button") from None

    def _receive(self, timeout: float) -> tuple[float, float | None]:
        until = self._clock() + timeout
        while self._speed is None:
            self._take(self._transport.receive(max(until - self._clock(), 0.0)))
            self._settle()
            if self._speed is None and self._clock() >= until:
                raise DeviceTimeoutError(f"{self.name} told no state within {timeout:g} s{self._hint()}; wait longer")
        speed, self._speed = self._speed, None
        return speed, self._inclination

    def _settle(self) -> None:
        """Follow a stop that was made at the machine."""
        if self._pending is not None:
            (cause, value), self._pending = self._pending, None
            if self._stopped_by in (None, "not_started", "asked"):
                self._latch(cause, value)
            else:
                self._note(cause, value)

    def _take(self, told: tuple[int, bytes] | None) -> bytes | None:
        """Sort what was told; an answer to a command is given back."""
        if told is None:
            return None
        characteristic, data = told
        if characteristic == codec.TREADMILL_DATA:
            self._take_data(data)
        elif characteristic == codec.MACHINE_STATUS:
            self._take_status(data)
        return data if characteristic == codec.CONTROL_POINT else None

    def _take_data(self, data: bytes) -> None:
        try:
            told = codec.decode_treadmill_data(data, reserved=self._reserved)
        except WireError:
            self._refused += 1
            return
        if told.inclination is not None:
            self._inclination = told.inclination
        if told.speed is not None:
            self._speed = told.speed

    def _take_status(self, data: bytes) -> None:
        """News; what cannot be read might have been a stop and is taken for one."""
        try:
            news = decode_status(data)
        except WireError:
            self._refused += 1
            self._pending = self._pending or ("unknown_status", None)
            return
        if news.op in STOPS:
            self._pending = self._pending or (STOPS[news.op], None)
        elif news.op in NOTES and not self._is_echo(news):
            self._note(NOTES[news.op], news.value)
            if news.op is StatusOp.SPEED_CHANGED and news.value is not None:
                self._follow(news.value)
            elif news.op is StatusOp.INCLINATION_CHANGED and news.value is not None:
                self._incline.follow(news.value)

    def _is_echo(self, news: Status) -> bool:
        """Some machines tell the commander too what it has commanded."""
        mine = self._sent is not None and news.value is not None and abs(news.value - self._sent) < codec.SPEED / 2
        if news.op is StatusOp.INCLINATION_CHANGED:
            return self._incline.is_echo(news.value)
        return (news.op is StatusOp.SPEED_CHANGED and mine) or (news.op is StatusOp.STARTED_BY_USER and self._moving)

    def _follow(self, speed: float) -> None:
        """Go on from the speed that was set at the console, so that the ramp begins there."""
        if speed > self.limits.max_speed:
            self._pending = self._pending or ("overspeed", speed)
        elif self._stopped_by is None:
            self._setpoint, self._sent = speed, speed

    def _ask(self, request: ControlRequest, *, already: bool = False) -> None:
        """Command, and wait for the answer; `already`: a machine that is there already fails rightly."""
        self._transport.write(codec.CONTROL_POINT, encode_request(request))
        until = self._clock() + self._answer_within
        while True:
            left = until - self._clock()
            answer = self._take(self._transport.receive(max(left, 0.0)))
            if answer is not None:
                try:
                    response = decode_response(answer)
                except WireError:
                    self._refused += 1
                    continue
                if response.op == request.op:
                    break
            elif left <= 0.0:
                raise DeviceTimeoutError(
                    f"{self.name} did not answer {request.op.name} within {self._answer_within:g} s{self._hint()}; see "
                    "that the belt stands or press the stop button, go closer, open again"
                )
        if response.result is not Result.SUCCESS and not (already and response.result is Result.FAILED):
            raise RefusedError(
                f"{self.name} answered {request.op.name} with {response.result.name}{REMEDY[response.result]}"
            )

    def _hint(self) -> str:
        return (
            f" ({self._refused} unreadable messages; if it is its own dialect, try reserved='skip')"
            if self._refused
            else ""
        )


REMEDY = {
    Result.SUCCESS: "",
    Result.NOT_SUPPORTED: "; this machine cannot be driven",
    Result.INVALID_PARAMETER: "; compare the limits with its console",
    Result.FAILED: "; see to its safety key and console",
    Result.NOT_PERMITTED: "; end other apps that are connected to it",
}


def _check_worn(worn: str) -> None:
    """Refuse devices that would have to be in step with the belt."""
    kind = next(
        (kind for kind in WORN if isinstance(worn, str) and (worn == kind or worn.startswith(f"{kind}_"))), None
    )
    if kind is None:
        raise ConfigError(f"worn must be one of {', '.join(WORN)}, got {worn!r:.40}")
    if WORN[kind] is not None:
        raise ConfigError(
            f"worn={worn!r} is refused on a Bluetooth treadmill: {WORN[kind]}, and {TOO_SLOW}; use SerialTreadmill"
        )
