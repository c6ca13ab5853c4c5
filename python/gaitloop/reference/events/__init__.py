"""Section 4: initial contacts and toe-offs, a module per sensor."""

from __future__ import annotations

from .force import ForceContacts
from .force_history import Snapshot
from .fusion import Found, FusedContacts

__all__ = ["ForceContacts", "Found", "FusedContacts", "Snapshot"]
