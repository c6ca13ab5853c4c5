"""Reports of weeks: what they say is so, texts stay texts, any amount of data gives a page, equal weeks equal ones."""

from __future__ import annotations

import io
import re
import sys
import xml.etree.ElementTree as ElementTree
from html import unescape

import pytest

from gaitloop.errors import ConfigError, MissingExtraError
from gaitloop.progress import Figure, course_report, drawing, page, write_weeks
from gaitloop.progress.course import plateau_since
from gaitloop.progress.told import told
from progress_cases import PERSON, day, outcome, session
from progress_pages import COURSES, HOSTILE, NAMES, course, example, of_example

JARGON = (
    *("FAC", "Functional", "Ambulation", "baseline", "symmetr", "variab", "CUSUM", "coefficient", "deviation", "MCID"),
    *(
        "clinical",
        "cadence",
        "stance",
        r"\bgait\b",
        "sagittal",
        "assist",
        "parameter",
        "verdict",
        "instrument",
        "pseudonym",
    ),
)


@pytest.fixture(scope="module", params=["empty", "partly", "hostile", "setback"])
def weeks(request):
    return COURSES[request.param]()


@pytest.fixture(scope="module")
def pages(weeks):
    return {reader: course_report.render(weeks, reader) for reader in page.READERS}


def words(html):
    return unescape(
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"<(style|svg).*?</\1>", " ", html, flags=re.S)))
    )


def test_pages_need_nothing_else(pages):
    for html in pages.values():
        assert not re.search(r'<[^>]*\s(src|href)="(?!#)', html)
        assert not re.search(r"@import|url\((?!#)", html)
        assert "<script" not in html
        for picture in re.findall(r"<svg.*?</svg>", html, re.DOTALL):
            ElementTree.fromstring(picture)


def test_equal_weeks_give_equal_pages():
    weeks = of_example("setback")
    for reader in page.READERS:
        assert course_report.render(weeks, reader) == course_report.render(weeks, reader)


def test_no_number_is_made_up_where_there_is_none(pages):
    for html in pages.values():
        assert not re.search(r"\b(nan|None|inf)\b", words(html))


def test_the_person_is_spared_the_jargon(weeks, pages):
    told = words(pages["patient"])
    assert [word for word in JARGON if re.search(word, told, re.IGNORECASE)] == []
    assert weeks.patient not in pages["patient"]


def test_hostile_texts_stay_texts():
    html = course_report.render(COURSES["hostile"]())
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "{{ 7*7 }}" in html
    assert HOSTILE in words(html)


def test_a_store_without_anything_says_so():
    empty = COURSES["empty"]()
    therapist, patient = (words(course_report.render(empty, reader)) for reader in page.READERS)
    assert "no session and no assessment yet" in therapist
    assert "gaitloop progress assess" in therapist
    assert "Nothing has been written down yet." in patient


def test_the_examples_are_told_as_what_they_are():
    weeks = {name: of_example(name) for name in NAMES}
    assert weeks["improves"].watch.advice == ()
    assert weeks["improves"].plateau is None
    assert [trend.verdict for trend in weeks["improves"].trends[:2]] == ["better", "better"]
    assert "Better since the first value" in " ".join(course_report.headline(weeks["improves"]))
    assert weeks["plateau"].watch.advice == ()
    assert weeks["plateau"].plateau is not None
    assert {trend.verdict for trend in weeks["plateau"].trends[:4]} == {"no change that counts"}
    assert "Plateau: since" in " ".join(course_report.headline(weeks["plateau"]))
    (hint, *_) = weeks["setback"].watch.advice
    first_bad = example().started(13)
    assert first_bad <= hint.when
    assert "expected by chance" in " ".join(course_report.headline(weeks["setback"]))
    assert words(hint.text) in words(course_report.render(weeks["setback"]))
    assert "Talk" in course_report.render(weeks["plateau"], "patient")


def test_the_examples_are_those_of_their_seeds():
    """The first session of one is simulated again."""
    patients = example()
    kept = next(patients.sessions("improves"))
    again, _ = patients.simulate("improves", 0, 0.9)
    assert again.figures.keys() == kept.figures.keys()
    for key, figure in again.figures.items():
        assert figure.value == pytest.approx(kept.figures[key].value, rel=1e-6)
        assert figure.steps == kept.figures[key].steps
    assert again.active_steps == pytest.approx(kept.active_steps)


