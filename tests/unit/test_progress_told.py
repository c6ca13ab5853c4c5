"""What a record tells in words and times: no pseudonym, every request with its unit, whatever the messages are."""

from __future__ import annotations

import json
import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitloop.errors import ConfigError
from gaitloop.progress import report
from gaitloop.progress.data import ReportInfo, with_gaps
from gaitloop.progress.figures import window_start
from gaitloop.progress.told import Course, Span, course_of, planned, told
from gaitloop.session import Reader
from gaitloop.session.digest import MOVING, REGAINED
from gaitloop.session.messages import read_message
from gaitloop.session.topics import JSON_SCHEMAS, TOLD
from progress_pages import led_session

WHO = "0af3" * 8


class Messages:
    """A record of messages alone."""

    def __init__(self, **messages):
        self._messages = {f"/{topic}": found for topic, found in messages.items()}

    def messages(self, topic):
        return self._messages.get(topic, [])


@pytest.fixture(scope="module")
def led(tmp_path_factory):
    """A walk with a pause, a rest, notes and the pain button, as a record and its digest."""
    out = tmp_path_factory.mktemp("told") / "session.mcap"
    ending = led_session(out, WHO)
    assert (ending.reason, ending.pains) == ("finished", ("knee",))
    return Reader(out), ending.digest


def test_no_line_has_a_pseudonym(led):
    lines = told(led[0])
    assert {line.by for line in lines} == {"", "program", "therapist"}
    assert not any(WHO[:8] in part for line in lines for part in line)


def test_requests_have_their_units(led):
    words = [line.text for line in told(led[0]) if line.kind == "change"]
    assert "belt: 0.6 to 0 m/s" in words
    assert "rope: 257 to 600 N" in words
    assert "least help: 20 to 100 %" in words
    assert "help is again within the bounds of its law" in words
    assert words[-1] == "soft stop"
    assert not any(text.endswith((" to", ": to")) for text in words)
    assert not any(text.startswith("most help: 100 to 100") for text in words)  # which changes nothing


def test_notes_stages_and_pain_are_in_words(led):
    lines = [(line.kind, line.text) for line in told(led[0]) if line.kind != "change"]
    for line in (
        *(("stage", "1 warm-up begins"), ("note", "pause"), ("note", "shoe <lace>"), ("note", "going on")),
        *(("stage", "3 rest ends: done"), ("note", "the pain button was pressed"), ("pain", "knee")),
    ):
        assert line in lines


def test_stages_pauses_and_pain_have_their_times(led):
    course = course_of(led[0])
    assert [(span.number, span.name) for span in course.stages] == [
        (1, "warm-up"),
        (2, "first"),
        (3, "rest"),
        (4, "second"),
    ]
    assert all(a.end == b.start for a, b in zip(course.stages, course.stages[1:], strict=False))
    assert course.pauses == pytest.approx((70.0,), abs=0.1)
    assert course.pains == pytest.approx((175.0,), abs=0.2)
    assert course.reasons == ("knee",)
    assert [name for name, _ in planned(led[0].metadata)] == ["1 warm-up", "2 first", "3 rest", "4 second"]
    assert planned(led[0].metadata)[2][1] == "0.3 min, standing, 35 % of the body weight carried, assist"


def test_the_pages_tell_pain_from_what_the_machine_did(led):
    reader, digest = led
    info = ReportInfo(title="t", person="p", mass=75.0, told=told(reader), course=course_of(reader))
    page = report.render(digest, info)
    assert "1 asked for, 1 for pain, 0 by the machine" in page
    assert all(name in page for name in ("1 warm-up", "4 second", "shoe &lt;lace&gt;", "pain button"))
    assert WHO[:8] not in page
    plain = report.render(digest, info, "patient")
    assert "You paused once." in plain
    assert "The button for pain was pressed once." in plain
    assert "stopped by itself" not in plain
    assert "less and less" not in plain  # every stage has bounds of its own for the help


def test_strides_of_who_is_lifted_do_not_count(led):
    digest = led[1]
    belt, t = digest.rows("belt_speed")[:, 0], digest.t
    stood = t[(belt <= MOVING) & (t > 10.0)]
    starts = [stride["t_start"] * 1e-9 for side in ("left", "right") for stride in digest.steady(side)]
    assert len(starts) > 40
    for start in starts:
        before = stood[stood < start]
        assert not len(before) or start - before[-1] > REGAINED - 0.1
    times = [stride["stride_time"] for stride in digest.steady("left")]
    assert max(times) < 1.2 * min(times)


