"""`gaitloop doctor`: what this machine gives a loop that must keep its rate, and the remedy for what it does not."""

from __future__ import annotations

import argparse
import json
import os
import platform
from pathlib import Path
from typing import Any

from gaitloop._core import clock_resolution

from ._measure import Measurement, measure_wakeups
from ._privileges import Privileges

_TIMES = {"p50": "p50", "p90": "p90", "p99": "p99", "p999": "p99.9", "p9999": "p99.99", "max": "largest"}
_MOVES = Path("/proc/sys/vm/compact_unevictable_allowed")
_MOVED = "moved by the kernel now and then, which is a page fault; remedy: sysctl vm.compact_unevictable_allowed=0"
_GOVERNOR = "devices/system/cpu/cpu0/cpufreq/scaling_governor"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Its parser.
    """
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    parser.add_argument("--seconds", type=float, default=2.0, help="time to measure, 0.01 to 86400 (2)")
    parser.add_argument("--rate", type=float, default=1000.0, help="ticks a second, 10 to 5000 (1000)")


def preemption(version: str, system: Path = Path("/sys")) -> str | None:
    """Tell how readily the kernel takes the processor from one thread for another.

    Parameters
    ----------
    version : str
        What the kernel says of how it was built.
    system : path-like
        Where the kernel shows its settings.

    Returns
    -------
    str or None
        `full` (PREEMPT_RT), what was chosen when it was started, `dynamic` where that cannot be read, `preemptible`,
        or None where it does not say.
    """
    if "PREEMPT_RT" in version or _first_line(system / "kernel/realtime") == "1":
        return "full"
    if "PREEMPT_DYNAMIC" in version:
        chosen = _first_line(system / "kernel/debug/sched/preempt") or ""
        marked = [word.strip("()") for word in chosen.split() if word.startswith("(")]
        return marked[0] if marked else "dynamic"
    return "preemptible" if "PREEMPT" in version else None


def _first_line(path: Path) -> str | None:
    try:
        return path.read_text("utf-8").splitlines()[0].strip()
    except (OSError, IndexError, UnicodeDecodeError):
        return None


def examine(rate: float = 1000.0, seconds: float = 2.0) -> dict[str, Any]:
    """Look at the machine and measure how it wakes.

    Parameters
    ----------
    rate : float
        Ticks a second [1/s], 10 to 5000.
    seconds : float
        Time to measure [s], 0.01 to 86400.

    Returns
    -------
    dict
        `system`, `processors`, `preemption`, `governor`, `clock_resolution` [s], `moves_locked_memory` (None where the
        system does not tell), `privileges`, and `wake`, of which the times are in seconds.

    Raises
    ------
    ConfigError
        If a number is outside its range.
    """
    measured: Measurement = measure_wakeups(rate, seconds, privileges=Privileges())
    statistics = measured.statistics
    return {
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processors": os.cpu_count(),
        "preemption": preemption(platform.version()),
        "governor": _first_line(Path("/sys") / _GOVERNOR),
        "clock_resolution": clock_resolution(),
        "moves_locked_memory": None if (told := _first_line(_MOVES)) is None else told == "1",
        "privileges": [p._asdict() for p in measured.privileges if p.outcome != "not asked"],
        "wake": {
            "rate": rate,
            "ticks": statistics.ticks,
            "missed": statistics.missed,
            **{name: getattr(statistics.wake, name) for name in _TIMES},
        },
    }


def _told(value: object) -> str:
    return "not told by this system" if value is None else str(value)


def describe(found: dict[str, Any]) -> str:
    """Say it in words.

    Parameters
    ----------
    found : dict
        What `examine` gave.

    Returns
    -------
    str
        Lines of text; the last one sums up.
    """
    resolution = found["clock_resolution"]
    lines = [
        f"system              {found['system']}, {found['processors']} processors",
        f"kernel preemption   {_told(found['preemption'])}",
        f"processor governor  {_told(found['governor'])}",
        f"clock resolution    {_told(None if resolution is None else f'{1e9 * resolution:g} ns')}",
    ]
    moves = found["moves_locked_memory"]
    lines.append(
        f"locked pages        {_told(moves if moves is None else (_MOVED if moves else 'stay where they are'))}"
    )
    for privilege in found["privileges"]:
        refused = privilege["outcome"] == "refused"
        lines.append(f"{privilege['name']:<19} {privilege['outcome']}" + (f": {privilege['error']}" * refused))
        lines += [f"{'':<19} remedy: {privilege['remedy']}"] * refused
    wake = found["wake"]
    latency = ", ".join(f"{label} {1e6 * wake[name]:.0f} µs" for name, label in _TIMES.items())
    lines.append(f"wake-up latency     {latency}")
    refused = [p["name"] for p in found["privileges"] if p["outcome"] == "refused"]
    summary = f"refused: {', '.join(refused)}" if refused else "every privilege got"
    lines.append(f"{wake['ticks']} ticks at {wake['rate']:g} Hz, {wake['missed']} missed; {summary}")
    return "\n".join(lines)


def command(arguments: argparse.Namespace) -> int:
    """Run the command.

    Parameters
    ----------
    arguments : argparse.Namespace
        What was asked for.

    Returns
    -------
    int
        Exit code [-].
    """
    found = examine(arguments.rate, arguments.seconds)
    print(json.dumps(found, indent=2) if arguments.json else describe(found))
    return 0
