"""Branches, answers for whenever, and asides: what a caller does besides a chain of lines."""

from __future__ import annotations

import msgspec

from simulations import caller_events as ev
from simulations.caller import ScriptedCaller
from simulations.caller_events import HangUp, PressKeys, SpeakLine
from simulations.callers.asides import Asides
from simulations.callers.behaviour import Behaviour
from simulations.cues import texts_of
from simulations.scenario import Answer, Branch, Interrupt, Line, Scenario
from tests.simulations.callers import Rehearsal, scenario_of

HELLO = Line(after="greeting", say="hello")
BYE = Line(when="goodbye", hang_up=True)
ACCOUNT = Answer(when="account number", say="5501", times=2)


def rehearsal(scenario: Scenario) -> Rehearsal:
    call = Rehearsal(HELLO)
    call.caller = ScriptedCaller(scenario)
    call.caller.handle(ev.CallAnswered(), call.now_us)
    return call


def with_answers(*lines: Line, answers: tuple[Answer, ...]) -> Scenario:
    return msgspec.structs.replace(scenario_of(*lines), v=2, whenever=answers)


def after(call: Rehearsal, *said: str) -> list[str]:
    """What the caller says to each of what the agent says, keys in brackets, `-` where it hangs up."""
    out = []
    for text in said:
        for action in call.agent_says(text):
            match action:
                case SpeakLine(text=spoken):
                    out.append(spoken)
                    call.spoken()
                case PressKeys(keys=keys):
                    out.append(f"[{keys}]")
                    call.spoken()
                case HangUp():
                    out.append("-")
                case _:
                    raise AssertionError(action)
    return out


CHOICE = Line(
    on=(
        Branch(when="lower your price", say="deal", then=(Line(when="sure", keys="1"),)),
        Branch(when="shall I cancel", say="yes"),
        Branch(say="pardon"),
    )
)


def test_different_answers_lead_down_different_ways_that_meet_again() -> None:
    assert after(Rehearsal(HELLO, CHOICE, BYE), "welcome", "I can lower your price", "sure?", "goodbye") == [
        *("hello", "deal", "[1]", "-")
    ]
    assert after(Rehearsal(HELLO, CHOICE, BYE), "welcome", "Shall I cancel?", "goodbye") == ["hello", "yes", "-"]


def test_the_branch_without_words_is_for_everything_else() -> None:
    assert after(Rehearsal(HELLO, CHOICE, BYE), "welcome", "it rains", "goodbye") == ["hello", "pardon", "-"]


def test_who_waits_at_branches_says_for_what() -> None:
    call = Rehearsal(HELLO, Line(on=CHOICE.on[:2]))
    after(call, "welcome", "it rains")
    call.over()
    assert call.caller.unfinished is not None
    assert "one of /lower your price/, /shall I cancel/" in call.caller.unfinished


def test_a_question_is_answered_in_whatever_order_it_comes() -> None:
    street = Answer(when="street", say="12 Baker Street")
    lines = (HELLO, Line(when="anything else", say="no"), BYE)
    for questions in (("account number?", "street?"), ("street?", "account number?")):
        call = rehearsal(with_answers(*lines, answers=(ACCOUNT, street)))
        said = after(call, "welcome", *questions, "anything else?", "goodbye")
        assert said[0] == "hello"
        assert set(said[1:3]) == {"5501", "12 Baker Street"}
        assert said[3:] == ["no", "-"]
        assert call.caller.unfinished is None


def test_an_answer_is_given_so_often_and_no_more() -> None:
    call = rehearsal(with_answers(HELLO, BYE, answers=(ACCOUNT,)))
    assert after(call, "welcome", *["account number?"] * 5) == ["hello", "5501", "5501"]


def test_a_line_that_is_waited_for_goes_before_an_answer() -> None:
    call = rehearsal(with_answers(HELLO, Line(when="account", say="wait a moment"), BYE, answers=(ACCOUNT,)))
    assert after(call, "welcome", "account number?", "account number?") == ["hello", "wait a moment", "5501"]


def test_all_that_may_be_said_is_known_before_the_call() -> None:
    scenario = with_answers(HELLO, CHOICE, Line(side_talk="not now", when="x"), answers=(ACCOUNT,))
    scenario = msgspec.structs.replace(scenario, behaviour=Behaviour(coughs=0.1, backchannels=0.1))
    assert texts_of(scenario) == (
        *("hello", "deal", "yes", "pardon", "[aside] not now", "5501"),
        *("okay", "right", "yeah", "[cough]"),
    )


def test_how_loud_a_line_is_goes_with_its_words() -> None:
    assert texts_of(scenario_of(Line(after="greeting", say="stop", loudness_db=9))) == ("[+9 dB] stop",)


# Asides


def test_an_aside_takes_no_turn() -> None:
    """What the agent said before it is still the cue of the line after it."""
    call = Rehearsal(HELLO, Line(after="agent", cough=True), Line(when="account number", say="5501"))
    after(call, "welcome")
    assert call.agent_says("your account number?") == [SpeakLine("[cough]", kind="cough")]
    assert call.spoken() == [SpeakLine("5501")]


def test_a_backchannel_falls_into_the_agents_words_and_their_end_is_still_awaited() -> None:
    nod = Line(interrupt=Interrupt(1_000), backchannel="right")
    call = Rehearsal(HELLO, nod, Line(when="account number", say="5501"))
    after(call, "welcome")
    began_us = call.now_us
    call.agent_starts()
    assert call.wait(1.2) == [SpeakLine("right", over_agent=True, kind="backchannel")]
    assert call.spoken() == []
    assert call.agent_finishes("and now your account number", began_us) == []
    assert call.wait(1.0) == [SpeakLine("5501")]


def test_an_agent_that_falls_silent_during_an_aside_is_answered_after_it() -> None:
    nod = Line(interrupt=Interrupt(1_000), backchannel="right")
    call = Rehearsal(HELLO, nod, Line(when="account number", say="5501"))
    after(call, "welcome")
    began_us = call.now_us
    call.agent_starts()
    call.wait(1.2)
    call.agent_finishes("your account number", began_us)
    assert call.spoken() == [SpeakLine("5501")]


def test_habits_fall_into_longer_utterances_by_the_seed() -> None:
    scenario = msgspec.structs.replace(scenario_of(HELLO, BYE), v=2, behaviour=Behaviour(backchannels=1.0))
    call = rehearsal(scenario)
    call.agent_starts()
    assert call.wait(1.0) == []
    (spoken,) = call.wait(3.0)
    assert isinstance(spoken, SpeakLine)
    assert (spoken.text, spoken.kind, spoken.over_agent) == ("okay", "backchannel", True)


def test_how_often_is_as_the_share_says() -> None:
    def count(share: float, seed: int) -> int:
        asides = Asides(msgspec.structs.replace(scenario_of(HELLO, seed=seed), v=2, behaviour=Behaviour(coughs=share)))
        return sum(asides.within(number) is not None for number in range(400))

    assert count(0.0, 1) == 0
    assert count(1.0, 1) == 400
    assert 80 < count(0.3, 1) < 160
    assert count(0.3, 1) == count(0.3, 1)


def test_words_to_somebody_else_come_every_second_time_in_turn() -> None:
    scenario = msgspec.structs.replace(scenario_of(HELLO), v=2, behaviour=Behaviour(side_talk=("a", "b")))
    found = [Asides(scenario).within(number) for number in range(7)]
    assert [None if one is None else one.text for one in found] == [
        *(None, None, "[aside] a", None, "[aside] b", None, "[aside] a")
    ]
