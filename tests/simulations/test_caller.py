from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulations import caller_events as ev
from simulations.caller import ScriptedCaller
from simulations.caller_events import HangUp, PressKeys, SpeakLine, StopSpeaking
from simulations.callers.asked_again import NOT_CAUGHT
from simulations.cues import texts_of
from simulations.scenario import Interrupt, Limits, Line, Silence
from tests.simulations.callers import SECOND, Rehearsal, scenario_of

HELLO = Line(after="greeting", say="hello")
BYE = Line(after="agent", hang_up=True)


def test_the_caller_speaks_a_natural_pause_after_the_greeting() -> None:
    for seed in range(30):
        call = Rehearsal(HELLO, BYE, seed=seed)
        assert call.agent_says("welcome", listen=False) == []
        finished_us = call.now_us
        wake_us = call.caller.next_wake()
        assert wake_us is not None
        assert 300_000 <= wake_us - finished_us <= 600_000
        assert call.wait(1) == [SpeakLine("hello")]


def test_pauses_differ_from_line_to_line_and_are_the_same_for_the_same_seed() -> None:
    def pauses(seed: int) -> list[int]:
        call = Rehearsal(HELLO, *[Line(after="agent", say="yes")] * 9, seed=seed)
        out = []
        for _ in range(10):
            call.agent_says("go on", listen=False)
            wake_us = call.caller.next_wake()
            assert wake_us is not None
            out.append(wake_us - call.now_us)
            call.wait(1)
            call.spoken()
        return out

    assert pauses(1) == pauses(1)
    assert pauses(1) != pauses(2)
    assert len(set(pauses(1))) > 5


def test_nothing_is_said_before_the_agent_has_finished() -> None:
    call = Rehearsal(HELLO)
    assert call.agent_starts() == []
    assert call.wait(30) == []


def test_an_agent_that_goes_on_after_a_pause_is_not_spoken_over() -> None:
    call = Rehearsal(HELLO, Line(when="account number", say="1234"))
    call.agent_says("welcome", listen=False)
    assert call.wait(0.1) == []
    assert call.agent_says("how can I help") == [SpeakLine("hello")]
    call.spoken()
    call.agent_says("Your account", listen=False)
    assert call.agent_says("number please") == [SpeakLine("1234")]


def test_a_cue_of_words_waits_for_these_words() -> None:
    call = Rehearsal(HELLO, Line(when="account (number|code)", say="1234"), BYE)
    call.agent_says("welcome")
    call.spoken()
    assert call.agent_says("one moment") == []
    assert call.agent_says("What's your ACCOUNT  number?") == [SpeakLine("1234")]
    call.spoken()
    assert call.agent_says("goodbye") == [HangUp("as the scenario says")]
    assert call.caller.unfinished is None
    assert call.caller.next_wake() is None


def test_words_told_while_the_agent_still_speaks_count() -> None:
    call = Rehearsal(HELLO, Line(when="account number", say="1234"))
    call.agent_says("welcome")
    call.spoken()
    began_us = call.now_us
    call.agent_starts()
    assert call.agent_text("Your account number please.", began_us) == []
    call.wait(1)
    call.agent_finishes("Take your time.", began_us)
    assert call.wait(1) == [SpeakLine("1234")]


def test_a_typographic_apostrophe_is_an_apostrophe() -> None:
    call = Rehearsal(Line(when="what's", say="hello"))
    assert call.agent_says("what\N{RIGHT SINGLE QUOTATION MARK}s up") == [SpeakLine("hello")]


def test_an_optional_line_is_said_where_its_words_come() -> None:
    lines = (HELLO, Line(only_if="recorded", say="fine"), Line(after="agent", say="my order"))
    call = Rehearsal(*lines)
    call.agent_says("welcome")
    call.spoken()
    assert call.agent_says("calls are recorded") == [SpeakLine("fine")]
    call.spoken()
    assert call.agent_says("how can I help") == [SpeakLine("my order")]


