"""Comments of a plan, in which people write names, are in no record; every value is, and the replay is the same."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitloop._schema import without_comments
from gaitloop.session import Reader, Session
from gaitloop.session.limits_write import confirm, new_text
from gaitloop.session.plan import Plan, demo_plan
from gaitloop.session.replay import plan_of, replay
from gaitloop.session.runner import simulate
from therapy_cases import TEXT

NAME = "Quintessa"
characters = st.text("#\"'\\ \t\nä=[]", max_size=8)


@st.composite
def strings(draw: st.DrawFn) -> str:
    """A string in one of the four ways of TOML, whatever stands in it."""
    inner = draw(characters)
    basic = json.dumps(inner, ensure_ascii=False)
    ways = [basic, f'""{basic.replace(chr(92) + "n", chr(10))}""', f"'''{inner}'''", f'"""{inner}"""', f"'{inner}'"]
    return draw(st.sampled_from(ways))


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Lines of strings, lists over several lines, and comments with a name wherever one may stand."""
    lines, comment = [], st.sampled_from(["", f" # {NAME}", f"#{NAME} \"'''", f'\t# """{NAME}', f" ## '{NAME}"])
    for number in range(draw(st.integers(0, 5))):
        value = draw(strings())
        if draw(st.booleans()):
            value = f"[{draw(comment)}\n{value},{draw(comment)}\n{draw(strings())}{draw(comment)}\n]"
        key = draw(st.sampled_from(["k", '"k#"', "'k#'"]))
        lines.append(f"{key}.n{number} = {value}{draw(comment)}")
        lines.append(draw(comment).strip())
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines)


@given(documents())
def test_comments_go_and_every_value_stays(text: str) -> None:
    try:
        before = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    after = without_comments(text)
    assert tomllib.loads(after) == before
    assert NAME not in after
    assert after.count("\n") == text.count("\n"), "a value stays in its line"
    assert without_comments(after) == after


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a = 'x # y' # z", "a = 'x # y'"),
        ('a = "\\" # y" # z', 'a = "\\" # y"'),
        ('a = """"# y"""" # z', 'a = """"# y""""'),
        ('a = """\\"""# y""" # z', 'a = """\\"""# y"""'),
        ("a = '''\n# y''''' # z", "a = '''\n# y'''''"),
        ('"a # b" = "" # "', '"a # b" = ""'),
        ("a = 1 # \"\nb = '#'", "a = 1\nb = '#'"),
        ("# z\r\na = 1\r\n", "\r\na = 1\r\n"),
    ],
)
def test_a_mark_in_a_string_is_no_comment(text: str, left: str) -> None:
    assert without_comments(text) == left
    assert tomllib.loads(left) == tomllib.loads(text)


def test_a_long_line_of_blanks_takes_no_time() -> None:
    text = "a = '" + " " * 500_000 + "'" + " " * 500_000
    assert without_comments(text) == text


@pytest.mark.parametrize("text", [demo_plan().text, TEXT], ids=["session", "therapy"])
def test_our_own_plans_say_the_same_without(text: str) -> None:
    left = without_comments(text)
    assert tomllib.loads(left) == tomllib.loads(text)
    assert len(left) < len(text)


@pytest.mark.parametrize("way", ["session", "simulate"])
def test_a_record_has_no_comment_and_replays(tmp_path: Path, way: str) -> None:
    plan = Plan.from_text(f"# {NAME}\n{demo_plan().text}# {NAME}\n").change(duration=20.0)
    out = tmp_path / "session.mcap"
    if way == "session":
        Session(plan, out=out).run()
    else:
        simulate(plan, out=out)
    reader = Reader(out)
    assert NAME not in json.dumps(reader.metadata)
    assert replace(plan_of(reader), text="") == replace(plan, text="")
    assert replay(out).difference is None


def test_who_confirmed_limits_is_found_by_the_fingerprint_alone(tmp_path: Path) -> None:
    device, patient = tmp_path / "device.toml", tmp_path / "patient.toml"
    device.write_text(
        new_text("device", "treadmill_exo").replace('name = "treadmill_exo"', f'name = "{NAME}"'), "utf-8"
    )
    patient.write_text(
        f'version = 1\nsource = "patient"\ndevice = "treadmill_exo"\nname = "{NAME}"\n[limits]\nbelt_speed_max = 0.9\n',
        "utf-8",
    )
    for path in (device, patient):
        confirm(path, f"{NAME} Ottobrunner")
    head = demo_plan().text.partition("[limits]")[0]
    (tmp_path / "plan.toml").write_text(head + '[limits]\nfiles = ["device.toml", "patient.toml"]\n', "utf-8")
    plan = Plan.load(tmp_path / "plan.toml").change(duration=20.0)
    simulate(plan, out=tmp_path / "session.mcap")
    metadata = Reader(tmp_path / "session.mcap").metadata
    assert NAME not in json.dumps(metadata)
    for path, said in zip((device, patient), json.loads(metadata["limits_confirmed"]), strict=True):
        mark = said.split("sha256 ")[1]
        assert said.startswith(path.stem)
        assert f'sha256 = "{mark}"' in path.read_text("utf-8"), "whoever has the file finds the confirmation by it"
