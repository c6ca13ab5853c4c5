"""`gaitloop calibrate`: what is asked on the command line."""

from __future__ import annotations

import argparse
import datetime
from pathlib import Path

from gaitloop.devices.calibration import save_calibration
from gaitloop.devices.profile import Profile, load_profile, profile_names
from gaitloop.errors import ConfigError

from ._machine import DriveMachine, SimulatedMachine
from ._operator import Terminal
from ._procedure import calibrate


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Its parser.
    """
    parser.add_argument(
        "profile", metavar="PROFILE", help=f"profile of the device (.toml), or {', '.join(profile_names())}"
    )
    parser.add_argument(
        "--device", choices=["sim", "drives"], required=True, help="simulated drives, or those of the profile's bus"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.toml", help="file to write; must not exist")
    parser.add_argument("--by", required=True, metavar="NAME-OR-ROLE", help="who stands beside the device and confirms")
    parser.add_argument("--serial", default="simulated", help="serial number of the device (needed for drives)")
    parser.add_argument("--channel", help="path of the adapter, or name of the interface (the profile's)")
    parser.add_argument("--eds", type=Path, help="the maker's description of the drives (needed for drives)")
    parser.add_argument("--weigh-leg", action="store_true", help="weigh a person's passive legs after the empty ones")


def command(arguments: argparse.Namespace) -> int:
    """Run the command.

    Parameters
    ----------
    arguments : argparse.Namespace
        What was asked for.

    Returns
    -------
    int
        Exit code [-].
    """
    profile = load_profile(arguments.profile)
    if arguments.out.exists():
        raise ConfigError(f"--out {arguments.out}: exists and is not written over; name another file")
    if not arguments.out.parent.is_dir():
        raise ConfigError(f"--out {arguments.out}: its folder does not exist; make it first")
    operator, at = Terminal(), datetime.datetime.now(tz=datetime.UTC).isoformat(timespec="seconds")
    with _machine(profile, arguments) as machine:
        found = calibrate(
            profile,
            machine,
            operator,
            by=arguments.by,
            at=at,
            serial=arguments.serial,
            weigh_legs=arguments.weigh_leg,
        )
    save_calibration(found, arguments.out)
    steps = f"{len(found.confirmed)} steps confirmed by {arguments.by}"
    print(f"{len(found.joints)} joints calibrated, {steps}; {arguments.out}")
    return 0


def _machine(profile: Profile, arguments: argparse.Namespace) -> DriveMachine:
    if arguments.device == "sim":
        if not profile.simulated:
            raise ConfigError(f"--device sim needs a profile of the simulated drives, got {profile.path}")
        return SimulatedMachine(profile)
    description = profile.description(arguments.eds)
    if arguments.serial == "simulated" and not (profile.simulated and arguments.eds is None):
        raise ConfigError("--serial must tell the serial number of the device, got nothing")
    return DriveMachine(profile, arguments.channel, description)
