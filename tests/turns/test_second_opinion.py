"""When an answer is believed that was not heard."""

from __future__ import annotations

import pytest

from tests.turns.floor_script import Call
from voice_agent.conversation.actions import Transcribe
from voice_agent.conversation.events import Transcribed
from voice_agent.conversation.expectation import OPEN, Choice, Expectation, SlotView
from voice_agent.ports.likely import Likely
from voice_agent.turns.recognising import expects
from voice_agent.turns.second_opinion import with_belief
from voice_agent.turns.settings import SecondOpinionSettings
from voice_agent.turns.signals import Expecting, TurnTaken

SHIPPED = SecondOpinionSettings()


def choosing(*names: tuple[str, ...]) -> Expectation:
    return Expectation("choice", SlotView("x", "choice", choices=tuple(Choice(each[0], each) for each in names)))


SONG_OR_FILM = choosing(("song", "tune"), ("film",))


def heard(*likely: tuple[str, float]) -> Transcribed:
    found = tuple(Likely(answer, f"the {answer}", score) for answer, score in likely)
    return Transcribed(1, 1, "the sun", ("the son",), 0.7, "double", 100_000, likely=found)


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
    believed = with_belief(event, SONG_OR_FILM, SHIPPED)
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
    assert with_belief(heard(*likely), SONG_OR_FILM, SHIPPED) == heard(*likely)


@pytest.mark.parametrize("expectation", [OPEN, Expectation("yes_no"), Expectation("yes_no", SONG_OR_FILM.slot)])
def test_a_yes_is_never_believed(expectation: Expectation) -> None:
    event = heard(("yes", -0.1), ("no", -20.0))
    assert with_belief(event, expectation, SHIPPED) == event


def test_settings_say_how_much_is_enough() -> None:
    event = heard(("song", -6.8), ("film", -10.8))
    strict = SecondOpinionSettings(least=-5.0)
    assert with_belief(event, SONG_OR_FILM, strict) == event


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
