"""What a worker and its speech processes say to each other: msgpack over a socket pair, a length before each message.

    4 bytes, big endian: length    then one tagged struct

Every message has the version `v`. `job` numbers a request, `generation` the attempt at it: an answer to an earlier
attempt is dropped by whoever gets it. Deadlines are CLOCK_MONOTONIC, which all processes of a machine share. Audio is
`int16[samples]`, 8 kHz mono, little endian; vectors are `float32[rows, n]`, row by row.
"""

from __future__ import annotations

import socket
from typing import Final, TypeAlias, TypeVar

import msgspec

from models.ladder import Effort
from voice_agent.errors import VoiceAgentError
from voice_agent.ports.likely import Likely

VERSION: Final = 1
HEADER_BYTES: Final = 4
LARGEST_BYTES: Final = 16 << 20


class ProtocolBroken(VoiceAgentError):
    """The other side speaks another version or something else; it has to be restarted."""

    code = "speech_protocol"


class _Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    v: int = VERSION


class _Job(_Message, frozen=True, kw_only=True):
    job: int
    generation: int


class _Request(_Job, frozen=True, kw_only=True):
    deadline_us: int


class Transcribe(_Request, frozen=True, kw_only=True, tag="transcribe"):
    """`effort` is how well it is to be done; its answer says how well it was done, which may be better."""

    pcm: bytes
    expects: str
    effort: Effort = Effort.FULL
    languages: tuple[str, ...] = ("en",)


class Synthesize(_Request, frozen=True, kw_only=True, tag="synthesize"):
    """`skip_samples` were heard from a process that died; `credit` chunks may be sent before the next `Credit`."""

    text: str
    skip_samples: int
    credit: int
    speed: float = 1.0


class Embed(_Request, frozen=True, kw_only=True, tag="embed"):
    texts: tuple[str, ...]


class Cancel(_Job, frozen=True, kw_only=True, tag="cancel"):
    """Answered by `Done` as soon as the process is free of the job."""


class Credit(_Job, frozen=True, kw_only=True, tag="credit"):
    chunks: int


class Ready(_Message, frozen=True, kw_only=True, tag="ready"):
    """All engines are loaded. `versions` maps engine to the package version it comes from."""

    versions: dict[str, str]
    loading_us: int


class Refused(_Message, frozen=True, kw_only=True, tag="refused"):
    """Engines can't be loaded, and won't be at another attempt: the process ends. Fields as in `VoiceAgentError`."""

    code: str
    message: str
    hint: str | None


class Transcribed(_Job, frozen=True, kw_only=True, tag="transcribed"):
    text: str
    alternatives: tuple[str, ...]
    confidence: float
    engine: str
    engine_us: int
    effort: Effort = Effort.FULL
    finished: float | None = None
    language: str = ""
    likely: tuple[Likely, ...] = ()


class Chunk(_Job, frozen=True, kw_only=True, tag="chunk"):
    pcm: bytes


class Embedded(_Job, frozen=True, kw_only=True, tag="embedded"):
    vectors: bytes
    rows: int


class Done(_Job, frozen=True, kw_only=True, tag="done"):
    """Nothing more comes for this job: all chunks were sent, or it was cancelled."""


class Failed(_Job, frozen=True, kw_only=True, tag="failed"):
    reason: str


Request: TypeAlias = Transcribe | Synthesize | Embed
ToProcess: TypeAlias = Request | Cancel | Credit
Answer: TypeAlias = Transcribed | Chunk | Embedded | Done | Failed
FromProcess: TypeAlias = Ready | Refused | Answer

M = TypeVar("M", ToProcess, FromProcess)

_ENCODER: Final = msgspec.msgpack.Encoder()
_TO_PROCESS: Final[msgspec.msgpack.Decoder[ToProcess]] = msgspec.msgpack.Decoder(ToProcess)
_FROM_PROCESS: Final[msgspec.msgpack.Decoder[FromProcess]] = msgspec.msgpack.Decoder(FromProcess)


def framed(message: ToProcess | FromProcess) -> bytes:
    """`message` with its length in front, ready to be written."""
    body = _ENCODER.encode(message)
    return len(body).to_bytes(HEADER_BYTES, "big") + body


def body_length(header: bytes) -> int:
    """Length of the message after `header`; raises `ProtocolBroken` where no such message is ever sent."""
    length = int.from_bytes(header, "big")
    if not 0 < length <= LARGEST_BYTES:
        raise ProtocolBroken(f"a message of {length} bytes is announced, more than {LARGEST_BYTES}")
    return length


def to_process(body: bytes) -> ToProcess:
    return _decoded(_TO_PROCESS, body)


def from_process(body: bytes) -> FromProcess:
    return _decoded(_FROM_PROCESS, body)


def _decoded(decoder: msgspec.msgpack.Decoder[M], body: bytes) -> M:
    try:
        message = decoder.decode(body)
    except msgspec.DecodeError as error:
        raise ProtocolBroken(f"a message can't be decoded: {error}") from error
    if message.v != VERSION:
        raise ProtocolBroken(f"a message has version {message.v}, not {VERSION}")
    return message


def receive(connection: socket.socket) -> ToProcess | None:
    """Waits for the next message to a process; None when the other side has gone."""
    header = _read_exactly(connection, HEADER_BYTES)
    if header is None:
        return None
    body = _read_exactly(connection, body_length(header))
    return None if body is None else to_process(body)


def _read_exactly(connection: socket.socket, size: int) -> bytes | None:
    received = bytearray()
    while len(received) < size:
        try:
            piece = connection.recv(size - len(received))
        except ConnectionError:
            return None
        if piece == b"":
            return None
        received += piece
    return bytes(received)
