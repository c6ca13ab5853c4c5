"""Streams of the tests stay on this machine, and apart from those of any other run.

Senders are asked at their own ports too: a multicast within one machine may reach only one of them.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_CONFIG = Path(tempfile.mkdtemp(prefix="gaitloop-lsl-")) / "lsl_api.cfg"
_TEXT = (
    "[multicast]\nResolveScope = machine\n[lab]\nSessionID = test{}\nKnownPeers = {{127.0.0.1}}\n[log]\nlevel = -2\n"
)
atexit.register(shutil.rmtree, _CONFIG.parent, ignore_errors=True)
_CONFIG.write_text(_TEXT.format(os.getpid()), "ascii")
os.environ["LSLAPICFG"] = str(_CONFIG)  # read when the library is loaded, so before any test imports it
