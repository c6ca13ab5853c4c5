"""Reports: right numbers, whole with no network, equal for equal sessions, and honest about what is missing."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from gaitloop.errors import MissingExtraError
from gaitloop.progress import figures, report
from gaitloop.progress.data import ReportInfo, cycle_curves, log_ratio, rolling_median

INFO = ReportInfo(title="Session <1>", person="Simulated person", mass=75.0, details=[("Seed", "1")])
STRIDE_TIME = 1.25


@dataclass
class Numbers:
    duration: float = 60.0
    steps: int = 88
    distance: float = 33.0
    speed: float = 0.6
    symmetry: float | None = -0.11
    support_start: float | None = 0.9
    support_end: float | None = 0.4
    stops: tuple[str, ...] = ("none", "pain")


@dataclass
class Walk:
    """A kinematic walk: the left knee bends to 80 % of the reference."""

    events: list[dict[str, Any]] = field(default_factory=list)
    strides: list[dict[str, Any]] = field(default_factory=list)
    states: list[dict[str, Any]] = field(default_factory=list)
    t_end: float = 60.0
    numbers: Numbers = field(default_factory=Numbers)

    def __post_init__(self) -> None:
        for side, shift, stance in (("left", 0.0, 0.72), ("right", 0.5, 0.8)):
            for k in range(4, 44):
                start = (k + shift) * STRIDE_TIME
                self.events += [
                    {"side": side, "event": "initial_contact", "t": round(start * 1e9), "t_emit": round(start * 1e9)},
                    {"side": side, "event": "toe_off", "t": round((start + stance) * 1e9), "t_emit": 0},
                ]
                self.strides.append(_stride(side, start, stance))
        self.events.sort(key=lambda event: event["t"])
        names = [(0, "standby", "none"), (5, "run", "none"), (50, "prot_stop", "pain"), (52, "safe", "pain")]
        self.states = [{"t": t * 10**9, "state": s, "cause": c, "severity": 0} for t, s, c in names]

    @property
    def t(self) -> NDArray[np.float64]:
        return np.arange(0.0, self.t_end, 0.01)

    def rows(self, name: str) -> NDArray[np.float32]:
        t = self.t
        phase = np.stack([t / STRIDE_TIME] * 3 + [t / STRIDE_TIME + 0.5] * 3, axis=1)
        q_ref = np.sin(2 * np.pi * phase) * [0.3, 0.5, 0.1, 0.3, 0.5, 0.1]
        table = {
            "q_ref": q_ref,
            "q": q_ref * [1, 0.8, 1, 1, 1, 1],
            "belt_speed": np.full((len(t), 1), 0.6),
            "engagement": np.ones((len(t), 1)),
        }
        return table[name].astype(np.float32)

    def steady(self, side: str) -> list[dict[str, Any]]:
        return [stride for stride in self.strides if stride["side"] == side]

    def outcome(self) -> Numbers:
        return self.numbers


def _stride(side: str, start: float, stance: float) -> dict[str, Any]:
    return {
        "side": side,
        "valid": True,
        "t_start": round(start * 1e9),
        "t_end": round((start + STRIDE_TIME) * 1e9),
        "stride_time": STRIDE_TIME,
        "stance_time": stance,
        "stance_share": stance / STRIDE_TIME,
        "double_support": 0.2,
        "step_length": 0.4,
        "force_peak": 500.0,
        "force_mean": None,
        "rms": [0.05, 0.1, None],
        "support": [0.9] * 5,
    }


@pytest.fixture(scope="module")
def page() -> str:
    return report.render(Walk(), INFO)


def test_it_needs_nothing_else(page: str) -> None:
    assert not re.search(r'(src|href)="(?!#)', page)
    assert not re.search(r"@import|url\((?!#)", page)
    assert "<script" not in page
    assert "Session &lt;1&gt;" in page


def test_every_picture_is_sound_svg(page: str) -> None:
    pictures = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(pictures) == 6
    for picture in pictures:
        ElementTree.fromstring(picture)


def test_equal_sessions_give_equal_pages(page: str) -> None:
    assert report.render(Walk(), INFO) == page


def test_headlines_are_the_outcome(page: str) -> None:
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    for words in (
        "Steps 88",
        "Distance 33 m in 1:00 min",
        "0.60 m/s",
        "−0.11",
        "90 % → 40 %",
        "Stops 2 1 asked for, 1 for pain, 0 by the machine",
    ):
        assert words in text, words
    assert "right longer" in text
    assert "The help of the robot fell, from 90 % to 40 %" in text
    assert "prot stop protective stop: legs damped, belt braked 0:50 2.0 s pain" in text


def test_a_session_without_a_step_still_has_a_report() -> None:
    walk = Walk(numbers=Numbers(steps=0, symmetry=None, support_start=None, support_end=None, stops=()))
    walk.events, walk.strides = [], []
    page = report.render(walk, INFO)
    assert "did not walk" in page
    assert page.count("no steady stride") == 6


def test_losses_are_said() -> None:
    info = ReportInfo(title="a", person="b", mass=75.0, losses=["the file ends in the middle, after 9 bytes"])
    page = report.render(Walk(), info)
    assert "This record is not complete" in page
    assert "after 9 bytes" in page


def test_curves_are_those_of_the_walk() -> None:
    curves = cycle_curves(Walk(), "left")
    assert curves is not None
    assert curves.strides >= 38
    assert curves.toe_off == pytest.approx(0.576)
    phase = np.linspace(0, 1, 101)
    np.testing.assert_allclose(curves.mean[:, 1], 0.4 * np.sin(2 * np.pi * phase), atol=2e-3)
    np.testing.assert_allclose(curves.reference[:, 1], 0.5 * np.sin(2 * np.pi * phase), atol=2e-3)
    right = cycle_curves(Walk(), "right")
    assert right is not None
    np.testing.assert_allclose(right.mean, right.reference, atol=1e-6)


def test_log_ratio_pairs_neighbours() -> None:
    times, ratio = log_ratio(Walk(), "stance_time")
    assert len(times) == 40
    np.testing.assert_allclose(ratio, np.log(0.72 / 0.8))


def test_pairs_of_one_right_stride() -> None:
    walk = Walk()
    walk.strides = [_stride("left", 5.0, 0.7), _stride("right", 5.6, 0.7), _stride("left", 20.0, 0.7)]
    times, ratio = log_ratio(walk, "stance_time")
    assert len(times) == 1
    assert ratio[0] == 0.0


def test_state_spans_join_repeats() -> None:
    walk = Walk()
    walk.states.insert(2, {"t": 7 * 10**9, "state": "run", "cause": "none", "severity": 1})
    assert figures.state_spans(walk) == [
        ("standby", 0.0, 5.0, "none"),
        ("run", 5.0, 50.0, "none"),
        ("prot_stop", 50.0, 52.0, "pain"),
        ("safe", 52.0, 60.0, "pain"),
    ]


def test_rolling_median_ignores_an_outlier() -> None:
    np.testing.assert_array_equal(rolling_median(np.array([1.0, 1, 9, 1, 1]), 3), [1, 1, 1, 1, 1])


@pytest.mark.parametrize("missing", ["jinja2", "matplotlib"])
def test_a_missing_extra_is_named(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(MissingExtraError, match=r"gaitloop\[report\]"):
        report.render(Walk(), INFO)
