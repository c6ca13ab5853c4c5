"""The demonstration's machine under the loop, for the tests of the loop."""

from __future__ import annotations

import time
from functools import cache, wraps

from gaitloop.plant import Plant
from gaitloop.realtime import Loop, PlantDevice, Privileges
from gaitloop.session.build import build_device, build_patient, build_trainer, presses
from gaitloop.session.plan import demo_plan

#: No privilege.
QUIET = Privileges.nothing()
#: What a loop needs to keep its rate beside other tests; where it is refused, the guard may stop it, as it should.
FIRM = Privileges(priority=20, lock_memory=False, shallow_sleep=False)


@cache
def plan():
    return demo_plan()


def device():
    return PlantDevice(Plant(build_patient(plan()), build_device(plan()), seed=plan().seed), presses(plan()))


def ready(*, kind=Loop, machine=None, privileges=FIRM, **settings):
    """A loop of the demonstration that was not started."""
    return kind(build_trainer(plan()), machine or device(), privileges=privileges, **settings)


def until(met, most=30.0):
    """Wait; the limit is there so that a test that cannot pass ends."""
    end = time.monotonic() + most
    while not met():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.005)


class StarvedError(AssertionError):
    """The machine kept the processor from the loop for so long that the guard stopped it, as it should."""


def five_tries(test):
    """A test that a starved loop leaves undecided is done again, at most five times."""

    @wraps(test)
    def again(*arguments, **settings):
        for left in reversed(range(5)):
            try:
                return test(*arguments, **settings)
            except StarvedError:
                if not left:
                    raise
                time.sleep(3.0 * (5 - left))  # such machines are held up for seconds, and then are not

    return again
