"""What a device declares of itself, and the self-test before arming."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from .. import _core
from .._core import SelfTestOutput
from .._inputs import to_number
from ..errors import ConfigError
from ._envelope import Envelope
from ._inputs import array


class Declaration(_core.Declaration):
    """What a device declares of itself; no part has a default, and no trainer is made without one.

    Parameters
    ----------
    safe_profile : str
        How the device comes to rest without power in a protective stop. `release_after_damp`: the legs are damped, then
        let go (something else carries the person, as on a treadmill with body-weight support). `lock_brake`: they are
        damped, then brakes lock them. `controlled_lower`: they are damped with all their torque until the person is
        down, and only then let go.
    tick : float
        Interval at which it measures [s], 0.0005 to 0.02.
    watchdog : float
        Time after which a drive that was given no lease stops by itself, as it was set [s], 0.002 to 0.05.
    digest : array_like of float, shape (6,)
        Digest of each drive's critical configuration as it was set [-], a whole number from 1 to 2^53 - 1; None or NaN
        where there is nothing to compare with, which refuses to arm a joint that is driven.
    lower_deadline : float, optional
        Longest time that lowering may take [s], 0.1 to 10; given with `controlled_lower`, and only then.

    Raises
    ------
    ConfigError
        If a part is missing, unknown or outside its range.

    Examples
    --------
    >>> declaration = Declaration(
    ...     safe_profile="lock_brake", tick=0.001, watchdog=0.04, digest=[71] * 6
    ... )
    >>> declaration.safe_profile
    'lock_brake'
    """

    def __new__(
        cls,
        *,
        safe_profile: str | None = None,
        tick: float | None = None,
        watchdog: float | None = None,
        digest: ArrayLike | None = None,
        lower_deadline: float | None = None,
    ) -> Declaration:
        """Check every part."""
        if safe_profile is not None and not isinstance(safe_profile, str):
            raise ConfigError(f"safe_profile must be one of {', '.join(_core.SAFE_PROFILES)}, got {safe_profile!r:.80}")
        if digest is None:
            raise ConfigError("digest must be given, got None")
        return super().__new__(
            cls,
            safe_profile=safe_profile,
            tick=to_number("tick", tick),  # type: ignore[arg-type]
            watchdog=to_number("watchdog", watchdog),  # type: ignore[arg-type]
            digest=array("digest", digest, (6,)),
            lower_deadline=None if lower_deadline is None else to_number("lower_deadline", lower_deadline),
        )

    def __deepcopy__(self, memo: dict[int, object]) -> Declaration:
        """Return the same: it never changes."""
        return self


class SelfTest:
    """Looks at samples and drives before anything may be armed, without power, and never waives a part.

    Encoders must have shown a value other than zero and lie in the range of motion, samples must be fresh and come at
    the declared rate, every drive must have read back the configuration and the watchdog time that were set, and each
    must be seen to stop by itself when it is given no lease, to stay stopped, and to come back when it is asked to.

    Parameters
    ----------
    envelope : Envelope
        Limits, of which it uses the range of motion and the age of samples.
    kinds : sequence of str, shape (6,)
        How the device provides each joint: `driven`, `sensed` or `absent`.
    declaration : Declaration
        What the device declares of itself.
    """

    __slots__ = ("_core",)

    def __init__(self, envelope: Envelope, kinds: Sequence[str], declaration: Declaration) -> None:
        self._core = _core.SelfTest(envelope.build(), list(kinds), declaration)

    def reset(self) -> None:
        """Forget everything: the next step is the first of a new test."""
        self._core.reset()

    def step(
        self,
        *,
        t: int,
        clean: bool,
        q: ArrayLike,
        q_stamp: int,
        dq: ArrayLike,
        dq_stamp: int,
        status: ArrayLike,
        status_stamp: int,
        digest: ArrayLike,
        digest_stamp: int,
        watchdog: ArrayLike,
        watchdog_stamp: int,
    ) -> SelfTestOutput:
        """Take one tick.

        Parameters
        ----------
        t : int
            Time of the tick [ns].
        clean : bool
            The tick had no fault.
        q : array_like of float, shape (6,)
            Joint angles [rad], NaN where absent.
        q_stamp : int
            When they were measured [ns].
        dq : array_like of float, shape (6,)
            Joint velocities [rad/s], NaN where absent.
        dq_stamp : int
            When they were measured [ns].
        status : array_like of float, shape (6,)
            Status of each drive [-]: 1 enabled, 0 ready, negative stopped by itself or faulty, NaN where absent.
        status_stamp : int
            When it was read [ns].
        digest : array_like of float, shape (6,)
            Digest of the configuration that was read back from each drive [-], NaN where absent.
        digest_stamp : int
            When it was read back [ns].
        watchdog : array_like of float, shape (6,)
            Watchdog time that was read back from each drive [s], NaN where absent.
        watchdog_stamp : int
            When it was read back [ns].

        Returns
        -------
        SelfTestOutput
            `result` and `check` (positions in `SELFTESTS` and `CHECKS`), `joint`, `withhold` (no lease may be given
            out) and `clear` (drives that stopped by themselves may come back).
        """
        return self._core.step(
            t=t,
            clean=clean,
            q=array("q", q, (6,)),
            q_stamp=q_stamp,
            dq=array("dq", dq, (6,)),
            dq_stamp=dq_stamp,
            status=array("status", status, (6,)),
            status_stamp=status_stamp,
            digest=array("digest", digest, (6,)),
            digest_stamp=digest_stamp,
            watchdog=array("watchdog", watchdog, (6,)),
            watchdog_stamp=watchdog_stamp,
        )
