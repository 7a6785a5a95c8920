"""Which of several workers behind one SIP port a message is for, and whether there is room for one more call. Pure.

    dispatcher = Dispatcher(shares=(25, 25))
    dispatcher.up(0, generation=1)
    dispatcher.route(glance(datagram), now_us)        # ToWorker(0, place="call-id"): a place of worker 0 is taken
    dispatcher.released(0, "call-id", now_us)         # the worker gave it back

What our workers name (tags, branches) begins with their label, so that requests in a dialog and responses find their
way by themselves; a new call goes to the worker with most room, and its Call-ID is remembered while it lasts and a
while after it. May not read or send anything.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, TypeAlias

import msgspec

from telephony.sip.glance import Glance

LINGER_US: Final = 40_000_000
"""More than the 32 s for which a transaction may still see retransmissions (RFC 3261, timers H and J)."""
CAPACITY: Final = 50_000
"""Calls that are over and remembered. Beyond it those that ended first are forgotten."""
_LABEL: Final = re.compile(r"w([0-9]{1,3})g([0-9]{1,9})-")


class ToWorker(msgspec.Struct, frozen=True):
    """`place` is the Call-ID for which a place of that worker was taken with this message."""

    worker: int
    place: str | None = None


class Refuse(msgspec.Struct, frozen=True):
    """503: there is no room."""

    reason: str


class Gone(msgspec.Struct, frozen=True):
    """481: the call was of a worker that is no more, or never was."""


class Drop(msgspec.Struct, frozen=True):
    """Nobody waits for an answer to it."""


Decision: TypeAlias = ToWorker | Refuse | Gone | Drop


class _Entry(msgspec.Struct):
    worker: int
    forget_us: int | None = None
    """None while its place is taken."""


class _Worker(msgspec.Struct):
    share: int
    generation: int | None = None
    """None while it's down."""
    takes: bool = True
    held: int = 0


def label(worker: int, generation: int) -> str:
    """What begins every text that a worker makes up; a worker that was restarted has another."""
    return f"w{worker}g{generation}-"


class Dispatcher:
    """`shares` are the calls that each worker may have."""

    def __init__(self, shares: Sequence[int], *, linger_us: int = LINGER_US, capacity: int = CAPACITY) -> None:
        self.draining = False
        self._workers = [_Worker(share) for share in shares]
        self._held: dict[str, _Entry] = {}
        self._over: OrderedDict[str, _Entry] = OrderedDict()
        self._linger_us = linger_us
        self._capacity = capacity

    @property
    def held(self) -> int:
        """Places taken, over all workers."""
        return len(self._held)

    @property
    def remembered(self) -> int:
        return len(self._held) + len(self._over)

    def held_by(self, worker: int) -> int:
        return self._workers[worker].held

    def up(self, worker: int, generation: int) -> None:
        """A worker serves; `generation` differs from all it had before."""
        self._workers[worker].generation = generation
        self._workers[worker].takes = True

    def takes(self, worker: int, willing: bool) -> None:
        """Whether a worker that is up can take new calls (its engines run, it keeps time)."""
        self._workers[worker].takes = willing

    def down(self, worker: int) -> None:
        """A worker is gone, and its calls with it."""
        self._workers[worker].generation = None
        self._workers[worker].held = 0
        for table in (self._held, self._over):
            for call_id in [call_id for call_id, entry in table.items() if entry.worker == worker]:
                del table[call_id]

    def released(self, worker: int, call_id: str, now_us: int) -> None:
        """A worker gave a place back, or never took it. The call is remembered for a while."""
        entry = self._held.get(call_id)
        if entry is None or entry.worker != worker:
            return
        del self._held[call_id]
        self._workers[worker].held -= 1
        entry.forget_us = now_us + self._linger_us
        self._over[call_id] = entry
        if len(self._over) > self._capacity:
            self._over.popitem(last=False)

    def route(self, seen: Glance | None, now_us: int) -> Decision:
        """Where a message goes. What can't be read goes to any worker, which knows what it deserves."""
        self._forget(now_us)
        if seen is None:
            return self._anybody()
        if seen.method is None:
            return self._labelled(seen.branch, otherwise=Drop())
        if seen.to_tag is not None:
            return self._in_dialog(seen)
        entry = self._entry(seen.call_id)
        if seen.method == "INVITE":
            return self._call(seen.call_id, entry)
        if entry is not None:
            return ToWorker(entry.worker)
        match seen.method:
            case "ACK":
                return Drop()
            case "CANCEL" | "BYE":
                return Gone()
            case _:
                return self._anybody()

    def _in_dialog(self, seen: Glance) -> Decision:
        gone = Drop() if seen.method == "ACK" else Gone()
        if _LABEL.match(seen.to_tag or "") is not None:
            return self._labelled(seen.to_tag, otherwise=gone)
        entry = self._entry(seen.call_id)
        return gone if entry is None else ToWorker(entry.worker)

    def _labelled(self, text: str | None, *, otherwise: Decision) -> Decision:
        found = None if text is None else _LABEL.match(text)
        if found is None:
            return otherwise
        worker, generation = int(found[1]), int(found[2])
        alive = worker < len(self._workers) and self._workers[worker].generation == generation
        return ToWorker(worker) if alive else otherwise

    def _call(self, call_id: str, entry: _Entry | None) -> Decision:
        if entry is not None and entry.forget_us is None:
            return ToWorker(entry.worker)
        if entry is not None:  # a retransmission, or a second attempt with credentials: the same worker must see it
            return self._take(call_id, entry.worker)
        if self.draining:
            return Refuse("the server is about to stop")
        room = [number for number in self._serving() if self._room(number) > 0]
        if room:
            return self._take(call_id, max(room, key=self._room))
        if not self._serving():
            return Refuse("no worker is ready")
        return Refuse(f"all {sum(worker.share for worker in self._workers)} lines are taken")

    def _take(self, call_id: str, number: int) -> Decision:
        worker = self._workers[number]
        self._over.pop(call_id, None)
        self._held[call_id] = _Entry(number)
        worker.held += 1
        return ToWorker(number, call_id)

    def _anybody(self) -> Decision:
        up = [number for number, worker in enumerate(self._workers) if worker.generation is not None]
        return ToWorker(max(up, key=self._room)) if up else Refuse("no worker is ready")

    def _serving(self) -> list[int]:
        return [number for number, each in enumerate(self._workers) if each.generation is not None and each.takes]

    def _room(self, number: int) -> int:
        return self._workers[number].share - self._workers[number].held

    def _entry(self, call_id: str) -> _Entry | None:
        entry = self._held.get(call_id)
        return self._over.get(call_id) if entry is None else entry

    def _forget(self, now_us: int) -> None:
        while self._over:
            call_id, entry = next(iter(self._over.items()))
            if entry.forget_us is None or entry.forget_us > now_us:
                return
            del self._over[call_id]
