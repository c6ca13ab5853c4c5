"""Every example runs without matplotlib, prints something and warns of nothing; its picture can be drawn."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
DRAWN = [path for path in EXAMPLES if "def draw(" in path.read_text("utf-8")]
# Run as a program with matplotlib out of reach: importing what is None in sys.modules raises.
RUN = (
    "import runpy, sys; sys.modules['matplotlib'] = None; del sys.argv[0]; "
    "runpy.run_path(sys.argv[0], run_name='__main__')"
)


def pictures():
    spec = importlib.util.spec_from_file_location("pictures", ROOT / "docs/pictures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_there_are_examples():
    assert len(EXAMPLES) >= 2
    assert len(DRAWN) >= 14


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.stem)
def test_example_runs(example, tmp_path):
    command = [sys.executable, "-W", "error", "-c", RUN, str(example)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    assert done.stdout.strip()
    if example in DRAWN:
        assert len(done.stdout.strip().splitlines()) >= 3  # a table and a line that sums it up


@pytest.mark.parametrize("example", DRAWN, ids=lambda p: p.stem)
def test_every_axis_of_a_picture_says_what_it_shows(example):
    figures = pytest.importorskip("matplotlib.figure")
    figure = figures.Figure(layout="constrained")
    pictures().load(example).draw(figure)
    for axis in figure.axes:
        assert axis.get_ylabel() or axis.get_shared_y_axes().get_siblings(axis)
        assert axis.lines or axis.collections
    labels = [text for axis in figure.axes for text in (axis.get_xlabel(), axis.get_ylabel()) if text]
    assert labels
    assert all("[" in label for label in labels), labels


def test_every_picture_is_on_a_page():
    pages = "".join(page.read_text("utf-8") for page in (ROOT / "docs").rglob("*.md") if "_build" not in page.parts)
    assert [path.stem for path in DRAWN if f"pictures/{path.stem}.png" not in pages] == []