def test_an_optional_line_is_passed_over_where_they_do_not() -> None:
    call = Rehearsal(HELLO, Line(only_if="recorded", say="fine"), Line(after="agent", say="my order"))
    call.agent_says("welcome")
    call.spoken()
    assert call.agent_says("how can I help") == [SpeakLine("my order")]
    call.spoken()
    assert call.agent_says("calls are recorded") == []


def test_keys_are_pressed_like_words_are_said() -> None:
    call = Rehearsal(Line(after="greeting", keys="1234#"), BYE)
    assert call.agent_says("enter your number") == [PressKeys("1234#")]
    call.spoken()
    assert call.agent_says("thanks") == [HangUp("as the scenario says")]


def test_lines_without_a_cue_follow_each_other_after_the_pause_asked_for() -> None:
    call = Rehearsal(HELLO, Line(wait_ms=900), Line(say="my number is", wait_ms=0), Line(keys="1", wait_ms=100), BYE)
    call.agent_says("welcome")
    ended_us = call.now_us + SECOND // 2
    assert call.spoken() == [SpeakLine("my number is", continues=True)]
    assert call.caller.next_wake() is not None
    assert call.now_us >= ended_us + 900_000
    assert call.spoken() == [PressKeys("1", continues=True)]


def test_a_hesitating_caller_goes_on_although_the_agent_begins() -> None:
    call = Rehearsal(HELLO, Line(say="my order", wait_ms=1_500))
    call.agent_says("welcome")
    call.spoken()
    call.agent_starts()
    assert call.wait(1) == [SpeakLine("my order", continues=True, over_agent=True)]


def test_waiting_before_an_answer_is_not_going_on_with_the_last_line() -> None:
    call = Rehearsal(HELLO, Line(when="order number", wait_ms=5_000), Line(say="77"))
    call.agent_says("welcome")
    call.spoken()
    assert call.agent_says("what is the order number") == []
    assert call.wait(3) == []
    assert call.wait(3) == [SpeakLine("77")]


def test_a_delayed_answer_is_held_back_when_the_agent_asks_on() -> None:
    call = Rehearsal(HELLO, Line(when="order number", wait_ms=2_000), Line(say="77", wait_ms=2_000))
    call.agent_says("welcome")
    call.spoken()
    call.agent_says("what is the order number")
    call.wait(2)
    assert call.agent_says("are you there") == []
    assert call.wait(2) == [SpeakLine("77")]


def test_an_interruption_comes_so_long_after_the_agent_began() -> None:
    call = Rehearsal(HELLO, Line(interrupt=Interrupt(1_200), say="stop"), BYE)
    call.agent_says("welcome")
    call.spoken()
    began_us = call.now_us
    call.agent_starts()
    assert call.wait(1.1) == []
    assert call.wait(0.2) == [SpeakLine("stop", over_agent=True)]
    call.now_us -= 100_000
    call.agent_finishes("there are three of", began_us)
    assert call.spoken(after_s=0) == []
    assert call.agent_says("all right") == [HangUp("as the scenario says")]


def test_an_utterance_too_short_to_interrupt_is_let_pass() -> None:
    call = Rehearsal(HELLO, Line(interrupt=Interrupt(1_200), say="stop"))
    call.agent_says("welcome")
    call.spoken()
    assert call.agent_says("hm", lasts_s=0.4) == []
    assert call.agent_says("there are three of them", lasts_s=3.0) == [SpeakLine("stop", over_agent=True)]


def test_words_that_were_interrupted_are_no_answer() -> None:
    call = Rehearsal(HELLO, Line(interrupt=Interrupt(500), say="stop"), Line(when="three", say="which"))
    call.agent_says("welcome")
    call.spoken()
    began_us = call.now_us
    call.agent_starts()
    call.wait(0.6)
    call.spoken(after_s=0.4)
    call.agent_text("there are three", began_us)
    assert call.agent_finishes("or so", began_us) + call.wait(1) == []
    assert call.agent_says("I have three") == [SpeakLine("which")]


