"""Readers copy from the README: its commands are run, its example prints what it says, its links lead somewhere."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def blocks(language):
    """Code blocks of a language, each with the text block right after it, if any."""
    found = re.findall(rf"```{language}\n(.*?)```(?:\s*prints\s*```text\n(.*?)```)?", README, re.DOTALL)
    return [(code, output) for code, output in found]


def commands(program):
    lines = (line.split("  #")[0].strip() for code, _ in blocks("sh") for line in code.splitlines())
    return [line for line in lines if line.split(" ")[0] == program]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder to work in, with a recording named `walk`: forty seconds on two belts."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "walk").mkdir()
    t = np.arange(0.0, 40.0, 0.01)
    left, right = (700.0 * np.clip(4.0 * np.sin(2 * np.pi * (t / 1.2 - shift)) + 1.0, 0.0, 1.0) for shift in (0.0, 0.5))
    with gzip.open(folder / "walk/forces.csv.gz", "wt") as file:
        np.savetxt(file, np.c_[t, left, right], "%.4f", ",", header="time_s,fz_left,fz_right", comments="")
    meta = {"rate_hz": 100, "sensors": ["forces"], "units": {"force": "N"}}
    (folder / "walk/meta.json").write_text(json.dumps(meta), "utf-8")
    return folder


def test_readme_has_its_parts():
    assert commands("make")[:2] == ["make demo", "make test"]
    assert len(blocks("python")) == 1
    assert commands("gaitloop")


@pytest.mark.parametrize("line", commands("make"))
def test_make_target_exists(line):
    done = subprocess.run(
        ["make", "--dry-run", *shlex.split(line)[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_extras_exist():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    named = {name for names in re.findall(r"\[([a-z0-9,]+)\]\"", README) for name in names.split(",")}
    assert named
    assert named <= set(extras)


def test_example_prints_what_it_says(folder, monkeypatch):
    monkeypatch.chdir(folder)
    ((code, promised),) = blocks("python")
    assert len(code.splitlines()) <= 25
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})
    assert printed.getvalue() == promised


def test_gaitloop_commands_run(folder):
    """In the order of the README, since one reads what another wrote."""
    for line in commands("gaitloop"):
        command = [sys.executable, "-m", "gaitloop", *shlex.split(line)[1:]]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        assert done.stdout.strip(), line


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    text = re.sub(r"```.*?```|`[^`\n]*`|\n {4}[^\n]*", "", page.read_text("utf-8"), flags=re.DOTALL)
    targets = [t.split("#")[0] for t in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in t]
    assert [t for t in targets if t and not (page.parent / t).exists()] == []


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")), ids=lambda p: p.name)
def test_files_that_pages_name_exist(page):
    named = re.findall(r"`((?:tests|rust|docs|benches|examples|python)/[\w./*-]+)`", page.read_text("utf-8"))
    assert [path for path in named if not list(ROOT.glob(path.rstrip("/")))] == []


def run_samples(page):
    """Names that the samples of a page leave behind, run one after the other."""
    names: dict[str, object] = {}
    for code in re.findall(r"```python\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL):
        exec(code, names)
    return names


def test_samples_of_the_page_on_measures_give_what_they_say():
    names = run_samples("docs/measures.md")
    assert names["stride"].details.speed == pytest.approx(0.8)
    assert names["left"].robot_work == pytest.approx(9.0)
    assert names["spread"].mad == pytest.approx(0.01)


def test_samples_of_the_page_on_control_give_what_they_say():
    names = run_samples("docs/control.md")
    np.testing.assert_allclose(names["tau"], [3.0, 3.0, 0.0] * 2, atol=1e-9)
    assert np.abs(names["out"].tau).max() < 0.001
    np.testing.assert_allclose(names["out"].nearest, [0.7, 0.2], atol=1e-6)
    assert names["wanted"].confidence == pytest.approx(0.025)
    np.testing.assert_allclose(names["motor"].tau_motor - names["motor"].added, names["tau"], atol=1e-9)
    assert (names["told"].torque[0], names["told"].confidence[0]) == pytest.approx((11.2, 0.51), abs=0.05)
    assert names["support"][1:] == (False, False, True)


@pytest.mark.parametrize("name", ["assist", "plant", "trial"])
def test_samples_of_a_page_run(name):
    names = run_samples(f"docs/{name}.md")
    if name == "assist":
        assert names["applied"][4] == pytest.approx(0.4)
        assert names["catch"].reliance().mean[0, 4] == pytest.approx(0.12)
        assert names["governor"].value == pytest.approx(0.405)
