from __future__ import annotations

import socket
from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ladder import Effort
from models.pool_jobs import recognition_of
from models.process_messages import (
    HEADER_BYTES,
    LARGEST_BYTES,
    Cancel,
    Done,
    Embed,
    ProtocolBroken,
    Ready,
    Transcribe,
    Transcribed,
    body_length,
    framed,
    from_process,
    receive,
    to_process,
)
from voice_agent.ports.speech import Recognition


@given(st.binary(max_size=400), st.text(max_size=20))
def test_what_is_sent_is_what_arrives(pcm: bytes, expects: str) -> None:
    message = Transcribe(job=7, generation=2, deadline_us=-1, pcm=pcm, expects=expects)
    frame = framed(message)
    assert body_length(frame[:HEADER_BYTES]) == len(frame) - HEADER_BYTES
    assert to_process(frame[HEADER_BYTES:]) == message


def test_everything_that_was_heard_reaches_whoever_asked() -> None:
    heard = Recognition("sí", ("si",), 0.9, "whisper", 250_000, effort="short", finished=0.7, language="es")
    fields = {**msgspec.structs.asdict(heard), "effort": Effort.SHORT}
    assert recognition_of(Transcribed(job=1, generation=1, **fields)) == heard


def test_messages_are_read_from_a_stream_one_by_one_until_its_end() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        with ours:
            ours.sendall(
                framed(Cancel(job=1, generation=1)) + framed(Embed(job=2, generation=1, deadline_us=3, texts=()))
            )
            ours.sendall(framed(Cancel(job=3, generation=1))[:5])
        assert receive(theirs) == Cancel(job=1, generation=1)
        assert receive(theirs) == Embed(job=2, generation=1, deadline_us=3, texts=())
        assert receive(theirs) is None, "a message that breaks off is none"


@given(st.binary(max_size=60))
def test_garbage_is_refused_as_such(body: bytes) -> None:
    for decode in (to_process, from_process):
        with suppress(ProtocolBroken):
            decode(body)


def test_another_version_is_refused() -> None:
    body = msgspec.msgpack.encode({"type": "done", "v": 2, "job": 1, "generation": 1})
    with pytest.raises(ProtocolBroken, match="version 2, not 1"):
        from_process(body)


def test_one_side_does_not_take_its_own_messages() -> None:
    with pytest.raises(ProtocolBroken):
        to_process(framed(Ready(versions={}, loading_us=0))[HEADER_BYTES:])
    assert from_process(framed(Done(job=1, generation=1))[HEADER_BYTES:]) == Done(job=1, generation=1)


@pytest.mark.parametrize("length", [0, LARGEST_BYTES + 1])
def test_impossible_lengths_are_refused(length: int) -> None:
    with pytest.raises(ProtocolBroken, match=f"{length} bytes"):
        body_length(length.to_bytes(HEADER_BYTES, "big"))
