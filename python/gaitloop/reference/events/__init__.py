"""Section 4: initial contacts and toe-offs, a module per sensor."""

from __future__ import annotations

from .force import ForceContacts, Snapshot
from .markers import MarkerContacts

__all__ = ["ForceContacts", "MarkerContacts", "Snapshot"]
