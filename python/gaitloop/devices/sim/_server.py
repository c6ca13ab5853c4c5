"""The plant as a device that serves one client at a time over a socket of this machine."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from gaitloop.errors import ConfigError, GaitloopError, WireError
from gaitloop.plant import Plant

from ._codec import (
    Bye,
    Commanded,
    Done,
    FrameBuffer,
    Hello,
    Measure,
    Message,
    Refused,
    Sampled,
    Stop,
    Welcome,
    checked_hello,
    encode,
)
from ._plant import SteppedPlant

#: Longest wait for a client to take what it asked for [s].
_SEND = 0.5
#: How far the plant stays behind the clock while nothing is asked [ns], so that the next tick is not before it.
_BEHIND = 20_000_000
#: Time in which a client must say hello [s].
_HELLO_WITHIN = 2.0
_PERIOD = 0.001


class Client:
    """One connection: what it may still say, and whether it has said hello."""

    def __init__(self, link: socket.socket) -> None:
        self.link, self.frames = link, FrameBuffer()
        self.hello: Hello | None = None
        self.stopped = False
        self.heard = time.monotonic()
        link.settimeout(_SEND)
        with suppress(OSError):
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, message: Message) -> None:
        """Send a message; a client that does not take it is gone."""
        self.link.sendall(encode(message))

    def refuse(self, why: object) -> None:
        """Say why, and hang up."""
        with suppress(OSError):
            self.send(Refused(str(why)))
        with suppress(OSError):
            self.link.close()


class PlantServer:
    """A plant, the client that drives it, and what becomes of it when that one is gone.

    The plant begins anew with each client. When a client goes, is silent for longer than its lease, or says what is no
    message, the device comes to rest by its safe profile and its time goes on by the clock.

    Parameters
    ----------
    plant : Plant
        The person and the device.
    presses : sequence of (str, float, float)
        What the operator does: button, time pressed [s], time let go [s], on the time of each client.
    note : callable
        Is told what happens, as keywords; by default nobody is.
    """

    def __init__(
        self,
        plant: Plant,
        presses: Sequence[tuple[str, float, float]] = (),
        note: Callable[..., None] = lambda **_: None,
    ) -> None:
        self._given, self._note = (plant, tuple(presses)), note
        self.stepped = SteppedPlant(*self._given, _PERIOD)
        self.listener: socket.socket | None = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        self.client: Client | None = None
        self.mute = False
        self._zero: int | None = time.monotonic_ns()  # of the clock, when the plant's time was 0

    # What is watched.

    def sockets(self) -> list[socket.socket]:
        """What may have something to say."""
        client = None if self.client is None else self.client.link
        return [s for s in (self.listener, client) if s is not None]

    def take(self, ready: Sequence[Any]) -> None:
        """Serve what is ready, and let time pass."""
        if self.client is not None and self.client.link in ready:
            self._hear(self.client)
        if self.listener is not None and self.listener in ready:
            self._greet()
        self._pass_time()

    def look(self) -> dict[str, Any]:
        """Tell what the device truly does."""
        truth, held = self.stepped.core.plant.truth(), self.stepped.core.held
        told = {name: held[name] for name in ("enabled", "brake", "belt_speed", "support_force")}
        return {
            "t": self.stepped.t,
            "client": self.client is not None,
            "device_torque": [float(v) for v in truth["device_torque"]],
            "true_belt_speed": float(truth["belt_speed"]),
            "rope_force": float(truth["rope_force"]),
            "torque": [float(v) for v in held["torque"]],
            **told,
        }

    def unplug(self) -> None:
        """Take the link away, for good."""
        for link in self.sockets():
            link.close()
        self.listener = None
        self._gone("unplugged")

    # One client.

    def _greet(self) -> None:
        assert self.listener is not None
        with suppress(OSError):
            client = Client(self.listener.accept()[0])
            if self.client is None:
                self.client = client
            else:
                client.refuse("another client has this device; close that one first")

    def _hear(self, client: Client) -> None:
        try:
            data = client.link.recv(65536)
            if not data:
                return self._gone("client_gone")
            client.heard = time.monotonic()
            for message in client.frames.feed(data):
                self._do(client, message)
                if self.client is not client:
                    return None
        except GaitloopError as error:
            client.refuse(error)
            self._gone("client_refused", str(error))
        except OSError:
            client.link.close()
            self._gone("client_gone")
        return None

    def _do(self, client: Client, message: Message) -> None:
        match message:
            case Hello() if client.hello is None:
                checked_hello(message)
                self.stepped = SteppedPlant(*self._given, message.period)
                client.hello, self._zero = message, None
                core = self.stepped.core
                self._note(state="client", t=0)
                return client.send(Welcome(core.safe_profile, core.watchdog))
            case _ if client.hello is None:
                raise WireError("a client begins with hello")
            case Measure():
                return self._measure(client, message.t)
            case Commanded() if client.stopped:
                raise ConfigError("the device was stopped; begin anew")
            case Commanded():
                return self.stepped.exchange(message)
            case Stop():
                client.stopped = True
                self.stepped.core.rest()
                return client.send(Done())
            case Bye():
                client.link.close()
                return self._gone("client_left")
        raise WireError(f"a client never sends {type(message).__name__}")

    def _measure(self, client: Client, t: int) -> None:
        if not 0 <= t <= 2**62:
            raise ConfigError(f"t must lie in [0, 2**62] ns, got {t}")
        if self._zero is None:
            self._zero = time.monotonic_ns() - t
        value, valid, stamp = self.stepped.measure(t)
        if not self.mute:
            client.send(Sampled(t, value.tobytes(), valid.tobytes(), stamp.tobytes()))

    def _gone(self, why: str, text: str = "") -> None:
        """Rest, and go on by the clock."""
        self.client = None
        self.stepped.core.rest()
        self._zero = time.monotonic_ns() - self.stepped.t
        self._note(state=why, t=self.stepped.t, text=text)

    def _pass_time(self) -> None:
        """Let go of a client that is silent for too long; let the plant go on where the clock is its time."""
        client, behind = self.client, 0
        if client is not None:
            if self._is_silent(client):
                self._gone("lease_lost")
            elif client.hello is not None:
                if not client.hello.wall or self._zero is None:
                    return
                behind = _BEHIND
        if self._zero is not None:
            now = time.monotonic_ns() - self._zero - behind
            if now > self.stepped.t:
                self.stepped.measure(now)

    def _is_silent(self, client: Client) -> bool:
        lease = _HELLO_WITHIN if client.hello is None else client.hello.lease
        silence = time.monotonic() - client.heard
        # What lies there unread, because this process was held up, is no silence.
        if silence <= lease or select.select([client.link], [], [], 0.0)[0]:
            return False
        client.refuse(
            f"nothing came for {silence:.3f} s and the lease is {lease:g} s: the device is at rest; connect again"
        )
        return True
