"""The store: what goes in comes out, older files are brought forward, others refused, nothing is half there."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitloop.errors import ConfigError, StoreError
from gaitloop.progress import AdverseEvent, DropOut, Goal, Store, migrations
from progress_cases import OTHER, PERSON, day, outcome, session

OLD = Path(__file__).resolve().parents[1] / "golden/progress_store_v1.sql"


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "progress.db") as opened:
        opened.add_patient(PERSON)
        yield opened


def raw(path):
    return sqlite3.connect(path, isolation_level=None)


def fall(number):
    return AdverseEvent(
        patient=PERSON, happened=day(1), what="fall", severity="mild", serious=False, related="unknown", session=number
    )


def old_store(path):
    connection = raw(path)
    connection.executescript(OLD.read_text("utf-8"))
    connection.close()
    return path


def test_what_goes_in_comes_out(store, tmp_path):
    given = [session(1), session(0, walking=None, distance=None, zones={}, figures={}, record="ab" * 32)]
    assert [store.add_session(s) for s in given] == [1, 2]
    values = [outcome("fac", 2, 3), outcome("walk_10m", 0.31, 1, device="exoskeleton", aid="walker")]
    for value in values:
        store.add_outcome(value)
    event = AdverseEvent(
        patient=PERSON, happened=day(1), what="red skin at the cuff", severity="mild", serious=False,
        related="probable", session=1,
    )  # fmt: skip
    store.add_adverse_event(event)
    left = DropOut(patient=PERSON, left=day(9), reason="transferred", note="two\nlines")
    store.add_dropout(left)
    goal = Goal(patient=PERSON, measure="fac", target=4, agreed=day(0), due=day(30))
    store.add_goal(goal)
    store.close()
    with Store(tmp_path / "progress.db") as again:
        assert again.patients() == (PERSON,)
        assert again.sessions(PERSON) == (given[1], given[0])
        assert again.outcomes(PERSON) == (values[1], values[0])
        assert again.outcomes(PERSON, "fac") == (values[0],)
        assert again.adverse_events(PERSON) == (event,)
        assert again.dropout(PERSON) == left
        assert again.goals(PERSON) == (goal,)


def test_a_version_1_store_is_brought_forward_with_its_rows(tmp_path):
    with Store(old_store(tmp_path / "old.db")) as store:
        assert store.version == migrations.VERSION == 2
        assert store.patients() == (PERSON, OTHER)
        (found,) = store.sessions(PERSON)
        assert (found.duration, found.walking, found.distance) == (1350.0, None, None)
        assert (found.steps, found.active_steps, found.device) == (1200, 480.25, "exoskeleton")
        assert [(o.instrument, o.value, o.aid, o.device) for o in store.outcomes(PERSON)] == [
            ("fac", 2.0, "unknown", "unknown"),
            ("walk_10m", 0.31, "unknown", "unknown"),
        ]
        # Numbers of sessions stay, so that what refers to them still does.
        store.add_adverse_event(fall(3))


def layout(connection):
    return sorted((name, " ".join(sql.split())) for name, sql in connection.execute(
        "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL"))  # fmt: skip


def test_a_brought_store_has_the_layout_of_a_fresh_one(tmp_path):
    Store(old_store(tmp_path / "old.db")).close()
    Store(tmp_path / "fresh.db").close()
    assert layout(raw(tmp_path / "old.db")) == layout(raw(tmp_path / "fresh.db"))


def test_the_committed_version_1_is_the_one_the_first_migration_makes(tmp_path):
    connection = raw(tmp_path / "first.db")
    migrations.migrate(connection, migrations.MIGRATIONS[:1])
    assert layout(connection) == layout(raw(old_store(tmp_path / "old.db")))


@pytest.mark.parametrize(
    "bad",
    [
        "CREATE TABLE one (x INTEGER) STRICT;\nSELECT nothing FROM nowhere;\n",
        "INSERT INTO session SELECT 9, 'nobody', '', '', 0, 0, 0, 0, 0, '';\n",
    ],
    ids=["broken", "orphan"],
)
def test_a_migration_that_fails_changes_nothing(tmp_path, bad):
    connection = raw(old_store(tmp_path / "old.db"))
    before = list(connection.iterdump())
    with pytest.raises(sqlite3.Error):
        migrations.migrate(connection, (*migrations.MIGRATIONS, bad))
    assert list(connection.iterdump()) == before
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)


def test_a_newer_store_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "newer.db"
    Store(path).close()
    raw(path).execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"newer.db: has version 99, this gaitloop reads up to 2; install a newer"):
        Store(path)
    assert path.read_bytes() == before


def test_a_database_of_others_is_refused_and_left_alone(tmp_path):
    connection = raw(tmp_path / "other.db")
    connection.execute("CREATE TABLE song (title TEXT)")
    connection.close()
    before = (tmp_path / "other.db").read_bytes()
    with pytest.raises(StoreError, match="no store of progress; choose another file"):
        Store(tmp_path / "other.db")
    assert (tmp_path / "other.db").read_bytes() == before


@pytest.mark.parametrize("at", [0, 16, 100, 4096, 12288])
def test_a_damaged_file_is_refused_in_words(tmp_path, at):
    path = tmp_path / "progress.db"
    with Store(path) as store:
        store.add_patient(PERSON)
        for i in range(60):
            store.add_session(session(i))
    data = bytearray(path.read_bytes())
    data[at : at + 64] = b"\xa5" * 64
    path.write_bytes(data)
    with pytest.raises(StoreError, match=r"progress.db: .*(damaged|no store|newer)"):
        Store(path)


@given(data=st.binary(max_size=1500), keep=st.booleans())
@settings(max_examples=40, deadline=None)
def test_no_bytes_raise_anything_else(tmp_path_factory, data, keep):
    path = tmp_path_factory.mktemp("bytes") / "x.db"
    path.write_bytes((b"SQLite format 3\x00" if keep else b"") + data)
    if data or keep:
        with pytest.raises(StoreError, match=str(path)):
            Store(path)
        assert path.read_bytes().endswith(data)
    else:
        Store(path).close()


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(StoreError, match="nowhere"):
        Store(tmp_path / "nowhere/progress.db")


def test_a_session_is_there_whole_or_not_at_all(store):
    good = session(0)
    spoiled = session(1)
    object.__setattr__(spoiled, "zones", {"light": -1.0})  # past its checks: the store has its own
    store.add_session(good)
    with pytest.raises(ConfigError, match="CHECK constraint failed"):
        store.add_session(spoiled)
    assert store.sessions(PERSON) == (good,)


@pytest.mark.parametrize(
    ("give", "words"),
    [
        (lambda s: s.add_patient(PERSON), "in the store already"),
        (lambda s: s.add_session(session(0)), "a session of this begin already"),
        (lambda s: s.add_session(session(5, record="ab" * 32)), "read in already"),
        (lambda s: s.add_outcome(outcome()), "value of this instrument at this time already"),
        (lambda s: s.add_session(session(0, patient=OTHER)), "patient must be in the store, got ffee"),
        (lambda s: s.sessions(OTHER), "patient must be in the store"),
        (lambda s: s.sessions("Ms Miller"), r"32 hexadecimal digits .* no name"),
        (lambda s: s.outcomes(PERSON, "weight"), "instrument must be one of fac, "),
        (
            lambda s: s.add_adverse_event(fall(77)),
            "session must be the number of a session",
        ),
    ],
)  # fmt: skip
def test_refusals_name_what_is_wrong(store, give, words):
    store.add_session(session(0, record="ab" * 32))
    store.add_outcome(outcome())
    with pytest.raises(ConfigError, match=words):
        give(store)


def test_a_name_is_never_repeated(store):
    with pytest.raises(ConfigError) as caught:
        store.add_patient("Ms Miller")
    assert "Miller" not in str(caught.value)


def test_pseudonyms_have_128_bits_and_differ(store):
    drawn = {store.add_patient() for _ in range(20)}
    assert len(drawn) == 20
    assert all(len(bytes.fromhex(patient)) == 16 for patient in drawn)


def test_two_writers_take_turns(tmp_path):
    path = tmp_path / "progress.db"
    with Store(path) as store:
        store.add_patient(PERSON)
    errors = []

    def write(first):
        try:
            with Store(path, timeout=60.0) as own:
                for i in range(20):
                    number = own.add_session(session(first + 2 * i))
                    own.add_adverse_event(fall(number))
        except Exception as error:
            errors.append(error)

    writers = [threading.Thread(target=write, args=(i,)) for i in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert not errors
    with Store(path) as store:
        assert [s.started for s in store.sessions(PERSON)] == [day(i) for i in range(40)]
        assert sorted(event.session for event in store.adverse_events(PERSON)) == list(range(1, 41))


def test_who_begins_to_write_keeps_others_from_it_at_once(store, tmp_path):
    """Else what it reads first could be old by the time it writes, and waiting would not help."""
    other = sqlite3.connect(tmp_path / "progress.db", timeout=0.0, isolation_level=None)
    with store._writing(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")


def test_a_writer_that_waits_too_long_is_told(tmp_path):
    path = tmp_path / "progress.db"
    with Store(path, timeout=0.0) as store:
        store.add_patient(PERSON)
        other = raw(path)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="another program writes to it; try again"):
            store.add_session(session())
        other.execute("ROLLBACK")
        assert store.sessions(PERSON) == ()
        store.add_session(session())


KILLED = """
import os, sys
sys.path.insert(0, sys.argv[2])
from progress_cases import PERSON, session
from gaitloop.progress import Store, _rows
store = Store(sys.argv[1])
store.add_session(session(0))
with store._writing() as connection:
    _rows.insert_session(connection, session(1))
    os._exit(9)
