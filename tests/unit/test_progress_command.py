"""`gaitloop progress` and `gaitloop report --patient`: what goes in comes out, and what is refused leaves nothing."""

from __future__ import annotations

import re
from contextlib import closing

import pytest

from gaitloop import cli
from gaitloop.progress import Store
from gaitloop.session import Programme, Rules, Session, Stage
from gaitloop.session.plan import demo_plan
from gaitloop.session.runner import simulate
from progress_cases import PERSON, outcome, session
from progress_pages import example


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    path = tmp_path_factory.mktemp("record") / "session.mcap"
    simulate(demo_plan().change(duration=45.0), out=path)
    return path


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "progress.db"
    with Store(path) as made:
        made.add_patient(PERSON)
        made.add_session(session())
        made.add_outcome(outcome())
    return path


def run(capsys, *given):
    code = cli.main([str(word) for word in given])
    out, err = capsys.readouterr()
    return code, out, err


def refused(capsys, message, *given):
    code, out, err = run(capsys, *given)
    assert (code, out) == (2, "")
    assert re.search(message, err), err
    assert err.count("\n") == 1


def test_a_record_and_an_assessment_go_in_and_come_out(record, tmp_path, capsys):
    path = tmp_path / "progress.db"
    given = ("add", record, "--store", path, "--started", "2026-03-02T09:00+01:00")
    code, out, _ = run(capsys, "progress", *given, "--patient", "new")
    assert code == 0
    person = re.match(r"new patient ([0-9a-f]{32}): session 1 of 2026-03-02 08:00 UTC: \d+ steps", out)[1]
    refused(capsys, "already", "progress", *given, "--patient", person)
    common = ("--store", path, "--patient", person)
    given = ("--date", "2026-03-01T08:00Z", "--assessor", "A1", "--aid", "cane")
    code, out, _ = run(capsys, "progress", "assess", *common, "--instrument", "walk_10m", "--time", 25, *given)
    assert "10-metre walk, comfortable speed of 2026-03-01 08:00 UTC: 0.4 m/s" in out
    code, out, _ = run(capsys, "progress", "show", *common)
    assert "1 sessions, 1 assessments" in out
    code, out, _ = run(capsys, "progress", "dose", *common)
    assert out.splitlines()[0].startswith("number,started,device,minutes")
    assert out.splitlines()[-1].startswith("1 sessions, 1 min")
    given = ("--measure", "walk_10m", "--target", 0.5, "--agreed", "2026-02-01Z", "--due", "2026-05-01")
    run(capsys, "progress", "goals", *common, "--measure", "fac", "--target", 4)
    given = ("--measure", "walk_10m", "--target", 0.5, "--agreed", "2026-02-01T00:00Z", "--due", "2026-05-01")
    code, out, _ = run(capsys, "progress", "goals", *common, *given)
    assert "walk_10m 0.5 m/s: now 0.4 m/s, 0 % of the way" in out
    assert out.endswith("2 goals, 0 reached\n")
    code, out, _ = run(capsys, "progress", "alerts", *common)
    assert out.startswith("0 hints in 0 sessions judged, 0.0 expected by chance; never counted: ")
    outs = ("--out", tmp_path / "a.html", "--out", tmp_path / "a.pdf")
    code, out, _ = run(capsys, "report", *common, "--cycles", record, *outs)
    assert code == 0
    assert "a.html" in out
    assert "Joint angles over the gait cycle" in (tmp_path / "a.html").read_text("utf-8")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


def test_hints_of_a_setback_are_told_with_their_chance(tmp_path, capsys):
    patients = example()
    patients.fill(tmp_path / "progress.db")
    common = ("--store", tmp_path / "progress.db", "--patient", patients.patient("setback"))
    code, out, _ = run(capsys, "progress", "alerts", *common)
    assert code == 0
    assert "A hint to look at the person, no finding." in out
    assert re.search(r"^[1-9]\d* hints? in \d+ sessions judged, \d\.\d+ expected by chance", out, re.MULTILINE)


def test_the_report_of_a_session_for_the_person(record, tmp_path, capsys):
    code, _, _ = run(capsys, "report", record, "--for", "patient", "--out", tmp_path / "a.html")
    assert code == 0
    assert "You walked" in (tmp_path / "a.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["show", "--patient", "Jane Doe"], "patient must be 32 hexadecimal digits"),
        (["show", "--patient", "0" * 32], "patient must be in the store"),
        (["alerts", "--patient", PERSON, "--run-length", "5"], r"run_length must lie in \[20, 1000\].*got 5"),
        (["goals", "--patient", PERSON, "--measure", "fac"], "--measure and --target"),
        (["goals", "--patient", PERSON, "--due", "2026-01-01"], "must go with --measure"),
        (["goals", "--patient", PERSON, "--measure", "speed", "--target", "nan"], r"target must lie in .*got nan"),
        (["goals", "--patient", PERSON, "--measure", "x", "--target", "1"], "measure must be one of fac, "),
    ],
)
def test_bad_questions_are_refused(store, capsys, given, message):
    before = store.read_bytes()
    refused(capsys, message, "progress", given[0], "--store", store, *given[1:])
    assert store.read_bytes() == before


