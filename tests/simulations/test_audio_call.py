from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import numpy as np
import pytest

from models.modem import demodulated
from simulations import virtual_time
from simulations.audio_call import audio_call
from simulations.caller_session import CallerSession
from simulations.cues import texts_of
from simulations.mouth import prepare_lines
from simulations.result import CallResult
from simulations.scenario import Interrupt, Limits, Line, Scenario
from tests.simulations.callers import scenario_of
from tests.simulations.plain_speech import Announcer, PlainEars, PlainVoice
from voice_agent.clock import LoopClock

HELLO = Line(after="greeting", say="Where is my order?")
ACCOUNT = Line(when="account number", say="It is 4412 9031, thank you.")
BYE = Line(when="goodbye", hang_up=True)


def call(scenario: Scenario, agent: Announcer, ears: PlainEars | None = None) -> tuple[CallResult, CallerSession]:
    async def run() -> tuple[CallResult, CallerSession]:
        clock = LoopClock()
        lines = await prepare_lines(texts_of(scenario), PlainVoice(), clock)
        caller = CallerSession(scenario, lines, PlainEars() if ears is None else ears, clock)
        return await audio_call("sim-1", agent, caller), caller

    return virtual_time.run(run())


def test_a_call_is_played_and_measured_from_outside() -> None:
    agent = Announcer("Welcome to Riverside.", "Your account number?", "It is on its way. Goodbye.", wait_ms=800)
    result, _ = call(scenario_of(HELLO, ACCOUNT, BYE), agent)
    assert [turn.caller_said for turn in result.turns] == [HELLO.say, ACCOUNT.say]
    assert [turn.agent_said for turn in result.turns] == ["Your account number?", "It is on its way. Goodbye."]
    assert [turn.voice_to_voice_ms for turn in result.turns] == [800, 800]
    assert result.greeting == "Welcome to Riverside."
    assert result.greeting_ms == 800
    assert (result.ended_by, result.reason) == ("caller", "as the scenario says")
    assert result.unfinished is None
    assert result.ok
    assert agent.told == [("caller", "as the scenario says")]
    assert demodulated(np.concatenate(agent.heard)).startswith("Where is my order?")


def test_the_same_call_twice_gives_the_same_result() -> None:
    scenario = scenario_of(HELLO, ACCOUNT, BYE, seed=3)
    texts = ("Welcome to Riverside.", "Your account number?", "Goodbye.")
    assert call(scenario, Announcer(*texts))[0] == call(scenario, Announcer(*texts))[0]


def test_pauses_between_clauses_do_not_end_what_the_agent_says() -> None:
    agent = Announcer("Welcome.|We record calls.|How can I help?", "Your account number?", "Goodbye.", pause_ms=600)
    result, _ = call(scenario_of(HELLO, ACCOUNT, BYE), agent)
    assert result.greeting == "Welcome. We record calls. How can I help?"
    assert len(result.turns) == 2
    assert not any(turn.timing.spoken_over for turn in result.turns)


def test_the_agent_may_hang_up() -> None:
    result, _ = call(scenario_of(HELLO, ACCOUNT), Announcer("Welcome.", "We are closed."))
    assert result.ended_by == "caller"
    assert result.unfinished == "15 s of silence while waiting for the agent to say /account number/"
    result, _ = call(scenario_of(Line(after="greeting", say="Hi"), ACCOUNT), Announcer("Welcome."))
    assert (result.ended_by, result.ok) == ("agent", False)
    assert "the agent hung up" in str(result.unfinished)
    assert not result.turns[0].timing.answered


def test_keys_reach_the_agent_at_a_persons_pace() -> None:
    agent = Announcer("Your account number?", "Goodbye.", wait_ms=1_000)
    result, _ = call(scenario_of(Line(after="greeting", keys="4412#"), BYE), agent)
    assert "".join(agent.keys) == "4412#"
    turn = result.turns[0]
    assert turn.caller_said == "[4412#]"
    assert turn.voice_to_voice_ms is not None
    assert 750 <= turn.voice_to_voice_ms <= 1_020


def test_an_interruption_is_timed_to_the_agents_silence() -> None:
    lines = (HELLO, Line(interrupt=Interrupt(1_200), say="Stop, just the first one please."), BYE)
    story = "There are three orders: one from May, one from June, and one from the day before yesterday."
    agent = Announcer("Welcome.", story, "The first comes tomorrow. Goodbye.", wait_ms=700)
    result, _ = call(scenario_of(*lines), agent)
    interruption = result.turns[1]
    assert interruption.timing.stopped_after_ms is not None
    assert interruption.timing.stopped_after_ms <= 40
    assert interruption.voice_to_voice_ms == 700
    assert interruption.agent_said == "The first comes tomorrow. Goodbye."
    assert story.startswith(result.turns[0].agent_said)
    assert 17 <= len(result.turns[0].agent_said) <= 24
    assert result.ok


def test_the_caller_tells_how_turns_were_taken() -> None:
    pausing = (Line(after="greeting", say="My number is"), Line(say="four four one two", wait_ms=900))
    story = "There are three orders: one from May, one from June, and one from the day before yesterday."
    lines = (*pausing, Line(interrupt=Interrupt(1_200), say="Stop, just the first one please."), BYE)
    agent = Announcer("Welcome.", story, "The first comes tomorrow. Goodbye.", wait_ms=1_000)
    result, caller = call(scenario_of(*lines), agent)
    observed = caller.turn_taking()
    assert (observed.turns, observed.unanswered) == (len(result.turns), 0) == (2, 0)
    assert list(observed.latencies_ms) == [turn.voice_to_voice_ms for turn in result.turns]
    assert list(observed.stops_ms) == [result.turns[1].timing.stopped_after_ms]
    assert (observed.paused_turns, observed.cut_offs) == (1, 0)
    assert [event.kind for event in observed.events] == ["response", "yield", "response"]


