"""The same inputs give the same actions; where they don't, the first difference is named."""

from __future__ import annotations

import msgspec
import pytest

from tests.testkit import HEADER, STARTED, HandClock, Parrot
from voice_agent.agent.replay import replay
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.actions import AnyAction
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.records import Record, record_of
from voice_agent.session.driver import Driver


def conversation() -> list[Record]:
    clock, log = HandClock(), ConversationLog(HEADER)

    def perform(action: AnyAction) -> None:
        if isinstance(action, act.Say):
            driver.feed(ev.PlaybackFinished(action.utterance))

    driver = Driver(Parrot(), log, clock, perform)
    driver.feed(STARTED)
    clock.at_us += 1_200_000
    driver.poll()
    clock.at_us += 100_000
    driver.feed(ev.TextReceived("where is it"))
    driver.feed(ev.TextReceived("bye"))
    return list(log.read())


def test_a_log_replays_to_the_same_actions() -> None:
    records = conversation()
    result = replay(records, Parrot())
    assert (result.verdict, result.records, result.divergence) == ("same", len(records), None)


SPOKEN = [number for number, record in enumerate(conversation()) if isinstance(record.entry, act.Say)]


@pytest.mark.parametrize("position", SPOKEN)
def test_an_altered_action_diverges_at_its_record(position: int) -> None:
    records = conversation()
    entry = records[position].entry
    assert isinstance(entry, act.Say)
    records[position] = msgspec.structs.replace(
        records[position], entry=act.Say(entry.utterance, 0, ("Something else",))
    )
    found = replay(records, Parrot()).divergence
    assert found is not None
    assert found.seq == records[position].seq
    assert found.logged == records[position].entry
    assert found.replayed == entry


def test_an_altered_event_diverges_at_what_followed_from_it() -> None:
    records = conversation()
    position = next(n for n, record in enumerate(records) if isinstance(record.entry, ev.TextReceived))
    records[position] = msgspec.structs.replace(records[position], entry=ev.TextReceived("something else"))
    found = replay(records, Parrot()).divergence
    assert found is not None
    assert found.seq == records[position].seq + 1
    assert found.after_event == f"text_received at {records[position].seq}"


def test_an_action_too_many_is_a_divergence() -> None:
    records = conversation()
    records.append(record_of(len(records) + 1, records[-1].t_us, act.HangUp("twice")))
    found = replay(records, Parrot()).divergence
    assert found is not None
    assert (found.logged, found.replayed) == (act.HangUp("twice"), None)


def test_an_action_too_few_is_a_divergence() -> None:
    records = conversation()
    position = next(n for n, record in enumerate(records) if isinstance(record.entry, act.HangUp))
    found = replay(records[:position], Parrot()).divergence
    assert found is not None
    assert (found.logged, found.replayed) == (None, act.HangUp("done"))


def test_a_log_that_begins_with_an_action_has_lost_its_beginning() -> None:
    found = replay(conversation()[2:], Parrot()).divergence
    assert found is not None
    assert found.after_event == "start of the log"


def test_an_erased_conversation_says_so() -> None:
    records = conversation()
    records[1] = msgspec.structs.replace(records[1], entry=None)
    assert replay(records, Parrot()).verdict == "erased"
