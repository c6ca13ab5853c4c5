"""What a device declares of itself."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...errors import ConfigError
from .._checks import in_range

SAFE_PROFILES = ("release_after_damp", "lock_brake", "controlled_lower")


class Declaration:
    """What a device declares of itself; no part has a default.

    Parameters
    ----------
    safe_profile : str
        How the device comes to rest without power, one of `SAFE_PROFILES`.
    lower_deadline : float, optional
        Longest time that lowering may take [s], 0.1 to 10; given with `controlled_lower`, and only then.
    tick : float
        Interval at which it measures [s], 0.0005 to 0.02.
    watchdog : float
        Time after which a drive without a lease stops by itself, as it was set [s], 0.002 to 0.05.
    digest : sequence of float, shape (6,)
        Digest of each drive's critical configuration as it was set [-], a whole number from 1 to 2^53 - 1; None or NaN
        where there is nothing to compare with.

    Raises
    ------
    ConfigError
        If a part lies outside its range.
    """

    def __init__(
        self,
        *,
        safe_profile: str | None,
        tick: float,
        watchdog: float,
        digest: Sequence[float | None],
        lower_deadline: float | None = None,
    ) -> None:
        if safe_profile not in SAFE_PROFILES:
            raise ConfigError(f"safe_profile must be one of {', '.join(SAFE_PROFILES)}, got {safe_profile!r}")
        lowers = safe_profile == "controlled_lower"
        if lowers and lower_deadline is None:
            raise ConfigError("lower_deadline must be given with controlled_lower, got None")
        if not lowers and lower_deadline is not None:
            raise ConfigError(f"lower_deadline must be left out with {safe_profile}, got {lower_deadline}")
        self.safe_profile = safe_profile
        self.lower_deadline = None if lower_deadline is None else in_range("lower_deadline", lower_deadline, 0.1, 10.0)
        self.tick = in_range("tick", tick, 0.0005, 0.02)
        self.watchdog = in_range("watchdog", watchdog, 0.002, 0.05)
        if len(digest) != 6:
            raise ConfigError(f"digest must have length 6, got {len(digest)}")
        self.digest = tuple(None if x is None or math.isnan(x) else float(x) for x in digest)
        for i, x in enumerate(self.digest):
            if x is not None and not (1.0 <= x <= 2.0**53 - 1.0 and x == math.floor(x)):
                raise ConfigError(f"digest must lie in [1, 9007199254740991], got {x:g} at index {i}")
