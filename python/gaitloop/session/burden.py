"""Weight and friction of a device, as a calibration found them and a trainer takes them off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from gaitloop._core import JOINTS
from gaitloop._schema import Number, read_table
from gaitloop.control import Compensation
from gaitloop.errors import ConfigError

#: Coefficients of a leg's weight.
_TERMS = 6
#: Lists of a burden, how long each is, and between what its values lie, as `Compensation` takes them.
_LISTS = {
    "gravity": (2 * _TERMS, Number(-200.0, 200.0)),
    "coulomb": (len(JOINTS), Number(0.0, 50.0)),
    "viscous": (len(JOINTS), Number(0.0, 50.0)),
    "max_torque": (len(JOINTS), Number(0.0, 150.0)),
}
_SPEED = {"friction_speed": Number(0.01, 1.0)}
Values = tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Burden:
    """What the motors of a device add so that the person does not carry it.

    Its inertia is left to the person: an acceleration that is measured would bring noise into the torque.

    Parameters
    ----------
    gravity : tuple of float, shape (12,)
        Coefficients of the left leg, then of the right one, as `control.Compensation` takes them [N·m], -200 to 200.
    coulomb : tuple of float, shape (6,)
        Friction that does not depend on speed [N·m], 0 to 50.
    viscous : tuple of float, shape (6,)
        Friction in proportion to speed [N·m·s/rad], 0 to 50.
    max_torque : tuple of float, shape (6,)
        Largest torque that is added [N·m], 0 to 150.
    friction_speed : float
        Speed over which friction builds up, as it was found with [rad/s], 0.01 to 1.
    """

    gravity: Values
    coulomb: Values
    viscous: Values
    max_torque: Values
    friction_speed: float

    @property
    def law(self) -> Compensation:
        """What a trainer takes, for `TrainerConfig`."""
        return Compensation(
            [self.gravity[:_TERMS], self.gravity[_TERMS:]],
            self.coulomb,
            self.viscous,
            [0.0] * len(JOINTS),
            self.max_torque,
            friction_speed=self.friction_speed,
            inertia_share=0.0,
        )

    @classmethod
    def from_table(cls, table: object) -> Burden:
        """Read what a record has.

        Parameters
        ----------
        table : object
            What `dataclasses.asdict` gives, with lists for tuples.

        Returns
        -------
        Burden
            The burden.

        Raises
        ------
        ConfigError
            If a key is missing, unknown or refused; the message names it.
        """
        if not isinstance(table, dict):
            raise ConfigError(f"device.burden must be a table, got {table!r:.60}")
        lists = {name: _values(table, name) for name in _LISTS}
        rest = {name: value for name, value in table.items() if name not in _LISTS}
        speed = read_table("device.burden", rest, cast("Any", _SPEED), {})["friction_speed"]
        return cls(**lists, friction_speed=speed)


def _values(table: dict[str, Any], name: str) -> Values:
    count, number = _LISTS[name]
    values = table.get(name)
    if not isinstance(values, list) or len(values) != count:
        raise ConfigError(f"device.burden.{name} must be a list of {count} values, got {values!r:.60}")
    return tuple(number.read(f"device.burden.{name}[{i}]", value) for i, value in enumerate(values))
