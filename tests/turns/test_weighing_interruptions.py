"""The table by which voice over the agent is weighed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.turns.interruption import Decision, Interruption, weigh
from voice_agent.turns.looks import Looks
from voice_agent.turns.own_voice import OwnVoice
from voice_agent.turns.settings import InterruptionSettings

SETTINGS = InterruptionSettings()
SOON, DUE = 200_000, SETTINGS.decide_us


@pytest.mark.parametrize(
    ("known", "decision", "vote"),
    [
        (Interruption(text=None, muted_us=SOON), "wait", "nothing known"),
        (Interruption(text=None, muted_us=SOON, voiced_us=SETTINGS.voiced_us), "stop", "voice goes on"),
        (Interruption(text=None, voiced_us=SETTINGS.voiced_us), "wait", "nothing known"),
        (Interruption(text="", muted_us=SOON), "wait", "no words"),
        (Interruption(text="", muted_us=DUE), "go on", "no words"),
        (Interruption(text="", whole=True, muted_us=SOON), "go on", "no words"),
        (Interruption(text="...", whole=True, muted_us=SOON), "go on", "no words"),
        (Interruption(text="Which", muted_us=SOON), "wait", "words"),
        (Interruption(text="Which", muted_us=DUE), "stop", "words"),
        (Interruption(text="Which"), "wait", "words"),
        (Interruption(text="Which one", muted_us=SOON), "stop", "words"),
        (Interruption(text="Which one"), "stop", "words"),
        (Interruption(text="Tuesday", whole=True, muted_us=SOON), "stop", "words"),
        (Interruption(text="Which one", confidence=0.2, muted_us=SOON), "wait", "words"),
        (Interruption(text="Which one", confidence=0.2, muted_us=DUE), "stop", "words"),
        (Interruption(text="It has.", confidence=0.2, whole=True, muted_us=SOON), "go on", "doubtful"),
        (Interruption(text="It has.", confidence=0.2, whole=True, asked=True, muted_us=SOON), "stop", "words"),
        (Interruption(text="I have it here", confidence=0.2, whole=True, voiced_us=700_000), "stop", "words"),
        (Interruption(text="I'll see you later", confidence=0.2, whole=True, voiced_us=400_000), "go on", "doubtful"),
        (Interruption(text="Stop late", confidence=0.2, may_insist=True, whole=True), "stop", "words"),
        (Interruption(text="I'll see you later", confidence=0.4, whole=True, voiced_us=400_000), "stop", "words"),
        (Interruption(text="I s", muted_us=SOON), "wait", "words"),
        (Interruption(text="I see it", muted_us=SOON), "stop", "words"),
        (Interruption(text="That's", as_loud=True, muted_us=SOON), "stop", "words"),
        (Interruption(text="That's", as_loud=False, muted_us=SOON), "wait", "words"),
        (Interruption(text="That's", confidence=0.2, as_loud=True, muted_us=SOON), "wait", "words"),
        (Interruption(text="Okay", backchannel=True, muted_us=SOON), "wait", "backchannel"),
        (Interruption(text="Okay", backchannel=True, muted_us=DUE), "go on", "backchannel"),
        (Interruption(text="Okay", backchannel=True, whole=True, muted_us=SOON), "go on", "backchannel"),
        (Interruption(text="No", insists=True, muted_us=SOON), "stop", "takes the floor"),
        (Interruption(text="No", insists=True, softer_db=30, whole=True), "stop", "takes the floor"),
        (Interruption(text="No", insists=True, softer_db=30, muted_us=SOON), "go on", "somebody else"),
        (Interruption(text="Oh no", confidence=0.1, insists=True, softer_db=30, whole=True), "go on", "somebody else"),
        (Interruption(text="Oh no", confidence=0.1, insists=True, whole=True), "stop", "takes the floor"),
        (Interruption(text="The soup", softer_db=SETTINGS.softer_db, muted_us=SOON), "go on", "somebody else"),
        (Interruption(text="The soup", softer_db=SETTINGS.softer_db - 1, muted_us=SOON), "stop", "words"),
    ],
)
def test_the_first_line_that_applies_decides(known: Interruption, decision: Decision, vote: str) -> None:
    verdict = weigh(known, SETTINGS)
    assert (verdict.decision, verdict.votes[0]) == (decision, vote)


INTERRUPTIONS = st.builds(
    Interruption,
    text=st.none() | st.sampled_from(["", "...", "No", "Okay", "Which one"]) | st.text(max_size=20),
    whole=st.booleans(),
    insists=st.booleans(),
    backchannel=st.booleans(),
    softer_db=st.integers(0, 40),
    muted_us=st.none() | st.integers(0, 3_000_000),
    voiced_us=st.integers(0, 3_000_000),
)


@given(INTERRUPTIONS)
def test_there_is_a_verdict_with_a_vote_for_everything(known: Interruption) -> None:
    assert weigh(known, SETTINGS).votes


@given(INTERRUPTIONS)
def test_words_that_are_there_decide_once_the_agent_was_muted_for_long_enough(known: Interruption) -> None:
    verdict = weigh(known, SETTINGS)
    due = known.muted_us is not None and known.muted_us >= SETTINGS.decide_us
    if known.text is not None and (due or known.whole):
        assert verdict.decision != "wait"


def test_a_voice_is_soft_by_what_the_caller_is_usually_like() -> None:
    own = OwnVoice()
    assert own.softer_db(-50) == 0
    for level in (-20, -60, -21, None):
        own.learn(level)
    assert own.softer_db(-33) == 12
    assert own.softer_db(-10) == 0
    assert own.softer_db(None) == 0


def test_a_voice_is_as_loud_only_where_that_is_known() -> None:
    own = OwnVoice()
    assert not own.is_as_loud(-20, 3)
    own.learn(-20)
    assert [own.is_as_loud(level, 3) for level in (-10, -23, -24, None)] == [True, True, False, False]


def test_looks_come_at_once_while_the_agent_is_muted_and_ever_later_while_it_speaks() -> None:
    looks = Looks(SETTINGS)
    assert looks.due_us is None
    looks.begin(1_000_000)
    assert looks.due_us == 1_000_000 + SETTINGS.look_us
    looks.again(1_500_000)
    assert looks.due_us == 1_500_000
    gaps = []
    for _ in range(6):
        looks.later(2_000_000)
        assert looks.due_us is not None
        gaps.append(looks.due_us - 2_000_000)
    assert gaps == sorted(gaps)
    assert gaps[-1] == gaps[-2] > gaps[0]
    looks.over()
    assert looks.due_us is None
