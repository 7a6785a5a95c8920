"""A transcript reads as the call was, also where an answer begins in the moment in which the turn is taken."""

from __future__ import annotations

from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.expectation import OPEN
from voice_agent.conversation.records import Entry, record_of
from voice_agent.conversation.state import fold
from voice_agent.insights.shown import transcript


def test_what_was_answered_comes_before_an_answer_of_the_same_moment() -> None:
    entries: tuple[Entry, ...] = (
        act.Understand(1, 1, "Where is it?", (), "", OPEN),
        act.Say(1, 1, ("On its way.",)),
        ev.PlaybackStarted(1, 0),
    )
    state = fold(record_of(seq, 1_000, entry) for seq, entry in enumerate(entries, start=1))
    assert [(line.who, line.text) for line in transcript(state)] == [
        ("caller", "Where is it?"),
        ("agent", "On its way."),
    ]
