"""Where an answer is from, and what no article answers: in a trace, on the command line, and for programs."""

from __future__ import annotations

import msgspec
import pytest

from tests.conversation.test_records import HEADER
from voice_agent.api.masked_trace import masked_trace
from voice_agent.cli.chat import shown
from voice_agent.cli.traces import print_trace
from voice_agent.conversation import actions as act
from voice_agent.conversation.knowledge import Citation
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.notes import Explanation
from voice_agent.insights.shown import GapLine
from voice_agent.insights.trace import Trace, trace

ANSWER = act.Say(
    2,
    1,
    ("Wrap it well.", "Which order?"),
    citations=(Citation("packing", "packing#opening", 30, 43, 0, 13, block="return_item.packing"),),
)
GAP = act.RecordGap("can I send a piano", "en", "phone", "packing#opening", 0.21)


def answered() -> tuple[ConversationLog, Trace]:
    log = ConversationLog(HEADER)
    for entry in (act.TakeTurn(1, "at once"), ANSWER, act.TakeTurn(2, "at once"), GAP, act.Say(3, 2, ("No idea.",))):
        log.append(entry, len(log) * 1_000_000)
    return log, trace(HEADER.conversation, list(log.read()), Explanation("explained", ()), pause_us=200_000)


def test_a_trace_says_which_words_are_an_articles_and_which_question_had_none() -> None:
    _, first, second = answered()[1].turns
    assert first.said[0].citations == ANSWER.citations
    assert (first.gaps, second.said[0].citations) == ((), ())
    assert second.gaps == (GapLine(3_000_000, "can I send a piano", "packing#opening", 0.21),)


def test_people_read_the_words_with_their_article_and_block(capsys: pytest.CaptureFixture[str]) -> None:
    print_trace(answered()[1])
    printed = capsys.readouterr().out
    cited = "(knowledge/packing.md, characters 30 to 43, which return_item.packing discloses)"
    assert f"cites       packing#opening: 'Wrap it well.'  {cited}" in printed
    near = "(nearest: packing#opening, 0.21)"
    assert f"gap         no article answers 'can I send a piano'  {near}" in printed


def test_a_viewer_sees_no_question_in_the_callers_words() -> None:
    log, whole = answered()
    hidden = masked_trace(whole, log.read())
    assert hidden.turns[2].gaps[0].nearest == "packing#opening"
    numbered = msgspec.structs.replace(GAP, question="is 55012479 mine")
    log.append(numbered, 9_000_000)
    traced = trace(HEADER.conversation, list(log.read()), Explanation("explained", ()), pause_us=200_000)
    assert "55012479" not in msgspec.json.encode(masked_trace(traced, log.read())).decode()


def test_a_program_that_chats_is_told_both() -> None:
    said, gap = shown([ANSWER, GAP])
    assert said.citations == ANSWER.citations
    assert msgspec.to_builtins(gap) == {
        "gap": {"question": "can I send a piano", "nearest": "packing#opening", "score": 0.21}
    }
