"""Files that are written whole or not at all, whatever else lies beside them and whoever else writes them."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from gaitloop._files import held, part_of, whole, write
from gaitloop.errors import ConfigError
from gaitloop.progress import Store


def test_what_a_killed_process_of_the_same_number_left_is_no_obstacle(tmp_path: Path) -> None:
    stale = [tmp_path / f".{name}.{os.getpid()}.part" for name in ("a", "b", "c")]
    for path in stale:
        path.write_bytes(b"of somebody else")
    write(tmp_path / "a", b"new", new=True)
    with whole(tmp_path / "b") as part:
        part.write_bytes(b"new")
    with Store(tmp_path / "store") as store:
        store.backup(tmp_path / "c")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == b"new"
    assert all(path.read_bytes() == b"of somebody else" for path in stale)


def test_a_part_that_cannot_be_made_is_not_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda size: "0" * 2 * size)
    other = part_of(tmp_path / "a")
    other.write_bytes(b"being written")
    with pytest.raises(FileExistsError):
        write(tmp_path / "a", b"new", new=True)
    assert other.read_bytes() == b"being written"


def test_only_a_name_that_is_taken_is_told_so(tmp_path: Path) -> None:
    write(tmp_path / "a", b"first", new=True)
    with pytest.raises(ConfigError, match="exists and is not written over"):
        write(tmp_path / "a", b"second", new=True)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"first"


@pytest.mark.skipif(os.name != "posix", reason="no such locks")
def test_who_waits_for_a_file_gets_the_one_that_took_its_place(tmp_path: Path) -> None:
    path, counted = tmp_path / "a", 200
    path.write_bytes(b"0")

    def count() -> None:
        for _ in range(counted):
            with held(path):
                number = int(path.read_bytes())
                path.with_name(threading.current_thread().name).write_bytes(str(number + 1).encode())
                path.with_name(threading.current_thread().name).replace(path)

    threads = [threading.Thread(target=count, name=f"b{i}") for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert int(path.read_bytes()) == 4 * counted
