"""The core as a whole while a question is looked up in the articles: fillers, late answers, interruptions."""

from __future__ import annotations

from tests.agent.core_script import CoreScript, words
from tests.journeys.test_asking import ANSWER, PACK, QUESTION
from voice_agent.conversation import actions as act
from voice_agent.conversation import commands as c
from voice_agent.conversation import events as ev
from voice_agent.conversation import knowledge as kn
from voice_agent.conversation.knowledge import FoundPassage
from voice_agent.journeys.asking import FILLER_AFTER_US

FOUND = (FoundPassage("delivery#opening", 0.9),)


def asked() -> CoreScript:
    """The caller has asked, and the articles are being looked into."""
    call = CoreScript(pack=PACK)
    call.starts()
    call.plays_all()
    call.speaks(QUESTION)
    call.understood(c.AskQuestion(QUESTION))
    assert call.last(act.Consult).query == QUESTION
    return call


def test_an_answer_in_time_is_said_without_a_filler() -> None:
    call = asked()
    call.wait(0.3)
    said = call.tell(kn.Consulted(1, FOUND))
    assert words(said).startswith(ANSWER)
    assert [say.purpose for say in call.all_of(act.Say)] == ["greeting", "reply"]


def test_a_slow_search_is_bridged_and_the_answer_follows() -> None:
    call = asked()
    assert words(call.wait(FILLER_AFTER_US / 1_000_000 + 0.1)) == "One moment, please."
    call.plays_all()
    assert words(call.tell(kn.Consulted(1, FOUND))).startswith(ANSWER)


def test_a_search_that_fails_after_the_filler_ends_in_an_apology() -> None:
    call = asked()
    call.wait(1.0)
    said = call.tell(kn.ConsultFailed(1, "deadline", "late"))
    assert words(said).startswith("I'm sorry, I can't look that up just now.")


def test_an_answer_that_nobody_asked_for_is_late() -> None:
    call = asked()
    call.tell(kn.Consulted(1, FOUND))
    assert call.tell(kn.Consulted(1, FOUND)) == [act.DropLate("consulted", 1, "nobody waits for it")]


def test_after_the_call_an_answer_goes_nowhere() -> None:
    call = asked()
    call.hangs_up()
    assert call.tell(kn.Consulted(1, FOUND)) == []


def test_the_caller_may_speak_into_the_answer_and_the_log_says_what_was_cited() -> None:
    call = asked()
    call.tell(kn.Consulted(1, FOUND))
    call.begins_to_play()
    call.tell(ev.PlayedUntil(call.last(act.Say).utterance, 0, 8_000, "Parcels arrive within"))
    call.voice_on()
    call.wait(1.5)
    assert [stop.utterance for stop in call.all_of(act.StopSpeaking)] == [call.last(act.Say).utterance]
    assert call.last(act.Say).citations[0].passage == "delivery#opening"
