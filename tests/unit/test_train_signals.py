"""`gaitloop train` told by the system to end: real processes, real signals, and what is left of the record."""

from __future__ import annotations

import signal
import sys
import time

import pytest

from drive_sessions import BusyError, Training, tried
from gaitloop.session import Reader
from gaitloop.session.plan import demo_plan
from gaitloop.session.replay import replay
from paced import certain

pytestmark = [
    pytest.mark.paced,
    pytest.mark.skipif(sys.platform == "win32", reason="a process is not asked to end there"),
]


def trained(folder, work):
    def once():
        plan, out = folder / "plan.toml", folder / "a.mcap"
        plan.write_text(demo_plan().text.replace("engage_time = 3.0", "engage_time = 0.5"))
        with Training(plan, "--device", "sim", "--pace", "real", "--out", out) as training:
            training.reach("walking, run")
            time.sleep(1.5)
            work(training)
            return *training.end(), out

    return tried(once)


def test_a_wish_to_end_asks_for_a_soft_stop_and_the_record_is_whole(tmp_path):
    def work(training):
        training.process.send_signal(signal.SIGTERM)
        training.reach("stopping (stopped), soft_stop")

    code, last, told, out = trained(tmp_path, work)
    assert code == 130, told
    assert ", ended: stopped; " in last
    reader = Reader(out)
    assert reader.losses == []
    assert reader.messages("/stage")[0]["reason"] == "started"
    assert [change["what"] for change in reader.messages("/change")][-1] == "stop"
    with certain():
        assert replay(out).difference is None


def test_the_second_signal_ends_at_once(tmp_path):
    """The soft stop of a belt takes longer than what comes between the two signals here."""

    def work(training):
        training.process.send_signal(signal.SIGTERM)
        training.reach("stopping (stopped), soft_stop")
        training.process.send_signal(signal.SIGTERM)

    def once(training):
        work(training)
        if "standby" in training.told[-1]:
            raise BusyError(training.told[-1])

    code, last, told, out = trained(tmp_path, once)
    assert code == 130, told
    assert last == ""
    assert told.rstrip().endswith("interrupted")
    assert ", standby" not in told.split("soft_stop")[-1]
    result = replay(out)
    with certain():
        assert result.difference is None
    assert result.losses == ()
    assert result.ticks > 2000
