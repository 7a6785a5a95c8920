from __future__ import annotations

import numpy as np
import pytest

from simulations import virtual_time
from simulations.audio_call import audio_call
from simulations.caller_session import CallerSession
from simulations.cues import texts_of
from simulations.line import line, settings
from simulations.mouth import prepare_lines
from simulations.result import CallResult
from simulations.scenario import Line
from tests.simulations.callers import scenario_of
from tests.simulations.plain_speech import Announcer, PlainEars, PlainVoice
from voice_agent.clock import LoopClock

SCENARIO = scenario_of(
    Line(after="greeting", say="Where is my order?"),
    Line(when="account number", say="It is 4412 9031, thank you."),
    Line(when="goodbye", hang_up=True),
)


def call(between: settings.LineSettings | None) -> tuple[CallResult, CallerSession, Announcer]:
    agent = Announcer("Welcome to Riverside.", "Your account number?", "Goodbye.", wait_ms=800)

    async def run() -> tuple[CallResult, CallerSession]:
        clock = LoopClock()
        lines = await prepare_lines(texts_of(SCENARIO), PlainVoice(), clock)
        caller = CallerSession(SCENARIO, lines, PlainEars(), clock)
        made = None if between is None else line.Line(between, SCENARIO.seed)
        return await audio_call("sim-1", agent, caller, made), caller

    return *virtual_time.run(run()), agent


def test_a_perfect_line_changes_nothing() -> None:
    plain, plain_caller, plain_agent = call(None)
    perfect, perfect_caller, perfect_agent = call(settings.LineSettings())
    assert perfect == plain
    assert [frame.tobytes() for frame in perfect_agent.heard] == [frame.tobytes() for frame in plain_agent.heard]
    samples = plain_caller.tape.samples
    assert perfect_caller.tape.agent(0, samples).tobytes() == plain_caller.tape.agent(0, samples).tobytes()
    assert perfect_caller.tape.caller(0, samples).tobytes() == plain_caller.tape.caller(0, samples).tobytes()


def test_what_a_line_delays_is_waited_for() -> None:
    plain, slow = call(None)[0], call(settings.LineSettings(delay_ms=200))[0]
    for fast_turn, slow_turn in zip(plain.turns, slow.turns, strict=True):
        assert fast_turn.voice_to_voice_ms is not None
        assert slow_turn.voice_to_voice_ms == fast_turn.voice_to_voice_ms + 400
        assert slow_turn.agent_said == fast_turn.agent_said


def test_an_agent_that_hears_nothing_is_waited_for_in_vain() -> None:
    result, _, agent = call(settings.LineSettings(one_way=settings.OneWay("to_agent")))
    assert result.greeting == "Welcome to Riverside."
    assert result.unfinished == "15 s of silence while waiting for the agent to say /account number/"
    assert not np.concatenate(agent.heard).any()
    assert agent.noticed == ["MediaLost"]


@pytest.mark.parametrize("codec", ["none", "pcmu"])
def test_the_agent_is_told_of_a_gap_as_a_telephone_would(codec: str) -> None:
    gap = settings.OneWay("to_agent", from_ms=100, for_ms=11_000)
    _, _, agent = call(settings.LineSettings(codec=codec, one_way=gap))
    assert agent.noticed == ["MediaLost", "MediaCameBack"]
    assert call(settings.LineSettings(codec=codec, loss=settings.Loss(0.2)))[2].noticed == []
