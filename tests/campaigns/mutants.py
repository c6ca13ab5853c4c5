"""Mutation of the safety room: cargo-mutants on a small copy of the core, and how many mutants its tests catch.

`mutants.py --out mutants.json [FILE...]` takes files of `rust/core/src/safety`, by default all that have tests of their
own. The copy holds this room and the halls only, so that a mutant takes seconds; what only the tests of other rooms
would catch counts as missed.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "rust" / "core"
#: Modules of the copy.
HALLS = ("error", "filter", "types", "safety")
#: Files to mutate when none is named; those that are not there are left out.
FILES = (
    *("guard", "kernels", "supervisor", "belt", "support", "envelope", "monitors"),
    *("interaction", "drives", "encoders", "selftest", "lattice"),
)
#: Integration tests by the files that they judge, with what is run of them: only what takes seconds.
WALKS = {
    "supervisor_space": (("supervisor",), "random_walks"),
    "guard_mistakes": (("guard", "kernels"), "the_guard_keeps_every_property"),
}
#: What they are made of.
PARTS = ("space", "planted", "dice", "supervisor_space.rs", "guard_mistakes.rs")
#: Tests of lattices that take seconds and judge nothing of other files that others do not.
SLOW = ("--skip", "lattice::", "--skip", "narrower::")
MANIFEST = """[package]
name = "gaitloop-core"
version = "0.1.0"
edition = "2024"

[dev-dependencies]
proptest = { version = "1", default-features = false, features = ["std"] }

[profile.test]
opt-level = 1
debug = false

[workspace]
"""


def reduced(at: Path) -> None:
    """Make the copy of the core with the safety room and the halls only."""
    (at / "src").mkdir(parents=True)
    (at / "tests").mkdir()
    (at / "Cargo.toml").write_text(MANIFEST)
    shutil.copy(ROOT / "Cargo.lock", at / "Cargo.lock")
    text = (CORE / "src" / "lib.rs").read_text()
    keep = "|".join(HALLS)
    text = re.sub(rf"^pub mod (?!(?:{keep});).*\n", "", text, flags=re.MULTILINE)
    (at / "src" / "lib.rs").write_text(text)
    for name in HALLS:
        for source in (CORE / "src" / f"{name}.rs", CORE / "src" / name):
            if source.is_dir():
                shutil.copytree(source, at / "src" / name)
            elif source.exists():
                shutil.copy(source, at / "src")
    for name in PARTS:
        source = CORE / "tests" / name
        shutil.copytree(source, at / "tests" / name) if source.is_dir() else shutil.copy(source, at / "tests")


def mutate(at: Path, files: list[str], out: Path, cargo: str) -> dict[str, object]:
    """Run every mutant of the files; count what became of them."""
    options = ["--dir", str(at), "--output", str(out), "-j", "1", "--no-shuffle", "--colors", "never"]
    options += ["--minimum-test-timeout", "60", "--build-timeout", "600", "--gitignore", "false"]
    for name in files:
        options += ["--file", f"src/safety/{name}.rs"]
    walks = {name: part for name, (judged, part) in WALKS.items() if set(judged) & set(files)}
    targets = ["--lib", *(word for name in walks for word in ("--test", name))]
    slow = [] if "lattice" in files else SLOW
    tests = [*targets, "--", "safety::", *walks.values(), *slow]
    command = ["nice", "-n", "19", cargo, "mutants", *options, "--", *tests]
    done = subprocess.run(command, check=False)
    if done.returncode not in (0, 2, 3):
        sys.exit(f"cargo-mutants failed with {done.returncode}")
    return json.loads((out / "mutants.out" / "outcomes.json").read_text())


def scored(outcomes: dict[str, object], files: list[str]) -> dict[str, object]:
    """Count outcomes by file, and name what was missed."""
    told: dict[str, Counter[str]] = {name: Counter() for name in files}
    missed = []
    for outcome in outcomes["outcomes"]:
        mutant = outcome["scenario"]
        if mutant == "Baseline":
            continue
        mutant = mutant["Mutant"]
        name = Path(mutant["file"]).stem
        told[name][outcome["summary"]] += 1
        if outcome["summary"] == "MissedMutant":
            missed.append(re.sub(r"^src/", "", mutant["name"]))
    rows = {}
    for name, counts in told.items():
        caught, missing = counts["CaughtMutant"] + counts["Timeout"], counts["MissedMutant"]
        rows[name] = {
            "viable": caught + missing,
            "caught": caught,
            "of these by time": counts["Timeout"],
            "missed": missing,
            "unviable": counts["Unviable"],
            "score": round(caught / max(caught + missing, 1), 4),
        }
    return {"files": rows, "missed": missed}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", help=f"files to mutate, of {', '.join(FILES)}")
    parser.add_argument("--out", type=Path, required=True, help="JSON file to write")
    parser.add_argument("--work", type=Path, help="folder for the copy and the logs; a temporary one when not given")
    parser.add_argument("--cargo", default="cargo", help="cargo to use")
    arguments = parser.parse_args()
    files = arguments.files or [name for name in FILES if (CORE / "src" / "safety" / f"{name}.rs").exists()]
    work = arguments.work or Path(tempfile.mkdtemp(prefix="gaitloop-mutants-"))
    copy = work / "core"
    shutil.rmtree(copy, ignore_errors=True)
    reduced(copy)
    commit = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    result = {"commit": commit.stdout.strip(), **scored(mutate(copy, files, work, arguments.cargo), files)}
    arguments.out.write_text(json.dumps(result, indent=1) + "\n")
    for name, row in result["files"].items():
        print(f"{name}: {row['caught']} of {row['viable']} mutants caught, {100 * row['score']:.1f} %")
    print(*result["missed"], sep="\n")


if __name__ == "__main__":
    main()
