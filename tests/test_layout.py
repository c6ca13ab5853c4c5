"""The house keeps its own order: siblings of each room, who may import whom, budgets, purity, public names.

After a deliberate change of the public names: `make names`.
"""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CORE = ROOT / "rust/core/src"
PACKAGE = ROOT / "python/gaitloop"
PUBLIC_NAMES = ROOT / "tests/public_names.json"

HALLS = {"lib", "error", "types", "filter", "body", "curve"}
CORRIDOR = "trainer"
ROOMS = sorted({p.stem for p in CORE.iterdir()} - HALLS)  # a file or a folder
SIBLINGS = [
    "rust/python/src/{}.rs",
    "python/gaitloop/{}.py",
    "python/gaitloop/reference/{}.py",
    "tests/parity/test_{}.py",
    "benches/bench_{}.py",
]
# The plant is a crate of its own whose witness is MuJoCo, so it has no twin and no parity test.
PLANT_SIBLINGS = [
    "rust/python/src/plant/mod.rs",
    "python/gaitloop/plant/__init__.py",
    "tests/*/test_plant*.py",
    "benches/bench_plant.py",
]

DOOR = {"errors", "_core", "_inputs", "_schema", "_files"}
STUDY = {*ROOMS, "plant", "simulation", "recording"}  # what a person who studies may call by hand
MAY_IMPORT = {
    "errors": set(),
    "_inputs": {"errors"},  # what callers hand over, made fit for the core
    "_schema": {"errors", "_core"},  # strict reading of TOML tables
    "_files": {"errors"},  # files that are whole or not there
    **dict.fromkeys(ROOMS, DOOR),
    CORRIDOR: {*DOOR, *ROOMS},  # builds its rooms from their own classes
    "events": {*DOOR, "recording"},  # detect() takes a recording
    "measures": {*DOOR, "events"},  # stride_measures() takes the events that detect() gives
    "plant": DOOR,
    "simulation": {*DOOR, "assist", "trainer", "plant"},  # closes the loop between the two
    "realtime": {*DOOR, "trainer", "plant", "simulation"},  # runs the two in a thread of its own
    "devices": {*DOOR, "trainer", "safety", "plant", "devices"},  # fields, codes, the simulated device; trains nobody
    "calibrate": {
        *DOOR,
        "control",
        "trajectory",
        "assist",
        "safety",
        "trainer",
        "simulation",
        "devices",
        "realtime",
    },  # `gaitloop calibrate`
    "recording": {"errors"},
    "analysis": {"errors", "recording", "events", "measures"},  # `gaitloop analyze`: recording to table and picture
    "reference": {"errors", "reference"},
    "session": {*DOOR, *STUDY, "session", "realtime"},  # runs a session in a loop
    "therapy": {*DOOR, *STUDY, "session", "therapy"},  # a therapist's plan becomes what a session takes
    "train": {*DOOR, *STUDY, "session", "therapy", "realtime", "devices"},  # `gaitloop train`
    "identity": {"errors", "_files"},  # names, apart from everything else
    "progress": {  # reads the records that sessions write
        "errors",
        "_inputs",
        "_files",
        *STUDY,
        "analysis",
        "session",
        "progress",
    },
    "trial": {*DOOR, *STUDY, "session", "trial"},  # trains simulated people with the limits of the demonstration plan
    "faults": {*DOOR, *STUDY, "session", "faults"},  # strikes simulated people who walk the demonstration plan
    "cli": {
        *DOOR,
        *STUDY,
        "analysis",
        "session",
        "progress",
        "therapy",
        "trial",
        "faults",
        "realtime",
        "calibrate",
        "train",
        "__init__",
    },
    "__main__": {"cli"},
    "__init__": {*DOOR, *STUDY, "analysis", "session", "realtime"},
}

TEXT = {".py", ".pyi", ".rs", ".md", ".toml", ".yml", ".cff"}
SKIPPED = {".git", ".venv", "target", "dist", "_build", "__pycache__", ".hypothesis", ".benchmarks"}
LINES_PER_FILE = 400
LINES_PER_FUNCTION = 40


