"""Every public name is documented: each parameter by name, each number with its unit, each array with its shape."""

from __future__ import annotations

import importlib
import inspect
import re
from enum import Enum
from pathlib import Path
from types import FunctionType

import pytest
from numpydoc.docscrape import ClassDoc, FunctionDoc

PACKAGE = Path(__file__).resolve().parents[1] / "python/gaitloop"
DOCUMENTED_DEVICES = ("calibration", "lab", "osl", "profile", "sim", "treadmill")
NUMBER = re.compile(r"\b(float|int|array_like|ndarray|NDArray|ArrayLike)\b")
ARRAY = re.compile(r"\b(array_like|ndarray|NDArray|ArrayLike)\b")
UNIT = re.compile(r"\[[^\]]+\]")
SHAPE = re.compile(r"same shape|shape(s)? of|shape(s)? *\(|\(\w*(, *\w*)*\)")


def modules():
    """Names of the public modules, packages included, and of every module of the reference."""
    files = [*PACKAGE.glob("*.py"), *PACKAGE.glob("*/__init__.py"), *PACKAGE.glob("reference/*.py")]
    files += [*PACKAGE.glob("devices/*.py"), *(PACKAGE / f"devices/{n}/__init__.py" for n in DOCUMENTED_DEVICES)]
    public = (p for p in sorted(set(files)) if not p.stem.startswith("_") or p.stem == "__init__")
    parts = (p.relative_to(PACKAGE.parent).with_suffix("").parts for p in public)
    return [".".join(part for part in dotted if part != "__init__") for dotted in parts]


def public(module):
    """What a module offers: the names of `__all__`, or all it defines without an underscore."""
    names = getattr(module, "__all__", None) or [n for n in vars(module) if not n.startswith("_")]
    for name in names:
        thing = getattr(module, name)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            home = thing.__module__
            if home == module.__name__ or (home.startswith(f"{module.__name__}.") and hasattr(module, "__path__")):
                yield name, thing


def documented(name):
    """Every public function, class, method and property of a module, by a name to print."""
    for label, thing in public(importlib.import_module(name)):
        yield label, thing
        if inspect.isclass(thing) and not issubclass(thing, BaseException):
            for member, raw in vars(thing).items():
                inherited = any(member in vars(base) for base in thing.__mro__[1:])  # judged where it is first defined
                if (
                    not member.startswith("_")
                    and not inherited
                    and isinstance(raw, property | staticmethod | classmethod | FunctionType)
                ):
                    yield f"{label}.{member}", raw if isinstance(raw, property) else getattr(thing, member)


def signature_names(thing):
    """Parameters a caller may give."""
    if inspect.isclass(thing) and issubclass(thing, BaseException | Enum):
        return set()
    try:
        parameters = inspect.signature(thing).parameters
    except ValueError:  # a class without a constructor of its own
        return set()
    return set(parameters) - {"self", "cls", "args", "kwargs"}


def annotation(thing, name):
    """Type as written in the signature."""
    try:
        parameter = inspect.signature(thing).parameters.get(name)
    except ValueError:
        return ""
    empty = parameter is None or parameter.annotation is inspect.Parameter.empty
    return "" if empty else str(parameter.annotation)


def complaints(thing):
    """What a docstring owes its reader."""
    if not (thing.__doc__ or "").strip():
        return ["no docstring"]
    if isinstance(thing, property):
        number = NUMBER.search(str(inspect.signature(thing.fget).return_annotation))
        return ["no [unit]"] if number and not UNIT.search(thing.__doc__) else []
    doc = ClassDoc(thing) if inspect.isclass(thing) else FunctionDoc(thing)
    entries = (doc["Attributes"] if inspect.isclass(thing) else []) + doc[
        "Parameters"
    ]  # what is said twice counts as said
    described = {name.strip().lstrip("*"): entry for entry in entries for name in entry.name.split(",")}
    faults = [f"{name}: not described" for name in sorted(signature_names(thing) - set(described))]
    for name, entry in described.items():
        if isinstance(getattr(thing, name, None), property):
            continue  # numpydoc lists it by itself; its own docstring is judged
        text = " ".join(entry.desc)
        type_ = entry.type or annotation(thing, name)
        if NUMBER.search(type_) and not UNIT.search(f"{text} {entry.type}"):
            faults.append(f"{name}: no [unit]")
        if ARRAY.search(type_) and not SHAPE.search(f"{entry.type} {text}"):
            faults.append(f"{name}: no shape")
    return faults


@pytest.mark.parametrize("name", modules())
def test_docstrings_are_complete(name):
    owed = {label: complaints(thing) for label, thing in documented(name)}
    assert {label: faults for label, faults in owed.items() if faults} == {}


def test_the_test_sees_what_is_missing():
    def f(a, b, c):
        """Do.

        Parameters
        ----------
        a : float
            Something.
        b : ndarray of float
            Something [m].
        """

    assert complaints(f) == ["c: not described", "a: no [unit]", "b: no shape"]
