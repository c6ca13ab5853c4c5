"""Hundreds of bad plans and limits files: each refused by one error that names field, value and range, or the line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from gaitloop import _core, cli
from gaitloop.errors import ConfigError
from gaitloop.session.build import envelope_of, trainer_config
from gaitloop.session.limits import LimitsFile, sealed
from gaitloop.session.limits_write import new_text
from gaitloop.session.plan import Plan, demo_plan

PLAN = demo_plan().text
DEVICE = new_text("device", "treadmill_exo")
PATIENT = (
    'version = 1\nsource = "patient"\ndevice = "treadmill_exo"\nname = "x"\n\n[limits]\nlease = 0.02\n'
    "tau_max = [100.0, 100.0, 40.0, 100.0, 100.0, 40.0]\n"
)
TEXTS = {"plan": PLAN, "device": DEVICE, "patient": PATIENT}
SYNTAX = r"must be valid TOML: .*\(at (line \d+, column \d+|end of document)\)"


class Bad(NamedTuple):
    """A file that must be refused: what it is, what is wrong with it, its bytes, and what the message must say."""

    kind: str
    what: str
    data: bytes
    message: str


def values(text: str) -> Iterator[tuple[str, str, str, bool]]:
    """Section, key and line of every number of a file, and whether it is a list."""
    section = ""
    for line in text.splitlines():
        if header := re.match(r"\[([\w.]+)\]", line):
            section = header.group(1)
        elif number := re.match(r"(\w+) = (\[?)[-\d]", line):
            yield section, number.group(1), line, bool(number.group(2))


def spoilt(line: str, value: str) -> str:
    """The line with another value; of a list, with another last one."""
    return re.sub(
        r"[-\d.e]+\]|(?<== )[-\d.]+", lambda m: value + ("]" if m.group().endswith("]") else ""), line, count=1
    )


def numbers(kind: str) -> Iterator[Bad]:
    """Numbers that are none, or not in their range."""
    for section, key, line, is_list in values(TEXTS[kind]):
        path = f"{section}.{key}" if section else key
        for bad, text, said in (*amiss(path, key, line, is_list), *shapes(path, key, line, is_list)):
            yield Bad(kind, f"{path} {bad}", TEXTS[kind].replace(line, text).encode(), said)
        if kind != "patient":
            without = TEXTS[kind].replace(line + "\n", "").encode()
            yield Bad(kind, f"{path} missing", without, rf"{path.removesuffix('_deg')} is missing")


def amiss(path: str, key: str, line: str, is_list: bool) -> Iterator[tuple[str, str, str]]:
    """A value that is no number, not finite or far out: what it is, the line and what must be said."""
    whole = key in ("version", "seed")
    for bad in ("nan", "-nan", "inf", "-inf", "1e400", "-1e400", "1e9", "-1e9"):
        got = bad.removeprefix("-").replace("1e400", "inf").replace("1e9", r"(1e.?0?9|1000000000)")
        said = r"be a whole number, got" if whole else rf"lie in \[.*\], got -?(?i:{got})"
        yield bad, spoilt(line, bad), f"{path} must {said}"
    for bad in ('"1.0"', "true", "[]", "{}", "2026-01-01", "07:30:00"):
        at = rf"{path}(\[[45]\])?" if is_list else path
        yield bad, spoilt(line, bad), rf"{at} must be a (whole )?number, got"


def shapes(path: str, key: str, line: str, is_list: bool) -> Iterator[tuple[str, str, str]]:
    """A list of another length, a key with a unit and a key twice, in the same form."""
    if is_list:
        lines = {"one number": f"{key} = 1.0", "seven": spoilt(line, "1.0, 1.0"), "none": f"{key} = []"}
        for what, text in lines.items():
            yield what, text, rf"{path} must (be a list|have length)"
    yield "with a unit", f"{key}_mm = 1.0", rf"{path}_mm is not a known key|{path} is missing"
    yield "twice", f"{line}\n{line}", SYNTAX


#: What is wrong, the text or bytes, and what must be said.
Wrong = tuple[str, str | bytes, str]


def encodings(text: str) -> list[Wrong]:
    """Bytes that are no plain UTF-8 text."""
    return [
        ("empty", "", "version is missing"),
        ("blank", " \n\t\n", "version is missing"),
        ("BOM", "\ufeff" + text, SYNTAX),
        ("UTF-16", text.encode("utf-16"), "must be UTF-8 text"),
        ("UTF-16 without BOM", text.encode("utf-16-le"), SYNTAX + "|must be UTF-8"),
        ("UTF-32", text.encode("utf-32"), "must be UTF-8 text"),
        ("Latin-1", text.replace('name = "', 'name = "\xe4', 1).encode("latin-1", "replace"), "must be UTF-8 text"),
        ("surrogates", text.encode() + b"# \xed\xa0\x80", "must be UTF-8 text"),
        ("overlong", text.encode() + b"# \xc0\xaf", "must be UTF-8 text"),
        ("NUL first", "\x00" + text, SYNTAX),
        ("NUL last", text + "\x00", SYNTAX),
        ("NUL in a comment", text + "# \x00\n", SYNTAX),
        (
            "NUL in a name",
            re.sub(r'name = "', r'name = "\\u0000', text, count=1),
            r"name must have 1 to 80 printable characters",
        ),
        ("lines end in CR", text.replace("\n", "\r"), SYNTAX + "|must have at most 64 dots a line"),
    ]


def depths(text: str) -> list[Wrong]:
    """Too long, too deep, too large."""
    return [
        ("huge", text + "#" * 1_000_001, r"must have at most \d+ bytes"),
        ("deep list", text + "a = " + "[" * 60_000, "must be valid TOML"),
        ("deep list, closed", "a = " + "[" * 40_000 + "]" * 40_000 + "\n" + text, "must be valid TOML"),
        ("deep tables", "a = " + "{a=" * 20_000 + "1" + "}" * 20_000 + "\n" + text, "must be valid TOML"),
        ("deep key", "a" + ".a" * 30_000 + " = 1\n" + text, r"must have at most 64 dots a line, got 30000 \(line 1\)"),
        ("deep header", text + "[a" + ".a" * 30_000 + "]\n", r"must have at most 64 dots a line, got 30000"),
        ("long number", f"a = {'9' * 5000}\n" + text, "must be valid TOML"),
    ]


def others(text: str) -> list[Wrong]:
    """Something else, or something more."""
    return [
        ("open string", text + 'a = "', SYNTAX),
        ("open table", text + "[a", SYNTAX),
        ("no value", text + "a =", SYNTAX),
        ("JSON", '{"version": 1}', SYNTAX),
        ("YAML", "version: &a 1\nlimits: [*a, *a]\n", SYNTAX),
        ("XML", "<version>1</version>", SYNTAX),
        ("an executable", b"\x7fELF\x02\x01\x01" + bytes(64), SYNTAX),
        ("random bytes", bytes(range(256)), "must be UTF-8 text"),
        ("unknown section", text + "[extra]\na = 1\n", "extra is not a known (section|key)"),
        ("unknown key", "extra = 1\n" + text, "extra is not a known (section|key)"),
        ("twice the same", text + text, SYNTAX),
        ("name of a folder up", re.sub(r'name = ".*?"', 'name = "../../etc/passwd\\\\n"', text, count=1), "printable"),
    ]


def whole(kind: str) -> Iterator[Bad]:
    """Files that are wrong as a whole."""
    text = TEXTS[kind]
    cases = [*encodings(text), *depths(text), *others(text)]
    known = 2 if kind == "plan" else 1
    wrong = [str(known + 1), hex(known + 1)]
    for version in ("0", *wrong, "999", "-1", "1.0", '"1"', "true", "[1]", "1e0", "99999999999999999999"):
        line = re.sub(r"^version = 1", f"version = {version}", text, count=1, flags=re.MULTILINE)
        cases.append(
            (
                f"version {version}",
                line,
                rf"version must (lie in \[1, {known}\], got|be a whole number, got)|valid TOML",
            )
        )
    cases.append(
        (
            "limits no table",
            re.sub(r"\[limits\][\s\S]*", "", text) + ("" if kind == "plan" else "limits = 3\n"),
            r"\[limits\] must be a table|limits is missing",
        )
    )
    for what, data, message in cases:
        yield Bad(kind, what, data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"), message)


def plans() -> Iterator[Bad]:
    """What only a plan can have wrong."""
    for old, new, message in [
        ('side = "left"', 'side = "Left"', r"patient\.side must be one of left, right, got 'Left'"),
        ('side = "left"', 'side = ["left", "right"]', r"patient\.side must be one of left, right"),
        ("floor = 0.2", "floor = 0.95", r"training\.assist\.floor must not lie above initial, got 0\.95 and 0\.9"),
        ('profile = "stroke"', 'profile = "fac"', r"patient\.severity is not a known key|patient\.level is missing"),
        ('kind = "treadmill_exo"', 'kind = "../treadmill_exo"', r"device\.kind must be one of treadmill_exo"),
        ('ankle = "sensed"', 'ankle = "driven "', r"device\.ankle must be one of sensed, driven"),
        ("mass = 75.0", "mass = -75.0", r"patient\.mass must lie in \[40, 150\], got -75"),
        ("mass = 75.0", "mass = -0.0", r"patient\.mass must lie in \[40, 150\], got -0"),
        ("duration = 600.0", "duration = -0.0", r"session\.duration must lie in \[20, 7200\], got -0"),
        ("speed = 0.6", "speed = 0.0", r"training\.speed must lie in \[0\.14, 1\.4\], got 0"),
        ("engage_time = 3.0", "engage_time = 0.0", r"training\.engage_time must lie in \[0\.5, 30\], got 0"),
        ("pelvic_tilt_deg = 8.0", "pelvic_tilt = 8.0", r"training\.pelvic_tilt must lie in \[0, 0\.349066\], got 8"),
        ("speed = 0.6", "speed.a = 0.6", r"training\.speed must be a number, got \{'a': 0\.6\}"),
    ]:
        assert old in PLAN
        yield Bad("plan", new, PLAN.replace(old, new, 1).encode(), message)


def plans_with_files() -> Iterator[Bad]:
    """Plans that name their limits files wrongly."""
    head = PLAN.partition("[limits]")[0]
    for names in (
        '["../d.toml"]',
        '["/d.toml"]',
        '["a/../../d.toml"]',
        '["..\\\\d.toml"]',
        '["C:\\\\d.toml"]',
        '["~/../d.toml"]',
    ):
        yield Bad(
            "plan",
            f"files {names}",
            f"{head}[limits]\nfiles = {names}\n".encode(),
            r"limits\.files\[0\] must lie in the folder of the plan",
        )
    for names in ("[]", "{}", "1", '"d.toml"', '["a", "b", "c", "d", "e"]'):
        yield Bad(
            "plan",
            f"files {names}",
            f"{head}[limits]\nfiles = {names}\n".encode(),
            r"limits\.files must be a list of 1 to 4 names",
        )
    for name in ('"a\\u0000b"', '""', "1", "true", '"' + "a" * 81 + '"'):
        yield Bad(
            "plan",
            f"file {name:.9}",
            f"{head}[limits]\nfiles = [{name}]\n".encode(),
            r"limits\.files\[0\] must (be a text|have 1 to 80)",
        )


def device(key: str, value: str) -> bytes:
    """The limits file of a device with another value."""
    found = next(line for _, name, line, _ in values(DEVICE) if name == key)
    return DEVICE.replace(found, f"{key} = {value}").encode()


def limits() -> Iterator[Bad]:
    """What only limits can have wrong, ranges of motion in degrees and swapped ends among it."""

    yield Bad(
        "device",
        "q_max in degrees",
        device("q_max", "[63, 80, 34, 63, 80, 34]"),
        r"limits\.q_max must lie in \[-3.*, 3.*\], got 63 at index 0",
    )
    yield Bad(
        "device",
        "q_min in degrees",
        device("q_min", "[-43, -6, -43, -43, -6, -43]"),
        r"limits\.q_min must lie in \[-3.*, 3.*\], got -43 at index 0",
    )
    yield Bad(
        "device",
        "ends swapped",
        device("q_min", "[1.2, 1.5, 0.7, 1.2, 1.5, 0.7]"),
        r"limits\.q_min must lie below q_max, got 1\.2 and 1\.1 at index 0",
    )
    yield Bad(
        "device",
        "an end swapped",
        device("q_max", "[1.1, 1.4, 0.6, 1.1, 1.4, -0.8]"),
        r"limits\.q_min must lie below q_max, got -0\.75 and -0\.8 at index 5",
    )
    yield Bad(
        "device",
        "sides of unlike length",
        device("q_max", "[[1.1, 1.4, 0.6], [1.1, 1.4, 0.6]]"),
        r"limits\.q_max must have length 6, got 2",
    )


def zeros() -> Iterator[Bad]:
    """Limits that may not be 0, and those that a patient's file may not name."""
    for name, per_joint, low, high, *_, rule in _core.ENVELOPE_FIELDS:
        if low > 0.0:
            for value in ("0.0", "-0.0"):
                text = f"[{value}]" if not per_joint else "[" + ", ".join([value] * 6) + "]"
                yield Bad(
                    "device",
                    f"{name} {value}",
                    device(name, text.strip("[]") if not per_joint else text),
                    rf"limits\.{name} must lie in \[{low:g}, {high:g}\], got -?0",
                )
        if rule == "own":
            text = "[1.0, 1.0, 1.0, 1.0, 1.0, 1.0]" if per_joint else "1.0"
            yield Bad(
                "patient",
                f"{name} named",
                f"{PATIENT}{name} = {text}\n".encode(),
                rf"limits\.{name} must be left to the device",
            )


