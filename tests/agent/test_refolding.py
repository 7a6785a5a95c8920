"""A log that was cut off anywhere is taken up where it ends: the same is decided, and what is owed is named."""

from __future__ import annotations

import msgspec
import pytest

from tests.agent.core_script import MAYA, CoreScript, example_pack
from tests.testkit import HEADER
from voice_agent.agent.core import build_core
from voice_agent.agent.refolding import Refolded, refold
from voice_agent.agent.replay import replay
from voice_agent.config import TurnsConfig
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.actions import AnyAction
from voice_agent.conversation.commands import Affirm, AskQuestion, SetSlot, StartJourney
from voice_agent.conversation.knowledge import ConsultFailed
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.records import Record
from voice_agent.errors import ReplayDiverged


def conversation() -> list[Record]:
    """Typed, as far as the answer; what is said counts as heard."""
    script = CoreScript(channel="text")
    script.starts()
    script.plays_all()
    script.writes("where is my order")
    script.understood(StartJourney("track_order", 0.9))
    script.plays_all()
    script.writes("5501 2479")
    script.understood(SetSlot("account", "55012479", "5501 2479", 1.0))
    script.tool_returns(MAYA)
    script.plays_all()
    script.writes("yes")
    script.understood(Affirm())
    script.tool_fails()
    script.plays_all()
    return logged(script)


def logged(script: CoreScript) -> list[Record]:
    """What the script has told so far, and what was decided of it."""
    log, core = ConversationLog(HEADER), build_core(example_pack(), TurnsConfig(), "c-1", recorded=False)
    for event, now_us in script.told:
        log.append(event, now_us)
        for action in core.handle(event, now_us):
            log.append(action, now_us)
    return list(log.read())


RECORDS = conversation()


def taken_up(records: list[Record]) -> Refolded:
    return refold(records, build_core(example_pack(), TurnsConfig(), "c-1", recorded=False))


@pytest.mark.parametrize("count", range(1, len(RECORDS) + 1))
def test_wherever_the_log_ends_the_same_follows(count: int) -> None:
    found = taken_up(RECORDS[:count])
    rest: list[AnyAction] = []
    for record in RECORDS[count:]:
        if record.kind == "event":
            break
        assert isinstance(record.entry, act.Action)
        rest.append(record.entry)
    assert list(found.unwritten) == rest


def test_what_has_not_come_back_is_owed_in_order() -> None:
    at = next(n for n, record in enumerate(RECORDS) if isinstance(record.entry, act.CallTool))
    owed = taken_up(RECORDS[: at + 1]).owed
    assert [type(action) for action in owed] == [act.Say, act.CallTool]
    asked = next(n for n, record in enumerate(RECORDS) if isinstance(record.entry, act.Understand))
    assert taken_up(RECORDS[: asked + 1]).owed == (RECORDS[asked].entry,)


def test_a_question_that_was_being_looked_up_is_owed_until_something_was_found() -> None:
    script = CoreScript(channel="text")
    script.starts()
    script.plays_all()
    script.writes("what are your opening hours")
    script.understood(AskQuestion("what are your opening hours"))
    assert [type(action) for action in taken_up(logged(script)).owed] == [act.Consult]
    script.tell(ConsultFailed(1, "deadline", "too late"))
    assert act.Consult not in [type(action) for action in taken_up(logged(script)).owed]


def test_nothing_is_owed_once_all_has_come_back() -> None:
    assert taken_up(RECORDS) == Refolded((), ())


def test_a_log_of_another_core_is_not_taken_up() -> None:
    records = list(RECORDS)
    at = next(n for n, record in enumerate(records) if isinstance(record.entry, act.Say))
    records[at] = msgspec.structs.replace(records[at], entry=act.Say(1, 0, ("Good morning.",), "greeting"))
    with pytest.raises(ReplayDiverged, match="record 1"):
        taken_up(records)
    with pytest.raises(ReplayDiverged, match="no event"):
        taken_up(RECORDS[1:])


def test_a_step_in_the_middle_must_be_whole() -> None:
    at = next(n for n, record in enumerate(RECORDS) if isinstance(record.entry, act.Understand))
    with pytest.raises(ReplayDiverged):
        taken_up([*RECORDS[:at], *RECORDS[at + 1 :]])


def test_civil_time_counts_on_from_where_the_conversation_resumed() -> None:
    log, core = ConversationLog(HEADER), build_core(example_pack(), TurnsConfig(), "c-1", recorded=False)
    script = CoreScript(channel="text")
    for event in (
        ev.CallStarted("text", "", "", "2026-03-04T10:00:00.000+00:00"),
        ev.PlaybackFinished(1),
        ev.Resumed("2026-03-06T10:00:00.000+00:00"),
        ev.TextReceived("where is my order"),
        ev.Understood(1, (StartJourney("track_order", 0.9), SetSlot("account", "55012479", "", 1.0)), "double", 0),
        ev.PlaybackFinished(2),
        ev.ToolReturned(1, MAYA, 0),
        ev.TextReceived("yes"),
        ev.Understood(2, (Affirm(),), "double", 0),
    ):
        log.append(event, 0)
        for action in core.handle(event, 0):
            log.append(action, 0)
            script.asked.append(action)
    assert script.all_of(act.CallTool)[-1].arguments["today"] == "2026-03-06"
    assert replay(list(log.read()), build_core(example_pack(), TurnsConfig(), "c-1", recorded=False)).verdict == "same"
