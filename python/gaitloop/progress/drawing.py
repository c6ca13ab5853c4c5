"""One visual language for all pictures: left blue, right orange, reference dashed grey; SVG, equal for equal data."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from typing import Any

from gaitloop.errors import MissingExtraError

#: Colours of the sides; told apart by people with any common colour vision.
COLOURS = {"left": "#0b6fa4", "right": "#b4500b"}
INK, MUTED, GRID, REFERENCE = "#1f2933", "#5b6672", "#e4e8ec", "#475261"
#: Fill of what healthy adults do, and of changes that people notice.
NORM, NOTICED = "#dfe3e8", "#cfe6d6"
#: Line of what got better, and of what asks for a look.
GOOD, ALERT = "#23703f", "#b3261e"
STATE_COLOURS = {
    "boot": "#d5dbe1",
    "selftest": "#d5dbe1",
    "standby": "#b8c2cc",
    "armed": "#9fb8d6",
    "run": "#2f7d4a",
    "degraded": "#e0b93a",
    "soft_stop": "#e08e3a",
    "prot_stop": "#c8443c",
    "safe": "#8c5a9e",
    "release": "#8c5a9e",
    "lockout": "#5c2a2a",
}
_STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": "#aab4be",
    "axes.labelcolor": MUTED,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.major.size": 0,
    "xtick.major.pad": 7,
    "ytick.major.pad": 5,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "lines.linewidth": 1.9,
}


def render(name: str, size: tuple[float, float], draw: Callable[[Any], None], label: str, font: float = 10.0) -> str:
    """Draw on a fresh figure and give it as SVG text with a label for those who cannot see it; equal for equal data."""
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError("reports need the extra report: pip install 'gaitloop[report]'") from error
    style: Any = {**_STYLE, "svg.hashsalt": f"gaitloop {name}", "font.size": font}
    with matplotlib.rc_context(style):
        figure = Figure(figsize=size, layout="constrained")
        draw(figure)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    # The page sets the font and the size; ids of several pictures on one page must not meet.
    svg = re.sub(r'(<svg[^>]*?) (width|height)="[^"]*pt"', r"\1", svg)
    svg = re.sub(r'(<svg[^>]*?) (width|height)="[^"]*pt"', r"\1", svg)
    svg = svg.replace("<svg ", f'<svg role="img" aria-label="{html.escape(label)}" ', 1)
    svg = re.sub(r'<g id="[a-z0-9_]+_\d+">', "<g>", svg)
    return svg.replace("'DejaVu Sans'", "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans'")


def empty(axes: Any, text: str) -> None:
    """Say in the middle of a picture why there is nothing in it."""
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=MUTED)


def luminance(colour: str) -> float:
    """Relative luminance of a colour `#rrggbb` [-], by the definition of WCAG 2."""
    parts = [int(colour[at : at + 2], 16) / 255.0 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours [-], 1 to 21, by the definition of WCAG 2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def contrast_ink(ground: str) -> str:
    """White or dark ink, whichever is easier to read on a ground."""
    return max(("#ffffff", INK), key=lambda ink: contrast(ink, ground))
