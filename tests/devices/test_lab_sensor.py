"""Clocks, functions as sensors, and the board that fills a sample."""

from __future__ import annotations

import math
import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitloop.devices.lab import ArrivalClock, CallableSensor, ClockMap, Reading, Route, Sensor, SensorBoard
from gaitloop.errors import ConfigError
from gaitloop.trainer import Sample

MS = 1_000_000


def until(condition):
    end = time.monotonic() + 20.0
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.002)


def sample_at(t):
    sample = Sample()
    sample.t = t
    return sample


@given(st.integers(-(10**15), 10**15), st.lists(st.integers(0, 10**6), min_size=27, max_size=27))
def test_a_map_between_clocks_is_as_good_as_it_says(ahead, delays):
    """Every look at a clock takes its time, and the map knows how much that may matter."""
    now, waits = [10**12], iter(delays)

    def look():
        now[0] += next(waits)
        return now[0]

    clock_map = ClockMap(lambda: look() + ahead, lambda: look() / 1e9)
    error = clock_map.to_loop(now[0] / 1e9) - (now[0] + ahead)
    assert abs(error) <= clock_map.uncertainty * 1e9 + 1000
    closest = min(delays[i + 1] + delays[i + 2] for i in range(0, 27, 3))
    assert clock_map.uncertainty == pytest.approx(closest / 2e9)
    assert clock_map.to_other(clock_map.to_loop(1234.5)) == pytest.approx(1234.5, abs=1e-6)


@given(
    st.integers(-(10**12), 10**12),
    st.floats(-200e-6, 200e-6),
    st.lists(st.integers(0, 16 * MS), min_size=2, max_size=200),
)
def test_arrivals_are_placed_between_the_fastest_way_and_their_own(offset, drift, ways):
    """A remote clock that is off and drifts, over a wire that holds lines back."""
    arrivals, placed = ArrivalClock(window=64), []
    fastest = min(ways)
    slip = abs(drift) * 10 * MS * 64 + 2
    for i, way in enumerate(ways):
        sent = 10**13 + i * 10 * MS
        there = round((sent - 10**13) * (1.0 + drift)) + offset
        stamp = arrivals.place(there, sent + way)
        assert sent + fastest - slip <= stamp <= sent + way
        placed.append(stamp)
    assert placed == sorted(placed)


def test_what_a_function_gives_is_stamped_with_the_tick():
    sensor = CallableSensor(lambda: np.array([1, 2], dtype=np.int32), channels=2, max_age=0.1)
    assert sensor.latest(5) == Reading(5, (1.0, 2.0))
    assert CallableSensor(lambda: 3.0, channels=1, max_age=0.1).latest(5) == Reading(5, (3.0,))
    assert sensor.counts.received == 1


class Spiteful:
    def __array__(self, *_, **__):
        raise RuntimeError("not today")

    def __len__(self):
        raise RuntimeError("nor this")


@pytest.mark.parametrize(
    "given_back",
    [[1.0], [1.0, 2.0, 3.0], [[1.0, 2.0]], "ab", ["a", "b"], {"a": 1}, object(), Spiteful(), 1j, [True, False], b"xy"],
)
def test_a_wrong_shape_is_absent_and_counted(given_back):
    sensor = CallableSensor(lambda: given_back, channels=2, max_age=0.1)
    assert sensor.latest(1) is None
    assert (sensor.counts.refused, sensor.counts.failures) == (1, 0)


def test_an_exception_is_absent_and_counted_and_the_next_reading_counts_again():
    answers = iter([ZeroDivisionError("no"), [1.0], None, [math.nan], [2.0]])

    def function():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    sensor = CallableSensor(function, channels=1, max_age=0.1)
    given_back = [sensor.latest(t) for t in range(7)]
    assert given_back == [None, Reading(1, (1.0,)), None, Reading(3, (None,)), Reading(4, (2.0,)), None, None]
    assert sensor.counts.refused == 0
    assert sensor.counts.failures == 3  # the iterator that ended twice among them
    assert "StopIteration" in sensor.reason


def test_a_function_may_be_asked_by_a_thread_of_its_own():
    free, asked = threading.Event(), []

    def slow():
        asked.append(threading.current_thread())
        free.wait(5.0)
        return [7.0]

    with CallableSensor(slow, channels=1, max_age=30.0, rate=200.0) as sensor:
        until(lambda: asked)
        before = time.monotonic()
        assert sensor.latest(time.monotonic_ns()) is None
        assert time.monotonic() - before < 1.0
        free.set()
        until(lambda: sensor.latest(time.monotonic_ns()))
        assert asked[0] is not threading.current_thread()
        sensor.reconnect()
        until(lambda: sensor.latest(time.monotonic_ns()))
    assert sensor.latest(time.monotonic_ns()) is None
    count = len(asked)
    time.sleep(0.05)
    assert len(asked) == count


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(0, 40)), max_size=60), st.integers(1, 5))
def test_no_reading_is_older_than_allowed_or_of_the_future(steps, room):
    """A model of the queue beside the real one."""
    now = [0]
    sensor = Sensor(1, max_age=0.02, clock=lambda: now[0], queue=room)
    last, offered = None, 0
    for shift, pause in steps:
        now[0] += pause * MS
        stamp = now[0] + shift * MS
        fits = stamp <= now[0] + 20 * MS and (last is None or stamp >= last)
        assert sensor._offer(stamp, [float(offered)]) is fits
        last, offered = (stamp, offered + 1) if fits else (last, offered)
        reading = sensor.latest(now[0])
        assert reading is None or 0 <= now[0] - reading.stamp <= 20 * MS
        assert len(sensor._queue) <= room
    assert sensor.counts.received == offered
    assert sensor.counts.refused == len(steps) - offered


