"""What took z3 long to answer, with the question's digest, so that CI asks only what has changed since.

`make proofs` takes `answers.json` away, asks everything (`GAITLOOP_PROVE=1`) and writes it anew. A question that
differs in anything is not in it and is asked wherever the tests run.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from pathlib import Path

PATH = Path(__file__).with_name("answers.json")
ALL = os.environ.get("GAITLOOP_PROVE") == "1"
LONG = 0.5  # answers that took less are not kept [s]
_FRESH = re.compile(r"\b(add|sub|mul|div|root)!\d+")

_answers = json.loads(PATH.read_text()) if PATH.exists() else {}


def digest(*formulas):
    """Fingerprint of a question, whatever numbers the variables made for it and its terms have got."""
    lines, places, names = [], {}, {}
    todo = [(formula, False) for formula in reversed(formulas)]
    while todo:
        term, entered = todo.pop()
        if term.get_id() in places:
            continue
        if not entered:
            todo.append((term, True))
            todo += [(child, False) for child in reversed(term.children())]
            continue
        places[term.get_id()] = len(places)
        text = term.decl().sexpr() if term.children() else term.sexpr()
        text = _FRESH.sub(lambda m: names.setdefault(m[0], f"{m[1]}.{len(names)}"), text)
        lines.append(f"{text} {term.sort()} {[places[child.get_id()] for child in term.children()]}")
    lines.append(str([places[formula.get_id()] for formula in formulas]))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def known_to_have_none(key):
    """Whether no bits fulfil the formulas of this digest, by an earlier answer."""
    return not ALL and key in _answers


def keep_none(key, what, begun):
    """Note that no bits were found, if that took long."""
    if ALL and time.monotonic() - begun > LONG:
        _answers[key] = what
        PATH.write_text(json.dumps(dict(sorted(_answers.items(), key=lambda item: item[::-1])), indent=1) + "\n")
