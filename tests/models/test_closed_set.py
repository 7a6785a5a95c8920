"""Which answers a decoder is asked about, and what its answers come to."""

from __future__ import annotations

import math

import pytest

from models.closed_set import Candidate, answers_in, candidates, log_probability, ranked
from models.pool_jobs import recognition_of
from models.process_messages import Transcribed
from voice_agent.ports.likely import Likely
from voice_agent.ports.speech import Recognition

FABRICS = ("wool", "silk")


def test_answers_are_named_where_they_are_known() -> None:
    assert answers_in("choice:wool|pure silk") == ("wool", "pure silk")
    assert answers_in("choice") == answers_in("digits:8") == ()


def test_each_answer_is_asked_about_in_the_place_of_what_no_sentence_needs() -> None:
    asked = candidates(Recognition("The row one."), FABRICS)
    assert asked == (Candidate("wool", 1, "The"), Candidate("silk", 1, "The"))


def test_a_lone_word_may_stand_for_an_answer_even_where_it_leads_in() -> None:
    assert candidates(Recognition("That's..."), FABRICS) == (Candidate("wool", 0, ""), Candidate("silk", 0, ""))


@pytest.mark.parametrize(
    ("text", "alternatives"),
    [
        ("The wool one.", ()),
        ("The row one.", ("Wool.",)),
        ("The second one.", ()),
        ("Neither.", ()),
        ("Well, I can't tell you that now.", ()),
        ("It's the one", ()),
        ("...", ()),
        ("", ()),
    ],
)
def test_nobody_is_asked_where_an_answer_was_heard_or_no_word_to_replace(
    text: str, alternatives: tuple[str, ...]
) -> None:
    assert candidates(Recognition(text, alternatives), FABRICS) == ()


def test_nothing_is_asked_without_answers() -> None:
    assert candidates(Recognition("sun"), ()) == ()


def test_answers_are_ranked_in_their_best_places() -> None:
    asked = candidates(Recognition("Old wall"), FABRICS)
    assert [(each.answer, each.at) for each in asked] == [("wool", 0), ("silk", 0), ("wool", 1), ("silk", 1)]
    likely = ranked("Old wall", asked, [-7.0, -9.0, -2.004, -12.0])
    assert likely == (Likely("wool", "Old wool", -2.0), Likely("silk", "silk wall", -9.0))


def test_a_token_that_is_impossible_has_a_logarithm_too() -> None:
    assert log_probability([1.0, 0.5]) == math.log(0.5)
    assert log_probability([0.0]) == pytest.approx(math.log(1e-9))


def test_what_is_likely_comes_back_from_a_speech_process() -> None:
    likely = (Likely("wool", "the wool one", -8.4),)
    answer = Transcribed(
        job=1,
        generation=1,
        text="the row one",
        alternatives=(),
        confidence=0.5,
        engine="double",
        engine_us=1,
        likely=likely,
    )
    assert recognition_of(answer).likely == likely
