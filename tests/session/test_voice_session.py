"""Whole calls to the example agent, spoken over a modem in virtual time."""

from __future__ import annotations

import numpy as np
import pytest

from models.modem import demodulated
from tests.agent.core_script import example_pack
from tests.session.callers import asks_for_an_order, interrupts_twice, says_nothing
from tests.session.phone_line import Parts, PhoneLine, on_the_line
from tests.session.small_world import MemoryJournal, small_world
from voice_agent.agent.core import build_core
from voice_agent.agent.replay import replay
from voice_agent.audio import FRAME_SAMPLES, level_dbfs
from voice_agent.config import TurnsConfig
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.state import fold
from voice_agent.session.world import World


def test_a_call_comes_to_its_outcome_and_the_agent_hangs_up() -> None:
    call = on_the_line(asks_for_an_order)
    state = fold(call.log.read())
    assert [turn.text for turn in state.caller_turns] == ["Where is my order?", "5501 2479", "Yes.", "No, goodbye."]
    assert [(use.tool, use.error) for use in state.tools] == [("find_customer", None), ("get_order", None)]
    assert [(ended.outcome, ended.evidence) for ended in state.outcomes] == [("resolved", ("get_order.ok call 2",))]
    assert state.ended == ev.CallEnded("agent", "goodbye")
    assert call.told == ["agent"]
    assert all(spoken.heard == spoken.text for spoken in state.spoken)
    assert "fibre router" in call.line.heard()
    assert call.line.heard().endswith("Goodbye.")


def test_the_log_tells_causes_before_effects() -> None:
    call = on_the_line(asks_for_an_order)
    tags = call.tags()
    assert (tags[0], tags[-1]) == ("call_started", "call_ended")
    records = list(call.log.read())
    assert [record.seq for record in records] == list(range(1, len(records) + 1))
    assert [record.t_us for record in records] == sorted(record.t_us for record in records)
    for effect, cause in (
        ("transcribed", "transcribe"),
        ("tool_returned", "call_tool"),
        ("playback_started", "say"),
    ):
        for position in [number for number, tag in enumerate(tags) if tag == effect]:
            assert tags[:position].count(cause) > tags[:position].count(effect)
    asked: set[int] = set()
    for record in records:
        match record.entry:
            case act.Understand(request=request) | act.UnderstandAhead(asked=act.Understand(request=request)):
                asked.add(request)
            case ev.Understood(request=request):
                assert request in asked
            case _:
                pass


def test_the_journal_has_every_record_of_the_log() -> None:
    journals: list[MemoryJournal] = []

    def world() -> World:
        journals.append(MemoryJournal())
        return small_world(journal=journals[0])

    call = on_the_line(asks_for_an_order, Parts(world=world))
    assert journals[0].records[call.log.header.conversation] == list(call.log.read())


def test_the_same_call_twice_gives_the_same_log_to_the_byte() -> None:
    for caller in (asks_for_an_order, interrupts_twice):
        assert on_the_line(caller).as_text() == on_the_line(caller).as_text()


def test_a_call_replays_to_the_same_decisions() -> None:
    for caller in (asks_for_an_order, interrupts_twice):
        call = on_the_line(caller)
        core = build_core(example_pack(), TurnsConfig(), call.log.header.conversation, recorded=False)
        assert replay(list(call.log.read()), core).verdict == "same"


# Interruptions


def test_before_every_interruption_the_log_says_what_was_heard() -> None:
    call = on_the_line(interrupts_twice)
    speaking: int | None = None
    interruptions = 0
    entries = call.entries()
    for before, entry in zip([None, *entries], entries, strict=False):
        match entry:
            case ev.PlaybackStarted(utterance=utterance):
                speaking = utterance
            case ev.PlaybackFinished() | act.StopSpeaking():
                speaking = None
            case ev.SpeechStarted() | ev.SpeechResumed() | ev.DigitPressed() if speaking is not None:
                assert isinstance(before, ev.PlayedUntil)
                assert before.utterance == speaking
                interruptions += 1
            case _:
                pass
    assert interruptions >= 3


def test_words_over_the_agent_stop_it_within_two_ticks_of_their_recognition() -> None:
    call = on_the_line(interrupts_twice)
    held = call.first(act.HoldSpeaking)
    greeting = fold(call.log.read()).spoken[0]
    assert greeting.heard is not None
    assert greeting.text.startswith(greeting.heard)
    assert "How can I help" not in greeting.heard
    quiet_from = call.at_us(held) // 20_000 + 2
    assert all(level_dbfs(frame) < -60 for frame in call.line.agent[quiet_from : quiet_from + 20])


def test_a_cough_makes_the_agent_go_on_where_it_was() -> None:
    call = on_the_line(interrupts_twice)
    assert call.first(act.ResumeSpeaking).utterance == 2
    assert "no words" in [ended.reason for ended in call.all_of(act.EndTurn)]
    assert "What's your eight-digit account number?" in [spoken.heard for spoken in fold(call.log.read()).spoken]


