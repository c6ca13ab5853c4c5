"""Walking of the simulated person as recordings, for what no recording of people shows."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from types import MappingProxyType

import numpy as np

from gaitloop import _core
from gaitloop.events import ForceContacts
from gaitloop.recording import Recording
from gaitloop.session.plan import Plan, demo_plan
from gaitloop.session.reader import Reader
from gaitloop.session.runner import simulate

DURATION = 90.0  # [s], start and stop included
EVERY = 5  # ticks of 1 ms
PEOPLE = ("healthy", "stroke")
JOINTS = ("hip_l", "knee_l", "ankle_l", "hip_r", "knee_r", "ankle_r")


def plan(person: str) -> Plan:
    """The demo's plan, for a person after a stroke or a healthy one."""
    text = demo_plan().text
    if person == "healthy":
        text = re.sub(
            r'^profile = "stroke".*\n(side = .*\n)severity = .*\n', r'profile = "healthy"\n\1', text, flags=re.M
        )
    with tempfile.TemporaryDirectory() as work:
        path = Path(work) / "plan.toml"
        path.write_text(text, "utf-8")
        return Plan.load(path).change(duration=DURATION)


def plant_walk(person: str) -> Recording:
    """Joint angles as the encoders give them; the reference is read off the force under each foot, looking ahead."""
    with tempfile.TemporaryDirectory() as work:
        path = Path(work) / "walk.mcap"
        with open(Path(work) / "progress", "w", encoding="utf-8") as silent:
            simulate(plan(person), out=path, progress=silent)
        blocks = list(Reader(path).blocks())
    first = {name: start for name, start, *_ in _core.SAMPLE_FIELDS}
    t = np.concatenate([block.t for block in blocks]) * 1e-9
    sample = np.concatenate([np.where(block.valid, block.sample, np.nan) for block in blocks])
    force = sample[:, first["foot_force"] : first["foot_force"] + 2]
    angles = sample[::EVERY, first["q"] : first["q"] + 6]
    arrays = dict(zip(JOINTS, angles.T, strict=True))
    made = Recording.from_arrays(arrays, t[::EVERY], units={"angle": "rad"}, name=person)
    events = ForceContacts(shared=False).run(force, t, causal=False)
    return Recording(made.path, MappingProxyType({"subject": person, "source_repo": "plant"}), made.signals, events)
