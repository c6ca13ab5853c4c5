"""Profiles of devices: what a machine has, how it counts, what it may do and how it stops, in one strict TOML file."""

from __future__ import annotations

from ._load import load_profile, profile_names
from ._parts import BusProfile, DriveProfile, RopeProfile, SafeStop, SweepProfile, TreadmillProfile
from ._profile import Profile

__all__ = [
    "BusProfile",
    "DriveProfile",
    "Profile",
    "RopeProfile",
    "SafeStop",
    "SweepProfile",
    "TreadmillProfile",
    "load_profile",
    "profile_names",
]
