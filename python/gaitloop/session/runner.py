"""Run a planned session on the simulated machine, block by block, and record it."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from gaitloop._core import SIDES
from gaitloop._schema import without_comments
from gaitloop.control import N_SAGITTAL_SUBTASKS, SUBTASKS
from gaitloop.simulation import Simulation

from .build import build_device, build_patient, build_trainer, envelope_of, presses
from .digest import Digest, count_steps
from .effort import EffortMeter
from .layout import TELEMETRY_EVERY, Block, Tables
from .plan import Plan, demo_plan
from .record import Recorder, limits_hash
from .topics import EFFORT, SIDEWAYS

if TYPE_CHECKING:
    from gaitloop.plant import Device, Patient, Sensors

#: Ticks simulated and recorded at a time.
BLOCK_TICKS = 1000
#: Ticks a second [1/s].
RATE = 1000
_KINDS = {"ic": "initial_contact", "to": "toe_off"}
_MEASURES = (
    *("t_start", "t_end", "valid", "stride_time", "stance_time", "stance_share", "double_support"),
    *("step_time", "step_length", "stride_length", "force_peak", "force_mean", "rms"),
)
_ANGLES = ("measured", "reference")
_KEY_ANGLES = ("hip_max", "hip_min", "knee_at_contact", "knee_stance_max", "knee_swing_max")


class Progress:
    """A line that says how far a session is: a bar on a terminal, a few plain lines elsewhere.

    Parameters
    ----------
    total : float
        Length of the session [s].
    stream : text file
        Where it is written.
    """

    def __init__(self, total: float, stream: IO[str]) -> None:
        self._total = total
        self._stream = stream
        self._bar = stream.isatty()
        self._quarter = 0
        self._began = time.monotonic()
        self._drawn = 0.0

    def show(self, done: float, steps: int) -> None:
        """Show the state.

        Parameters
        ----------
        done : float
            Simulated time [s].
        steps : int
            Steps so far [-].
        """
        share = min(1.0, done / self._total)
        now = time.monotonic()
        speed = done / max(now - self._began, 1e-9)
        text = f"{done / 60:4.1f} of {self._total / 60:.1f} min, {steps} steps, {speed:.0f}x real time"
        if self._bar:
            if now - self._drawn > 0.1 or share == 1.0:
                self._drawn = now
                filled = int(share * 30)
                end = "\n" if share == 1.0 else ""
                self._stream.write(f"\r[{'#' * filled}{'.' * (30 - filled)}] {text:<56}{end}")
        elif int(share * 4) > self._quarter:
            self._quarter = int(share * 4)
            self._stream.write(f"{25 * self._quarter:3d}%  {text}\n")
        self._stream.flush()


def metadata_of(plan: Plan) -> dict[str, str]:
    """Say how a record came about.

    Parameters
    ----------
    plan : Plan
        The plan.

    Returns
    -------
    dict of str to str
        Plan without its comments, seed, duration, fingerprint of the limits, and the wall clock's anchor, 0 in
        simulation; of a plan that names limits files also the limits in force, and of each file whose limits it has,
        when it was confirmed and the fingerprint by which whoever has the file finds out who did; of one that was
        fitted to a device that device, by profile and calibration, and the limits in force.
    """
    envelope = envelope_of(plan)
    signers = [f"{file.source}: confirmed on {file.on}, sha256 {file.sha256}" for file in plan.limits_files]
    files = {"limits_confirmed": json.dumps(signers)} if signers else {}
    device = {} if plan.fitting is None else {"device": plan.fitting.to_text()}
    limits = {"limits": json.dumps(envelope.to_dict())} if files or device else {}
    return {
        "plan": without_comments(plan.text),
        "seed": str(plan.seed),
        "duration": json.dumps(plan.duration),
        "limits_sha256": limits_hash(envelope.to_dict()),
        "wall_clock_anchor_ns": "0",
        **limits,
        **files,
        **device,
    }


def block_of(raw: Mapping[str, Any], tick: int) -> Block:
    """Make a block of rows.

    Parameters
    ----------
    raw : mapping
        Consecutive ticks, as `Simulation.run` gives them.
    tick : int
        Number of the first of them in the session [-].

    Returns
    -------
    Block
        The block, with every tenth row of telemetry.
    """
    t, out, first = raw["t"], raw["out"], -tick % TELEMETRY_EVERY
    return Block(
        t=t,
        sample=raw["sample"],
        valid=raw["valid"],
        stamp=raw["stamp"],
        command=out["command"],
        command_integers=out["command_integers"],
        telemetry_t=t[first::TELEMETRY_EVERY],
        telemetry=out["telemetry"][first::TELEMETRY_EVERY],
    )


def event_of(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Put a gait event as a record has it.

    Parameters
    ----------
    raw : mapping
        As `Trainer.events` gives it.

    Returns
    -------
    dict
        By the `/event` schema.
    """
    kept = {name: raw[name] for name in ("side", "t", "t_emit", "confidence")}
    return {**kept, "event": _KINDS[raw["kind"]]}