"""


def test_a_writer_that_is_killed_leaves_what_was_done_before(tmp_path):
    path = tmp_path / "progress.db"
    with Store(path) as store:
        store.add_patient(PERSON)
    tests = str(Path(__file__).resolve().parents[1])
    done = subprocess.run([sys.executable, "-c", KILLED, str(path), tests], timeout=120, check=False)
    assert done.returncode == 9
    with Store(path) as store:
        assert store.sessions(PERSON) == (session(0),)


def test_a_backup_is_whole_and_leaves_nothing_else(store, tmp_path):
    store.add_session(session())
    store.backup(tmp_path / "copies.db")
    store.backup(tmp_path / "copies.db")
    with Store(tmp_path / "copies.db") as copy:
        assert copy.sessions(PERSON) == store.sessions(PERSON)
    assert not [p for p in tmp_path.iterdir() if ".part" in p.name]
    with pytest.raises(StoreError, match="nowhere"):
        store.backup(tmp_path / "nowhere/copy.db")


def test_a_row_that_another_program_spoiled_is_named(store, tmp_path):
    store.add_session(session())
    store.add_outcome(outcome())
    raw(tmp_path / "progress.db").execute("UPDATE outcome SET value = 17.0")
    raw(tmp_path / "progress.db").execute("UPDATE session SET started = 'yesterday'")
    with pytest.raises(StoreError, match=r"a row of Outcome .* fac must lie in \[0, 5\] \[-\], got 17"):
        store.outcomes(PERSON)
    with pytest.raises(StoreError, match="'yesterday'"):
        store.sessions(PERSON)


def test_a_closed_store_says_so(store):
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.patients()


def test_times_need_a_zone():
    with pytest.raises(ConfigError, match="taken must be a datetime with a time zone"):
        outcome().__class__(patient=PERSON, instrument="fac", value=3, taken=datetime(2026, 1, 1), assessor="A")


@pytest.mark.parametrize("old", [True, False], ids=["old", "fresh"])
def test_several_may_open_a_store_at_its_first_use(tmp_path, old):
    path = tmp_path / "progress.db"
    if old:
        old_store(path)
    start, errors = threading.Barrier(4), []

    def use():
        start.wait()
        try:
            with Store(path, timeout=60.0) as store:
                store.add_patient()
        except Exception as error:
            errors.append(error)

    users = [threading.Thread(target=use) for _ in range(4)]
    for user in users:
        user.start()
    for user in users:
        user.join()
    assert not errors
    with Store(path) as store:
        assert len(store.patients()) == 4 + 2 * old


def test_a_full_disk_is_told_and_nothing_is_half_there(store):
    pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count = {pages}")

    def fill():
        for i in range(500):
            store.add_session(session(i))

    with pytest.raises(StoreError, match="is full; check the path, its rights and the free space"):
        fill()
    store._connection.execute("PRAGMA max_page_count = 100000")
    kept = store.sessions(PERSON)
    assert all(s == session(i) for i, s in enumerate(kept))
    store.add_session(session(len(kept)))


def test_a_folder_is_no_store(tmp_path):
    with pytest.raises(StoreError, match="cannot be read"):
        Store(tmp_path)


def test_a_store_belongs_to_the_thread_that_opened_it(store):
    caught = []

    def use():
        try:
            store.patients()
        except StoreError as error:
            caught.append(str(error))

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert "thread" in caught[0]