def sources(*suffixes):
    found = (p for p in sorted(ROOT.rglob("*")) if p.suffix in suffixes and p.is_file())
    return [p for p in found if not SKIPPED & set(p.relative_to(ROOT).parts)]


def name(path):
    return str(path.relative_to(ROOT))


def exists(path):
    """Whether it is there, as a file or as a folder of the same name."""
    return path.is_file() or path.with_suffix("").is_dir()


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("sibling", SIBLINGS)
def test_room_has_its_siblings(room, sibling):
    assert exists(ROOT / sibling.format(room))


@pytest.mark.parametrize("sibling", PLANT_SIBLINGS)
def test_plant_has_its_siblings(sibling):
    assert list(ROOT.glob(sibling))


def rust_files(entry):
    return sorted(entry.rglob("*.rs")) if entry.is_dir() else [entry]


@pytest.mark.parametrize("entry", sorted(CORE.iterdir()), ids=lambda p: p.stem)
def test_rust_room_imports_only_halls(entry):
    if entry.stem in {"lib", CORRIDOR}:
        return
    used = {m for p in rust_files(entry) for m in re.findall(r"\bcrate::(\w+)", p.read_text("utf-8"))}
    allowed = HALLS | {entry.stem, "Error", "Result"}
    assert used - allowed - {m for m in used if m[0].isupper()} == set()


@pytest.mark.parametrize("crate", ["core", "plant", "python"])
def test_unsafe_is_forbidden(crate):
    lib = ROOT / "rust" / crate / "src/lib.rs"
    assert "#![forbid(unsafe_code)]" in lib.read_text("utf-8")


def test_kernels_give_a_reason_for_every_unsafe():
    """Only here and in the loop is it allowed; the lint makes each block say why it is sound."""
    lib = ROOT / "rust/kernels/src/lib.rs"
    assert "#![deny(unsafe_op_in_unsafe_fn, clippy::undocumented_unsafe_blocks)]" in lib.read_text("utf-8")


def test_only_the_calls_of_the_system_are_unsafe_in_the_loop():
    """One file of the crate allows it, block by block, each with a reason."""
    source = ROOT / "rust/realtime/src"
    head = (source / "lib.rs").read_text("utf-8")
    assert "#![deny(unsafe_op_in_unsafe_fn, clippy::undocumented_unsafe_blocks)]\n#![deny(unsafe_code)]" in head
    allowed = [name(p) for p in source.rglob("*.rs") if re.search(r"unsafe\s*[{(]|allow\(unsafe", p.read_text("utf-8"))]
    assert allowed == ["rust/realtime/src/sys/linux.rs"]


@pytest.mark.parametrize(
    "word", [r"\bmul_add\b", r"\bstd::(time|thread|fs|net|env)\b", r"\bInstant\b", r"\bSystemTime\b"]
)
def test_core_kernels_and_plant_keep_off(word):
    """Fused operations differ across processors; clocks, threads and files belong outside."""
    paths = [p for crate in ("core", "kernels", "plant") for p in (ROOT / "rust" / crate / "src").rglob("*.rs")]
    assert [name(p) for p in paths if re.search(word, p.read_text("utf-8"))] == []


def test_core_depends_on_nothing():
    manifest = tomllib.loads((ROOT / "rust/core/Cargo.toml").read_text("utf-8"))
    assert manifest["dependencies"] == {}
    assert not {"build-dependencies", "target"} & set(manifest)


def test_core_tree_is_one_line():
    command = ["cargo", "tree", "--locked", "-p", "gaitloop-core", "-e", "normal", "--prefix", "none"]
    tree = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=120).stdout
    assert len(tree.splitlines()) == 1, tree


