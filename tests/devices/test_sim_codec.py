"""Messages of the simulated device, by their properties: what is written is read, and no bytes do anything else."""

from __future__ import annotations

import contextlib
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitloop._core import SAFE_PROFILES, SAMPLE_FIELDS
from gaitloop.devices.sim import _codec as codec
from gaitloop.errors import WireError

N, GROUPS = codec._N, len(SAMPLE_FIELDS)
I64 = st.integers(-(2**63), 2**63 - 1)
FLOAT = st.floats()
FINITE = st.floats(allow_nan=False, allow_infinity=False)
SAMPLED = st.builds(
    codec.Sampled,
    I64,
    st.lists(FINITE, min_size=N, max_size=N).map(lambda v: np.array(v).tobytes()),
    st.lists(st.booleans(), min_size=N, max_size=N).map(bytes),
    st.lists(I64, min_size=GROUPS, max_size=GROUPS).map(lambda v: np.array(v, np.int64).tobytes()),
)
COMMANDED = st.builds(
    codec.Commanded, I64, I64, I64, st.tuples(*[FLOAT] * 6), FLOAT, FLOAT, st.integers(0, 255), *[st.booleans()] * 3
)
MESSAGES = st.one_of(
    st.builds(codec.Hello, st.integers(0, 2**32 - 1), FLOAT, FLOAT, st.booleans()),
    st.builds(codec.Welcome, st.sampled_from(SAFE_PROFILES), FLOAT),
    st.builds(codec.Measure, I64),
    SAMPLED,
    COMMANDED,
    st.sampled_from([codec.Stop(), codec.Bye(), codec.Done()]),
    st.builds(codec.Refused, st.text(max_size=200)),
)


def portions(data, sizes):
    while data:
        size = sizes.pop(0) if sizes else len(data)
        yield data[:size]
        data = data[size:]


@settings(max_examples=40)
@given(st.lists(MESSAGES, max_size=5), st.lists(st.integers(1, 400), max_size=40))
def test_what_is_written_is_what_is_read_however_it_comes(messages, sizes):
    frames, came = codec.FrameBuffer(), []
    for part in portions(b"".join(map(codec.encode, messages)), sizes):
        came += frames.feed(part)
    # NaN is not equal to itself, so bytes are compared.
    assert [codec.encode(m) for m in came] == [codec.encode(m) for m in messages]
    assert frames._rest == b""


@given(MESSAGES, st.data())
def test_a_bit_that_changed_is_seen(message, data):
    frame = bytearray(codec.encode(message))
    frame[data.draw(st.integers(0, len(frame) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    frames = codec.FrameBuffer()
    with contextlib.suppress(WireError):
        assert frames.feed(bytes(frame)) == []  # it waits for a length that never comes
    assert len(frames._rest) <= len(frame)


@given(st.lists(st.binary(max_size=200), max_size=10))
def test_no_bytes_raise_anything_but_the_one_error_or_are_kept(parts):
    frames = codec.FrameBuffer()
    for part in parts:
        try:
            frames.feed(part)
        except WireError:
            return
        assert len(frames._rest) < codec.LONGEST + 16


@given(st.integers(0, 255), st.binary(max_size=1200))
def test_no_payload_raises_and_what_passes_is_whole(kind, payload):
    message = codec.decode(kind, payload)
    assert message is None or codec.encode(message)[12:-4] == payload


@given(st.integers(0, 255), st.binary(max_size=1200), st.integers(0, 65535))
def test_a_frame_that_is_sound_outside_is_judged_inside(kind, payload, version):
    head = struct.pack("<4sHBxI", b"GLSM", version, kind, len(payload)) + payload
    frames = codec.FrameBuffer()
    try:
        message = frames.feed(head + struct.pack("<I", zlib.crc32(head)))
        assert version == codec.VERSION or isinstance(message[0], codec.Refused)
        assert len(message) == 1
    except WireError:
        pass


@settings(max_examples=30)
@given(SAMPLED, st.integers(0, N - 1), st.sampled_from([np.nan, np.inf, -np.inf]))
def test_a_measured_value_that_is_no_number_is_refused(message, place, wrong):
    value, valid = np.frombuffer(message.value).copy(), bytearray(message.valid)
    value[place], valid[place] = wrong, 1
    payload = codec.encode(codec.Sampled(message.t, value.tobytes(), bytes(valid), message.stamp))[12:-4]
    assert codec.decode(3, payload) is None
    valid[place] = 2
    assert codec.decode(3, payload[: 8 + 8 * N] + bytes(valid) + message.stamp) is None


def test_another_version_is_told_in_words_by_both_sides():
    hello = codec.Hello(codec.LAYOUT, 0.001, 1.0, False)
    with pytest.raises(WireError, match=r"speaks version 2 .* this one version 1; use the same release"):
        codec.FrameBuffer().feed(codec.encode(hello, version=2))
    told = codec.FrameBuffer().feed(codec.encode(codec.Refused("you speak version 1, this is 2"), version=2))
    assert told == [codec.Refused("you speak version 1, this is 2")]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"GET / HTTP/1.1\r\n", "is another program on that port"),
        (b"GLSM" + struct.pack("<HBxI", 1, 2, 2**31), "longer than any"),
        (codec.encode(codec.Bye())[:-1] + b"\x00", "damaged"),
    ],
)
def test_nonsense_is_told_for_what_it_is(data, why):
    with pytest.raises(WireError, match=why):
        codec.FrameBuffer().feed(data)


@given(st.text())
def test_a_refusal_is_cut_and_stays_text(text):
    (message,) = codec.FrameBuffer().feed(codec.encode(codec.Refused(text * 50)))
    assert len(message.text.encode()) <= 1000
