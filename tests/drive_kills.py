"""Masters of simulated drives that are killed while the drives have power, several buses at a time."""

from __future__ import annotations

import multiprocessing
import os
import queue
import random
import signal
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

from drive_machine import Simulator, Watched, bus, drive, looped, set_up, winch
from gaitloop.errors import DeviceTimeoutError

#: Time in which a drive must brake once its master is dead [s].
DEADLINE = 0.050
#: A simulator that stood still for longer than this cannot tell when a drive stopped [s].
STOOD_STILL = 0.008
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["drive_machine"])


def _bus_of(channel, rope):
    return bus(channel, [drive(1), winch(2)]) if rope else bus(channel)


def _command(channel, told, rope):
    """Arm the drives of a bus and tell each state, until killed."""
    warnings.simplefilter("ignore")
    loop = looped(_bus_of(channel, rope))
    loop.start()
    watched, said = Watched(loop), None
    while loop.end is None:
        state = watched.state()
        if state != said:
            told.send(state)
            said = state
        time.sleep(0.01)


class Master:
    """A process that arms the drives of a bus."""

    def __init__(self, channel, rope):
        self.told, far = _CONTEXT.Pipe(duplex=False)
        self.process = _CONTEXT.Process(target=_command, args=(channel, far, rope), daemon=True)
        self.process.start()
        far.close()

    def reach(self, state, most=15.0):
        """False where it goes elsewhere, or ends."""
        end = time.monotonic() + most
        try:
            while self.told.poll(max(0.0, end - time.monotonic())):
                said = self.told.recv()
                if said in (state, "safe", "lockout"):
                    return said == state
        except EOFError:
            pass
        return False

    def kill(self):
        t = time.monotonic_ns()
        self.process.kill()
        self.process.join()
        self.told.close()
        return t


def once(simulator, wait, pause=None, *, rope=False):
    """Arm, kill, and wait for the drives; their delays [s], or None where the machine was busy elsewhere.

    With `pause` [s] the master stands still for that long, and is killed only after it went on for as long again. With
    `rope` the second drive is a winch.
    """
    try:
        set_up(_bus_of(simulator.adapters[0], rope))
    except DeviceTimeoutError:
        return None
    master = Master(simulator.adapters[0], rope)
    try:
        if not master.reach("standby"):
            return None
        simulator.press("arm", 0.3)
        simulator.wait(2, "operation_enabled", most=3.0)
        time.sleep(wait)
        if simulator.latest().get(1) != "operation_enabled":
            return None
        stopped = time.monotonic_ns()
        if pause is not None:
            os.kill(master.process.pid, signal.SIGSTOP)
            time.sleep(pause)
            os.kill(master.process.pid, signal.SIGCONT)
            time.sleep(pause)
    except queue.Empty:
        return None
    finally:
        killed = master.kill()
    if pause is not None:
        killed = stopped
    lines = [simulator.wait(1, "quick_stop_active", "switch_on_disabled", most=3.0)]
    if simulator.states.get(2) == "operation_enabled":
        lines.append(simulator.wait(2, "quick_stop_active", "switch_on_disabled", most=3.0))
    if max(line["gap"] for line in lines) * 1e-9 > STOOD_STILL:
        return None
    return [(line["t"] - killed) * 1e-9 for line in lines]


def _bus(count, seed):
    dice, delays, starved, moved = random.Random(seed), [], 0, 0
    with Simulator(adapters=1) as simulator:
        while len(delays) < count and starved < 3 * count + 5:
            got = once(simulator, dice.uniform(0.02, 0.3))
            time.sleep(0.06)
            moved += "operation_enabled" in simulator.latest().values()
            if got is None:
                starved += 1
            else:
                delays.append(max(got))
    return delays, starved, moved


def kills(count, *, buses=4, seed=1):
    """Kill `count` masters on several buses at a time."""
    shares = [count // buses + (n < count % buses) for n in range(buses)]
    with ThreadPoolExecutor(buses) as pool:
        parts = list(pool.map(_bus, shares, range(seed, seed + buses)))
    return {
        "delays": [delay for delays, _, _ in parts for delay in delays],
        "starved": sum(starved for _, starved, _ in parts),
        "moved_again": sum(moved for _, _, moved in parts),
    }
