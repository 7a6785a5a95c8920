"""When an answer is believed that was not heard."""

from __future__ import annotations

import pytest

from tests.turns.floor_script import Call
from voice_agent.conversation.actions import Transcribe
from voice_agent.conversation.events import Transcribed
from voice_agent.conversation.expectation import OPEN, Choice, Expectation, SlotView
from voice_agent.ports.likely import Likely
from voice_agent.turns.recognising import expects
from voice_agent.turns.second_opinion import SecondOpinion
from voice_agent.turns.settings import SecondOpinionSettings
from voice_agent.turns.signals import Expecting, TurnTaken
from voice_agent.understanding.completeness import completeness

SHIPPED = SecondOpinionSettings()
OPINION = SecondOpinion(SHIPPED, completeness)
EIGHT_DIGITS = Expectation("digits", SlotView("account", "digits", 8))


def choosing(*names: tuple[str, ...]) -> Expectation:
    return Expectation("choice", SlotView("x", "choice", choices=tuple(Choice(each[0], each) for each in names)))


SONG_OR_FILM = choosing(("song", "tune"), ("film",))


def heard(*likely: tuple[str, float], text: str = "the sun") -> Transcribed:
    found = tuple(Likely(answer, f"the {answer}", score) for answer, score in likely)
    return Transcribed(1, 1, text, ("the son",), 0.7, "double", 100_000, likely=found)


def figures(text: str, *alternatives: str) -> Transcribed:
    return Transcribed(1, 1, text, alternatives, 0.7, "double", 100_000)


@pytest.mark.parametrize(
    ("expectation", "told"),
    [
        (SONG_OR_FILM, "choice:song|tune|film"),
        (choosing(("north pole",), ("x-ray",)), "choice:north pole|x-ray"),
        (choosing(("order 48213",), ("router",)), "choice"),
        (choosing(("a very long name indeed",), ("router",)), "choice"),
        (choosing(*(("a" * (at + 1),) for at in range(SHIPPED.most_answers + 1))), "choice"),
        (choosing(("router",)), "choice"),
        (Expectation("digits", SlotView("pin", "digits", 4)), "digits:4"),
        (Expectation("digits", SlotView("pin", "digits")), "digits"),
        (Expectation("yes_no", SONG_OR_FILM.slot), "yes_no"),
        (OPEN, "open"),
    ],
)
def test_the_recogniser_is_told_the_answers_where_all_are_a_few_words(expectation: Expectation, told: str) -> None:
    assert expects(expectation) == told


def test_an_answer_far_ahead_of_the_other_choices_is_the_first_alternative() -> None:
    event = heard(("song", -6.8), ("tune", -7.0), ("film", -10.8))
    believed = OPINION.with_belief(event, SONG_OR_FILM)
    assert (believed.text, believed.alternatives) == ("the sun", ("the song", "the son"))


@pytest.mark.parametrize(
    "likely",
    [
        [("song", -9.1), ("film", -20.0)],
        [("song", -6.0), ("film", -9.4)],
        [("colour", -2.0), ("film", -20.0)],
        [],
    ],
)
def test_nothing_is_believed_on_weak_evidence(likely: list[tuple[str, float]]) -> None:
    assert OPINION.with_belief(heard(*likely), SONG_OR_FILM) == heard(*likely)


@pytest.mark.parametrize(("text", "score", "believed"), [("that's...", -6.9, True), ("that's...", -7.1, False)])
def test_words_that_may_be_the_beginning_of_an_answer_need_better_evidence(
    text: str, score: float, believed: bool
) -> None:
    event = heard(("song", score), ("film", -12.0), text=text)
    assert OPINION.is_whole(event, SONG_OR_FILM) is believed
    assert (OPINION.with_belief(event, SONG_OR_FILM) != event) is believed


@pytest.mark.parametrize(
    ("event", "whole"),
    [
        (figures("564-2060", "5 6 4 4 2060"), True),
        (figures("564-2060", "5 6 4 4 2060 1"), False),
        (figures("564-206", "5 6 4 4 2060"), False),
        (figures("5642", "5642 5642"), False),
        (figures("564-2060"), False),
        (figures("5644 2060", "5 6 4 4 2060"), False),
    ],
)
def test_a_number_that_lacks_one_figure_is_whole_where_another_hypothesis_has_it(
    event: Transcribed, whole: bool
) -> None:
    assert OPINION.is_whole(event, EIGHT_DIGITS) is whole
    assert not OPINION.is_whole(event, Expectation("digits", SlotView("account", "digits")))


@pytest.mark.parametrize("expectation", [OPEN, Expectation("yes_no"), Expectation("yes_no", SONG_OR_FILM.slot)])
def test_a_yes_is_never_believed(expectation: Expectation) -> None:
    event = heard(("yes", -0.1), ("no", -20.0))
    assert OPINION.with_belief(event, expectation) == event


def test_settings_say_how_much_is_enough() -> None:
    event = heard(("song", -6.8), ("film", -10.8))
    strict = SecondOpinion(SecondOpinionSettings(least=-5.0), completeness)
    assert strict.with_belief(event, SONG_OR_FILM) == event


def test_the_turn_has_what_is_believed_beside_what_was_heard() -> None:
    call = Call()
    call.tell(Expecting(SONG_OR_FILM))
    call.voice(1_000)
    call.pauses(2_000)
    (asked,) = call.all_of(Transcribe)
    event = heard(("song", -6.8), ("film", -10.8))
    call.tell(event, 2_200)
    (taken,) = (done for done in call.until(3_000) if isinstance(done, TurnTaken))
    assert asked.expects == "choice:song|tune|film"
    assert (taken.text, taken.alternatives) == ("the sun", ("the song", "the son"))
    assert taken.votes[0].reason == "another hearing"


def test_a_lead_in_for_which_no_answer_fits_is_waited_for() -> None:
    call = Call()
    call.tell(Expecting(SONG_OR_FILM))
    call.voice(1_000)
    call.pauses(2_000)
    call.tell(heard(("song", -12.0), ("film", -16.0), text="that's..."), 2_200)
    (taken,) = (done for done in call.until(5_000) if isinstance(done, TurnTaken))
    assert (taken.votes[0].reason, taken.alternatives) == ("trailing", ("the son",))
