"""Arrays of a sample can be changed in place by anyone: that ends in an error, never in foreign memory."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gaitloop import Simulation
from gaitloop.errors import ConfigError
from gaitloop.plant import Device, Patient, Plant
from gaitloop.session.build import build_trainer
from gaitloop.session.plan import demo_plan
from gaitloop.trainer import Sample


def narrow(sample: Sample) -> None:
    length = len(sample.value)
    sample.value.dtype = np.int8  # type: ignore[misc]
    sample.value.resize((length,), refcheck=False)


def retype(sample: Sample) -> None:
    sample.stamp.dtype = np.float64  # type: ignore[misc]


def reshape(sample: Sample) -> None:
    sample.valid.shape = (1, -1)


def shrink(sample: Sample) -> None:
    sample.value.resize((0,), refcheck=False)


@pytest.mark.parametrize("change", [narrow, retype, reshape, shrink])
def test_arrays_of_a_sample_that_were_changed_in_place_are_refused(change: Callable[[Sample], None]) -> None:
    sample, trainer = Sample(), build_trainer(demo_plan())
    trainer.step(sample)
    change(sample)
    with pytest.raises(ConfigError, match="sample must keep the shape and type of its arrays"):
        trainer.step(sample)


def test_more_ticks_than_memory_are_refused() -> None:
    plant = Plant(Patient.healthy(seed=1), Device.treadmill_exo(), seed=1)
    with pytest.raises(ConfigError, match=r"ticks must lie in \[0, 10000000\], got 1099511627776"):
        Simulation(build_trainer(demo_plan()), plant).run(2**40)
