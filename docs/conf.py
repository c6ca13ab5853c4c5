"""Sphinx configuration."""

import gaitloop

project = "gaitloop"
author = "The gaitloop developers"
copyright = "The gaitloop developers"
version = release = gaitloop.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc", "sphinx.ext.viewcode"]
html_theme = "furo"
html_title = f"gaitloop {release}"
exclude_patterns = ["_build"]

myst_heading_anchors = 3
autodoc_default_options = {"members": True, "show-inheritance": False}
autodoc_typehints = "none"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
# Pages of the project's root are included as they are; their links point into the repository.
suppress_warnings = ["myst.xref_missing", "ref.footnote"]
