"""Sphinx configuration."""

import sys
from pathlib import Path

import gaitloop

sys.path.insert(0, str(Path(__file__).parent))

project = "gaitloop"
author = "The gaitloop developers"
copyright = "The gaitloop developers"
version = release = gaitloop.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc", "sphinx.ext.viewcode"]
html_theme = "furo"
html_title = f"gaitloop {release}"
exclude_patterns = ["_build", "evidence"]

myst_heading_anchors = 3
autodoc_default_options = {"members": True, "show-inheritance": False}
autodoc_typehints = "none"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
# Pages of the project's root are included as they are; their links point into the repository.
suppress_warnings = ["myst.xref_missing", "ref.footnote"]


def setup(app):
    """Draw the pictures of the examples before the pages are read."""
    import pictures

    app.connect("builder-inited", lambda _: pictures.make())
