"""How far a value must move to mean something: errors of measurement, differences that people notice, and sources."""

from __future__ import annotations

from dataclasses import dataclass

from ._fields import word
from .outcomes import INSTRUMENTS

_LEWEK = (
    "Lewek, M. D. and Sykes, R. (2019). Minimal detectable change for gait speed depends on baseline speed in "
    "individuals with chronic stroke. J. Neurol. Phys. Ther. 43, 122-127; 76 people, 95 %"
)
_FULK_2008 = (
    "Fulk, G. D. et al. (2008). Clinometric properties of the six-minute walk test in individuals undergoing "
    "rehabilitation poststroke. Physiother. Theory Pract. 24, 195-204; 37 inpatients, 90 %"
)
_HIENGKAEW = (
    "Hiengkaew, V., Jitaree, K. and Chaiyawat, P. (2012). Minimal detectable changes of the Berg Balance Scale, "
    "Fugl-Meyer Assessment Scale, Timed Up & Go Test, gait speeds, and 2-minute walk test in individuals with chronic "
    "stroke. Arch. Phys. Med. Rehabil. 93, 1201-1208; 61 people, 95 %"
)
_MEHRHOLZ = (
    "assumption: a level is taken for real, as the same level was given again with kappa 0.950, and by another rater "
    "with 0.905, in Mehrholz et al. (2007), Arch. Phys. Med. Rehabil. 88, 1314-1319"
)
_SPEED = (
    "0.13 m/s: Bohannon, R. W., Andrews, A. W. and Glenney, S. S. (2013), J. Phys. Ther. Sci. 25, 1223-1225, 35 "
    "inpatients; 0.16 m/s: Tilson, J. K. et al. (2010), Phys. Ther. 90, 196-208, 283 people 20 to 60 days after stroke"
)
_FULK_HE = (
    "Fulk, G. D. and He, Y. (2018). Minimal clinically important difference of the 6-minute walk test in people with "
    "stroke. J. Neurol. Phys. Ther. 42, 235-240: 44 m below 0.40 m/s, 71 m for all; above 0.40 m/s the authors could "
    "not tell it accurately"
)
_BERG = (
    "5 points: walkers with assistance early after stroke, Top. Stroke Rehabil. 29, 423-429 (2022); 12.5 points: upper "
    "end of Hayashi, S. et al. (2022), Clin. Rehabil. 36, 1512-1523, acute stroke"
)
_PANDIAN = (
    "Pandian, S., Arya, K. N. and Kumar, D. (2016). Minimal clinically important difference of the lower-extremity "
    "Fugl-Meyer assessment in chronic-stroke. Top. Stroke Rehabil. 23, 233-239; 65 people"
)
_ONE_LEVEL = "assumption: one level is another kind of help; no published difference was found"


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference and where it is from.

    Attributes
    ----------
    low : float
        The difference, or the smallest of several [unit of the instrument].
    high : float
        The largest of several, or the same [unit of the instrument].
    source : str
        Paper, people, confidence; or that it is an assumption.
    """

    low: float
    high: float
    source: str


def error_band(instrument: str, baseline: float) -> Difference:
    """Change that measuring twice brings about by itself.

    Parameters
    ----------
    instrument : str
        Key of the instrument.
    baseline : float
        First value [unit of the instrument].

    Returns
    -------
    Difference
        Change that must be passed. For speed it grows with the speed [1]_; inpatients vary more, by 0.07 m/s with and
        0.36 m/s without somebody's help at 90 % [2]_.

    Raises
    ------
    ConfigError
        If the instrument is unknown or the value out of its range.

    References
    ----------
    .. [1] Lewek, M. D. and Sykes, R. (2019). J. Neurol. Phys. Ther. 43, 122-127. 0.10, 0.15 and 0.18 m/s.
    .. [2] Fulk, G. D. and Echternach, J. L. (2008). Test-retest reliability and minimal detectable change of gait speed
       in individuals undergoing rehabilitation after stroke. J. Neurol. Phys. Ther. 32, 8-13.

    Examples
    --------
    >>> error_band("walk_10m", 0.3).low, error_band("walk_10m", 0.9).low
    (0.1, 0.18)
    """
    first = INSTRUMENTS[word("instrument", instrument, tuple(INSTRUMENTS))].read(baseline)
    if instrument == "walk_10m":
        change = 0.10 if first < 0.4 else 0.15 if first <= 0.8 else 0.18
        return Difference(change, change, _LEWEK)
    change, source = {
        "fac": (0.0, _MEHRHOLZ),
        "walk_6min": (54.1, _FULK_2008),
        "berg": (5.0, _HIENGKAEW),
        "fugl_meyer_leg": (4.0, _HIENGKAEW),
    }[instrument]
    return Difference(change, change, source)


def important_difference(instrument: str, speed: float | None = None) -> Difference:
    """Change that people notice: the minimal clinically important difference.

    Parameters
    ----------
    instrument : str
        Key of the instrument.
    speed : float, optional
        Comfortable speed at the first value [m/s]; with one below 0.40 the 6-minute walk has a smaller difference.

    Returns
    -------
    Difference
        The difference, or the span of several papers.

    Raises
    ------
    ConfigError
        If the instrument is unknown or the speed out of its range.

    Examples
    --------
    >>> important_difference("walk_6min", speed=0.3).low, important_difference("walk_6min").low
    (44.0, 71.0)
    """
    word("instrument", instrument, tuple(INSTRUMENTS))
    slow = speed is not None and INSTRUMENTS["walk_10m"].read(speed, "speed") < 0.4
    low, high, source = {
        "fac": (1.0, 1.0, _ONE_LEVEL),
        "walk_10m": (0.13, 0.16, _SPEED),
        "walk_6min": (44.0, 44.0, _FULK_HE) if slow else (71.0, 71.0, _FULK_HE),
        "berg": (5.0, 12.5, _BERG),
        "fugl_meyer_leg": (6.0, 6.0, _PANDIAN),
    }[instrument]
    return Difference(low, high, source)