GOOD = {"--instrument": "fac", "--value": "3", "--date": "2026-03-02", "--assessor": "A1", "--patient": PERSON}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"--value": "7"}, r"fac must lie in \[0, 5\] \[-\], got 7"),
        ({"--value": "2.5"}, r"fac must be a whole number, got 2\.5"),
        ({"--value": "nan"}, r"fac must lie in \[0, 5\] \[-\], got nan"),
        ({"--instrument": "walk"}, "instrument must be one of fac, "),
        ({"--date": "yesterday"}, "--date must be a time such as 2026-03-02.*got 'yesterday'"),
        ({"--date": "0001-01-01T00:00Z"}, "taken must be a datetime from 1970"),
        ({"--assessor": "a\nb"}, "assessor must have 1 to 80 printable characters"),
        ({"--aid": "dog"}, "aid must be one of none, cane"),
        ({"--time": "20"}, "--value must not be given together with"),
        ({"--value": None}, "--value must be given"),
        ({"--value": None, "--time": "20"}, "--time must go with walk_10m"),
        ({"--value": None, "--time": "0", "--instrument": "walk_10m"}, r"time must lie in \[0.5, 600\]"),
    ],
)
def test_bad_assessments_leave_nothing(store, capsys, changes, message):
    given = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    refused(capsys, message, "progress", "assess", "--store", store, *(f"{k}={v}" for k, v in given.items()))
    with closing(Store(store)) as kept:
        assert len(kept.outcomes(PERSON)) == 1


def test_a_store_is_made_only_by_what_writes_to_it(record, tmp_path, capsys):
    path = tmp_path / "progress.db"
    common = ("--store", path, "--patient", PERSON)
    refused(capsys, "--store must be a store that exists", "progress", "show", *common)
    refused(capsys, "--store must be a store that exists", "report", *common)
    refused(capsys, "--started must be given", "progress", "add", record, *common)
    refused(capsys, "--started must be a time", "progress", "add", record, *common, "--started", "soon")
    refused(capsys, "not a session record", "progress", "add", __file__, *common, "--started", "2026-03-02")
    refused(capsys, "given together", "progress", "add", record, *common, "--started", "2026-03-02", "--rest", "60")
    refused(capsys, "folder that exists", "progress", "show", "--store", path / "x", "--patient", PERSON)
    assert not path.exists()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "either FILE.mcap or --patient"),
        (["--patient", PERSON], "--store must be given with --patient"),
        (["a.mcap", "--patient", PERSON, "--store", "x.db"], "must not be given with --patient"),
        (["a.mcap", "--store", "x.db"], "either FILE.mcap or --patient"),
    ],
)
def test_a_report_is_of_one_thing(capsys, given, message):
    refused(capsys, message, "report", *given)


def test_a_report_of_a_strangers_record_is_refused(store, record, tmp_path, capsys):
    out = tmp_path / "a.html"
    common = ("--store", store, "--patient", PERSON, "--out", out)
    refused(capsys, "record must belong to a session of this patient", "report", *common, "--cycles", record)
    assert not out.exists()


def test_what_went_wrong_and_that_somebody_left_go_in_and_come_out(store, capsys):
    common = ("--store", store, "--patient", PERSON)
    given = ("--date", "2026-03-03", "--what", "a blister", "--severity", "mild", "--related", "probable")
    code, out, _ = run(capsys, "progress", "event", *common, *given, "--session", 1)
    assert (code, "mild, not serious; 1 of this person" in out) == (0, True)
    assert run(capsys, "progress", "event", *common, *given, "--serious")[1].count("mild, serious; 2 of") == 1
    assert "adverse event, mild: a blister" in run(capsys, "progress", "show", *common)[1]
    refused(
        capsys,
        r"severity must be one of mild, .* got 'awful'",
        "progress",
        "event",
        *common,
        *given[:4],
        "--severity",
        "awful",
    )
    refused(capsys, "session", "progress", "event", *common, *given, "--session", 99)
    code, out, _ = run(capsys, "progress", "dropout", *common, "--date", "2026-04-01", "--reason", "lost_contact")
    assert (code, "left on 2026-04-01: lost contact" in out) == (0, True)
    refused(
        capsys, "reason must be one of", "progress", "dropout", *common, "--date", "2026-04-01", "--reason", "bored"
    )
    with closing(Store(store)) as opened:
        assert [event.serious for event in opened.adverse_events(PERSON)] == [False, True]
        assert opened.dropout(PERSON).reason == "lost_contact"


def test_a_pseudonym_of_elsewhere_is_taken_in_when_told_so(record, tmp_path, capsys):
    path, person = tmp_path / "progress.db", "ab" * 16
    given = ("progress", "add", record, "--store", path, "--started", "2026-03-02", "--patient", person)
    refused(capsys, "--store must be a store that exists", *given)
    assert not path.exists()
    Store(path).close()
    refused(capsys, "--patient must be in the store, got abab.*; with --new it is taken in", *given)
    code, out, _ = run(capsys, *given, "--new")
    assert (code, out.startswith(f"new patient {person}: session 1")) == (0, True)


def test_the_record_of_another_person_is_refused(tmp_path, capsys):
    path, person = tmp_path / "session.mcap", "ab" * 16
    stage = Stage(name="walk", kind="walk", minutes=0.5, speed=0.5, support=0.3, mode="assist", floor=0.2, ceiling=1.0)
    plan = demo_plan().change(duration=60.0)
    Session(
        Programme(plan=plan, stages=(stage,), rules=Rules(), patient=person), out=path, script=[(2.0, "stop")]
    ).run()
    given = ("progress", "add", path, "--store", tmp_path / "progress.db", "--started", "2026-03-02", "--new")
    refused(capsys, f"--patient must be the person of .*, {person}, got cdcd", *given, "--patient", "cd" * 16)
    assert not (tmp_path / "progress.db").exists()
    assert run(capsys, *given, "--patient", person)[0] == 0
