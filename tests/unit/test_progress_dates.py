"""A date that somebody gives stays that date wherever the machine stands; a record's own time is one or refused."""

from __future__ import annotations

import re
import time
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitloop import cli
from gaitloop.progress import Store, course_of
from gaitloop.progress.command import time_of
from gaitloop.session import runner
from gaitloop.session.plan import demo_plan
from progress_cases import PERSON, outcome, session

ZONES = ("Europe/Berlin", "Pacific/Kiritimati")
GIVEN = {
    "assess": "2026-03-02",
    "event": "2026-03-29",
    "dropout": "2026-04-01",
    "agreed": "2026-03-01",
    "due": "2026-05-01",
}


moved = pytest.mark.skipif(not hasattr(time, "tzset"), reason="a process cannot change its zone here")


@pytest.fixture(params=ZONES)
def zone(request, monkeypatch):
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "progress.db"
    with Store(path) as made:
        made.add_patient(PERSON)
        made.add_session(session())
        made.add_outcome(outcome())
    return path


@moved
def test_a_date_stays_that_date_in_text_reports_and_store(zone, store, tmp_path, capsys):
    common = ["--store", str(store), "--patient", PERSON]

    def said(*words):
        assert cli.main([*words, *common]) == 0
        return capsys.readouterr().out

    took = ("--instrument", "fac", "--value", "4", "--assessor", "A1")
    assert "of 2026-03-02: " in said("progress", "assess", "--date", GIVEN["assess"], *took)
    what = ("--what", "a blister", "--severity", "mild")
    assert "adverse event of 2026-03-29, mild" in said("progress", "event", "--date", GIVEN["event"], *what)
    left = said("progress", "dropout", "--date", GIVEN["dropout"], "--reason", "transferred")
    assert left.startswith("left on 2026-04-01: transferred;")
    aim = ("--measure", "fac", "--target", "4", "--agreed", GIVEN["agreed"], "--due", GIVEN["due"])
    assert "reached on 2026-03-02" in said("progress", "goals", *aim)
    assert "2026-03-29: adverse event, mild: a blister" in said("progress", "show")
    with closing(Store(store)) as opened:
        course = course_of(opened, PERSON)
        (goal,) = opened.goals(PERSON)
        kept = (opened.outcomes(PERSON)[-1].taken, opened.adverse_events(PERSON)[0].happened)
        kept = (*kept, opened.dropout(PERSON).left, goal.agreed, goal.due)
    assert [f"{when:%Y-%m-%d}" for when in kept] == list(GIVEN.values())
    assert course.dropout is not None
    for reader in ("therapist", "patient"):
        page = tmp_path / f"{reader}.html"
        said("report", "--for", reader, "--out", str(page))
        text = page.read_text("utf-8")
        days = set(re.findall(r"\b(\d{1,2}) (March|April) 2026", text))
        if reader == "therapist":
            assert {("29", "March"), ("1", "April")} <= days
        assert not days & {("28", "March"), ("30", "March"), ("31", "March"), ("2", "April")}


@given(day=st.dates(date(1971, 1, 1), date(9997, 1, 1)))
def test_a_date_alone_is_that_day_of_what_is_shown(day):
    assert time_of("--date", day.isoformat()) == datetime(day.year, day.month, day.day, tzinfo=UTC)


@moved
def test_a_time_without_a_zone_is_local_and_shown_as_utc(monkeypatch, store, capsys):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        assert time_of("--date", "2026-04-01T00:30").utcoffset() == timedelta(hours=2)
        words = ["progress", "dropout", "--store", str(store), "--patient", PERSON, "--reason", "transferred"]
        assert cli.main([*words, "--date", "2026-04-01T00:30"]) == 0
        assert capsys.readouterr().out.startswith("left on 2026-03-31 22:30 UTC: transferred;")
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("anchor", ["9" * 25, "9" * 5000, "١٢٣", "9" * 19, "1772438400000000000", "0"])
def test_the_wall_clock_of_a_record_is_a_time_or_refused(anchor, tmp_path, monkeypatch, capsys):
    told = runner.metadata_of
    monkeypatch.setattr(runner, "metadata_of", lambda plan: {**told(plan), "wall_clock_anchor_ns": anchor})
    record, path = tmp_path / "a.mcap", tmp_path / "progress.db"
    runner.simulate(demo_plan().change(duration=20.0), out=record)
    words = ["progress", "add", str(record), "--store", str(path), "--patient", "new"]
    code = cli.main(words)
    out, err = capsys.readouterr()
    if anchor == "0":
        assert "--started must be given: the record has no wall clock" in err
    elif anchor.isascii() and anchor.isdecimal() and len(anchor) < 20:
        assert (code, err) == (0, "")
        assert re.search(r"session 1 of (2286-11-20 17:46 UTC|2026-03-02 08:00 UTC): ", out)
        return
    else:
        assert err.startswith(
            f"error: {record}: wall_clock_anchor_ns must be a whole number in [0, 9999999999999999999], "
        )
        assert err.endswith("; give --started\n")
    assert (code, out) == (2, "")
    assert not path.exists()
    assert cli.main([*words, "--started", "2026-03-02"]) == 0
    assert "session 1 of 2026-03-02: " in capsys.readouterr().out
