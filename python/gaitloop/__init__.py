"""The control core of robotic gait trainers."""

from __future__ import annotations

from ._core import JOINTS, SIDES, __version__

__all__ = ["JOINTS", "SIDES", "__version__"]
