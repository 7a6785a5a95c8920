"""Answers calls with a burst of sound a fixed time after the end of voice: what a measurement of waits is set by.

Usage: python -m benchmarks.fixed_responder DELAY_MS. Prints the SIP URI to dial; runs until its input ends. The end of
voice is the end of the last voiced 10 ms in a packet that has come, as `answer_times` sees it at the other end.
"""

from __future__ import annotations

import asyncio
import math
import secrets
import sys
from typing import Final

import numpy as np
import uvloop

from simulations.loudness import WINDOW_MS, voiced_windows
from telephony.codecs.g711 import PCMU
from telephony.media_terms import stream_terms
from telephony.rtp.packet import is_rtcp, parse
from telephony.rtp.port import MediaPorts, MediaSocket
from telephony.rtp.sender import Origin
from telephony.rtp.source_latch import Address
from telephony.rtp.stream import RtpStream, StreamTerms
from telephony.sdp.offer_answer import make_answer
from telephony.sdp.session import parse as parse_sdp
from telephony.sip import actions as sip
from telephony.sip.endpoint import SipEndpoint, monotonic_us
from telephony.sip.settings import SipSettings
from voice_agent.audio import FRAME_SAMPLES, FRAME_US, RATE_HZ, Pcm

HOST: Final = "127.0.0.1"
PORTS: Final = (30_000, 30_999)
BURST_FRAMES: Final = 10
GREETING_S: Final = 0.3


def tone() -> Pcm:
    """`int16[160]`, 400 Hz: whole periods, so that frames follow each other without a click."""
    at = np.arange(FRAME_SAMPLES) * (2 * math.pi * 400 / RATE_HZ)
    burst: Pcm = np.round(np.sin(at) * 8_000).astype(np.int16)
    return burst


class _Listening(RtpStream):
    """Tells of the voice that comes in, packet by packet."""

    def __init__(self, terms: StreamTerms, answer: FixedAnswer) -> None:
        super().__init__(terms)
        self._answer = answer

    def receive(self, datagram: bytes, source: Address, now_us: int) -> None:
        super().receive(datagram, source, now_us)
        if not is_rtcp(datagram):
            voiced = voiced_windows(PCMU.decode(parse(datagram).payload))
            if any(voiced):
                self._answer.voice_until(now_us - (0 if voiced[-1] else WINDOW_MS * 1_000))


class FixedAnswer:
    """One call. What is due is set anew whenever voice goes on; each packet of a burst has its own time."""

    def __init__(self, media: MediaSocket, delay_us: int) -> None:
        self.stream: RtpStream | None = None
        self._media = media
        self._delay_us = delay_us
        self._wanted = 0
        """Counts what was set: what fires with another number is out of date."""

    def start(self, terms: StreamTerms) -> None:
        self.stream = _Listening(terms, self)
        self._media.attach(self.stream, monotonic_us)
        self._answer_at(monotonic_us() + round(GREETING_S * 1_000_000))

    def voice_until(self, ended_us: int) -> None:
        """Voice was heard up to then: the answer is due after it, and not before."""
        self._answer_at(ended_us + self._delay_us)

    def stop(self) -> None:
        self._wanted += 1
        self._media.close()

    def _answer_at(self, due_us: int) -> None:
        self._wanted += 1
        self._wait(due_us, self._wanted, BURST_FRAMES)

    def _wait(self, due_us: int, wanted: int, left: int) -> None:
        """Timers may fire a millisecond early, and late: the last of the time is waited for by turns of the loop."""
        left_s = (due_us - monotonic_us()) / 1_000_000 - 0.0015
        loop = asyncio.get_running_loop()
        if left_s > 0:
            loop.call_later(left_s, self._fire, due_us, wanted, left)
        else:
            loop.call_soon(self._fire, due_us, wanted, left)

    def _fire(self, due_us: int, wanted: int, left: int) -> None:
        if wanted != self._wanted or self.stream is None or left == 0:
            return
        if monotonic_us() < due_us:
            self._wait(due_us, wanted, left)
            return
        self._media.send(self.stream.push(tone()))
        self._wait(due_us + FRAME_US, wanted, left - 1)


class _Responder:
    """Takes every call."""

    def __init__(self, delay_us: int) -> None:
        self.endpoint: SipEndpoint | None = None
        self._delay_us = delay_us
        self._ports = MediaPorts(HOST, *PORTS)
        self._calls: dict[object, FixedAnswer] = {}

    def on_call(self, action: sip.CallAction) -> None:
        if self.endpoint is None:
            return
        match action:
            case sip.IncomingCall(call=call, sdp=sdp) if sdp is not None:
                media = self._ports.open()
                answer = make_answer(parse_sdp(sdp), HOST, media.port)
                origin = Origin(secrets.randbits(32), secrets.randbits(16), secrets.randbits(32))
                self._calls[call] = FixedAnswer(media, self._delay_us)
                self._calls[call].start(stream_terms(answer.media, origin))
                self.endpoint.accept(call, answer.sdp)
            case sip.CallEnded(call=call) | sip.CallCancelled(call=call) if call in self._calls:
                self._calls.pop(call).stop()
            case _:
                pass


async def _serve(delay_ms: int) -> None:
    responder = _Responder(delay_ms * 1_000)
    responder.endpoint = await SipEndpoint.open(HOST, 0, responder, SipSettings(contact_user="responder"))
    here = responder.endpoint.address
    print(f"sip:responder@{here.host}:{here.port}", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await responder.endpoint.close()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
