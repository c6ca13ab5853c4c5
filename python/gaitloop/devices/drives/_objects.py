"""The objects of a drive on which safety rests, and what each of them must hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from gaitloop.errors import ConfigError

#: Index and sub-index.
Address = tuple[int, int]

#: Numbers of the objects that process data carry: length [bit] in the low byte.
_CONTROLWORD, _MODE, _INPUTS = 0x6040_0010, 0x6060_0008, 0x60FD_0020
_STATUSWORD, _POSITION, _TORQUE = 0x6041_0010, 0x6064_0020, 0x6077_0010
_VELOCITY, _ERROR, _DISPLAY = 0x606C_0020, 0x603F_0010, 0x6061_0008
#: Where a drive takes its setpoint, by its mode.
_TARGETS = {"torque": 0x6071_0010, "velocity": 0x60FF_0020, "position": 0x607A_0020}
#: What a drive does that loses its power in good order; critical for a winch.
POWER_DOWN: tuple[Address, ...] = ((0x605B, 0), (0x605C, 0))
#: Bit of an identifier that says that the process data are not used.
UNUSED = 1 << 31


@dataclass(frozen=True, slots=True)
class Setting:
    """A critical object whose value the integrator gives."""

    index: int  #: index in the dictionary
    sub: int  #: sub-index
    size: int  #: length [bytes]
    low: int  #: smallest value
    high: int  #: largest value
    meaning: str  #: what it is, with its unit
    written: bool = True  #: False where it is only compared

    @property
    def address(self) -> Address:
        """Index and sub-index [-]."""
        return self.index, self.sub


_S32 = (-(2**31), 2**31 - 1)
_U32 = (1, 2**32 - 1)

#: What must be given for each drive, in the units of the drive: name and object. There are no defaults.
SETTINGS: dict[str, Setting] = {
    "vendor": Setting(0x1018, 1, 4, 0, 2**32 - 1, "vendor of the drive [-]", written=False),
    "product": Setting(0x1018, 2, 4, 0, 2**32 - 1, "product code [-]", written=False),
    "serial": Setting(0x1018, 4, 4, 0, 2**32 - 1, "serial number [-], so that no two change places", written=False),
    "abort_connection": Setting(0x6007, 0, 2, 1, 3, "without its master: 1 fault, 2 power off, 3 quick stop [-]"),
    "quick_stop": Setting(0x605A, 0, 2, 1, 6, "quick stop: 1 or 2 brake and power off, 5 or 6 brake and stay [-]"),
    "fault_reaction": Setting(0x605E, 0, 2, 0, 2, "fault: 0 power off, 1 or 2 brake first [-]"),
    "quick_stop_deceleration": Setting(0x6085, 0, 4, *_U32, "deceleration of a quick stop [counts/s²]"),
    "following_window": Setting(0x6065, 0, 4, *_U32, "largest following error [counts]"),
    "following_time": Setting(0x6066, 0, 2, 0, 2**16 - 1, "time for which it may be larger [ms]"),
    "max_torque": Setting(0x6072, 0, 2, 1, 5000, "largest torque [1/1000 of rated]"),
    "max_current": Setting(0x6073, 0, 2, 1, 5000, "largest current [1/1000 of rated]"),
    "rated_current": Setting(0x6075, 0, 4, *_U32, "rated current of the motor [mA]"),
    "rated_torque": Setting(0x6076, 0, 4, *_U32, "rated torque of the motor [mN·m]"),
    "position_min": Setting(0x607D, 1, 4, *_S32, "lowest position [counts]"),
    "position_max": Setting(0x607D, 2, 4, *_S32, "highest position [counts]"),
    "polarity": Setting(0x607E, 0, 1, 0, 255, "polarity of position and velocity [-]"),
    "max_velocity": Setting(0x607F, 0, 4, *_U32, "largest velocity [counts/s]"),
    "max_motor_speed": Setting(0x6080, 0, 4, *_U32, "largest speed of the motor [1/min]"),
    "encoder_increments": Setting(0x608F, 1, 4, *_U32, "increments of the encoder [counts]"),
    "encoder_turns": Setting(0x608F, 2, 4, *_U32, "in so many turns of the motor [-]"),
    "gear_motor": Setting(0x6091, 1, 4, *_U32, "turns of the motor [-]"),
    "gear_shaft": Setting(0x6091, 2, 4, *_U32, "for so many turns of the shaft [-]"),
}


class Critical(NamedTuple):
    """What an object must hold."""

    value: int
    size: int
    written: bool

    def data(self) -> bytes:
        """Bytes as they stand in the drive."""
        return (self.value & (1 << 8 * self.size) - 1).to_bytes(self.size, "little")


def checked_settings(settings: Mapping[str, int]) -> dict[str, int]:
    """Take settings whose every name is known, whose every value is in its range, and of which none is missing."""
    for name in settings:
        if name not in SETTINGS:
            raise ConfigError(f"settings has no '{name}'; its names are {', '.join(SETTINGS)}")
    for name, setting in SETTINGS.items():
        if name not in settings:
            raise ConfigError(f"settings must have {name}: {setting.meaning}; it has no default")
        value = settings[name]
        if isinstance(value, bool) or not isinstance(value, int) or not setting.low <= value <= setting.high:
            raise ConfigError(f"settings.{name} must be an int in [{setting.low}, {setting.high}], got {value!r:.80}")
    if settings["quick_stop"] not in (1, 2, 5, 6):
        raise ConfigError(f"settings.quick_stop must be one of 1, 2, 5, 6, got {settings['quick_stop']}")
    if settings["position_min"] >= settings["position_max"]:
        ends = f"{settings['position_min']} and {settings['position_max']}"
        raise ConfigError(f"settings.position_min must lie below position_max, got {ends}")
    return dict(settings)


def check_holding(settings: Mapping[str, int]) -> None:
    """Refuse settings of a winch that would let down who hangs on it."""
    wanted = {"quick_stop": (5, 6), "abort_connection": (3,), "fault_reaction": (1, 2)}
    for name, good in wanted.items():
        if settings[name] not in good:
            words = " or ".join(str(value) for value in good)
            raise ConfigError(
                f"settings.{name} of a winch must be {words}, so that it brakes and holds, got {settings[name]}"
            )


def critical_objects(
    node: int,
    settings: Mapping[str, int],
    *,
    mode: str,
    load: Address | None,
    panel: bool,
    master: int,
    watchdog: float,
    heartbeat: float,
) -> dict[Address, Critical]:
    """Every critical object of a drive in the order in which it is read back, with what it must hold."""
    out = {(s.index, s.sub): Critical(settings[name], s.size, s.written) for name, s in SETTINGS.items()}

    def put(index: int, sub: int, size: int, value: int) -> None:
        out[index, sub] = Critical(value, size, True)

    put(0x1005, 0, 4, 0x80)
    put(0x1014, 0, 4, 0x80 + node)
    put(0x1016, 1, 4, master << 16 | round(watchdog * 1000))
    put(0x1017, 0, 2, round(heartbeat * 1000))
    put(0x1029, 1, 1, 1)  # it goes on telling where it is after it lost its master
    third = _INPUTS if load is None else load[0] << 16 | load[1] << 8 | 16
    frames = [
        (0x1400, 0x200 + node, (_CONTROLWORD, _MODE, _TARGETS[mode])),
        (0x1800, 0x180 + node, (_STATUSWORD, _POSITION, _TORQUE)),
        (0x1801, 0x280 + node, (_VELOCITY, _ERROR, _DISPLAY)),
        (0x1802, (0 if panel or load is not None else UNUSED) + 0x380 + node, (third,)),
    ]
    for index, identifier, objects in frames:
        put(index, 1, 4, identifier)
        put(index, 2, 1, 1)
        put(index + 0x200, 0, 1, len(objects))
        for sub, entry in enumerate(objects, 1):
            put(index + 0x200, sub, 4, entry)
    if load is not None:
        for address in POWER_DOWN:
            put(*address, 2, 1)  # it slows down and closes its brake before the power goes
    return out
