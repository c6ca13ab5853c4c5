"""What a therapist's plan must not say: every value out of range, every missing and unknown key, anything hostile."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitloop.errors import ConfigError
from gaitloop.therapy import TherapyPlan
from therapy_cases import TEXT, changed

HEAD = TEXT.partition("[limits]")[0] + "[device]" + TEXT.partition("[device]")[2]
KEYS = [line for line in dict.fromkeys(HEAD.splitlines()) if re.match(r"\w+ = ", line)]


@pytest.mark.parametrize("line", KEYS)
def test_no_key_has_a_default(line: str) -> None:
    name = line.partition(" = ")[0]
    with pytest.raises(ConfigError, match=rf"{name}.* is missing|exactly one of .*{name}|^stage\["):
        TherapyPlan.from_text(TEXT.replace(f"{line}\n", "", 1))


@pytest.mark.parametrize("section", re.findall(r"^\[(\w+(?:\.\w+)?)\]", TEXT, flags=re.MULTILINE))
def test_no_section_can_be_left_out_or_have_more(section: str) -> None:
    body = re.search(rf"^\[{section}\][^\[]*(?:\[[^\n]*\][^\n]*\n[^\[]*)*?(?=^\[)", TEXT, flags=re.MULTILINE)
    assert body
    with pytest.raises(ConfigError, match=rf"{section.split('.')[-1]}|is missing"):
        TherapyPlan.from_text(TEXT.replace(body[0], "", 1))
    with pytest.raises(ConfigError, match=rf"^{section}\.surprise is not a known key; known are "):
        TherapyPlan.from_text(re.sub(rf"^\[{section}\].*$", rf"[{section}]\nsurprise = 1", TEXT, count=1, flags=re.M))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('kind = "therapy"', 'kind = "diet"', r"^kind must be one of therapy, got 'diet' \(line 6\)"),
        ("version = 1", "version = 2", r"^version must lie in \[1, 1\], got 2 \(line 7\)"),
        ("version = 1", "version = 1\ncolour = 3", r"^colour is not a known section; known are plan, "),
        ('name = "Walking"', 'name = ""', r"^plan\.name must have 1 to 60 printable characters, got '' \(line 10\)"),
        ("fac = 2", "fac = 6", r"^patient\.fac must lie in \[0, 5\], got 6 \(line"),
        ("fac = 2", "fac = 2.0", r"^patient\.fac must be a whole number, got 2\.0"),
        ('side = "left"', 'side = "both"', r"^patient\.side must be one of left, right, got 'both'"),
        ("weight_kg = 75", "weight_kg = 39.9", r"^patient\.weight_kg must lie in \[40, 150\], got 39\.9"),
        ("weight_kg = 75", "weight_kg = nan", r"^patient\.weight_kg must lie in \[40, 150\], got nan"),
        ("weight_kg = 75", "weight_kg = true", r"^patient\.weight_kg must be a number, got True"),
        ("height_cm = 175", "height_cm = 1.75", r"^patient\.height_cm must lie in \[150, 200\], got 1\.75"),
        ("left = [2, 3, 2]", "left = [2, 3]", r"^patient\.strength\.left must be a list of 3 grades"),
        ("left = [2, 3, 2]", "left = [2, 3, 6]", r"^patient\.strength\.left\[2\] must lie in \[0, 5\], got 6"),
        ('"1+", "2"]', '"1+", "5"]', r"^patient\.tone\.left\[2\] must be one of 0, 1, 1\+, 2, 3, 4, got '5'"),
        ('"1+", "2"]', '"1+", 2]', r"^patient\.tone\.left\[2\] must be one of .*, got 2"),
        ("[-18, 70]", "[70, -18]", r"^patient\.range\.hip_left_deg must have its smaller end first, got \[70, -18\]"),
        ("[-18, 70]", "[-18, 161]", r"^patient\.range\.hip_left_deg must lie in \[-90, 160\], got 161"),
        ("[-18, 70]", '"unknown"', r'^patient\.range\.hip_left_deg must be \[smallest, largest\] .* or "not measured"'),
        ("[-18, 70]", "[80, 90]", r"^patient\.range\.hip_left_deg must overlap \[-43\.0, 63\.0\] of the limits"),
        ("[-18, 70]", "[-5, 70]", r"^patient\.range\.hip_left_deg must reach from -1\d\.\d to 2\d\.\d, .*pelvic_tilt"),
        (
            'knee_left_deg = "not measured"',
            "knee_left_deg = [0, 55]",
            r"^patient\.range\.knee_left_deg must reach from .* got \[0, 55\]; change reference\.foot_clearance_cm",
        ),
        ("firmness_percent = 100", "firmness_percent = 120", r"^device\.firmness_percent must lie in \[10, 100\]"),
        ('kind = "treadmill_exo"', 'kind = "stairs"', r"^device\.kind must be one of treadmill_exo, got 'stairs'"),
        ("foot_clearance_cm = 4", "foot_clearance_cm = 16", r"^reference\.foot_clearance_cm must lie in \[0, 15\]"),
        ("pelvic_tilt_deg = 8", "pelvic_tilt_deg = -1", r"^reference\.pelvic_tilt_deg must lie in \[0, 20\], got -1"),
        ('law = "band"', 'law = "none"', r"^assistance\.law must be one of band, forgetting, got 'none'"),
        ("tolerance_percent = 100", "tolerance_percent = 5", r"^assistance\.tolerance_percent must lie in \[10, 400\]"),
        (
            "step_up_percent = 2 ",
            "step_up_percent = 21 ",
            r"^assistance\.step_up_percent must lie in \[0, 20\], got 21",
        ),
        ("weeks = 4", "weeks = 3", r"^schedule\.support_percent must have length 3, got 4 \(line"),
        ("weeks = 4", "weeks = 0", r"^schedule\.weeks must lie in \[1, 52\], got 0"),
        ("sessions_per_week = 3", "sessions_per_week = 8", r"^schedule\.sessions_per_week must lie in \[1, 7\], got 8"),
        ("[50, 40", "[61, 40", r"^schedule\.support_percent must lie in \[0, 60\], got 61 at index 0"),
        (
            "speed_kmh = [1.5,",
            "speed_kmh = [5.1,",
            r"^schedule\.speed_kmh must lie in \[0\.51, 5\], got 5\.1 at index 0",
        ),
        ("steps = 750", "steps = 9", r"^challenge\.steps must lie in \[10, 10000\], got 9"),
        ('rule = "steps"', 'rule = "none"', r"^challenge\.steps is not a known key; known are rule"),
        ("more_speed_kmh = 0", "more_speed_kmh = 0.8", r"^challenge\.more_speed_kmh must lie in \[0, 0\.7\], got 0\.8"),
        ("pain_stops_most = 3", "pain_stops_most = 0", r"^stop\.pain_stops_most must lie in \[1, 20\], got 0"),
        ('heart_rate = "not', 'heart_rate = "limit" #', r"^stop\.heart_rate_most_per_minute is missing"),
        ("minutes = 5 ", "minutes = 0.4 ", r"^stage\[0\]\.minutes must lie in \[0\.5, 60\], got 0\.4 \(line"),
        ("minutes = 5 ", "minutes = 5\nsteps = 20 ", r"^stage\[0\] must have exactly one of minutes and steps, got 2"),
        ('kind = "warm_up"', 'kind = "walk"', r"^stage\[0\]\.kind must be warm_up in the first stage, got walk"),
        ('kind = "cool_down"', 'kind = "walk"', r"^stage\[4\]\.kind must be cool_down in the last stage, got walk"),
        (
            'kind = "rest"',
            'kind = "nap"',
            r"^stage\[2\]\.kind must be one of warm_up, walk, rest, cool_down, got 'nap'",
        ),
        ('mode = "assist"', 'mode = "drag"', r"^stage\[1\]\.mode must be one of guidance, path, .*, got 'drag'"),
        (
            'mode = "assist"',
            'mode = "balance"',
            r"^stage\[1\]\.mode must be another without \[balance\], got balance: .*sideways",
        ),
        ('terrain = "level"', 'terrain = "stairs"', r"^stage\[0\]\.terrain must be level on .*, got stairs: its belt"),
        ("floor_percent = 30 ", "floor_percent = 101 ", r"^stage\[1\]\.floor_percent must lie in \[0, 100\], got 101"),
        (
            "ceiling_percent = 100",
            "ceiling_percent = 20",
            r"^stage\[1\]\.floor_percent must not lie above ceiling_perc",
        ),
        (
            "speed_percent = 100 ",
            "speed_percent = 20 ",
            r"^stage\[1\]\.speed_percent must give 0\.51 to 5 km/h in week 1",
        ),
        (
            "support_points = 0",
            "support_points = 20",
            r"^stage\[0\]\.support_points must give 0 to 60 % in week 1, got 70",
        ),
        (
            "speed_kmh = 1.5 ",
            "speed_kmh = 1.6 ",
            r"^stage\[0\]\.speed_kmh must give at most 1\.50 km/h in week 1, .*slow",
        ),
        ("weight_kg = 75", "weight_kg = 150", r"^stage\[0\]\.support_points must give at most 40\.8 % of 150 kg"),
        (
            "belt_speed_max = 1.4 ",
            "belt_speed_max = 0.4 ",
            r"^stage\[0\]\.speed_kmh must give at most 1\.44 km/h of the",
        ),
        ("minutes = 6 ", "steps = 10000 ", r"^stage must take at most 120 minutes together, got 1"),
        ("q_min = [", "q_mind = [", r"^limits\.q_mind is not a known key"),
        ("tau_max = [140.0", "tau_max = [999.0", r"^limits\.tau_max must lie in"),
    ],
)
def test_what_is_refused_is_named_with_value_and_range(old: str, new: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        TherapyPlan.from_text(changed(old, new))


def test_a_name_in_place_of_a_pseudonym_is_not_repeated() -> None:
    with pytest.raises(ConfigError, match=r"^plan\.patient must be a pseudonym of 32 hexadecimal digits") as refused:
        TherapyPlan.from_text(changed("[plan]", '[plan]\npatient = "Erika Mustermann"'))
    assert "Mustermann" not in str(refused.value)
    assert TherapyPlan.from_text(changed("[plan]", f'[plan]\npatient = "{"0a" * 16}"')).programme().patient == "0a" * 16


def test_two_rests_and_too_few_stages_are_refused() -> None:
    rest = TEXT[TEXT.index('[[stage]]\nkind = "rest"') : TEXT.index('[[stage]]\nkind = "walk"\nname = "Second')]
    with pytest.raises(ConfigError, match=r"^stage\[3\]\.kind must not be rest after a rest"):
        TherapyPlan.from_text(TEXT.replace(rest, rest * 2))
    head, _, tail = TEXT.partition("[[stage]]")
    stages = tail.split("[[stage]]")
    with pytest.raises(ConfigError, match=r"^stage must be given 3 to 50 times, each as \[\[stage\]\], got 2"):
        TherapyPlan.from_text(f"{head}[[stage]]{stages[0]}[[stage]]{stages[-1]}")


def test_a_challenge_beyond_the_range_or_the_belt_is_refused() -> None:
    faster = changed("more_speed_kmh = 0 ", "more_speed_kmh = 0.5 ")
    with pytest.raises(ConfigError, match=r"^patient\.range\.hip_left_deg must reach .* after a challenge"):
        TherapyPlan.from_text(re.sub("most_speed_kmh = .*", "most_speed_kmh = 5", faster))
    slow = re.sub(
        "most_speed_kmh = .*", "most_speed_kmh = 3", faster.replace("belt_speed_max = 1.4 ", "belt_speed_max = 0.8 ")
    )
    with pytest.raises(ConfigError, match=r"^challenge\.most_speed_kmh must be at most 2\.88 of the limits, got 3"):
        TherapyPlan.from_text(slow)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"\x00",
        b"[" * 5000,
        b"a." * 5000,
        b"kind = 'therapy'\nversion = 1\nstage = 1",
        b"x" * 1_000_001,
    ],
)
def test_a_hostile_file_is_refused_in_a_sentence(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "plan.toml"
    path.write_bytes(data)
    with pytest.raises(ConfigError, match=r"plan\.toml: "):
        TherapyPlan.load(path)


@pytest.mark.parametrize("path", ["absent.toml", ".", "a\0b"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, path: str) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        TherapyPlan.load(f"{tmp_path}/{path}")


_VALUES = st.sampled_from(
    [
        "0",
        "-1",
        "1e308",
        "nan",
        "inf",
        "true",
        '""',
        "[]",
        "{}",
        "[[]]",
        "1979-05-27",
        "9" * 400,
        '"not measured"',
        "[1, 2]",
    ]
)


@settings(max_examples=80, deadline=None)
@given(line=st.sampled_from([line for line in TEXT.splitlines() if re.match(r"\w+ = ", line)]), value=_VALUES)
def test_any_value_anywhere_is_taken_or_refused(line: str, value: str) -> None:
    text = TEXT.replace(line, f"{line.partition(' = ')[0]} = {value}", 1)
    try:
        plan = TherapyPlan.from_text(text)
    except ConfigError as error:
        if len(str(error)) > 1000:
            raise
    else:
        assert plan.programme(plan.sessions).stages


@settings(max_examples=60, deadline=None)
@given(start=st.integers(0, len(TEXT)), length=st.integers(0, 200), junk=st.text(max_size=20))
def test_a_torn_plan_never_does_worse_than_refuse(start: int, length: int, junk: str) -> None:
    text = TEXT[:start] + junk + TEXT[start + length :]
    try:
        TherapyPlan.from_text(text)
    except ConfigError:
        return
    tomllib.loads(text)
