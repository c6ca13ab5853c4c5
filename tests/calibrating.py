"""What the tests of calibration share: a device of one ankle that is swept quickly, and scripted operators."""

from __future__ import annotations

import copy

from gaitloop.devices.profile import load_profile
from gaitloop.devices.profile._load import from_bytes


def written(value, path=()):
    """Plain values as TOML."""
    lines = [f"[{'.'.join(path)}]"] if path else []
    for k, v in value.items():
        if not isinstance(v, dict):
            shown = {True: "true", False: "false"}[v] if isinstance(v, bool) else f'"{v}"' if isinstance(v, str) else v
            lines.append(f"{k} = {shown}")
    for k, v in value.items():
        if isinstance(v, dict):
            lines += written(v, (*path, k))
    return lines


def one_ankle(**sweep):
    """The shipped ankle device with its left side only, a short range and quick sweeps; as TOML."""
    value = copy.deepcopy(dict(load_profile("simulated_ankle").document))
    value["joints"]["ankle_r"] = "absent"
    del value["drive"]["ankle_r"]
    value["limits"]["q_min"], value["limits"]["q_max"] = [-0.35] * 6, [0.35] * 6
    value["drive"]["ankle_l"]["sweep"] |= {"slow": 0.4, "fast": 0.9, "margin": 0.05} | sweep
    return "\n".join(written(value)) + "\n"


def profile_of(text):
    return from_bytes(text.encode(), "device.toml")


class Scripted:
    """An operator who answers as told, and remembers everything."""

    def __init__(self, answers=None):
        self.answers = answers
        self.asked = []
        self.told = []

    def tell(self, text):
        self.told.append(text)

    def answer(self, question):
        self.asked.append(question)
        if self.answers is None:
            return "yes\n"
        return self.answers.pop(0) if self.answers else ""