def files() -> Iterator[Bad]:
    """What a limits file can say wrongly of itself."""
    for old, new, message in [
        (
            'source = "patient"',
            'source = "therapist"',
            r"source must be one of device, patient, session, remote, got 'therapist'",
        ),
        ('source = "patient"', "source = 1", "source must be one of"),
        ('source = "patient"', 'source = "device"', r"limits\.\w+ is missing"),
        ('source = "patient"\n', "", "source is missing"),
        ('device = "treadmill_exo"', 'device = "../treadmill_exo"', "device must be one of treadmill_exo"),
        ('device = "treadmill_exo"', 'device = ""', "device must be one of treadmill_exo"),
        ('name = "x"', 'name = ""', "name must have 1 to 80 printable characters"),
        ('name = "x"', "name = 1", "name must be a text, got 1"),
        ("tau_max", "tau_max_nm", r"limits\.tau_max_nm is not a known key"),
        ("lease = 0.02", "[limits.lease]\na = 1", r"limits\.(lease|tau_max)"),
        (PATIENT.partition("[limits]\n")[2], "", "limits must name at least one limit, got none"),
    ]:
        assert old in PATIENT
        yield Bad("patient", new[:30], PATIENT.replace(old, new, 1).encode(), message)
    for by in ("", "a\\", "a" * 81):
        seal = f'\n[confirmation]\nby = "{by}"\non = "2026-01-01"\nsha256 = "{"0" * 64}"\n'
        yield Bad("sealed", f"by {by[:5]}", (PATIENT + seal).encode(), "confirmation")


