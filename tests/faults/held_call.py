"""A caller that only holds the line: sends silence, and writes down every packet of the agent's. A thread of its own.

with HeldCall(uri) as call:
    call.hold(250)                 # until so many more packets have come: five seconds
assert call.breaks == []
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from types import TracebackType
from typing import Final, NamedTuple

from telephony.sdp.session import parse
from tests.testkit.sip_text import HOST, TextCaller, to_tag_of
from tests.testkit.waiting import until

FRAME_S: Final = 0.02
SILENCE: Final = b"\xff" * 160
"""20 ms of mu-law."""
_HEADER: Final = struct.Struct("!BBHII")


class Arrival(NamedTuple):
    at_us: int
    sequence: int
    timestamp: int


def rtp_packet(number: int, payload: bytes = SILENCE, ssrc: int = 7) -> bytes:
    """PCMU as in RFC 3550 section 5.1."""
    return _HEADER.pack(0x80, 0, number & 0xFFFF, number * 160 & 0xFFFFFFFF, ssrc) + payload


class HeldCall:
    """One call, up from `__enter__` to `__exit__`."""

    def __init__(self, uri: str) -> None:
        self.arrivals: list[Arrival] = []
        self.remote_port = 0
        self._text = TextCaller(uri)
        self._media = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._media.bind((HOST, 0))
        self._to_tag = ""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def breaks(self) -> list[tuple[Arrival, Arrival]]:
        """Packets that don't follow each other: by sequence number, or by 160 samples (RFC 3550 section 5.1)."""
        pairs = zip(self.arrivals, self.arrivals[1:], strict=False)
        return [
            (earlier, later)
            for earlier, later in pairs
            if (later.sequence - earlier.sequence) & 0xFFFF != 1
            or (later.timestamp - earlier.timestamp) & 0xFFFFFFFF != 160
        ]

    @property
    def longest_gap_ms(self) -> float:
        """Between two packets, as they came in: what this machine does to the caller counts too."""
        pairs = zip(self.arrivals, self.arrivals[1:], strict=False)
        return max(((later.at_us - earlier.at_us) / 1_000 for earlier, later in pairs), default=0.0)

    def hold(self, packets: int) -> None:
        """Returns when so many more have come."""
        wanted = len(self.arrivals) + packets
        until(lambda: len(self.arrivals) >= wanted, 10 + 3 * packets * FRAME_S, f"{packets} packets")

    def __enter__(self) -> HeldCall:
        port = self._media.getsockname()[1]
        lines = ("v=0", f"o=- 1 1 IN IP4 {HOST}", "s=-", f"c=IN IP4 {HOST}", "t=0 0", f"m=audio {port} RTP/AVP 0", "")
        self._text.send("INVITE", body="\r\n".join(lines))
        answer = self._text.expect("SIP/2.0 200 ")
        self._to_tag = to_tag_of(answer)
        self.remote_port = parse(answer.partition("\r\n\r\n")[2].encode()).media[0].port
        self._text.send("ACK", to_tag=self._to_tag)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        self._text.send("BYE", number=2, to_tag=self._to_tag)
        try:
            self._text.expect("SIP/2.0 ")
        finally:
            self._text.close()
            self._media.close()

    def _run(self) -> None:
        began, number = time.monotonic(), 0
        while not self._over.is_set():
            left = began + number * FRAME_S - time.monotonic()
            if left <= 0:
                self._media.sendto(rtp_packet(number), (HOST, self.remote_port))
                number += 1
                continue
            self._media.settimeout(left)
            try:
                packet = self._media.recv(2_048)
            except TimeoutError:
                continue
            _, kind, sequence, timestamp, _ = _HEADER.unpack_from(packet)
            if kind & 0x7F == 0:  # reports come to another port; telephone events are no audio
                self.arrivals.append(Arrival(time.monotonic_ns() // 1_000, sequence, timestamp))
