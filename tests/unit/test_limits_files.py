"""Limits files: complete when new, refused until confirmed and after any change, never wider than the device."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path

import numpy as np
import pytest

from gaitloop import _core, cli
from gaitloop._files import write
from gaitloop.errors import ConfigError
from gaitloop.session.build import envelope_of
from gaitloop.session.limits import LimitsFile, combine, read_key, sealed
from gaitloop.session.limits_write import confirm, new_text, table
from gaitloop.session.plan import Plan, demo_plan
from gaitloop.session.runner import metadata_of

DAY = datetime.date(2026, 3, 1)
KEY = bytes(range(32))
PLAN = demo_plan().text.partition("[limits]")[0]


def confirmed(text: str, key: bytes | None = None) -> bytes:
    return sealed(text, "safety engineer", DAY.isoformat(), key).encode()


def narrowing(source: str, *lines: str) -> str:
    head = f'version = 1\nsource = "{source}"\ndevice = "treadmill_exo"\nname = "x"\n\n[limits]\n'
    return head + "\n".join(lines) + "\n"


def read(data: bytes | str, key: bytes | None = None) -> LimitsFile:
    return LimitsFile.from_bytes(data if isinstance(data, bytes) else confirmed(data, key), "a.toml", key)


DEVICE = new_text("device", "treadmill_exo")


def test_a_new_file_has_every_limit_with_its_unit_and_range() -> None:
    for name, per_joint, low, high, unit, doc, _ in _core.ENVELOPE_FIELDS:
        each = ", for each joint" if per_joint else ""
        assert f"# {doc} [{unit}], {low:g} to {high:g}{each}; " in DEVICE
        assert f"\n{name} = " in DEVICE
    limits = read(DEVICE).limits
    assert limits == envelope_of(demo_plan())


@pytest.mark.parametrize("source", ["patient", "session", "remote"])
def test_a_new_file_of_the_others_names_nothing_yet(source: str) -> None:
    text = new_text(source, "treadmill_exo")
    with pytest.raises(ConfigError, match=r"^a\.toml: limits must name at least one limit, got none$"):
        read(text)
    # Each line taken off its mark is one that reads.
    lines = [line for line in text.splitlines() if line.endswith("# confirm")]
    assert len(lines) == sum(rule != "own" for *_, rule in _core.ENVELOPE_FIELDS)
    for line in lines:
        only = read(narrowing(source, line.removeprefix("# ")))
        assert list(only.limits.limits) == [line.split()[1]]


def test_a_file_is_refused_until_it_is_confirmed() -> None:
    with pytest.raises(ConfigError, match=r"^a\.toml: confirmation is missing"):
        read(DEVICE.encode())
    assert LimitsFile.from_bytes(DEVICE.encode(), "a.toml", confirmed=False).by == ""
    file = read(DEVICE)
    assert (file.source, file.device, file.by, file.on) == ("device", "treadmill_exo", "safety engineer", "2026-03-01")


@pytest.mark.parametrize("key", [None, KEY], ids=["hashed", "signed"])
@pytest.mark.parametrize("mask", [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF])
def test_a_flipped_byte_is_refused_at_every_offset(mask: int, key: bytes | None) -> None:
    data = confirmed(DEVICE, key)
    accepted = []
    for offset in range(len(data)):
        changed = bytearray(data)
        changed[offset] ^= mask
        try:
            read(bytes(changed), key)
        except ConfigError:
            continue
        accepted.append(offset)
    assert accepted == []


def test_a_file_cut_off_or_grown_is_refused() -> None:
    data = confirmed(narrowing("patient", "lease = 0.01"))
    for changed in [*(data[:n] for n in range(len(data))), data + b"\n", data + b"#", b"\n" + data, data * 2]:
        with pytest.raises(ConfigError):
            read(changed)


def test_a_signature_needs_its_key() -> None:
    with pytest.raises(ConfigError, match="is a signature; give its key"):
        read(confirmed(DEVICE, KEY))
    for data, key in [(confirmed(DEVICE), KEY), (confirmed(DEVICE, KEY), KEY[::-1])]:
        with pytest.raises(ConfigError, match=r"hmac_sha256 must match content and key"):
            read(data, key)
    assert read(confirmed(DEVICE, KEY), KEY).by == "safety engineer"


def test_wider_than_the_device_is_refused_with_field_range_value_and_line() -> None:
    device = read(DEVICE)
    own = {name: rule for name, *_, rule in _core.ENVELOPE_FIELDS}
    tried = 0
    for name, per_joint, low, high, *_ in _core.ENVELOPE_FIELDS:
        mine = np.atleast_1d(getattr(device.limits, name))
        wide = np.nextafter(mine, low if own[name] == "larger" else high)
        if own[name] == "own" or (wide == mine).all():
            continue
        value = [*mine[:5].tolist(), float(wide[5])] if per_joint else float(wide[0])
        file = read(narrowing("session", f"{name} = {value}"))
        with pytest.raises(
            ConfigError, match=rf"^a\.toml: limits\.{name} must lie in \[.*\] of the device.*\(line 7\)$"
        ):
            combine([device, file])
        tried += 1
    assert tried >= 13


def test_effective_limits_have_their_sources() -> None:
    patient = read(narrowing("patient", "q_max_deg = [60, 70, 30, 60, 70, 30]", "belt_speed_max = 1.0"))
    remote = read(narrowing("remote", "belt_speed_max = 0.5"))
    made = combine([remote, read(DEVICE), patient])
    assert made.envelope.belt_speed_max == 0.5
    np.testing.assert_allclose(made.envelope.q_max, np.radians([60, 70, 30, 60, 70, 30]))
    rows = {line.split()[0]: line for line in table(made).splitlines()}
    assert rows["belt_speed_max"].split()[-2:] == ["0.5", "remote"]
    assert rows["q_max"].endswith("patient")
    assert rows["lease"].endswith("device")


COMBINED = [
    (["device", "device"], r"source must differ from that of a\.toml, got device"),
    (["patient"], "limits must have one file whose source is device, got none"),
    ([], "limits must have one file whose source is device, got none"),
]


@pytest.mark.parametrize(("sources", "message"), COMBINED)
def test_files_that_do_not_go_together_are_refused(sources: list[str], message: str) -> None:
    files = [read(DEVICE if source == "device" else narrowing(source, "lease = 0.01")) for source in sources]
    with pytest.raises(ConfigError, match=message):
        combine(files)


def test_a_clash_refuses_and_names_both() -> None:
    low = read(narrowing("patient", "q_min = [0.5, 0.0, 0.0, 0.5, 0.0, 0.0]"))
    high = read(narrowing("session", "q_max = [0.4, 1.0, 0.5, 0.4, 1.0, 0.5]"))
    with pytest.raises(
        ConfigError, match=r"motion of hip_l must not be empty .* q_min is of patient, q_max of session"
    ):
        combine([read(DEVICE), low, high])


def put(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.toml").write_bytes(confirmed(text))


def test_a_plan_takes_its_limits_from_files_and_its_record_says_which(tmp_path: Path) -> None:
    put(tmp_path, device=DEVICE, patient=narrowing("patient", "belt_speed_max = 0.9"))
    (tmp_path / "plan.toml").write_text(PLAN + '[limits]\nfiles = ["device.toml", "patient.toml"]\n', "utf-8")
    plan = Plan.load(tmp_path / "plan.toml")
    assert envelope_of(plan).belt_speed_max == 0.9
    told = metadata_of(plan)
    said = f"patient: confirmed on 2026-03-01, sha256 {plan.limits_files[1].sha256}"
    assert json.loads(told["limits_confirmed"])[1] == said
    again = Plan.from_text(plan.text, limits=json.loads(told["limits"]))
    assert metadata_of(again)["limits_sha256"] == told["limits_sha256"]
    with pytest.raises(ConfigError, match=r"limits\.files needs a folder"):
        Plan.from_text(plan.text)
    (tmp_path / "patient.toml").write_text(narrowing("patient", "belt_speed_max = 0.8"), "utf-8")
    with pytest.raises(ConfigError, match=r"patient\.toml: confirmation is missing"):
        Plan.load(tmp_path / "plan.toml")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ('["../device.toml"]', r"limits\.files\[0\] must lie in the folder of the plan"),
        ('["/etc/device.toml"]', r"limits\.files\[0\] must lie in the folder"),
        ('["a/../../device.toml"]', r"limits\.files\[0\] must lie in the folder"),
        ('["..\\\\device.toml"]', r"limits\.files\[0\] must lie in the folder"),
        ('["C:device.toml"]', r"limits\.files\[0\] must lie in the folder"),
        ('["a\\u0000.toml"]', r"limits\.files\[0\] must have 1 to 80 printable"),
        ("[]", r"limits\.files must be a list of 1 to 4 names"),
        ("[1]", r"limits\.files\[0\] must be a text"),
        ('"device.toml"', r"limits\.files must be a list of 1 to 4 names"),
        ('["none.toml"]', r"none\.toml: cannot be read"),
        ('["device.toml"]\nlease = 0.01', r"limits\.files must stand alone, got files, lease"),
    ],
)
def test_a_plan_with_bad_files_is_refused(files: str, message: str, tmp_path: Path) -> None:
    put(tmp_path, device=DEVICE)
    (tmp_path / "plan.toml").write_text(f"{PLAN}[limits]\nfiles = {files}\n", "utf-8")
    with pytest.raises(ConfigError, match=message):
        Plan.load(tmp_path / "plan.toml")


def run(*words: object) -> int:
    return cli.main(["limits", *[str(word) for word in words]])


def test_the_command_writes_confirms_and_checks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "device.toml"
    assert run("new", "--device", "treadmill_exo", "--out", file) == 0
    assert run("check", file) == 2
    assert run("confirm", file, "--by", "risk team") == 0
    capsys.readouterr()
    assert run("check", file) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(_core.ENVELOPE_FIELDS) + 2
    assert lines[-1].endswith("limits in force: 23 of device".replace("23", str(len(_core.ENVELOPE_FIELDS))))
    before = file.read_bytes()
    assert run("new", "--device", "treadmill_exo", "--out", file) == 2
    for by in ('a"b', "a\\b", "a\nb", ""):
        assert run("confirm", file, "--by", by) == 2
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["device.toml"]
    (tmp_path / "key").write_bytes(KEY)
    assert run("confirm", file, "--by", "risk team", "--key", tmp_path / "key") == 0
    assert run("check", file, "--key", tmp_path / "key") == 0
    assert run("check", file) == 2


def test_what_is_refused_is_not_confirmed(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text(DEVICE.replace("lease = 0.02", "lease = 2.0"), "utf-8")
    line = next(n for n, text in enumerate(DEVICE.splitlines(), 1) if text.startswith("lease"))
    with pytest.raises(ConfigError, match=rf"limits\.lease must lie in \[0\.001, 0\.02\], got 2 \(line {line}\)$"):
        confirm(file, "me", today=DAY)
    assert "[confirmation]" not in file.read_text("utf-8")


@pytest.mark.parametrize("size", [0, 15, 4097])
def test_a_key_of_a_wrong_size_is_refused(size: int, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"k" * size)
    with pytest.raises(ConfigError, match="a key must have 16 to 4096 bytes"):
        read_key(tmp_path / "key")


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.toml"
    write(file, b"before")
    synced = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_size))
    write(file, b"after it")
    assert file.read_bytes() == b"after it"
    assert synced[0] == 8, "the content is on the disk before it takes its name"

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(file, b"lost")
    assert file.read_bytes() == b"after it"
    assert [path.name for path in tmp_path.iterdir()] == ["a.toml"]