CASES = [
    *(case for kind in TEXTS for made in (numbers, whole) for case in made(kind)),
    *plans(),
    *plans_with_files(),
    *limits(),
    *zeros(),
    *files(),
]


def read(case: Bad, path: Path) -> None:
    """Read a case as a session would; what nobody confirmed is refused for that only when nothing else is wrong."""
    if case.kind == "plan":
        path.write_bytes(case.data)
        plan = Plan.load(path)
        envelope_of(plan)
        trainer_config(plan)
    else:
        LimitsFile.from_bytes(case.data, str(path))


def test_the_corpus_is_large_and_has_no_case_twice() -> None:
    assert len({case.data for case in CASES}) >= 500
    assert len({case.data for case in CASES if case.kind == "plan"}) >= 200
    assert len({case.data for case in CASES if case.kind != "plan"}) >= 200
    for text in (DEVICE, PATIENT):
        LimitsFile.from_bytes(sealed(text, "me", "2026-01-01").encode(), "a.toml")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}: {case.what}")
def test_it_is_refused_by_name(case: Bad, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refusal:
        read(case, tmp_path / "a.toml")
    said = str(refusal.value)
    assert re.search(case.message, said), said
    assert said.startswith(f"{tmp_path / 'a.toml'}: ") or case.kind == "plan"
    assert len(said) < 1500
    assert "\n" not in said


@pytest.mark.parametrize("case", CASES[::5], ids=lambda case: f"{case.kind}: {case.what}")
def test_the_command_ends_in_one_line(case: Bad, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(case.data)
    words = (
        ["train", path, "--device", "sim", "--out", tmp_path / "b.mcap"]
        if case.kind == "plan"
        else ["limits", "check", path]
    )
    assert cli.main([str(word) for word in words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert not (tmp_path / "b.mcap").exists()


@pytest.mark.parametrize("name", ["a\x00b", "/", "", ".", "a" * 5000, "none/none"])
def test_a_path_that_is_none_is_refused(name: str) -> None:
    for load in (Plan.load, LimitsFile.load):
        with pytest.raises(ConfigError, match="cannot be read"):
            load(name)
