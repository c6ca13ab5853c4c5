"""Try the wheel and the source distribution of a folder, each in an empty environment and without git."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
import venv
from pathlib import Path

USE = """
import gaitloop, math
pattern = gaitloop.trajectory.GaitPattern.koopman(speed=0.8, height=1.72)
q, dq, ddq = pattern.evaluate(0.25)
assert q.shape == dq.shape == ddq.shape == (6,) and all(map(math.isfinite, q))
print(gaitloop.__version__)
"""


def run(*command: str | Path, env: dict[str, str], code: int = 0) -> str:
    """Output of a command that must end with the given code and without a traceback."""
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, env=env, cwd=env["PWD"], check=False)
    output = done.stdout + done.stderr
    if done.returncode != code or "Traceback" in output:
        sys.exit(f"{' '.join(map(str, command))}: exit {done.returncode}, expected {code}\n{output}")
    return output


def without_git(folder: Path) -> dict[str, str]:
    """Environment in which calling git fails, and nothing of this project is in sight."""
    shim = folder / "bin/git"
    shim.parent.mkdir()
    shim.write_text("#!/bin/sh\necho 'git was called' >&2\nexit 1\n")
    shim.chmod(0o755)
    kept = {
        k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV", "CONDA_PREFIX", "PYO3_PYTHON"}
    }
    return {**kept, "PWD": str(folder), "PATH": f"{shim.parent}{os.pathsep}{os.environ['PATH']}"}


def smoke(source: Path, folder: Path, version: str) -> None:
    """Install one distribution in an empty environment and use it."""
    folder.mkdir()
    env = without_git(folder)
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv/bin/python"
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", source, env=env)
    listed = run(python, "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check", env=env)
    installed = {line.split("==")[0].split(" ")[0].lower() for line in listed.splitlines()} - {"pip", "setuptools"}
    if installed != {"gaitloop", "numpy"}:
        sys.exit(f"{source.name}: expected gaitloop and numpy, found {sorted(installed)}")
    told = [run(python, "-c", USE, env=env), run(python, "-m", "gaitloop", "--version", env=env)]
    if not all(version in text for text in told):
        sys.exit(f"{source.name}: version {version} expected, got {told}")
    run(folder / "venv/bin/gaitloop", "--help", env=env)
    refused = run(folder / "venv/bin/gaitloop", "demo", env=env, code=2)
    if "gaitloop[" not in refused:
        sys.exit(f"{source.name}: `gaitloop demo` without extras does not name the one to install:\n{refused}")
    print(f"smoke: {source.name} works with numpy alone")


def main(dist: Path) -> None:
    """Try every wheel and source distribution in the folder."""
    (wheel,), (sdist,) = dist.glob("*.whl"), dist.glob("*.tar.gz")
    version = sdist.name.removesuffix(".tar.gz").split("-")[1]
    if "-cp311-abi3-" not in wheel.name or f"-{version}-" not in wheel.name:
        sys.exit(f"unexpected name of the wheel: {wheel.name}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        smoke(wheel.resolve(), folder / "wheel", version)
        with tarfile.open(sdist) as archive:
            archive.extractall(folder / "source", filter="data")
        # That it builds is what is tried here, not how fast it is; dependencies are compiled once.
        os.environ["CARGO_TARGET_DIR"] = str(Path("target/sdist").resolve())
        os.environ |= {"CARGO_PROFILE_RELEASE_LTO": "off", "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16"}
        smoke(folder / "source" / f"gaitloop-{version}", folder / "sdist", version)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