def test_an_agent_that_begins_in_a_pause_is_seen_to_cut_off() -> None:
    pausing = (Line(after="greeting", say="My number is"), Line(say="four four one two", wait_ms=900), BYE)
    agent = Announcer("Welcome.", "Sorry, I do not know that number at all. Goodbye.", wait_ms=700, yields=False)
    _, caller = call(scenario_of(*pausing), agent)
    observed = caller.turn_taking()
    assert (observed.paused_turns, observed.cut_offs) == (1, 1)
    assert observed.latencies_ms == ()


def test_an_agent_that_talks_on_is_measured_as_such() -> None:
    lines = (HELLO, Line(interrupt=Interrupt(500), say="Stop."), BYE)
    agent = Announcer("Welcome.", "There are three orders and they are all late, sorry.", "Goodbye.", yields=False)
    result, _ = call(scenario_of(*lines), agent)
    assert result.turns[1].timing.stopped_after_ms is not None
    assert result.turns[1].timing.stopped_after_ms > 400


def test_an_answer_that_begins_too_early_has_no_delay() -> None:
    pausing = (Line(after="greeting", say="My number is"), Line(say="four four one two", wait_ms=900), BYE)
    agent = Announcer("Welcome.", "Sorry, I do not know that number at all. Goodbye.", wait_ms=700, yields=False)
    result, _ = call(scenario_of(*pausing), agent)
    assert [turn.caller_said for turn in result.turns] == ["My number is four four one two"]
    assert result.turns[0].timing.spoken_over
    assert result.turns[0].timing.answered
    assert result.turns[0].voice_to_voice_ms is None


def test_the_last_line_is_said_again_when_the_agent_asks() -> None:
    agent = Announcer("Welcome.", "Sorry, I did not catch that.", "Your account number?", "Goodbye.")
    result, _ = call(scenario_of(HELLO, ACCOUNT, BYE), agent)
    assert [turn.caller_said for turn in result.turns] == [HELLO.say, HELLO.say, ACCOUNT.say]


def test_a_caller_whose_ears_fail_says_so() -> None:
    agent = Announcer("Welcome.", "Your account number?")
    result, _ = call(scenario_of(HELLO, ACCOUNT, limits=Limits(patience=3)), agent, PlainEars(frozenset({2})))
    assert result.unfinished == "3 s of silence while waiting for the agent to say /account number/"
    assert len(result.problems) == 1
    assert "no process left" in result.problems[0]


def test_a_long_utterance_is_heard_in_pieces_a_recogniser_can_take() -> None:
    ears = PlainEars()
    clauses = [f"This is clause number {number} of a very long and tiring announcement" for number in range(40)]
    agent = Announcer("|".join(clauses), "Goodbye.", pause_ms=300)
    result, _ = call(scenario_of(HELLO, BYE), agent, ears)
    assert result.greeting == " ".join(clauses)
    assert max(ears.lengths) <= 30 * 8_000
    assert ears.calls > 3


def test_an_answer_of_the_recogniser_that_comes_late_delays_only_the_answer() -> None:
    class LateEars(PlainEars):
        async def transcribe(self, pcm, *, expects, deadline_us, urgency="final", languages=("en",)):  # type: ignore[no-untyped-def]
            await asyncio.sleep(3)
            return await super().transcribe(pcm, expects=expects, deadline_us=deadline_us)

    texts = ("Welcome to Riverside.", "Your account number?", "Goodbye.")
    late, _ = call(scenario_of(HELLO, ACCOUNT, BYE), Announcer(*texts), LateEars())
    prompt, _ = call(scenario_of(HELLO, ACCOUNT, BYE), Announcer(*texts))
    assert [turn.voice_to_voice_ms for turn in late.turns] == [turn.voice_to_voice_ms for turn in prompt.turns]
    assert late.duration_ms > prompt.duration_ms + 6_000
    assert [turn.agent_said for turn in late.turns] == [turn.agent_said for turn in prompt.turns]


def test_the_recording_has_both_sides(tmp_path: Path) -> None:
    agent = Announcer("Welcome.", "Goodbye.")
    result, caller = call(scenario_of(HELLO, BYE), agent)
    caller.tape.save(tmp_path / "call.wav")
    with wave.open(str(tmp_path / "call.wav"), "rb") as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (2, 8_000, 2)
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    assert demodulated(sound[:, 0].astype(np.int16)) == HELLO.say
    assert demodulated(sound[:, 1].astype(np.int16)) == "Welcome. Goodbye."
    assert len(sound) >= result.duration_ms * 8


def test_a_defect_of_the_agent_ends_the_call_with_an_error() -> None:
    class Broken(Announcer):
        def tick(self, caller, digits=()):  # type: ignore[no-untyped-def]
            raise ZeroDivisionError

    with pytest.raises(ExceptionGroup) as raised:
        call(scenario_of(HELLO), Broken("Welcome."))
    assert raised.group_contains(ZeroDivisionError)


def test_two_minutes_are_talked_through() -> None:
    lines = [HELLO, *[Line(after="agent", say="Tell me more about it, please.", wait_ms=1_000)] * 30]
    agent = Announcer("Welcome.", *["There is much to be told about orders, and it takes a while."] * 40)
    result, _ = call(scenario_of(*lines, limits=Limits(seconds=180)), agent)
    assert result.duration_ms > 120_000