def test_keys_stop_the_agent_and_answer_its_question() -> None:
    call = on_the_line(interrupts_twice)
    assert [event.digit for event in call.all_of(ev.DigitPressed)] == list("55012479")
    assert [asked.keys for asked in call.all_of(act.Understand)] == ["", "", "55012479"]
    assert "a key was pressed" in [stopped.reason for stopped in call.all_of(act.StopSpeaking)]


def test_silence_is_answered() -> None:
    call = on_the_line(says_nothing)
    assert [said.purpose for said in call.all_of(act.Say)] == ["greeting", "reprompt", "reprompt", "farewell"]
    assert call.last(ev.CallEnded) == ev.CallEnded("agent", "silence")


# The recording


@pytest.mark.parametrize("early_ticks", [0, 3])
def test_the_recording_has_both_sides_by_sample_position(early_ticks: int) -> None:
    call = on_the_line(asks_for_an_order, Parts(recorded=True, early_ticks=early_ticks))
    caller, agent = np.concatenate(call.recorder.caller), np.concatenate(call.recorder.agent)
    assert caller.size == agent.size
    assert call.recorder.ended
    for started in call.all_of(ev.PlaybackStarted):
        assert level_dbfs(agent[started.at_sample : started.at_sample + FRAME_SAMPLES]) > -30
        assert level_dbfs(agent[started.at_sample - FRAME_SAMPLES : started.at_sample]) < -60
    for paused in call.all_of(ev.SpeechPaused):
        assert level_dbfs(caller[paused.end_sample - FRAME_SAMPLES : paused.end_sample]) > -30
        assert level_dbfs(caller[paused.end_sample : paused.end_sample + 1_600]) < -60


def test_what_is_recognised_is_what_was_recorded() -> None:
    call = on_the_line(asks_for_an_order, Parts(recorded=True))
    caller = np.concatenate(call.recorder.caller)
    asked, answered = call.first(act.Transcribe), call.first(ev.Transcribed)
    assert answered.text == "Where is my order?"
    assert demodulated(caller[asked.from_sample : asked.to_sample]) == answered.text


def test_a_call_that_is_not_recorded_is_not_announced_as_recorded() -> None:
    call = on_the_line(asks_for_an_order)
    assert "recorded" not in call.line.heard()
    assert call.all_of(act.StartRecording) == []
    assert call.recorder.agent == []


def test_a_card_number_that_is_said_unasked_is_hidden_before_anybody_reads_it() -> None:
    async def blurts(line: PhoneLine) -> None:
        await line.agent_is_done()
        await line.says("Pay with 4111 1111 1111 1111.")
        await line.agent_is_done()

    call = on_the_line(blurts)
    assert [heard.text for heard in call.all_of(ev.Transcribed)][-1] == "Pay with ****."
    assert b"4111" not in call.as_text()
    assert b"1111" not in call.as_text().replace(b"15550100101", b"")


# The end


def test_a_caller_who_hangs_up_ends_everything() -> None:
    async def hangs_up(line: PhoneLine) -> None:
        await line.agent_is_done()
        await line.says("Where is my order?")
        await line.agent_begins()
        line.session.end("caller", "hung up")
        line.session.end("operator", "too late")
        before = line.session.tick(np.zeros(FRAME_SAMPLES, np.int16), ["1"])
        assert level_dbfs(before) < 0

    call = on_the_line(hangs_up)
    assert call.all_of(ev.CallEnded) == [ev.CallEnded("caller", "hung up")]
    assert call.told == ["caller"]
    assert call.first(act.RecordOutcome).outcome == "abandoned"
    assert call.all_of(ev.DigitPressed) == []
    ended = call.tags().index("call_ended")
    assert [record.kind for record in call.log.read(ended + 1)].count("event") == 0


def test_the_state_of_engines_is_in_the_log() -> None:
    async def notices(line: PhoneLine) -> None:
        await line.waits(0.5)
        line.session.notice(ev.EngineWentDown("speech-1", "killed"))
        line.session.notice(ev.EngineCameUp("speech-1", 900_000))
        line.session.end("operator", "the server stopped")
        line.session.notice(ev.EngineWentDown("speech-2", "killed"))

    call = on_the_line(notices)
    assert call.all_of(ev.EngineWentDown) == [ev.EngineWentDown("speech-1", "killed")]
    assert call.all_of(ev.EngineCameUp) == [ev.EngineCameUp("speech-1", 900_000)]


def test_a_number_may_be_said_in_part_and_keyed_to_its_end() -> None:
    async def mixes(line: PhoneLine) -> None:
        await line.agent_is_done()
        await line.says("Where is my order?")
        await line.agent_is_done()
        await line.says("5501")
        await line.waits(0.5)
        await line.presses("2479")
        await line.agent_is_done()
        await line.says("Yes.")
        await line.agent_is_done()

    call = on_the_line(mixes)
    (entered,) = (taken for taken in call.all_of(act.Understand) if taken.keys)
    assert (entered.text, entered.keys) == ("5501", "2479")
    assert next(use.arguments for use in call.all_of(act.CallTool)) == {"account": "55012479"}
    replayed = replay(list(call.log.read()), build_core(example_pack(), TurnsConfig(), "c-1", recorded=False))
    assert replayed.verdict == "same"
