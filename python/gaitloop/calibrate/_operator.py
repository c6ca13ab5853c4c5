"""Who stands beside the device: asked before each step, and nothing but an explicit yes goes on."""

from __future__ import annotations

import sys
from typing import Protocol, TextIO

from gaitloop.errors import OperatorError


class Operator(Protocol):
    """Somebody who is told and asked."""

    def tell(self, text: str) -> None:
        """Tell something that needs no answer.

        Parameters
        ----------
        text : str
            A line.
        """

    def answer(self, question: str) -> str:
        """Ask, and give the answer as it came; empty where nobody answers any more.

        Parameters
        ----------
        question : str
            What is asked.

        Returns
        -------
        str
            The answer.
        """


class Terminal:
    """An operator at a terminal, or behind a pipe.

    Parameters
    ----------
    lines : file, optional
        Where answers come from; the standard input by default.
    out : file, optional
        Where is told and asked; the standard output by default.
    """

    def __init__(self, lines: TextIO | None = None, out: TextIO | None = None) -> None:
        self._lines, self._out = lines or sys.stdin, out or sys.stdout

    def tell(self, text: str) -> None:
        """Print a line.

        Parameters
        ----------
        text : str
            The line.
        """
        print(text, file=self._out, flush=True)

    def answer(self, question: str) -> str:
        """Print a question and read a line.

        Parameters
        ----------
        question : str
            What is asked.

        Returns
        -------
        str
            The line.
        """
        print(question, end=" ", file=self._out, flush=True)
        line = self._lines.readline()
        if not line.endswith("\n"):
            print(file=self._out)  # nobody pressed Enter
        return line


def confirm(operator: Operator, step: str, text: str) -> None:
    """Go on after an explicit yes, and leave after anything else.

    Parameters
    ----------
    operator : Operator
        Who is asked.
    step : str
        What the step is called.
    text : str
        What will happen.

    Raises
    ------
    OperatorError
        If the answer is anything but yes.
    """
    answer = operator.answer(f"[{step}] {text}\n  Type yes to go on, anything else to leave:").strip()
    if answer.lower() != "yes":
        raise OperatorError(
            f"{step} was not confirmed ({answer or 'no answer'!r:.40}); nothing moves and nothing is written"
        )
