"""Section 10: which button counts."""

from __future__ import annotations

from ._conventions import Reading, readings

BUTTONS = ("estop_ok", "enable", "arm", "start", "stop", "reset", "release", "pain")
#: Buttons that count while they are held, and those that count once they are pressed, the safest first.
_HELD, _FRESH = ("stop", "release"), ("reset", "arm", "start")


class Buttons:
    """Presses that count, and a stop from afar."""

    def __init__(self) -> None:
        self._remote_stop = False
        self._down: set[str] = set(_FRESH)  # held at boot, as far as known
        self._counting: set[str] = set()

    def stop(self) -> None:
        """Ask for a soft stop from afar, with the next tick."""
        self._remote_stop = True

    def step(self, values: Reading) -> tuple[dict[str, bool], str, bool]:
        """One tick.

        Parameters
        ----------
        values : array_like of float, shape (8,)
            Reading of each button [-], 1 pressed; NaN where absent.

        Returns
        -------
        pressed : dict of str to bool
            Which buttons are pressed.
        name : str
            Name of the button that counts, or none.
        remote : bool
            Whether a stop from afar counts instead.
        """
        seen = dict(zip(BUTTONS, readings(values), strict=True))
        pressed = {name: value == 1.0 for name, value in seen.items()}
        # A press counts until the button is let go or another one counts.
        alive = {name for name in _FRESH if pressed[name] and (name in self._counting or name not in self._down)}
        known = {name for name in _FRESH if seen[name] is not None}
        self._down = (self._down - known) | {name for name in known if pressed[name]}
        name = next((name for name in (*_HELD, *_FRESH) if (name in _HELD and pressed[name]) or name in alive), "none")
        remote, self._remote_stop = self._remote_stop and name != "stop", False
        self._counting = set() if remote else alive & {name}
        return pressed, name, remote
