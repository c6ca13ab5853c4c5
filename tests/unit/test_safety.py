"""The public safety room: what it refuses, and that torque comes from the guard alone."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from gaitloop import _core, safety
from gaitloop.errors import ConfigError

KINDS = ["driven"] * 6
FIELDS = [(name, per_joint, low, high) for name, per_joint, low, high, *_ in safety.ENVELOPE_FIELDS]


def limits():
    """Limits in the middle of their ranges."""
    values = {name: [(low + high) / 2] * 6 if joint else (low + high) / 2 for name, joint, low, high in FIELDS}
    return {**values, "q_min": [-0.5] * 6, "q_max": [1.0] * 6}


@pytest.fixture(params=["gaitloop.safety", "gaitloop.reference.safety"])
def module(request):
    return importlib.import_module(request.param)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, -1e3, 1e6], ids=str)
@pytest.mark.parametrize(("name", "joint"), [(name, joint) for name, joint, *_ in FIELDS])
def test_a_bad_limit_is_refused_by_name(module, name, joint, bad):
    value = [*limits()[name][:5], bad] if joint else bad
    with pytest.raises(ConfigError, match=rf"^{name} must lie in \["):
        module.Envelope(**{**limits(), name: value})


@pytest.mark.parametrize("name", [name for name, *_ in FIELDS])
def test_no_limit_has_a_default(name):
    values = limits()
    del values[name]
    with pytest.raises(TypeError, match=f"'{name}'"):
        safety.Envelope(**values)
    with pytest.raises(ConfigError, match=rf"^{name} must be given"):
        safety.Envelope.from_dict(values)
    with pytest.raises(ConfigError, match=rf"^{name} must be given"):
        _core.Envelope(**{k: np.array(v) if isinstance(v, list) else v for k, v in values.items()})


def test_swapped_ends_are_refused(module):
    with pytest.raises(ConfigError, match=r"^q_min must lie below q_max"):
        module.Envelope(**{**limits(), "q_min": [1.0] * 6, "q_max": [-0.5] * 6})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"q_min": [0.0] * 5}, r"^q_min must have shape \(6,\), got \(5,\)"),
        ({"q_min": ["a"] * 6}, "^q_min must be numbers"),
        ({"lease": "0.01"}, "^lease must be a number"),
        ({"lease": True}, "^lease must be a number"),
        ({"q_minimum": 1.0}, "^q_minimum is not a limit"),
    ],
)
def test_a_table_of_wrong_kind_is_refused(change, message):
    with pytest.raises(ConfigError, match=message):
        safety.Envelope.from_dict({**limits(), **change})


def test_an_envelope_survives_its_table_and_cannot_be_changed():
    envelope = safety.Envelope.from_dict(limits())
    assert safety.Envelope.from_dict(envelope.to_dict()) == envelope
    with pytest.raises(AttributeError):
        envelope.lease = 0.02
    with pytest.raises(ValueError, match="read-only"):
        envelope.q_min[0] = -3.0


def test_an_empty_intersection_names_the_joint(module):
    narrow = module.Envelope(**{**limits(), "q_min": [-0.5] * 4 + [0.8, -0.5], "q_max": [1.0] * 4 + [0.9, 1.0]})
    other = module.Envelope(**{**limits(), "q_max": [0.7] * 6})
    with pytest.raises(ConfigError, match=r"^range of motion of knee_r must not be empty"):
        narrow.intersect(other)


@pytest.mark.parametrize("name", [n for n in ("SafeTorque", "Command") if hasattr(_core, n)])
def test_torque_comes_from_the_guard_alone(name):
    made = getattr(_core, name)
    for arguments in [(np.ones(6),), (np.ones(6), 0)]:
        with pytest.raises(TypeError):
            made(*arguments)
    with pytest.raises(TypeError):
        made(torque=np.ones(6))
    with pytest.raises(TypeError):
        type("Forged", (made,), {})


def test_safe_torque_cannot_be_changed():
    guard = safety.Guard(safety.Envelope(**limits()), KINDS)
    guard.check(0, np.zeros(6), np.zeros(6), np.full(6, 5.0))
    safe = guard.limit("full")
    safe.torque[:] = 1e3
    assert np.abs(safe.torque).max() <= 5.0
    with pytest.raises(AttributeError):
        safe.torque = np.ones(6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda g: g.check(0, np.zeros(5), np.zeros(6), np.zeros(6)), r"^q must have shape \(6,\)"),
        (lambda g: g.limit(6), r"^mode must lie in \[0, 5\], got 6"),
        (lambda g: g.limit("fast"), "^mode must be one of"),
        (lambda g: g.run([0], np.zeros((2, 6)), np.zeros((1, 6)), np.zeros((1, 6)), [0]), "^q must have length 1"),
        (lambda g: g.run([0.5], *[np.zeros((1, 6))] * 3, [0]), "^t_ns must be whole numbers"),
        (lambda g: safety.Guard(safety.Envelope(**limits()), ["driven"] * 5), "^kinds must have length 6"),
        (lambda g: safety.Guard(safety.Envelope(**limits()), ["moved"] * 6), "^kinds must be one of"),
        (lambda g: safety.Support(safety.Envelope(**limits()), np.nan), r"^initial must lie in \[0, 1000\]"),
    ],
)
def test_a_bad_call_is_refused_by_name(call, message):
    guard = safety.Guard(safety.Envelope(**limits()), KINDS)
    with pytest.raises(ConfigError, match=message):
        call(guard)


def test_narrowings_tighten_and_tell_whose_limit_it_is(module):
    device = module.Envelope(**limits())
    patient = module.Narrowing(q_max=[0.9, 2.0, 1.0, 1.0, 1.0, 1.0], belt_speed_max=0.5)
    made = module.effective(device, patient, None, module.Narrowing(belt_speed_max=0.4, lease=0.02))
    assert made.envelope.to_dict() == {**device.to_dict(), "q_max": [0.9, *[1.0] * 5], "belt_speed_max": 0.4}
    assert made.sources["q_max"] == ("patient", *["device"] * 5)
    assert (made.sources["belt_speed_max"], made.sources["lease"]) == (("remote",), ("device",))
    assert module.effective(device).envelope.to_dict() == device.to_dict()


def test_a_clash_names_both_sources(module):
    low, high = module.Narrowing(q_min=[-0.5, 0.4, *[-0.5] * 4]), module.Narrowing(q_max=[1.0, 0.3, *[1.0] * 4])
    told = r"^range of motion of knee_l must not be empty .*, got \[0.4, 0.3\]: q_min is of session, q_max of remote$"
    with pytest.raises(ConfigError, match=told):
        module.effective(module.Envelope(**limits()), None, low, high)


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ({"wall_damping": [1.0] * 6}, "^wall_damping must be left to the device"),
        ({"stop_decel": 1.0}, "^stop_decel must be left to the device"),
        ({"q_maximum": [1.0] * 6}, "^q_maximum is not a limit"),
        ({"q_max": [1.0] * 5}, "^q_max must have shape"),
        ({"tau_max": [np.nan] * 6}, r"^tau_max must lie in \[0, 300\], got NaN"),
        ({"lease": np.inf}, r"^lease must lie in \[0.001, 0.02\], got inf"),
        ({"q_min": [0.5] * 6, "q_max": [0.4] * 6}, "^q_min must lie below q_max"),
    ],
)
def test_a_bad_narrowing_is_refused_by_name(module, named, message):
    with pytest.raises(ConfigError, match=message):
        module.Narrowing(**named)
