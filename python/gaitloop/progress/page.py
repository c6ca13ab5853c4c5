"""Pages from templates: HTML that needs nothing else, and the same page as PDF."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from gaitloop import __version__
from gaitloop._files import write as write_whole
from gaitloop.errors import ConfigError, MissingExtraError

from ._fields import word

#: Whom a page is for.
READERS = ("therapist", "patient")
#: Kinds of files by their endings.
ENDINGS = (".html", ".pdf")
_PANGO = (
    "PDF needs the library Pango, which could not be loaded ({}); install it (Debian: apt-get install libpango-1.0-0 "
    "libpangoft2-1.0-0), or write .html and print it from a browser"
)


def fill(template: str, reader: str, title: str, **values: Any) -> str:
    """Fill a template.

    Parameters
    ----------
    template : str
        Its file in this folder.
    reader : str
        One of `READERS`.
    title : str
        Title of the page.
    **values : object
        What the template shows; text is escaped.

    Returns
    -------
    str
        HTML.

    Raises
    ------
    MissingExtraError
        If the extra `report` is not installed.
    ConfigError
        If there is no such reader.
    """
    word("for", reader, READERS)
    try:
        import jinja2
    except ImportError as error:
        raise MissingExtraError("reports need the extra report: pip install 'gaitloop[report]'") from error

    def load(name: str) -> str:
        return files(__package__).joinpath(name).read_text(encoding="utf-8")

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, loader=jinja2.FunctionLoader(load)
    )
    page = environment.get_template(template)
    return page.render(reader=reader, title=title, version=__version__, **values)


def to_pdf(page: str) -> bytes:
    """Lay a page out for paper, by WeasyPrint.

    Parameters
    ----------
    page : str
        HTML; nothing that it might name elsewhere is fetched.

    Returns
    -------
    bytes
        PDF.

    Raises
    ------
    MissingExtraError
        If the extra `pdf` is not installed, or the system's library Pango is not there.
    """
    try:
        import weasyprint
    except ImportError as error:
        raise MissingExtraError("PDF needs the extra pdf: pip install 'gaitloop[pdf]'") from error
    except OSError as error:
        raise MissingExtraError(_PANGO.format(str(error).splitlines()[0])) from error

    nothing = weasyprint.urls.URLFetcher(allowed_protocols=())
    # The identifier is given so that equal pages give equal files.
    return bytes(weasyprint.HTML(string=page, url_fetcher=nothing).write_pdf(pdf_identifier=b"gaitloop"))


def check(paths: Sequence[Path]) -> None:
    """Refuse files of other kinds, before anything is drawn.

    Parameters
    ----------
    paths : sequence of Path
        Files to write.

    Raises
    ------
    ConfigError
        If one ends neither in .html nor in .pdf, or its folder is not there.
    """
    for path in paths:
        if path.suffix.lower() not in ENDINGS:
            raise ConfigError(f"--out must end in {' or '.join(ENDINGS)}, got {path}")
        if not path.parent.is_dir():
            raise ConfigError(f"--out must be in a folder that exists, got {path}")


def write(page: str, paths: Sequence[Path]) -> None:
    """Write a page into files, as HTML or PDF by their endings.

    Parameters
    ----------
    page : str
        HTML.
    paths : sequence of Path
        Files to write; an existing one is replaced once the new one is whole and on the disk.

    Raises
    ------
    ConfigError
        If one ends neither in .html nor in .pdf.
    MissingExtraError
        If a PDF is asked for and cannot be made here.
    """
    check(paths)
    pdf = to_pdf(page) if any(path.suffix.lower() == ".pdf" for path in paths) else b""
    for path in paths:
        write_whole(path, pdf if path.suffix.lower() == ".pdf" else page.encode("utf-8"))
