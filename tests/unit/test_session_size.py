"""A long record is small enough, and a summary reads little of it and needs little memory."""

from __future__ import annotations

import pytest

from record_size import measured


@pytest.fixture(scope="module")
def minute(tmp_path_factory):
    return measured(tmp_path_factory.mktemp("size") / "minute.mcap", 1.0)


def test_half_an_hour_is_below_300_megabytes(minute):
    assert minute["rows_lost"] == 0
    assert minute["megabytes_in_30_min"] < 300.0


def test_a_summary_reads_little_of_it_and_needs_little_memory(minute):
    summary, everything = minute["summary"], minute["all_ticks"]
    assert summary["losses"] == everything["losses"] == []
    assert min(summary["counts"]) > 3
    assert everything["counts"] == [60_000]
    assert summary["megabytes_read"] < minute["megabytes"] / 20
    # A process that has imported NumPy alone has 30 MB; whole seconds are held at a time, never the file.
    assert summary["peak_memory_mb"] < 120.0
    assert everything["peak_memory_mb"] < 120.0