def test_an_agent_that_does_not_stop_answers_in_the_end() -> None:
    call = Rehearsal(HELLO, Line(interrupt=Interrupt(500), say="stop"), Line(after="agent", say="at last"))
    call.agent_says("welcome")
    call.spoken()
    began_us = call.now_us
    call.agent_starts()
    call.wait(0.6)
    call.spoken(after_s=0.4)
    call.wait(4)
    call.agent_finishes("and that is all there is", began_us)
    assert call.wait(1) == [SpeakLine("at last")]


def test_silence_is_a_cue() -> None:
    call = Rehearsal(HELLO, Line(on_silence=Silence(3_000), say="are you there"), BYE)
    call.agent_says("welcome")
    call.spoken()
    assert call.wait(1.8) == []
    assert call.wait(0.4) == [SpeakLine("are you there")]


def test_silence_is_broken_by_the_agent() -> None:
    call = Rehearsal(HELLO, Line(on_silence=Silence(3_000), say="are you there"))
    call.agent_says("welcome")
    call.spoken()
    call.wait(1.5)
    assert call.agent_says("one moment", lasts_s=9.0) == []
    assert call.wait(1.9) == []
    assert call.wait(0.2) == [SpeakLine("are you there")]


@pytest.mark.parametrize("asked", ["Sorry, I didn't catch that.", "Could you say that again?", "Please repeat it."])
def test_the_last_line_is_repeated_when_the_agent_asks_again(asked: str) -> None:
    call = Rehearsal(HELLO, Line(say="my order", wait_ms=200), Line(after="agent", say="yes"))
    call.agent_says("welcome")
    call.spoken()
    call.spoken()
    assert call.agent_says(asked) == [SpeakLine("hello my order")]
    call.spoken()
    assert call.agent_says("right?") == [SpeakLine("yes")]


def test_a_line_is_repeated_twice_at_most() -> None:
    call = Rehearsal(HELLO, Line(when="right", say="yes"), limits=Limits(patience=5))
    call.agent_says("welcome")
    for _ in range(2):
        call.spoken()
        assert call.agent_says("Sorry?") == [SpeakLine("hello")]
    call.spoken()
    assert call.agent_says("Sorry?") == []
    assert call.wait(10) == [HangUp("5 s of silence while waiting for the agent to say /right/")]


def test_words_waited_for_come_before_a_request_to_repeat() -> None:
    call = Rehearsal(HELLO, Line(when="again", say="fine, once more"))
    call.agent_says("welcome")
    call.spoken()
    assert call.agent_says("Could you say that again?") == [SpeakLine("fine, once more")]


@pytest.mark.parametrize(
    "text",
    ["I'm sorry to hear that it is late.", "Welcome back, nice to hear you again.", "Please try again later."],
)
def test_apologies_are_no_request_to_repeat(text: str) -> None:
    assert NOT_CAUGHT.search(text) is None


def test_a_cue_that_never_comes_ends_the_call_and_says_so() -> None:
    call = Rehearsal(HELLO, Line(when="account number", say="1234"), limits=Limits(patience=8))
    call.agent_says("welcome")
    call.spoken()
    call.agent_says("bananas")
    assert call.wait(6.5) == []
    assert call.wait(1) == [HangUp("8 s of silence while waiting for the agent to say /account number/")]
    assert call.caller.unfinished == "8 s of silence while waiting for the agent to say /account number/"


@pytest.mark.parametrize(
    ("line", "cue"),
    [
        (Line(interrupt=Interrupt(900), say="x"), "an utterance of 900 ms to interrupt"),
        (Line(on_silence=Silence(60_000), say="x"), "60000 ms of silence"),
        (Line(after="agent", say="x"), "the agent to say something"),
    ],
)
def test_an_agent_that_says_nothing_is_left(line: Line, cue: str) -> None:
    call = Rehearsal(line)
    assert call.wait(20) == [HangUp(f"15 s of silence while waiting for {cue}")]


def test_an_agent_that_never_stops_talking_is_left() -> None:
    call = Rehearsal(HELLO, limits=Limits(seconds=30))
    call.agent_starts()
    assert call.wait(60) == [HangUp("the call lasted longer than 30 s")]


