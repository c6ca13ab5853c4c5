"""Pictures of the examples: every `examples/*.py` that has `draw(figure)` gives one, at every build of the pages.

`python docs/pictures.py [NAME ...]` writes them to docs/pictures; conf.py calls `make` before the pages are read.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
EXAMPLES = DOCS.parent / "examples"
STYLE = {
    "font.size": 8,
    "axes.titlesize": 9,
    "axes.grid": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.alpha": 0.3,
    "legend.fontsize": 7,
    "legend.framealpha": 0.85,
    "lines.linewidth": 1.4,
    "figure.facecolor": "white",
    "axes.facecolor": "white",
}


def load(path):
    """An example as a module, without running it."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make(names=(), folder=DOCS / "pictures"):
    """Draw the examples of these names, or all that can be drawn."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    folder.mkdir(exist_ok=True)
    written = []
    for path in sorted(EXAMPLES.glob("*.py")):
        if "def draw(" not in path.read_text("utf-8") or (names and path.stem not in names):
            continue
        with mpl.rc_context({**mpl.rcParamsDefault, **STYLE}):
            figure = Figure(figsize=(9.0, 3.2), layout="constrained")
            FigureCanvasAgg(figure)
            load(path).draw(figure)
            figure.savefig(folder / f"{path.stem}.png", dpi=120, metadata={"Software": None})
        written.append(folder / f"{path.stem}.png")
    return written


if __name__ == "__main__":
    for written in make(sys.argv[1:]):
        print(written)
