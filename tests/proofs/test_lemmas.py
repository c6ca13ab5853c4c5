"""Lemmas of the guard's arithmetic for every f64, tied to the production kernels.

Three things make a lemma worth something: it is proved (no bits contradict it), its formulas give what the production
kernel gives, and kernels with a planted mistake contradict it, so that a lemma that says nothing is noticed.
"""

from __future__ import annotations

import importlib
import os
import random
import struct
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import z3

from gaitloop import _core, safety

sys.path.append(str(Path(__file__).resolve().parent))
formulas = importlib.import_module("formulas")
facts = importlib.import_module("facts")
ledger = importlib.import_module("ledger")
LEMMAS = importlib.import_module("lemma").LEMMAS
for part in ("range", "stop", "drive", "machine"):
    importlib.import_module(f"lemmas_{part}")

TIMEOUT_MS = 600_000  # of one lemma; without an answer in time it counts as not proved
WRONG = [(lemma, wrong) for lemma in LEMMAS for wrong in lemma.wrong]
ODD = (np.nan, np.inf, -np.inf, 1.7976931348623157e308, -1.7976931348623157e308, -0.0, 5e-324, -5e-324)
EDGES = (0.0, 2.2250738585072014e-308, 1e6, -1e6, np.nextafter(1e6, 2e6), 1.0, -1.0, 0.1, 300.0, 3.0, -3.0)
BARELY = (1e-140, -1e-140, np.nextafter(1e-140, 1.0))
SPECIAL = np.array([*ODD, *EDGES, *BARELY])


# Values that variables are given while bits are looked for that a mistake gets wrong; of others any of `OTHER`.
NEAR = {"tau_max": (5.0,), "cap": (5.0, 3.0), "tight": (3.0,), "slope": (2.0, 0.3), "limit": (6.0,)}
NEAR |= {
    "stiffness": (400.0, 5000.0),
    "damping": (20.0, 0.0),
    "q_min": (-0.5,),
    "q_max": (0.9,),
    "q": (-0.6, 0.3, 1.0, 1e6),
}
NEAR |= {"v_lo": (0.0, 2.0), "v_hi": (0.0, 2.0), "dt": (0.001, 0.02), "jerk_max": (1.0,), "accel_max": (0.5,)}
NEAR |= {"decel": (2.0,), "fastest": (6.0,), "deadline": (1.5,), "speed_max": (1.4,), "speed": (1.4, 0.0, 1e-4)}
OTHER = (-50.0, -5.0, -3.0, -0.3, 0.0, 0.3, 3.0, 5.0, 50.0, 61.0, float("nan"), float("inf"))


def contradiction(*formulas_):
    """Bits for which all formulas hold, or none."""
    key, begun = ledger.digest(*formulas_), time.monotonic()
    if ledger.known_to_have_none(key):
        return None
    solver = z3.SolverFor("QF_FP")
    solver.set("timeout", TIMEOUT_MS)
    solver.add(*formulas_)
    answer = solver.check()
    assert answer != z3.unknown, f"no answer within {TIMEOUT_MS} ms: {solver.reason_unknown()}"
    if answer == z3.sat:
        return solver.model()
    ledger.keep_none(key, current_test(), begun)
    return None


def current_test():
    """Name of the test that asks."""
    return os.environ.get("PYTEST_CURRENT_TEST", "").split("::")[-1].split(" ")[0]


@pytest.mark.parametrize("operation", facts.FACTS)
def test_binary64_has_the_facts_that_proofs_use(operation):
    a, b = z3.FPs("a b", formulas.F)
    exact = getattr(formulas.Kernels(), operation)
    for fact in facts.FACTS[operation](a, b, exact(a) if operation == "root" else exact(a, b)):
        model = contradiction(z3.Not(fact))
        assert model is None, f"{operation}: {fact} contradicted by {model}"


@pytest.mark.parametrize("lemma", LEMMAS, ids=lambda lemma: lemma.name)
def test_lemma_holds_for_every_bit_pattern(lemma):
    kernels = facts.Abstract()
    given, claim = lemma.claim(kernels)
    model = contradiction(*given, *kernels.facts, z3.Not(claim))
    assert model is None, f"{lemma.wording}: contradicted by {model}"


def counterexample(given, claim):
    """Values for which assumptions hold and a claim does not: by trying some, else by searching for them."""
    wrong = z3.And(*given, z3.Not(claim))
    variables = variables_of(wrong)
    rng = random.Random(1)
    for _ in range(2000 if all(z3.is_fp(x) or z3.is_bool(x) for x in variables) else 0):
        values = [z3.BoolVal(rng.random() < 0.5) if z3.is_bool(x) else usual(rng, str(x)) for x in variables]
        if z3.is_true(z3.simplify(z3.substitute(wrong, *zip(variables, values, strict=True)))):
            return dict(zip(variables, values, strict=True))
    return contradiction(wrong)


