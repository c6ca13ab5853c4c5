"""Drivers of real devices, and the simulated ones they are tried on; each imports its libraries when first used."""

from __future__ import annotations

__all__: list[str] = []