def test_a_reading_of_the_future_waits_for_its_tick():
    sensor = Sensor(1, max_age=1.0, clock=lambda: 0)
    sensor._offer(10, [1.0])
    sensor._offer(20, [2.0])
    assert [sensor.latest(t) for t in (5, 15, 25)] == [None, Reading(10, (1.0,)), Reading(20, (2.0,))]


def test_two_insoles_fill_one_group_and_its_stamp_is_the_older_ones():
    now = [100]
    left, right = (Sensor(2, max_age=1e-3, clock=lambda: now[0]) for _ in range(2))
    board = SensorBoard(
        [
            Route(sensor=left, group="foot_force", gain=[[1.0, 1.0], [0.0, 0.0]]),
            Route(sensor=right, group="foot_force", gain=[[0.0, 0.0], [2.0, 0.0]], offset=[0.0, -5.0]),
        ]
    )
    left._offer(80, [100.0, 50.0])
    right._offer(90, [20.0, None])
    sample = sample_at(100)
    sample.foot_force = [9.0, 9.0]
    board.write(sample)
    assert (sample.foot_force.tolist(), sample.valid[30:32].tolist()) == ([150.0, 35.0], [True, True])
    assert int(sample.stamp[5]) == 80
    right._offer(95, [None, 3.0])
    board.write(sample)
    assert (sample.valid[30:32].tolist(), int(sample.stamp[5])) == ([True, False], 80)
    left.close()
    board.write(sample)
    assert not sample.valid[30:32].any()


def test_a_board_leaves_other_groups_alone():
    sensor = CallableSensor(lambda: [0.1] * 3, channels=3, max_age=1.0)
    gain = np.zeros((6, 3))
    gain[1, 2], gain[2, 0] = -1.0, 1.0
    sample = sample_at(50)
    sample.q = [0.1] * 6
    with SensorBoard([Route(sensor=sensor, group="imu_rate", gain=gain)]) as board:
        board.write(sample)
    assert sample.valid[:6].all()
    assert sample.valid[32:38].tolist() == [False, True, True, False, False, False]
    assert sample.imu_rate[1:3].tolist() == [-0.1, 0.1]
    assert sensor.state == "closed"


def test_a_sum_that_is_not_finite_is_absent():
    sensor = CallableSensor(lambda: [1e308, 1e308], channels=2, max_age=1.0)
    sample = sample_at(1)
    SensorBoard([Route(sensor=sensor, group="belt_speed", gain=[[9.0, 9.0]])]).write(sample)
    assert not sample.valid[38]


@pytest.mark.parametrize("answer", [OSError("gone"), Reading(0, ()), Reading(0, ("a",)), 3, Reading("now", (1.0,))])
def test_a_sensor_of_somebody_else_cannot_raise_in_a_tick(answer):
    class Rude(Sensor):
        def latest(self, t):
            if isinstance(answer, Exception):
                raise answer
            return answer

    board = SensorBoard([Route(sensor=Rude(1, max_age=1.0), group="heart_rate", gain=[[1.0]])])
    sample = sample_at(1)
    sample.heart_rate = 70.0
    board.write(sample)
    assert not sample.valid[41]
    assert board.failures == 1


@pytest.mark.parametrize("group", ["buttons", "drive_status", "drive_digest", "drive_watchdog", "execution", "feet"])
def test_nothing_that_stops_or_powers_comes_from_a_laboratory(group):
    sensor = Sensor(1, max_age=1.0)
    with pytest.raises(ConfigError, match=f"group must be one of q, .*, got '{group}'"):
        Route(sensor=sensor, group=group, gain=[[1.0]])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"gain": [[1.0]]}, r"gain of foot_force must .* shape \(2, 1\), got shape \(1, 1\)"),
        ({"gain": [[math.inf], [0.0]]}, "gain of foot_force must be finite"),
        ({"gain": [[1.0], [0.0]], "offset": [1.0]}, "offset of foot_force"),
    ],
)
def test_routes_are_refused_by_name(settings, message):
    with pytest.raises(ConfigError, match=message):
        Route(sensor=Sensor(1, max_age=1.0), group="foot_force", **settings)


def test_one_place_has_one_source():
    route = Route(sensor=Sensor(1, max_age=1.0), group="foot_force", gain=[[1.0], [0.0]])
    with pytest.raises(ConfigError, match="each place of a group once"):
        SensorBoard([route, route])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"channels": 0}, "channels must"),
        ({"channels": True}, "channels must"),
        ({"max_age": math.nan}, "max_age must"),
        ({"max_age": 61.0}, "max_age must"),
        ({"queue": 0}, "queue must"),
        ({"clock": 5}, "clock must"),
        ({"rate": 1e9}, "rate must"),
        ({"function": 3}, "function must"),
    ],
)
def test_settings_are_refused_by_name(settings, message):
    with pytest.raises(ConfigError, match=message):
        CallableSensor(**{"function": list, "channels": 1, "max_age": 0.1, **settings})
