"""Times that no detector can take are named."""

from __future__ import annotations

import numpy as np
import pytest

from gaitloop import events
from gaitloop.errors import ConfigError

ROWS = {
    "ForceContacts": (2,),
    "FootImuContacts": (2, 6),
    "ShankGyroContacts": (2, 3),
    "BackImuContacts": (6,),
    "JointContacts": (6,),
    "MarkerContacts": (5, 3),
}
BAD = {"nothing": None, "text": "3", "an array": np.zeros(2), "a huge integer": 10**400, "a complex number": 1j}


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("bad", BAD)
def test_a_time_that_is_no_number_is_named(name, bad):
    with pytest.raises(ConfigError, match=r"^t must be a number, got "):
        getattr(events, name)().step(np.zeros(ROWS[name]), BAD[bad])


@pytest.mark.parametrize("bad", BAD)
def test_a_time_of_the_vote_that_is_no_number_is_named(bad):
    with pytest.raises(ConfigError, match=r"^t must be a number, got "):
        events.FusedContacts({"force": 1.0}).step({"force": []}, {"force": (True, True)}, BAD[bad])


@pytest.mark.parametrize("name", ROWS)
def test_times_closer_than_a_nanosecond_are_not_lost_in_silence(name):
    with pytest.raises(ConfigError, match=r"^t must increase by a nanosecond or more, got .* at index 1"):
        getattr(events, name)().run(np.zeros((3, *ROWS[name])), [0.0, 1e-12, 0.01])
