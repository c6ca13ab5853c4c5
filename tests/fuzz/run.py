"""Fuzz the readers with atheris: `run.py SECONDS [TARGET...]`; every target runs in a process of its own."""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

try:
    import atheris
except ImportError:
    version = f"{sys.version_info.major}.{sys.version_info.minor} on {sys.platform}"
    print(f"make fuzz: the readers are left out, there is no atheris for Python {version}")
    sys.exit(0 if sys.platform != "linux" or sys.version_info >= (3, 15) else 1)


def work(target: str, options: list[str]) -> None:
    """Hand the process over to libFuzzer."""
    with atheris.instrument_imports(include=["gaitloop", "targets", "tomllib", "mcap", "json", "csv"]):
        import targets

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        rng = random.Random(seed)
        changed = data
        for _ in range(rng.randint(1, 3)):
            changed = targets.mutate_line(changed, rng) if rng.random() < 0.7 else atheris.Mutate(changed, len(changed))
        return changed[:most]

    text = {} if target == "session" else {"custom_mutator": mutate}
    atheris.Setup([sys.argv[0], *options], targets.TARGETS[target], **text)
    atheris.Fuzz()


def run(target: str, seconds: int, out: Path) -> bool:
    """Fuzz one target in a process of its own; False when it found something."""
    import targets

    new, found = out / "corpus" / target, out / "found" / target
    committed = [HERE / "corpus" / target, HERE / "regressions" / target]
    for path in (new, found):
        path.mkdir(parents=True, exist_ok=True)
    words = out / f"{target}.dict"
    escaped = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in targets.WORDS[target])
    words.write_text("".join(f'"{word}"\n' for word in escaped))
    options = [
        *(str(path) for path in (new, *committed) if path.is_dir()),
        *(f"-max_total_time={seconds}", f"-timeout={targets.LONGEST:.0f}", f"-rss_limit_mb={1024}", f"-dict={words}"),
        *("-max_len=16384", "-print_final_stats=1", f"-artifact_prefix={found}/"),
    ]
    print(f"fuzz {target}: {seconds} s", flush=True)
    done = subprocess.run(
        [sys.executable, __file__, "--work", target, "0", *options], capture_output=True, text=True, errors="replace"
    )
    told = done.stderr + done.stdout
    (out / f"{target}.log").write_text(told)
    runs = re.search(r"number_of_executed_units:\s*(\d+)", told)
    if done.returncode or not runs:
        print(told[-6000:], file=sys.stderr)
        print(f"make fuzz: {target} failed; the input is in {found}", file=sys.stderr)
        return False
    print(f"make fuzz: {target} passed {runs[1]} inputs in {seconds} s", flush=True)
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", metavar="TARGET", help="be the fuzzer of this target")
    parser.add_argument("--out", type=Path, default=HERE.parents[1] / "target" / "fuzz", help="where new inputs go")
    parser.add_argument("seconds", type=int, help="time for each target [s]")
    parser.add_argument("targets", nargs="*", help="targets; all when none is named")
    arguments, options = parser.parse_known_args()
    if arguments.work:
        work(arguments.work, [*arguments.targets, *options])
        return
    import targets

    names = arguments.targets or list(targets.TARGETS)
    passed = [run(name, arguments.seconds, arguments.out) for name in names]  # each runs, whatever became of the others
    sys.exit(0 if all(passed) else 1)


if __name__ == "__main__":
    main()