def _plain(value: Any) -> Any:
    """Turn into what JSON can hold; numbers that are absent become null."""
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(v) for v in value]
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else None
    return value


def stride_of(
    raw: Any, block: Block, tables: Tables, beside: Mapping[str, float | None] | None = None
) -> dict[str, Any]:
    """Put a stride as a record has it.

    Parameters
    ----------
    raw : StrideMeasures
        As `Trainer.strides` gives it.
    block : Block
        Ticks in which it ended.
    tables : Tables
        Their field tables.
    beside : mapping of str to float or None, optional
        Fields of `topics.EFFORT` and `topics.SIDEWAYS` that were measured [units there].

    Returns
    -------
    dict
        By the `/stride` schema.
    """
    columns, side = tables.columns("telemetry", "support"), int(raw.side)
    row = min(int(np.searchsorted(block.telemetry_t, raw.t_end)), len(block.telemetry_t) - 1)
    start = columns.start + len(SUBTASKS) * side
    seen = slice(start, start + N_SAGITTAL_SUBTASKS)
    support: list[float] = block.telemetry[row, seen].tolist() if row >= 0 else []
    angles = {kind: {key: _plain(getattr(getattr(raw, kind), key)) for key in _KEY_ANGLES} for kind in _ANGLES}
    measures = {name: _plain(getattr(raw, name)) for name in _MEASURES}
    more = dict.fromkeys((*EFFORT, *SIDEWAYS)) | dict(beside or {})
    return {"side": SIDES[side], **measures, **angles, "support": [round(v, 6) for v in support], **more}


def simulate(
    plan: Plan,
    patient: Patient | None = None,
    device: Device | None = None,
    *,
    sensors: Sensors | None = None,
    out: str | Path | None = None,
    progress: IO[str] | None = None,
) -> Digest:
    """Run a whole session faster than real time.

    Parameters
    ----------
    plan : Plan
        What to do.
    patient : Patient, optional
        The simulated person; the plan's when absent.
    device : Device, optional
        The simulated device; the plan's when absent.
    sensors : Sensors, optional
        What the device measures; as usual when absent.
    out : path-like, optional
        Record to write; an existing one is replaced. Without it nothing is recorded.
    progress : text file, optional
        Where progress is shown.

    Returns
    -------
    Digest
        What is kept of the session; `outcome()` has it in a few numbers.

    Raises
    ------
    ConfigError
        If a room refuses a value of the plan.
    MissingExtraError
        If a record is asked for and the extra `log` is not installed.

    Examples
    --------
    >>> from gaitloop.session.plan import demo_plan
    >>> outcome = simulate(demo_plan().change(duration=40.0)).outcome()
    >>> outcome.steps > 20
    True
    """
    from gaitloop.plant import Plant

    person, machine = patient or build_patient(plan), device or build_device(plan)
    plant = Plant(person, machine, seed=plan.seed, sensors=sensors)
    simulation = Simulation(build_trainer(plan), plant, presses(plan))
    tables = Tables.from_core()
    recorder = Recorder(out, metadata_of(plan), tables=tables) if out is not None else None
    try:
        return _loop(simulation, plan, tables, recorder, progress)
    finally:
        if recorder is not None:
            recorder.close()


def _loop(
    simulation: Simulation, plan: Plan, tables: Tables, recorder: Recorder | None, progress: IO[str] | None
) -> Digest:
    digest = Digest(tables)
    effort = EffortMeter(tables, mass=plan.patient["mass"], height=plan.patient["height"])
    shown = Progress(plan.duration, progress) if progress is not None else None
    total, tick, steps = round(plan.duration * RATE), 0, 0
    while tick < total:
        block = block_of(simulation.run(min(BLOCK_TICKS, total - tick)), tick)
        tick += len(block.t)
        events = [event_of(event) for event in simulation.events()]
        effort.add(block.t, block.sample, block.valid)
        strides = [stride_of(stride, block, tables, effort.of_stride(stride)) for stride in simulation.strides()]
        belt = block.sample[:, tables.columns("sample", "belt_speed").start]
        steps += count_steps(block.t * 1e-9, belt, events)
        digest.add(block, events, strides)
        if recorder is not None:
            recorder.write(block, events, strides)
        if shown is not None:
            shown.show(tick / RATE, steps)
    return digest


def run_demo(
    folder: str | Path, *, seed: int | None = None, minutes: float | None = None, progress: IO[str] | None = None
) -> Digest:
    """Run the built-in plan and record it as `session.mcap`.

    Parameters
    ----------
    folder : path-like
        Where the record goes; made when it does not exist.
    seed : int, optional
        Another seed than the plan's [-].
    minutes : float, optional
        Another length than the plan's [min].
    progress : text file, optional
        Where progress is shown; standard error when absent.

    Returns
    -------
    Digest
        What is kept of the session.
    """
    duration = None if minutes is None else minutes * 60.0
    plan = demo_plan().change(duration=duration, seed=seed)
    Path(folder).mkdir(parents=True, exist_ok=True)
    return simulate(plan, out=Path(folder) / "session.mcap", progress=progress or sys.stderr)
