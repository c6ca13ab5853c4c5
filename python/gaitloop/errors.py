"""Every exception gaitloop raises, in one place."""

from __future__ import annotations


class GaitloopError(Exception):
    """Base of every error that gaitloop raises on purpose."""


class ConfigError(GaitloopError, ValueError):
    """A value that was refused; the message names the field, the allowed range and the value."""


class RecordingError(GaitloopError, ValueError):
    """A recording that cannot be read; the message names the file, the column and what was expected."""


class StoreError(GaitloopError, ValueError):
    """A store of progress that cannot be opened, read or written; the message names the file and what to do next."""


class IdentityError(GaitloopError, ValueError):
    """A file of identities, a passphrase or a pseudonym that is refused; the message repeats no name."""


class MissingExtraError(GaitloopError, ImportError):
    """A feature whose optional dependency is not installed; the message names the extra to install."""


class DeviceError(GaitloopError):
    """A device that refused, failed or disappeared."""


class DeviceTimeoutError(DeviceError, TimeoutError):
    """A device that did not answer in time."""


class OperatorError(GaitloopError):
    """A step that the operator did not confirm; the message says which, and that nothing was done."""


class WireError(DeviceError, ValueError):
    """Bytes from a device that its protocol does not allow; the message says which and why."""


class RealTimeError(GaitloopError):
    """A loop that missed a tick under the policy `stop`, has ended, or cannot be reached."""


class SafetyStopError(GaitloopError):
    """A stop that the supervisor ordered.

    Attributes
    ----------
    ticks : tuple
        The last ticks before the stop, oldest first.
    """

    def __init__(self, message: str, ticks: tuple[object, ...] = ()) -> None:
        super().__init__(message)
        self.ticks = ticks
