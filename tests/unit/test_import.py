"""Importing gaitloop imports nothing but NumPy and the standard library."""

from __future__ import annotations

import json
import subprocess
import sys

LOADED = "import json, sys; before = set(sys.modules); import {}; print(json.dumps(sorted(set(sys.modules) - before)))"


def modules_loaded_by(package):
    output = subprocess.run(
        [sys.executable, "-c", LOADED.format(package)], check=True, capture_output=True, text=True
    ).stdout
    return {name.partition(".")[0] for name in json.loads(output)}


def test_import_needs_only_numpy():
    strangers = modules_loaded_by("gaitloop") - modules_loaded_by("numpy") - set(sys.stdlib_module_names)
    assert strangers == {"gaitloop"}


def test_reference_is_not_imported_with_the_package():
    code = "import sys, gaitloop; sys.exit(any(name.startswith('gaitloop.reference') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_build_profile_is_told():
    from gaitloop import _core

    assert _core.BUILD_PROFILE in {"release", "debug"}
