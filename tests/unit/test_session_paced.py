"""A session in a loop that keeps time: paused and stopped from another thread, and replayed bit for bit."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from gaitloop.session import Reader, Session
from gaitloop.session.machine import simulated_loop
from gaitloop.session.plan import Plan, demo_plan
from gaitloop.session.replay import replay
from paced import certain
from realtime_machine import StarvedError, five_tries, until

pytestmark = [
    pytest.mark.paced,
    pytest.mark.skipif(sys.platform == "win32", reason="its clock ticks in 15 ms"),
    pytest.mark.filterwarnings("ignore::gaitloop.realtime.RealTimeWarning"),
]


@five_tries
def test_a_session_in_real_time_is_paused_stopped_and_replayed(tmp_path: Path) -> None:
    out = tmp_path / "a.mcap"
    plan = Plan.from_text(demo_plan().text.replace("engage_time = 3.0", "engage_time = 0.5"))
    session = Session(plan, simulated_loop(plan), out=out)
    endings = []
    thread = threading.Thread(target=lambda: endings.append(session.run()))
    thread.start()
    try:
        for met, then in ((lambda: session.status.t > 2.5, session.pause), (lambda: paused(session), session.stop)):
            until(lambda met=met: met() or session.status.status in ("held", "ended"))
            if session.status.status in ("held", "ended"):
                raise StarvedError(str(session.status))
            then()
    finally:
        session.stop()
        thread.join(60.0)
    assert endings[0].reason == "stopped"
    assert endings[0].lost_rows == 0
    whens = [note["when"] for note in Reader(out).messages("/note")]
    with certain():
        assert all(when.endswith("+00:00") for when in whens)
    assert [change["what"] for change in Reader(out).messages("/change")] == ["speed", "stop"]
    result = replay(out)
    with certain():
        assert result.difference is None, result.difference
    assert result.ticks > 2500


def paused(session: Session) -> bool:
    return session.status.status == "paused"