def targets(path):
    """First component below the package of everything a file imports from the package."""
    package = ("gaitloop", *path.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = (*base, *(node.module or "").split(".")) if node.module else base
            dotted = [module] if len(module) > 1 else [(*module, alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            dotted = [tuple(alias.name.split(".")) for alias in node.names]
        else:
            continue
        yield from ((d[1] if len(d) > 1 else "__init__") for d in dotted if d[0] == "gaitloop")


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_python_file_imports_what_it_may(path):
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    may = MAY_IMPORT[room] | {room} | ({"__version__", "JOINTS", "SIDES"} if "session" in MAY_IMPORT[room] else set())
    assert set(targets(path)) - may == set()


def test_every_compiled_name_has_a_python_wrapper():
    core = importlib.import_module("gaitloop._core")
    text = "\n".join(p.read_text("utf-8") for p in PACKAGE.rglob("*.py") if "reference" not in p.parts)
    unwrapped = [
        n for n in dir(core) if not n.startswith("_") and n != "BUILD_PROFILE" and not re.search(rf"\b{n}\b", text)
    ]
    assert unwrapped == []


@pytest.mark.parametrize("path", sources(".py", ".rs"), ids=name)
def test_file_is_short(path):
    assert len(path.read_text("utf-8").splitlines()) <= LINES_PER_FILE


@pytest.mark.parametrize("path", sources(".py"), ids=name)
def test_functions_are_short(path):
    """Docstrings do not count."""
    long = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
            if node.end_lineno - first.lineno + 1 > LINES_PER_FUNCTION:
                long.append(node.name)
    assert long == []


@pytest.mark.parametrize("path", sources(*TEXT), ids=name)
def test_nothing_is_left_to_do(path):
    words = ["TO" + "DO", "FIX" + "ME", "X" * 3, "unimplemented!", "todo" + "!"]
    assert [w for w in words if re.search(rf"\b{re.escape(w)}", path.read_text("utf-8"))] == [] or path == Path(
        __file__
    )


def test_no_scratch_file():
    assert [name(p) for p in sources(*TEXT) if re.search(r"tmp|scratch|wip|\bold\b|phase\d", p.name)] == []


def public_names():
    """Names of the package and of each public module."""
    modules = ["gaitloop", *(f"gaitloop.{p.stem}" for p in sorted(PACKAGE.glob("[a-z]*.py")) if p.stem != "cli")]
    modules += [f"gaitloop.{p.parent.name}" for p in sorted(PACKAGE.glob("[a-z]*/__init__.py"))]
    modules += [f"gaitloop.devices.{p.parent.name}" for p in sorted(PACKAGE.glob("devices/[a-z]*/__init__.py"))]
    loaded = {module: importlib.import_module(module) for module in modules}
    own = {
        module: [n for n, v in vars(m).items() if getattr(v, "__module__", "") == module]
        for module, m in loaded.items()
    }
    return {module: sorted(getattr(m, "__all__", own[module])) for module, m in loaded.items()}


def test_public_names_are_held():
    """A name that leaves breaks somebody; a name that comes is a promise. Both are deliberate: `make names`."""
    assert public_names() == json.loads(PUBLIC_NAMES.read_text("utf-8"))


def test_version_is_the_same_everywhere():
    version = tomllib.loads((ROOT / "Cargo.toml").read_text("utf-8"))["workspace"]["package"]["version"]
    assert importlib.import_module("gaitloop").__version__ == version
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"\n## [{version}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def tree():
    """Names per folder in the tree of ARCHITECTURE.md."""
    block = re.search(r"```text\n(.*?)```", (ROOT / "ARCHITECTURE.md").read_text("utf-8"), re.DOTALL)
    names, folder = {}, ""
    for line in block[1].splitlines():
        words = re.split(r"  +", line.strip())[0].split()
        if line.startswith(" "):
            names[folder] |= {word for word in words if word != "->"}
        else:
            folder = words[0].rstrip("/")
            names[folder] = set()
    return names


@pytest.mark.parametrize("folder", tree())
def test_architecture_shows_the_folder_as_it_is(folder):
    """A module by its stem, a folder by its name; at the top, and in the tests, folders only."""
    made = {"target", "dist", "demo"}
    found = [p for p in (ROOT / folder).iterdir() if not p.name.startswith((".", "_"))]
    folders = [p for p in found if p.is_dir() and any(q.name != "__pycache__" for q in p.iterdir())]
    files = [p for p in found if p.suffix in {".rs", ".py"} and folder not in {".", "tests"}]
    real = {p.stem for p in [*folders, *files]} - made
    assert tree()[folder] == real


if __name__ == "__main__":
    PUBLIC_NAMES.write_text(json.dumps(public_names(), indent=2) + "\n", "utf-8")
    print(PUBLIC_NAMES)
