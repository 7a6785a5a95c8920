"""Calls that we place: who may be dialled, how long it rings, and what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Literal, TypeAlias

import msgspec

from telephony.sip.dialog import peer_of
from telephony.sip.endpoint import SipEndpoint
from telephony.sip.fields import parse_uri
from telephony.sip.peer import DEFAULT_PORT, Peer, bare_host
from voice_agent.emergency import emergency_number
from voice_agent.errors import CallFailed

RING_S: Final = 45.0
"""How long it rings before we give up; a mailbox usually answers sooner."""

Outcome: TypeAlias = Literal["talked", "busy", "no_answer", "rejected", "failed"]

_BUSY: Final = (486, 600)
_NOBODY: Final = (408, 480, 487)


class Dialled(msgspec.Struct, frozen=True):
    """What came of a call: `code` is the final SIP status, 0 where we gave up before there was one.

    `failed`: it was answered, and there could be no conversation for all that. `conversation` is None unless `talked`.
    """

    outcome: Outcome
    code: int
    reason: str
    sip_call_id: str
    conversation: str | None = None


class Placed:
    """A call that we placed, from the INVITE to its end. `progress` is told each provisional status."""

    def __init__(self, progress: Callable[[int], None]) -> None:
        self.progress = progress
        self._answered = False
        self._gave_up = False
        self._conversation: str | None = None
        self._rung = asyncio.Event()
        self._over: asyncio.Future[tuple[Outcome, int, str]] = asyncio.get_running_loop().create_future()

    def answered(self) -> None:
        self._answered = True
        self._rung.set()

    def rejected(self, code: int, reason: str) -> None:
        """The final status of a call that nobody took."""
        if self._gave_up or code in _NOBODY:
            self._settle("no_answer", code, reason)
        else:
            self._settle("busy" if code in _BUSY else "rejected", code, reason)

    def ended(self, reason: str, conversation: str | None) -> None:
        """The call is over; `conversation` is None where there was none."""
        self._conversation = conversation
        if not self._answered:
            self._settle("no_answer", 0, reason)
        else:
            self._settle("failed" if conversation is None else "talked", 200, reason)

    async def outcome(self, sip_call_id: str, ring_s: float, give_up: Callable[[], None]) -> Dialled:
        """Returns when the call is over. After `ring_s` without an answer, or when cancelled, it is given up."""
        try:
            try:
                async with asyncio.timeout(ring_s):
                    await self._rung.wait()
            except TimeoutError:
                self._gave_up = True
                give_up()
            outcome, code, reason = await asyncio.shield(self._over)
        except asyncio.CancelledError:
            give_up()
            raise
        return Dialled(outcome, code, reason, sip_call_id, self._conversation)

    def _settle(self, outcome: Outcome, code: int, reason: str) -> None:
        self._rung.set()
        if not self._over.done():
            self._over.set_result((outcome, code, reason))


def check_may_dial(uri: str) -> None:
    """Raises CallFailed for what is no SIP URI and for emergency numbers, which are never dialled."""
    number = emergency_number(uri)
    if number is not None:
        raise CallFailed(
            f"{uri} reaches the emergency number {number}, which is never dialled", hint="dial it yourself"
        )
    try:
        parse_uri(uri)
    except ValueError as problem:
        raise CallFailed(f"{uri!r} can't be dialled: {problem}", hint="such as sip:desk@10.0.0.5") from problem


async def next_hop_of(endpoint: SipEndpoint, uri: str) -> Peer | None:
    """Where the INVITE goes if the host of `uri` is a name; None where it says so itself. Raises CallFailed."""
    parsed = parse_uri(uri)
    if peer_of(parsed) is not None:
        return None
    host = bare_host(parsed.host)
    try:
        return await endpoint.resolve(host, DEFAULT_PORT if parsed.port is None else parsed.port)
    except (OSError, TimeoutError) as problem:
        raise CallFailed(f"{host} has no address that can be reached: {problem}") from problem
