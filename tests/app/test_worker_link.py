"""The link between front and worker: whole packets in order, none lost that may not be, and the end is noticed."""

from __future__ import annotations

import asyncio

from telephony.sip.peer import Peer
from tests.testkit.waiting import soon
from voice_agent.app.worker_link import Drain, Link, Message, Released, ToWorker, from_worker, pair, to_worker

PEER = Peer("127.0.0.1", 5070)


def test_packets_arrive_whole_and_in_order_however_many_wait() -> None:
    async def main() -> None:
        ours, theirs = pair()
        got: list[str] = []
        front = Link(ours, lambda packet: got.append(str(from_worker.decode(packet))), lambda: None)
        worker = Link(theirs, lambda packet: None, lambda: None)
        sent = [Released("c" * 2_000 + str(number)) for number in range(5_000)]
        assert all(worker.send(each) for each in sent)
        await soon(lambda: len(got) == len(sent), 10, "all packets")
        assert got == [str(each) for each in sent]
        front.close()
        worker.close()

    asyncio.run(main())


def test_a_message_is_lost_rather_than_waited_for_where_the_other_side_does_not_read() -> None:
    async def main() -> None:
        ours, theirs = pair()
        front = Link(ours, lambda packet: None, lambda: None)
        message = Message(b"x" * 60_000, PEER)
        taken = 0
        while front.send(message, surely=False):
            taken += 1
        assert taken >= 1
        assert front.send(Drain())  # waits for its turn
        got: list[ToWorker] = []
        worker = Link(theirs, lambda packet: got.append(to_worker.decode(packet)), lambda: None)
        await soon(lambda: len(got) == taken + 1, 10, "what was taken")
        assert got == [message] * taken + [Drain()]
        front.close()
        worker.close()

    asyncio.run(main())


def test_the_end_of_one_side_is_told_to_the_other_after_all_it_said() -> None:
    async def main() -> None:
        ours, theirs = pair()
        told: list[str] = []
        front = Link(ours, lambda packet: told.append("packet"), lambda: told.append("gone"))
        worker = Link(theirs, lambda packet: None, lambda: None)
        worker.send(Released("c"))
        worker.close()
        await soon(lambda: len(told) == 2, 5, "the end")
        assert told == ["packet", "gone"]
        assert front.closed
        assert not front.send(Drain())

    asyncio.run(main())
