"""The device that a plan is trained on in place of the simulated one, as its trainer and its record need to know it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gaitloop._core import JOINTS, SAFE_PROFILES
from gaitloop._schema import Choice, Key, Number, Text, read_table
from gaitloop.errors import ConfigError
from gaitloop.safety import Declaration, Envelope

from .burden import Burden

if TYPE_CHECKING:
    from .plan import Plan

_KEYS: dict[str, Key] = {
    **{name: Text() for name in ("name", "device_class", "profile_sha256", "calibration_sha256", "serial")},
    "rate": Number(10.0, 5000.0),
    "safe_profile": Choice(tuple(SAFE_PROFILES)),
    "watchdog": Number(0.001, 1.0),
}
#: What feels the contacts of the feet; records that do not say it are of devices where nothing did.
CONTACTS = ("force", "joints")
_OPTIONAL: dict[str, Key] = {"lower_deadline": Number(0.1, 10.0), "contacts": Choice(CONTACTS)}
_KIND = Choice(("driven", "sensed", "absent"))
#: A digest is a whole number that a float holds.
_DIGEST = Number(1.0, 2.0**53)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """A device as a trainer is built for it, and by which papers; a record keeps all of it.

    Parameters
    ----------
    name : str
        What the device is called.
    device_class : str
        Its class.
    profile_sha256 : str
        Digest of its profile.
    calibration_sha256 : str
        Seal of its calibration.
    serial : str
        Its serial number.
    kinds : tuple of str, shape (6,)
        How it provides each joint: `driven`, `sensed` or `absent`.
    rate : float
        Ticks a second [1/s], 10 to 5000.
    safe_profile : str
        How it comes to rest without power, as `safety.Declaration` takes it.
    watchdog : float
        Time without a lease after which its drives stop by themselves [s].
    digest : tuple of float or None, shape (6,)
        Digest of each joint's critical configuration [-]; None where no drive moves it.
    lower_deadline : float, optional
        Longest time that lowering may take [s], with `controlled_lower` only.
    contacts : str
        What tells that a foot touched the ground: `force` under it, or `joints` where nothing feels it.
    burden : Burden, optional
        Weight and friction of the device that its motors add; None where no calibration found them.
    """

    name: str
    device_class: str
    profile_sha256: str
    calibration_sha256: str
    serial: str
    kinds: tuple[str, ...]
    rate: float
    safe_profile: str
    watchdog: float
    digest: tuple[float | None, ...]
    lower_deadline: float | None = None
    contacts: str = "force"
    burden: Burden | None = None

    @property
    def declaration(self) -> Declaration:
        """What the device declares of itself, for `TrainerConfig`."""
        return Declaration(
            safe_profile=self.safe_profile,
            tick=1.0 / self.rate,
            watchdog=self.watchdog,
            digest=np.array([np.nan if value is None else value for value in self.digest]),
            lower_deadline=self.lower_deadline,
        )

    def to_text(self) -> str:
        """Write it down for a record.

        Returns
        -------
        str
            JSON that `from_text` reads back to the same bits.
        """
        return json.dumps({name: value for name, value in asdict(self).items() if value is not None})

    @classmethod
    def from_text(cls, text: str) -> Fitting:
        """Read what a record has.

        Parameters
        ----------
        text : str
            What `to_text` wrote.

        Returns
        -------
        Fitting
            The device.

        Raises
        ------
        ConfigError
            If a key is missing, unknown or refused; the message names it.
        """
        try:
            table = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ConfigError(f"device must be JSON: {error}") from None
        lists = {name: _six(table, name) for name in ("kinds", "digest")}
        kinds = tuple(_KIND.read(f"device.kinds[{i}]", kind) for i, kind in enumerate(lists.pop("kinds")))
        digest = tuple(
            value if value is None else _DIGEST.read(f"device.digest[{i}]", value)
            for i, value in enumerate(lists.pop("digest"))
        )
        burden = Burden.from_table(table["burden"]) if "burden" in table else None
        rest = {name: value for name, value in table.items() if name not in ("kinds", "digest", "burden")}
        return cls(kinds=kinds, digest=digest, burden=burden, **read_table("device", rest, _KEYS, _OPTIONAL))


def _six(table: object, name: str) -> list[Any]:
    value = table.get(name) if isinstance(table, dict) else None
    if not isinstance(value, list) or len(value) != len(JOINTS):
        raise ConfigError(f"device.{name} must be a list of {len(JOINTS)} values, got {value!r:.60}")
    return value


def fitted(plan: Plan, fitting: Fitting, envelope: Envelope) -> Plan:
    """Take a plan for a device instead of the simulated one.

    Parameters
    ----------
    plan : Plan
        The plan.
    fitting : Fitting
        The device.
    envelope : Envelope
        Limits in force, in place of those of the plan.

    Returns
    -------
    Plan
        The same with device and limits; its `text` stays.
    """
    return replace(plan, fitting=fitting, limits=envelope.to_dict())
