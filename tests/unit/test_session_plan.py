"""Plans: the built-in one is complete, and what it says arrives in SI."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.session.build import build_trainer
from gaitloop.session.plan import Plan, demo_plan


def test_the_built_in_plan_is_ten_minutes_of_stroke() -> None:
    plan = demo_plan()
    assert (plan.duration, plan.seed) == (600.0, 1)
    assert plan.patient["profile"] == "stroke"
    assert plan.training["pelvic_tilt"] == math.radians(8.0)
    np.testing.assert_allclose(np.degrees(plan.assist["lower"]), [2.15, 1.75, 4.29, 4.30, 4.52])


def test_degrees_and_radians_are_the_same_angle() -> None:
    plan = demo_plan()
    radians = Plan.from_text(plan.text.replace("pelvic_tilt_deg = 8.0", f"pelvic_tilt = {math.radians(8.0)!r}"))
    assert radians.training == plan.training


def test_other_profiles_and_laws_ask_for_their_own_keys() -> None:
    text = demo_plan().text
    fac = Plan.from_text(text.replace('"stroke"', '"fac"').replace("severity = 0.6", "level = 3"))
    assert fac.patient["level"] == 3
    begin, end = text.index("lower_deg"), text.index("floor")
    law = "forget = 0.95\ngain = 2.0\ndead_zone_deg = [2, 2, 4, 4, 4]\n"
    plan = Plan.from_text((text[:begin] + law + text[end:]).replace('law = "band"', 'law = "forgetting"'))
    assert plan.assist["forget"] == 0.95


def test_change_checks_and_leaves_the_rest() -> None:
    plan = demo_plan().change(duration=60.0, seed=7)
    assert (plan.duration, plan.seed, plan.text) == (60.0, 7, demo_plan().text)
    with pytest.raises(ConfigError, match=r"^duration must lie in \[20, 7200\], got 5"):
        plan.change(duration=5.0)


def test_a_file_is_named_in_its_error(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(demo_plan().text.replace("speed = 0.6", "speed = 9.0"), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"plan\.toml: training\.speed must lie in \[0\.14, 1\.4\], got 9"):
        Plan.load(path)


def test_lateral_subtasks_may_be_left_out_or_bounded() -> None:
    text = demo_plan().text
    keys = "weight_shift = [0.02, 0.03]\nlateral_foot_placement_deg = [1.0, 2.0]\n"
    plan = Plan.from_text(text.replace("lower_deg", keys + "lower_deg", 1))
    assert plan.assist["weight_shift"] == (0.02, 0.03)
    np.testing.assert_allclose(np.degrees(plan.assist["lateral_foot_placement"]), [1.0, 2.0])
    with pytest.raises(ConfigError, match=r"training\.assist\.weight_shift must have length 2, got 1"):
        Plan.from_text(text.replace("lower_deg", "weight_shift = [0.02]\nlower_deg", 1))
    with pytest.raises(
        ConfigError, match=r"training\.assist\.lower must lie below upper, got 0\.03 and 0\.02 at index 5"
    ):
        build_trainer(Plan.from_text(text.replace("lower_deg", "weight_shift = [0.03, 0.02]\nlower_deg", 1)))


@pytest.mark.parametrize("line", [line for line in demo_plan().text.splitlines() if " = " in line.partition("#")[0]])
def test_no_key_of_the_plan_has_a_default(line: str) -> None:
    text = demo_plan().text.replace(line + "\n", "", 1)
    name = line.partition(" = ")[0].removesuffix("_deg")
    with pytest.raises(ConfigError, match=rf"{name} is missing"):
        Plan.from_text(text)
