"""Who speaks in a session: a role and a pseudonym, never a name."""

from __future__ import annotations

import re

from gaitloop.errors import ConfigError

#: Who may speak.
ROLES = ("therapist", "patient", "remote", "program")
_PSEUDONYM = re.compile(r"[0-9a-f]{32}")


class Voice:
    """Roles with the pseudonym of the operator.

    Parameters
    ----------
    operator : str, optional
        Pseudonym of who leads, 32 hexadecimal digits in lower case.

    Raises
    ------
    ConfigError
        If the pseudonym is none.
    """

    def __init__(self, operator: str | None = None) -> None:
        if operator is not None and not (isinstance(operator, str) and _PSEUDONYM.fullmatch(operator)):
            raise ConfigError("operator must be a pseudonym of 32 hexadecimal digits in lower case, got something else")
        self._operator = operator

    def who(self, role: str) -> str:
        """Say who it was, as a record has it.

        Parameters
        ----------
        role : str
            One of `ROLES`.

        Returns
        -------
        str
            The role, of the therapist with the operator's pseudonym.

        Raises
        ------
        ConfigError
            If there is no such role.
        """
        if role not in ROLES:
            # What was given may be a name, and stays out of every message.
            raise ConfigError(f"who must be one of {', '.join(ROLES)}, got something else")
        return f"{role}:{self._operator}" if role == "therapist" and self._operator else role