def test_a_plateau_takes_three_values_over_two_weeks():
    flat = [outcome("walk_10m", 0.4, at=10.0 * i) for i in range(3)]
    assert plateau_since(flat) == day(0)
    assert plateau_since(flat[:2]) is None
    assert plateau_since([outcome("walk_10m", 0.4, at=6.0 * i) for i in range(3)]) is None
    rising = [outcome("walk_10m", 0.4 + 0.1 * i, at=10.0 * i) for i in range(3)]
    assert plateau_since(rising) is None
    assert plateau_since([*flat, *(outcome("fac", i, at=10.0 * i) for i in range(3))]) is None
    assert plateau_since([*rising, *(outcome("walk_10m", 0.6, at=10.0 * i) for i in range(3, 5))]) == day(20)


def test_another_device_begins_the_watch_anew():
    def one(i, device):
        value = 0.05 + 0.001 * (i % 3) + (0.03 if device == "b" else 0.0)
        return session(float(i), device=device, figures={"step_time_variability": Figure(value, 900)})

    same = [one(i, "a") for i in range(15)] + [one(i, "b") for i in range(15, 25)]
    assert course(same).watch.advice == ()
    moved = [*same[:15], *(session(s, figures=one(s, "b").figures, device="a") for s in range(15, 25))]
    assert course(moved).watch.advice != ()


def test_files_are_whole_and_of_a_known_kind(tmp_path, monkeypatch):
    weeks = COURSES["one"]()
    with pytest.raises(ConfigError, match=r"--out must end in \.html or \.pdf, got .*a\.doc"):
        write_weeks(weeks, [tmp_path / "a.html", tmp_path / "a.doc"])
    with pytest.raises(ConfigError, match="folder that exists"):
        write_weeks(weeks, [tmp_path / "none" / "a.html"])
    with pytest.raises(ConfigError, match="for must be one of therapist, patient"):
        write_weeks(weeks, [tmp_path / "a.html"], reader="doctor")
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(MissingExtraError, match=r"gaitloop\[pdf\]"):
        write_weeks(weeks, [tmp_path / "a.html", tmp_path / "a.pdf"])
    assert list(tmp_path.iterdir()) == []


def test_a_pdf_has_the_words_of_the_page(tmp_path):
    pypdf = pytest.importorskip("pypdf")
    weeks = COURSES["one"]()
    write_weeks(weeks, [tmp_path / "a.pdf", tmp_path / "a.html"], reader="patient")
    sheets = pypdf.PdfReader(io.BytesIO((tmp_path / "a.pdf").read_bytes())).pages
    assert len(sheets) == 1
    assert "You have made a start." in " ".join(sheets[0].extract_text().split())
    assert page.to_pdf((tmp_path / "a.html").read_text("utf-8")) == (tmp_path / "a.pdf").read_bytes()


def test_a_pdf_fetches_nothing(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr("urllib.request.OpenerDirector.open", lambda *given, **_: asked.append(given))
    (tmp_path / "a.css").write_text("body { color: red }", "utf-8")
    for place in ("http://x.example/a.css", (tmp_path / "a.css").as_uri()):
        made = page.to_pdf(f'<link rel="stylesheet" href="{place}"><img src="{place}"><p>words</p>')
        assert made.startswith(b"%PDF")
    assert asked == []


def test_cycles_of_a_stranger_are_refused(tmp_path):
    weeks = course([session()])
    record = tmp_path / "a.mcap"
    record.write_bytes(b"x")
    with pytest.raises(ConfigError, match="records must be one or two, got 3"):
        course_report.render(weeks, records=[record] * 3)
    with pytest.raises(ConfigError, match="record must belong to a session of this patient"):
        course_report.in_store(weeks, "0" * 64, "a.mcap")


@pytest.mark.parametrize("ground", [*drawing.COLOURS.values(), drawing.INK, drawing.MUTED, drawing.GOOD, drawing.ALERT])
def test_colours_of_text_can_be_read(ground):
    """Small text needs 4.5, by WCAG 2.1 AA."""
    assert drawing.contrast(ground, "#ffffff") >= 4.5


@pytest.mark.parametrize("ground", drawing.STATE_COLOURS.values())
def test_names_of_states_can_be_read_on_their_colours(ground):
    assert drawing.contrast(drawing.contrast_ink(ground), ground) >= 4.5


def test_contrast_is_that_of_the_definition():
    assert drawing.contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert drawing.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


class _Reader:
    def messages(self, topic):
        return {
            "/note": [{"t": 61_000_000_000, "who": {"role": "therapist", "id": PERSON}, "text": "tired"}],
            "/change": [{"t": 5, "who": "remote", "what": "support", "before": 0.3, "after": 0.2}],
            "/pain": [{"reason": None}],
        }.get(topic, [])


def test_what_a_record_tells_is_in_order_and_without_pseudonyms():
    lines = told(_Reader())
    assert [tuple(line) for line in lines] == [
        ("0:00", "pain", "", ""),
        ("0:00", "change", "remote", "support: 0.3 to 0.2"),
        ("1:01", "note", "therapist", "tired"),
    ]
    assert told(object()) == []
