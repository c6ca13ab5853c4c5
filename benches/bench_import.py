"""What importing gaitloop costs beside NumPy, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from statistics import median

import pytest

TIMED = "import time, numpy; t = time.perf_counter(); import gaitloop; print(1e3 * (time.perf_counter() - t))"


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


@pytest.mark.benchmark(group="import/process/1")
@pytest.mark.parametrize("package", ["numpy", "gaitloop"])
def bench_import(benchmark, package):
    benchmark.pedantic(python, args=(f"import {package}",), rounds=7, warmup_rounds=1)
    if package == "gaitloop":
        benchmark.extra_info["over numpy [ms]"] = median(float(python(TIMED)) for _ in range(7))
