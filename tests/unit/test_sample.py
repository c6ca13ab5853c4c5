"""Arrays of a sample can be changed in place by anyone: that ends in an error, never in foreign memory."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gaitloop import Simulation
from gaitloop.control import Impedance
from gaitloop.errors import ConfigError
from gaitloop.plant import Device, Patient, Plant
from gaitloop.session.build import build_trainer
from gaitloop.session.plan import demo_plan
from gaitloop.trainer import Sample


def narrow(sample: Sample) -> None:
    length = len(sample.value)
    setattr(sample.value, "dtype", np.int8)  # noqa: B010 - no type checker would let it pass
    sample.value.resize((length,), refcheck=False)


def retype(sample: Sample) -> None:
    setattr(sample.stamp, "dtype", np.float64)  # noqa: B010 - as above


def reshape(sample: Sample) -> None:
    sample.stamp.shape = (1, -1)


def shrink(sample: Sample) -> None:
    sample.value.resize((0,), refcheck=False)


@pytest.mark.parametrize("change", [narrow, retype, reshape, shrink])
def test_arrays_of_a_sample_that_were_changed_in_place_are_refused(change: Callable[[Sample], None]) -> None:
    sample, trainer = Sample(), build_trainer(demo_plan())
    trainer.step(sample)
    change(sample)
    with pytest.raises(ConfigError, match=r"sample must keep the shape and type of its arrays"):
        trainer.step(sample)


def test_more_ticks_than_memory_are_refused() -> None:
    plant = Plant(Patient.healthy(seed=1), Device.treadmill_exo(), seed=1)
    with pytest.raises(ConfigError, match=r"ticks must lie in \[0, 10000000\], got 1099511627776"):
        Simulation(build_trainer(demo_plan()), plant).run(2**40)


@pytest.mark.parametrize(
    "bad", [["1"] * 6, [1 + 2j] * 6, np.zeros(6, "M8[ms]"), [{}] * 6, [10**400] * 6, [[1], [2, 3]]]
)
def test_what_is_no_number_is_refused(bad: object) -> None:
    with pytest.raises(ConfigError, match=r"^q must be numbers"):
        Sample().q = bad  # type: ignore[assignment]


def test_a_masked_value_is_absent() -> None:
    sample = Sample()
    sample.q = np.ma.array([0, 1, 2, 3, 4, 5], mask=[False, True, False, False, False, False])
    assert sample.valid[:6].tolist() == [True, False, True, True, True, True]


def test_truth_values_of_any_bits_are_read_as_measured():
    plan = demo_plan()
    for make in (lambda s: s.valid.view(np.uint8), lambda s: s.valid.view(np.int8)):
        sample, other = Sample(), Sample()
        for each in (sample, other):
            each.t = 1_000_000
            each.q = each.dq = np.zeros(6)
        make(sample)[:12] = 7
        assert sample.valid[:12].all()
        first, second = (build_trainer(plan).step(each) for each in (sample, other))
        assert (first.state, first.cause) == (second.state, second.cause)


@pytest.mark.parametrize("position", range(4))
@pytest.mark.parametrize("bad", ["type", "strided", "list"])
def test_run_names_what_it_refuses(position, bad):
    n, width, groups = 8, 56, 13
    arrays = [
        np.arange(n),
        np.zeros((n, width)),
        np.zeros((n, width), dtype=bool),
        np.zeros((n, groups), dtype=np.int64),
    ]
    wrong = {
        "type": lambda a: a.astype(np.float32),
        "strided": lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
        "list": lambda a: a.tolist(),
    }
    arrays[position] = wrong[bad](arrays[position])
    name = ("t", "value", "valid", "stamp")[position]
    with pytest.raises(ConfigError, match=name):
        build_trainer(demo_plan()).run(*arrays)


def test_a_masked_value_is_absent_in_every_room():
    q = np.ma.masked_array([0.5] * 6, mask=[True, False, False, False, False, False])
    zero = np.zeros(6)
    tau = Impedance(np.full(6, 100.0), zero).step(q, zero, zero, zero, np.ones(6))
    assert tau.tolist() == [0.0, -50.0, -50.0, -50.0, -50.0, -50.0]