def test_the_excerpt_is_of_steady_strides(led):
    digest = led[1]
    start = window_start(digest, 10.0)
    inside = [s for side in ("left", "right") for s in digest.steady(side) if start <= s["t_start"] * 1e-9 < start + 10]
    assert len(inside) >= 10


@pytest.mark.parametrize(
    ("begin", "end", "want"), [(10.0, 40.0, (20.0, 30.5)), (70.0, 100.0, (69.5, 71.0)), (1.0, 1.0, 45.0)]
)
def test_the_excerpt_lies_where_strides_are_steady(begin, end, want):
    """Of a session of 100 s with steady strides from `begin` to `end`; without any it is the middle."""
    strides = [{"t_start": round(t * 1e9)} for t in np.arange(begin, end, 1.4)]
    data = SimpleNamespace(events=[{"t": 0}, {"t": 100 * 10**9}], steady=lambda side: strides)
    start = window_start(data, 10.0)
    assert start == want if isinstance(want, float) else want[0] <= start <= want[1]


def test_lines_break_where_nothing_was_measured():
    times, values = with_gaps(np.array([0.0, 0.1, 0.5, 0.6]), np.array([1.0, 2.0, 3.0, 4.0]))
    assert [math.isnan(x) for x in values] == [False, False, True, False, False]
    assert len(times) == 5


def test_ends_without_begins_and_begins_without_ends():
    def at(t, number, phase):
        return {"t": t * 10**9, "index": number - 1, "stage": "s", "phase": phase, "reason": None}

    record = Messages(stage=[at(1, 1, "end"), at(2, 2, "begin"), at(1, 2, "end"), at(4, 3, "begin"), at(9, 3, "end")])
    assert course_of(record).stages == (Span(2, "s", 2.0, None), Span(3, "s", 4.0, 9.0))
    assert course_of(object()) == Course()
    assert told(object()) == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["law", "speed", "x"]), inner),
    max_leaves=5,
)
words = st.text(max_size=6) | st.sampled_from(["speed", "control", "stop", "assistance_release", "pause", "pain_stop"])


@st.composite
def messages(draw, topic):
    """A message that a reader lets through: of its schema, and otherwise anything."""
    fields = {}
    for name, rule in JSON_SCHEMAS[topic][1].items():
        if "pattern" in rule:
            fields[name] = draw(st.sampled_from(["program", f"therapist:{WHO}"]))
        elif "enum" in rule:
            fields[name] = draw(st.sampled_from(rule["enum"]))
        elif rule["type"] == "integer":
            fields[name] = draw(st.integers(-(2**62), 2**62))
        elif isinstance(rule["type"], list) and "object" in rule["type"]:
            fields[name] = draw(json_values)
        elif rule["type"] == "string" or draw(st.booleans()):
            fields[name] = draw(words)
    text = json.dumps(fields).encode()
    try:
        return read_message(topic, text)
    except (ValueError, ConfigError):  # an infinite number, for one
        return None


@settings(max_examples=40)
@given(st.fixed_dictionaries({topic[1:]: st.lists(messages(topic), max_size=4) for topic in TOLD}))
def test_whatever_a_record_tells_becomes_lines(found):
    record = Messages(**{topic: [m for m in given_ones if m is not None] for topic, given_ones in found.items()})
    for line in told(record):
        assert all(isinstance(part, str) and len(part) <= 1000 for part in line)
        assert WHO not in line.by
    course = course_of(record)
    assert all(span.end is None or span.end >= span.start for span in course.stages)


@settings(max_examples=40)
@given(
    json_values
    | st.fixed_dictionaries(
        {
            "stages": json_values
            | st.lists(
                st.fixed_dictionaries(
                    dict.fromkeys(("name", "minutes", "steps", "speed", "support", "mode"), json_values)
                ),
                max_size=3,
            )
        }
    )
)
def test_whatever_is_planned_gives_rows_or_none(programme):
    rows = planned({"programme": json.dumps(programme)})
    assert all(isinstance(name, str) and isinstance(text, str) for name, text in rows)
    assert planned({"programme": "{"}) == planned({}) == []
