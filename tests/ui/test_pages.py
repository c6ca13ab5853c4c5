"""Every page of a report in headless Chromium, on a screen, on a phone and on paper: nothing sticks out or overlaps, no
glyph is missing, nothing is fetched or complained of, and everything can be read.

Chromium is Debian's (`chromium`), or the one that GAITLOOP_CHROMIUM names.
"""

from __future__ import annotations

import importlib
import io
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import absent
from gaitloop.progress import course_report, page, report
from gaitloop.progress.data import ReportInfo
from gaitloop.progress.told import Course, Span, Told, course_of, planned
from gaitloop.progress.told import told as told_of
from gaitloop.session import Reader
from gaitloop.session.plan import demo_plan
from gaitloop.session.runner import simulate
from progress_pages import COURSES, led_session

#: Width and height [px], and the kind of medium; paper is A4 without its margins.
SIZES = {"screen": (1280, 900, "screen"), "phone": (390, 844, "screen"), "paper": (695, 1010, "print")}
#: Smallest text [px]: on phones pictures are moved sideways, not made smaller.
SMALLEST = {"therapist": 9.0, "patient": 10.5}
LOOK = (Path(__file__).parent / "look.js").read_text("utf-8")
SESSIONS = ("session", "session_led", "session_hostile")
#: Weeks whose pages differ; others differ in their numbers only.
LOOKED_AT = ("setback", "empty", "one", "many", "hostile")


@pytest.fixture(scope="module")
def browser():
    try:
        api = importlib.import_module("playwright.sync_api")
    except ImportError:
        absent("no playwright: pip install --group dev")
    names = (os.environ.get("GAITLOOP_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    found = next((path for path in map(shutil.which, filter(None, names)) if path), None)
    if found is None:
        absent("no Chromium: apt-get install chromium")
    with api.sync_playwright() as playwright:
        # Without a sandbox, as containers run as root; the pages are our own.
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def digest():
    return simulate(demo_plan().change(duration=60.0))


@pytest.fixture(scope="module")
def led(tmp_path_factory):
    """A session of stages with a pause and the pain button: its digest, and what its record tells."""
    out = tmp_path_factory.mktemp("led") / "session.mcap"
    ending, reader = led_session(out), Reader(out)
    info = ReportInfo(title="Led", person="Simulated person", mass=75.0, details=planned(reader.metadata))
    return ending.digest, replace(info, told=told_of(reader), course=course_of(reader))


@pytest.fixture(scope="module")
def drawn(digest, led, tmp_path_factory):
    """Draws a page once, as a file."""
    folder, made = tmp_path_factory.mktemp("pages"), {}

    def draw(name, reader):
        path = made.get((name, reader))
        if path is None:
            path = made[name, reader] = folder / f"{name}_{reader}.html"
            path.write_text(_page(digest, led, name, reader), "utf-8")
        return path

    return draw


def _page(digest, led, name, reader):
    if name == "session_led":
        return report.render(*led, reader)
    if name not in SESSIONS:
        return course_report.render(COURSES[name](), reader)
    if name == "session":
        return report.render(digest, ReportInfo(title="Demo", person="Simulated person", mass=75.0), reader)
    word = "<b>" + "W" * 200
    told = [Told("0:01", "note", "therapist", word), Told("0:02", "pain", "patient", "knee")]
    stages = tuple(Span(i + 1, f"{i} {word}", 4.0 * i, 4.0 * i + 3.9) for i in range(15))
    course = Course(stages, pauses=(5.0, 5.1), pains=(20.0,), reasons=(word,))
    info = ReportInfo(
        title=word, person=word, mass=75.0, details=[("x", word)], losses=[word], told=told, course=course
    )
    return report.render(digest, info, reader)


@pytest.mark.parametrize("reader", page.READERS)
@pytest.mark.parametrize("name", [*SESSIONS, *LOOKED_AT])
def test_page_can_be_read_everywhere(browser, drawn, name, reader):
    path = drawn(name, reader)
    sheet = browser.new_page()
    asked, said = [], []
    sheet.on("request", lambda request: asked.append(request.url))
    sheet.on("console", lambda message: said.append(message.text))
    sheet.on("pageerror", lambda error: said.append(str(error)))
    found = {}
    for size, (width, height, medium) in SIZES.items():
        sheet.set_viewport_size({"width": width, "height": height})
        sheet.emulate_media(media=medium)
        if sheet.url == "about:blank":
            sheet.goto(path.as_uri())
        found[size] = sheet.evaluate(LOOK, SMALLEST[reader])
    sheet.close()
    assert asked == [path.as_uri()]
    assert said == []
    assert {size: faults for size, faults in found.items() if faults} == {}


def test_the_look_finds_what_is_wrong(browser):
    """A page with one of each fault, so that finding none means something."""
    sheet = browser.new_page(viewport={"width": 400, "height": 400})
    sheet.set_content(
        """<body style="background: #fff; font: 16px sans-serif"><p style="color: #bbb">pale</p><p>glyph \U000e1234</p>
        <p style="white-space: nowrap">"""
        + "wide " * 60
        + """</p><p style="font-size: 5px">tiny</p>
        <svg viewBox="0 0 99 50" width="300"><text x="5" y="20">one over</text><text x="9" y="22">other</text></svg>"""
    )
    found = " | ".join(sheet.evaluate(LOOK, 9.0))
    sheet.close()
    for fault in ("contrast", "glyph", "wide", "small", "overlap"):
        assert fault in found, found


@pytest.mark.parametrize("name", ["session", "session_led", *LOOKED_AT])
def test_the_page_for_the_person_fits_on_one_sheet(browser, drawn, name):
    pypdf = pytest.importorskip("pypdf")
    html = drawn(name, "patient")
    sheet = browser.new_page()
    sheet.goto(html.as_uri())
    printed = sheet.pdf(prefer_css_page_size=True)
    sheet.close()
    for sheets in (printed, page.to_pdf(html.read_text("utf-8"))):
        assert len(pypdf.PdfReader(io.BytesIO(sheets)).pages) == 1
