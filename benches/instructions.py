"""Instructions that a tick of guard and supervisor takes, counted by valgrind, against `benches/instructions.json`.

    python benches/instructions.py check     fails when a count grew by more than `GROWTH`, or denormals cost too much
    python benches/instructions.py write     a new baseline, after a deliberate change

Unlike time a count does not depend on what else the machine does, but on the compiler: the baseline names it.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BASELINE = ROOT / "benches/instructions.json"
GROWTH = 1.05  # a count may grow by this factor [-]
DENORMAL = 2.0  # denormal numbers may cost this factor more, in instructions and in time [-]
TICKS = (1000, 6000)  # their difference leaves out the start of the program
TIMED_TICKS = 400_000
KINDS = ("walk", "stop", "walk-denormal", "stop-denormal")
REWRITE = "after a deliberate change, `make instructions-baseline` writes a new one; say why in the commit"


def output(*command: str) -> str:
    """What a command prints, to either stream."""
    run = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=1200)
    return run.stdout + run.stderr


def program() -> str:
    """Build the ticks; gives the path of the program."""
    command = ["cargo", "build", "--release", "--locked", "-q", "-p", "gaitloop-core", "--example", "safety_ticks"]
    for line in output(*command, "--message-format=json").splitlines():
        made = json.loads(line).get("executable") if line.startswith("{") else None
        if made:
            return str(made)
    raise SystemExit("cargo made no program of the example safety_ticks")


def instructions(path: str, kind: str) -> float:
    """Instructions a tick."""
    counts = []
    for ticks in TICKS:
        told = output("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", path, kind, str(ticks))
        counts.append(int(re.search(r"Collected : (\d+)", told)[1]))  # type: ignore[index]
    return (counts[1] - counts[0]) / (TICKS[1] - TICKS[0])


def seconds(path: str, kind: str) -> float:
    """Time of the processor a tick [s], the best of several runs."""
    best = float("inf")
    for _ in range(7):
        begun = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        output(path, kind, str(TIMED_TICKS))
        best = min(best, resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - begun)
    return best / TIMED_TICKS


def measured() -> tuple[dict[str, float], dict[str, float]]:
    """Instructions and seconds a tick of each kind."""
    path = program()
    return {k: round(instructions(path, k), 1) for k in KINDS}, {k: seconds(path, k) for k in KINDS}


def compiler() -> str:
    """Version and target of the compiler."""
    told = output("rustc", "-vV")
    return " ".join(re.findall(r"^(?:release|host): (\S+)$", told, re.MULTILINE)[::-1])


def check() -> list[str]:
    """What is wrong, told in words."""
    counts, times = measured()
    baseline, rustc = json.loads(BASELINE.read_text()), compiler()
    wrong = []
    for kind, count in counts.items():
        was = baseline["instructions"][kind]
        print(f"guard and supervisor, {kind}: {count:.0f} instructions a tick, {count / was:.3f} of the baseline")
        if count > GROWTH * was:
            wrong.append(f"{kind}: {count:.0f} instructions a tick, more than {GROWTH} times {was:.0f}; {REWRITE}")
    if rustc != baseline["rustc"]:
        wrong.append(f"the baseline was counted with {baseline['rustc']}, this is {rustc}; {REWRITE}")
    for name, values in (("instructions", counts), ("time", times)):
        for kind in ("walk", "stop"):
            ratio = values[f"{kind}-denormal"] / values[kind]
            print(f"{kind}, denormal to normal {name}: {ratio:.2f}")
            if ratio >= DENORMAL:
                wrong.append(f"{kind}: denormals take {ratio:.2f} times the {name}, must stay below {DENORMAL}")
    print(f"time of a tick: {times['walk'] * 1e9:.0f} ns")
    return wrong


def main() -> None:
    """Check or write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("what", choices=("check", "write"))
    if parser.parse_args().what == "write":
        record = {"rustc": compiler(), "ticks": TICKS[1] - TICKS[0], "instructions": measured()[0]}
        BASELINE.write_text(json.dumps(record, indent=2) + "\n")
        print(BASELINE)
        return
    wrong = check()
    for line in wrong:
        print(f"instructions: {line}")
    print(f"bench-ci: instructions {'FAILED' if wrong else 'passed'}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