def test_a_call_too_long_is_ended_in_the_middle_of_a_word() -> None:
    call = Rehearsal(HELLO, limits=Limits(seconds=10))
    call.agent_says("welcome")
    assert call.wait(60) == [StopSpeaking(), HangUp("the call lasted longer than 10 s")]


def test_a_call_of_too_many_turns_is_ended() -> None:
    call = Rehearsal(HELLO, *[Line(after="agent", say="yes")] * 5, limits=Limits(turns=2))
    call.agent_says("welcome")
    call.spoken()
    call.agent_says("so?")
    call.spoken()
    assert call.agent_says("so?") == [HangUp("more than 2 turns")]


def test_a_caller_with_nothing_more_to_say_waits_a_little_and_hangs_up() -> None:
    call = Rehearsal(HELLO, Line(only_if="never said", say="x"))
    call.agent_says("welcome")
    call.spoken()
    assert call.agent_says("here you are", lasts_s=8.0) == []
    assert call.wait(4) == [HangUp("nothing more to say")]
    assert call.caller.unfinished is None


def test_an_agent_that_hangs_up_first_leaves_the_scenario_unfinished() -> None:
    call = Rehearsal(HELLO, Line(when="account number", say="1234"))
    call.agent_says("welcome")
    call.over()
    assert call.caller.over
    assert call.caller.unfinished == (
        "the call ended (agent hung up) while waiting for the agent to say /account number/"
    )


def test_an_agent_may_hang_up_before_the_caller_would() -> None:
    call = Rehearsal(HELLO, Line(when="bye", hang_up=True))
    call.agent_says("welcome")
    call.spoken()
    call.over()
    assert call.caller.unfinished is None


def test_nothing_happens_before_the_call_is_answered_nor_after_it() -> None:
    caller = ScriptedCaller(scenario_of(HELLO))
    assert caller.wake(10**9) == []
    assert caller.next_wake() is None
    caller.handle(ev.CallOver("busy"), 1)
    assert caller.handle(ev.AgentFinished("hello", 2, 3), 4) == []
    assert caller.unfinished == "the call ended (busy) while waiting for the agent to say something"


_LINES = st.one_of(
    st.builds(Line, when=st.sampled_from(["account", "order"]), say=st.sampled_from(["one", "two"])),
    st.builds(Line, only_if=st.just("recorded"), keys=st.just("12")),
    st.builds(Line, interrupt=st.builds(Interrupt, st.integers(0, 3000)), say=st.just("stop")),
    st.builds(Line, on_silence=st.builds(Silence, st.integers(0, 9000)), say=st.just("hello?")),
    st.builds(Line, wait_ms=st.integers(0, 3000), say=st.sampled_from(["um", "well"])),
    st.builds(Line, wait_ms=st.integers(0, 3000)),
    st.builds(Line, after=st.just("agent"), wait_ms=st.integers(0, 3000)),
    st.builds(Line, after=st.just("agent"), hang_up=st.just(True)),
)
_SPEECH = st.tuples(
    st.sampled_from(["account", "order", "recorded", "sorry?", ""]), st.floats(0.1, 9), st.floats(0, 9), st.booleans()
)


@settings(deadline=None)
@given(st.lists(_LINES, max_size=6), st.lists(_SPEECH, max_size=12), st.integers(0, 99))
def test_every_call_ends_and_only_prepared_words_are_said(
    lines: list[Line], speeches: list[tuple[str, float, float, bool]], seed: int
) -> None:
    scenario = scenario_of(HELLO, *lines)
    call = Rehearsal(HELLO, *lines, seed=seed)
    for text, lasts_s, wait_s, spoken in speeches:
        speaking = any(isinstance(action, SpeakLine | PressKeys) for action in call.agent_says(text, lasts_s=lasts_s))
        if spoken and speaking:
            call.spoken()
        call.wait(wait_s)
    call.wait(301)
    assert call.caller.over
    assert sum(isinstance(action, HangUp) for action in call.done) == 1
    assert {action.text for action in call.done if isinstance(action, SpeakLine)} <= set(texts_of(scenario))
