"""What habits make of lines, and what a voice is given to say."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.modem import demodulated
from simulations.callers.behaviour import Behaviour
from simulations.callers.habits import as_played
from simulations.callers.spoken_numbers import Spelling, corrected, spoken
from simulations.callers.utterances import Cough, Louder, Pause, Words, pieces_of, words_of
from simulations.mouth import PreparedLine, prepare_lines
from simulations.scenario import Answer, Branch, Line, Scenario, Who
from tests.simulations.callers import scenario_of
from tests.simulations.plain_speech import PlainVoice
from voice_agent.clock import MonotonicClock
from voice_agent.understanding.digits import read_digits


@pytest.mark.parametrize(
    ("spelling", "words"),
    [
        ("as_written", "55012479"),
        ("digits", "five five oh one, two four seven nine"),
        ("doubles", "double five oh one, two four seven nine"),
        ("pairs", "fifty five oh one, twenty four seventy nine"),
    ],
)
def test_a_number_is_said_as_its_speaker_does(spelling: Spelling, words: str) -> None:
    assert spoken("55012479", spelling) == words


def test_a_number_in_spanish() -> None:
    assert spoken("5501", "doubles", language="es") == "doble cinco cero uno"


@given(st.text("0123456789", min_size=3, max_size=12), st.sampled_from(["digits", "doubles"]))
def test_a_number_that_was_said_is_the_same_number(figures: str, spelling: Spelling) -> None:
    reading = read_digits(spoken(figures, spelling), len(figures))
    assert reading is not None
    assert reading.value == figures


def test_a_slip_is_put_right() -> None:
    assert corrected("5501", 3, "digits") == "five five oh two, no, sorry, five five oh one"


def caller(behaviour: Behaviour, *lines: Line, language: str | None = None) -> Scenario:
    scenario = msgspec.structs.replace(scenario_of(*lines), v=2, behaviour=behaviour)
    return msgspec.structs.replace(scenario, who=Who("1", language=language))


NUMBER = Line(after="greeting", say="It's 55012479, please.")


def said(behaviour: Behaviour, line: Line = NUMBER, seed: int = 1) -> str | None:
    return as_played(caller(behaviour, line), seed).lines[0].say


def test_habits_change_numbers_words_and_beginnings() -> None:
    assert said(Behaviour(spelling="digits")) == "It's five five oh one, two four seven nine, please."
    assert said(Behaviour(pause_in_numbers_ms=700)) == "It's 5501 [700 ms] 2479, please."
    assert said(Behaviour(talkativeness="terse")) == "It's 55012479,"
    assert said(Behaviour(fillers=1.0)) in {
        f"{filler} It's 55012479, please." for filler in ("Um,", "Well,", "So, uh,")
    }
    assert "no, sorry, 55012479" in str(said(Behaviour(corrects=1.0)))


def test_a_number_is_keyed_by_who_keys() -> None:
    (line,) = as_played(caller(Behaviour(keys=True), NUMBER), 1).lines
    assert (line.say, line.keys, line.after) == (None, "55012479", "greeting")


def test_years_and_amounts_are_no_less_numbers_than_accounts() -> None:
    assert said(Behaviour(spelling="digits"), Line(after="greeting", say="in 2024 [600 ms], 12.50 dollars")) == (
        "in two oh two four [600 ms], 12.50 dollars"
    )


def test_branches_and_answers_are_said_by_the_same_caller() -> None:
    branch = Branch(when="a", say="5501", then=(Line(say="2479"),))
    scenario = caller(Behaviour(spelling="digits"), Line(on=(branch,)))
    played = as_played(msgspec.structs.replace(scenario, whenever=(Answer(when="b", say="123"),)), 1)
    (found,) = played.lines[0].on
    assert (found.say, found.then[0].say) == ("five five oh one", "two four seven nine")
    assert played.whenever[0].say == "one two three"


def test_who_has_no_habits_says_what_is_written() -> None:
    scenario = caller(Behaviour(), NUMBER)
    assert as_played(scenario, 5) == msgspec.structs.replace(scenario, seed=5)


def test_the_same_seed_makes_the_same_caller() -> None:
    habits = Behaviour(corrects=0.5, fillers=0.5, talkativeness="chatty")
    lines = [Line(after="agent", say=f"my number here is 550{number}, I think") for number in range(8)]
    first, again, other = (as_played(caller(habits, *lines), seed) for seed in (1, 1, 2))
    assert first == again
    assert first.lines != other.lines


# What a voice is given


def test_marks_are_no_words() -> None:
    text = "[+6 dB] four four [600 ms] one, [cough] two [sic]"
    assert pieces_of(text) == [Louder(6.0), Words("four four"), Pause(600), Words("one,"), Cough(), Words("two [sic]")]
    assert words_of(text) == "four four one, two [sic]"


@given(st.text())
def test_any_text_has_its_words(text: str) -> None:
    assert words_of(words_of(text)) == words_of(text)


def line_of(text: str, **how: float) -> PreparedLine:
    return asyncio.run(prepare_lines([text], PlainVoice(), MonotonicClock(), **how))[text]  # type: ignore[arg-type]


def test_a_pause_is_silence_between_the_words() -> None:
    paused, whole = line_of("four four [600 ms] one two"), line_of("four four one two")
    longest = max(len(run) for run in paused.voiced.split(b"\x01"))
    assert 60 <= longest < 90
    assert len(paused.frames) > len(whole.frames) + 20


def test_a_cough_is_sound_without_words() -> None:
    cough = line_of("[cough]")
    assert cough.voiced.count(1) > 10
    assert demodulated(cough.frames.reshape(-1)) == ""


def test_louder_lines_and_louder_callers_are_louder() -> None:
    def peak(line: PreparedLine) -> int:
        return int(abs(line.frames).max())

    assert peak(line_of("[-12 dB] hello")) < peak(line_of("hello"))
    assert peak(line_of("hello", loudness_db=-12)) == peak(line_of("[-12 dB] hello"))