def variables_of(formula):
    """Variables in the order in which they are met; what several terms share is looked at once."""
    seen, todo, found = set(), [formula], []
    while todo:
        term = todo.pop()
        if term.get_id() not in seen:
            seen.add(term.get_id())
            todo += reversed(term.children())
            if z3.is_const(term) and term.decl().kind() == z3.Z3_OP_UNINTERPRETED:
                found.append(term)
    return found


def usual(rng, name):
    return formulas.number(rng.choice(NEAR.get(name, OTHER)))


@pytest.mark.parametrize("lemma", LEMMAS, ids=lambda lemma: lemma.name)
def test_assumptions_of_a_lemma_can_be_met(lemma):
    """From assumptions that contradict each other everything follows."""
    given, _ = lemma.claim(facts.Abstract())
    assert contradiction(*given) is not None


@pytest.mark.parametrize(("lemma", "wrong"), WRONG, ids=lambda x: getattr(x, "name", None) or x.__name__)
def test_lemma_refutes_the_mistake_planted_for_it(lemma, wrong):
    found = counterexample(*lemma.claim(wrong()))
    assert found is not None, f"{lemma.wording}: does not notice: {wrong.__doc__}"


def test_the_invariants_have_lemmas():
    words = {word.rstrip(":") for lemma in LEMMAS for word in lemma.wording.split() if word.startswith("N")}
    assert words == {"N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8"}


def evaluated(kernel, row):
    """A kernel's formula at a point."""
    flags = formulas.FLAGS.get(kernel, ())
    values = [z3.BoolVal(bool(x)) if i in flags else formulas.number(x) for i, x in enumerate(row)]
    out = getattr(formulas.Kernels(), kernel)(*values)
    return [as_float(z3.simplify(x)) for x in (out if isinstance(out, tuple) else (out,))]


def as_float(value):
    if z3.is_true(value) or z3.is_false(value):
        return float(z3.is_true(value))
    if value.isNaN():
        return np.nan
    bits = z3.simplify(z3.fpToIEEEBV(value)).as_long()
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


def points(kernel, n):
    """Arguments of every size: special values, numbers as they occur, any bits."""
    rng = np.random.default_rng(len(kernel))
    shape = (n, formulas.ARGUMENTS[kernel])
    bits = rng.integers(0, 2**64, shape, dtype=np.uint64).view(np.float64)
    usual = rng.normal(0.0, 1.0, shape) * 10.0 ** rng.integers(-2, 4, shape)
    tiny = rng.normal(0.0, 1.0, shape) * 5e-310
    rows = np.choose(rng.choice(4, shape, p=[0.55, 0.25, 0.1, 0.1]), [usual, rng.choice(SPECIAL, shape), bits, tiny])
    rows[: n // 2] = np.where(rng.random((n // 2, shape[1])) < 0.9, usual[: n // 2], rows[: n // 2])
    for column in formulas.FLAGS.get(kernel, ()):
        rows[:, column] = rng.integers(0, 2, n)
    return rows


def same(a, b):
    """The same bits; any NaN is one, and the sign of zero is open, as in the specification."""
    return np.array_equal(a, b, equal_nan=True)


def decided(first):
    """A choice of two numbers that does not leave open which zero is taken, so that it can be evaluated."""

    def choose(a, b):
        a, b = formulas.expression(a), formulas.expression(b)
        return z3.If(z3.fpIsNaN(a), b, z3.If(z3.Or(z3.fpIsNaN(b), first(a, b)), a, b))

    return choose


@pytest.mark.parametrize("kernel", formulas.ARGUMENTS)
def test_formula_is_the_production_kernel(kernel, monkeypatch):
    monkeypatch.setattr(formulas, "least", decided(formulas.le))
    monkeypatch.setattr(formulas, "greatest", decided(lambda a, b: formulas.le(b, a)))
    rows = points(kernel, 200)
    got = _core._safety_kernel(kernel, rows)
    for row, result in zip(rows, got, strict=True):
        assert same(np.array(evaluated(kernel, row)), result), (kernel, row.tolist())
    assert len(np.unique(got[:, 0])) > 1


def test_formula_of_an_intersection_is_production():
    rng = np.random.default_rng(8)
    for _ in range(20):
        pair = []
        for _ in range(2):
            fields = {}
            for name, per_joint, low, high, *_ in safety.ENVELOPE_FIELDS:
                fields[name] = rng.uniform(low, high, 6) if per_joint else float(rng.uniform(low, high))
            pair.append({**fields, "q_min": rng.uniform(-2.0, -0.1, 6), "q_max": rng.uniform(0.1, 2.0, 6)})
        got = safety.Envelope(**pair[0]).intersect(safety.Envelope(**pair[1])).to_dict()
        for name, side in (("q_max", 0), ("q_min", 1), ("tau_max", 0), ("dq_max", 0), ("tau_rate_max", 0)):
            for i in range(6):
                a, b = (formulas.number(float(fields[name][i])) for fields in pair)
                assert as_float(z3.simplify(formulas.Kernels().narrowed(a, b)[side])) == got[name][i]
