"""Recordings: whole, in parts, and the reasons why there is none."""

from __future__ import annotations

import asyncio
import io
import os
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message

from tests.api.conftest import CORRECTED, ERASED, EXPIRED, FOUND, RECORDED_FRAMES, Client
from voice_agent.api.audio import PIECE_BYTES, FilePart, recording_response
from voice_agent.api.ranges import Unsatisfiable, byte_range
from voice_agent.stores.recordings import audio_path

SOUND = f"/calls/{FOUND}/audio"


def test_all_of_it_is_a_stereo_wav(client: Client, stored_calls: Path) -> None:
    answer = client.get(SOUND)
    assert (answer.status, answer.headers["content-type"]) == (200, "audio/wav")
    assert answer.headers["accept-ranges"] == "bytes"
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert answer.body == audio_path(stored_calls, FOUND).read_bytes()
    with wave.open(io.BytesIO(answer.body)) as sound:
        assert (sound.getnchannels(), sound.getframerate()) == (2, 8_000)
        both = np.frombuffer(sound.readframes(-1), "<i2").reshape(-1, 2)
    assert len(both) == RECORDED_FRAMES * 160
    assert (both[:, 0] == -both[:, 1]).all()


def test_a_part_is_that_part(client: Client) -> None:
    whole = client.get(SOUND).body
    for asked, part in (
        ("bytes=0-43", whole[:44]),
        ("bytes=100-100", whole[100:101]),
        ("bytes=1000-", whole[1000:]),
        ("bytes=-500", whole[-500:]),
        ("bytes=5-999999999", whole[5:]),
        ("bytes=-999999999", whole),
    ):
        answer = client.get(SOUND, headers={"Range": asked})
        assert (answer.status, answer.body) == (206, part), asked
        first = len(whole) - len(part) if asked.startswith("bytes=-") else int(asked[6:].split("-")[0])
        assert answer.headers["content-range"] == f"bytes {first}-{first + len(part) - 1}/{len(whole)}"


def test_parts_put_together_are_the_whole(client: Client) -> None:
    whole = client.get(SOUND).body
    parts = [
        client.get(SOUND, headers={"Range": f"bytes={start}-{start + 99_999}"}).body
        for start in range(0, len(whole), 100_000)
    ]
    assert b"".join(parts) == whole


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "bytes=", "bytes=-", "lines=1-2", "bytes=9-3", "bytes=a-b", "x"])
def test_what_is_not_understood_is_answered_with_all(client: Client, asked: str) -> None:
    assert client.get(SOUND, headers={"Range": asked}).status == 200


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0"])
def test_a_part_beyond_the_end_is_416_with_the_length(client: Client, asked: str) -> None:
    size = client.get(SOUND).headers["content-length"]
    answer = client.get(SOUND, headers={"Range": asked})
    assert (answer.status, answer.headers["content-range"]) == (416, f"bytes */{size}")
    assert answer.json["code"] == "range_not_satisfiable"


def test_a_part_of_another_version_is_answered_with_all(client: Client) -> None:
    tag = client.get(SOUND).headers["etag"]
    assert client.get(SOUND, headers={"Range": "bytes=0-9", "If-Range": tag}).status == 206
    assert client.get(SOUND, headers={"Range": "bytes=0-9", "If-Range": '"old"'}).status == 200


def test_head_tells_the_length_and_sends_nothing(client: Client) -> None:
    answer = client.get(SOUND, method="HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert int(answer.headers["content-length"]) == len(client.get(SOUND).body)


@pytest.mark.parametrize(
    ("conversation", "status", "code"),
    [(CORRECTED, 404, "not_recorded"), (ERASED, 410, "recording_erased"), (EXPIRED, 410, "recording_expired")],
)
def test_why_there_is_no_sound(client: Client, conversation: str, status: int, code: str) -> None:
    answer = client.get(f"/calls/{conversation}/audio")
    assert (answer.status, answer.json["code"]) == (status, code)
    assert client.get(f"/calls/{conversation}").json["recording"] == {
        "state": {"not_recorded": "not_recorded", "recording_erased": "erased", "recording_expired": "expired"}[code],
        "url": None,
    }


def sent_by(response: FilePart, between: bytes, path: Path) -> list[Message]:
    """What `response` sends while `between` is appended to its file after each message."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)
        with path.open("ab") as file:
            file.write(between)

    asyncio.run(response({"type": "http", "method": "GET"}, receive, send))
    return sent


def test_a_file_that_grows_meanwhile_is_sent_as_long_as_was_said_and_a_piece_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    path.write_bytes(os.urandom(3 * PIECE_BYTES + 17))
    before = path.read_bytes()
    response = asyncio.run(recording_response(path, None, None))
    assert isinstance(response, FilePart)
    sent = sent_by(response, b"more", path)
    pieces = [message["body"] for message in sent[1:]]
    assert b"".join(pieces) == before
    assert max(map(len, pieces)) == PIECE_BYTES
    assert dict(sent[0]["headers"])[b"content-length"] == str(len(before)).encode()


def test_a_client_that_takes_nothing_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    path.write_bytes(bytes(10))
    response = asyncio.run(recording_response(path, None, None))
    assert isinstance(response, FilePart)
    response.stalled_s = 0.01

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        asyncio.run(response({"type": "http", "method": "GET"}, receive, send))


def test_a_file_that_is_cut_short_meanwhile_ends_the_answer_with_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    path.write_bytes(bytes(PIECE_BYTES + 10))
    response = asyncio.run(recording_response(path, None, None))
    assert isinstance(response, FilePart)
    path.write_bytes(bytes(5))
    with pytest.raises(OSError, match="cut short"):
        sent_by(response, b"", path)


@given(st.text(max_size=30) | st.from_regex(r"bytes=\d{0,6}-\d{0,6}", fullmatch=True), st.integers(0, 1_000))
def test_any_header_yields_a_part_within_the_file_all_of_it_or_unsatisfiable(header: str, size: int) -> None:
    try:
        part = byte_range(header, size)
    except Unsatisfiable:
        return
    assert part is None or (len(part) > 0 and part.start >= 0 and part.stop <= size)
