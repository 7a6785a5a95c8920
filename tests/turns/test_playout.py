"""What is sent, and what of the agent's words was heard because of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from voice_agent.audio import Pcm, silence
from voice_agent.conversation.events import PlaybackFinished, PlaybackStarted, PlayedUntil
from voice_agent.turns.heard import words_heard
from voice_agent.turns.playout import Playout
from voice_agent.turns.settings import PlayoutSettings


def tone(samples: int, level: int = 1_000) -> Pcm:
    return np.full(samples, level, np.int16)


def playing(*clauses: tuple[str, int]) -> Playout:
    """An utterance whose clauses have come, each with so many samples."""
    playout = Playout(PlayoutSettings())
    playout.begin(1, tuple(text for text, _ in clauses))
    for number, (_, samples) in enumerate(clauses):
        playout.feed(1, number, tone(samples))
        playout.end_clause(1, number)
    return playout


def heard(playout: Playout) -> str:
    until = playout.played_until()
    assert until is not None
    return until.heard


def test_silence_is_sent_where_there_is_nothing_to_say() -> None:
    playout = Playout(PlayoutSettings())
    frame = playout.pull()
    assert frame.dtype == np.int16
    assert frame.tolist() == [0] * 160
    assert playout.take_facts() == []
    assert playout.played_until() is None
    assert not playout.speaking


def test_an_utterance_starts_and_finishes_at_its_samples() -> None:
    playout = Playout(PlayoutSettings())
    playout.pull()
    playout.begin(1, ("Hello.",))
    playout.feed(1, 0, tone(200))
    playout.end_clause(1, 0)
    assert playout.speaking
    assert playout.pull().all()
    assert playout.take_facts() == [PlaybackStarted(1, 160)]
    assert np.count_nonzero(playout.pull()) == 40
    assert playout.take_facts() == [PlaybackFinished(1)]
    assert playout.starved_frames == 0


def test_the_next_utterance_begins_at_the_next_sample() -> None:
    playout = playing(("Hello.", 200))
    playout.begin(2, ("Bye.",))
    playout.feed(2, 0, tone(120, 7))
    playout.end_clause(2, 0)
    playout.pull()
    assert playout.pull().tolist() == [1_000] * 40 + [7] * 120
    assert playout.take_facts() == [
        PlaybackStarted(1, 0),
        PlaybackFinished(1),
        PlaybackStarted(2, 200),
        PlaybackFinished(2),
    ]


def test_clauses_are_played_in_order_however_they_come() -> None:
    playout = Playout(PlayoutSettings())
    playout.begin(1, ("One,", "two."))
    playout.feed(1, 1, tone(80, 2))
    playout.end_clause(1, 1)
    assert not playout.pull().any()
    playout.feed(1, 0, silence(0))
    playout.feed(1, 0, tone(50, 1))
    playout.feed(1, 0, tone(30, 3))
    playout.end_clause(1, 0)
    assert playout.pull().tolist() == [1] * 50 + [3] * 30 + [2] * 80


def test_waiting_for_the_first_sample_is_not_starvation_but_a_gap_is() -> None:
    playout = Playout(PlayoutSettings())
    playout.begin(1, ("One,", "two."))
    playout.pull()
    assert playout.starved_frames == 0
    playout.feed(1, 0, tone(160))
    playout.end_clause(1, 0)
    playout.pull()
    playout.pull()
    assert playout.starved_frames == 1


def test_held_speech_fades_out_and_goes_on_where_it_stopped() -> None:
    playout = playing(("One two three four.", 1_600))
    playout.pull()
    playout.hold()
    playout.hold()
    assert not playout.speaking
    fading = playout.pull()
    assert np.all(np.diff(fading[:40].astype(int)) < 0)
    assert not fading[39:].any()
    assert not playout.pull().any()
    playout.resume()
    playout.resume()
    rising = playout.pull()
    assert np.all(np.diff(rising[:40].astype(int)) > 0)
    assert np.all(rising[39:] == 1_000)
    assert playout.starved_frames == 0
    sent = 360
    while playout.played_until() is not None:
        sent += int(np.count_nonzero(playout.pull()))
    assert sent == 1_600


def test_what_was_heard_is_told_when_speech_is_held() -> None:
    playout = playing(("One two three four.", 1_600))
    playout.pull()
    playout.hold()
    assert playout.take_facts() == [PlaybackStarted(1, 0), PlayedUntil(1, 0, 200, "")]


def test_hold_and_resume_within_a_tick_lose_nothing() -> None:
    playout = playing(("One two three four.", 1_600))
    playout.pull()
    playout.hold()
    playout.resume()
    playout.hold()
    playout.resume()
    until = playout.played_until()
    assert until is not None
    assert until.played_samples == 200
    assert playout.pull()[45:].all()


def test_fade_in_goes_on_over_the_end_of_a_frame() -> None:
    playout = Playout(PlayoutSettings(fade_samples=200))
    playout.begin(1, ("One",))
    playout.feed(1, 0, tone(1_600))
    playout.hold()
    playout.flush()
    playout.pull()
    playout.begin(2, ("One",))
    playout.hold()
    playout.feed(2, 0, tone(1_600))
    playout.resume()
    both = np.concatenate((playout.pull(), playout.pull())).astype(int)
    assert np.all(np.diff(both[:200]) > 0)
    assert np.all(both[199:] == 1_000)


def test_flushed_speech_is_gone_within_a_tick() -> None:
    playout = playing(("One two three four.", 1_600))
    playout.begin(2, ("More.",))
    playout.pull()
    playout.flush()
    assert playout.take_facts() == [PlaybackStarted(1, 0), PlayedUntil(1, 0, 200, "")]
    assert not playout.pull()[39:].any()
    assert not playout.pull().any()
    assert playout.take_facts() == []


def test_pcm_that_comes_for_flushed_speech_is_late() -> None:
    playout = playing(("One two", 1_600))
    playout.flush()
    assert playout.feed(1, 0, tone(160)) == "late"
    playout.end_clause(1, 0)
    playout.fail_clause(1, 0)
    playout.begin(2, ("Three",))
    assert playout.feed(2, 0, tone(160)) == "taken"
    playout.end_clause(2, 0)
    assert playout.feed(2, 0, tone(160)) == "late"


def test_flush_ends_a_hold() -> None:
    playout = playing(("One two", 1_600))
    playout.hold()
    playout.pull()
    playout.flush()
    playout.begin(2, ("Three",))
    playout.feed(2, 0, tone(160, 5))
    assert playout.pull().tolist() == [5] * 160


def test_an_utterance_begun_while_held_waits() -> None:
    playout = Playout(PlayoutSettings())
    playout.hold()
    playout.begin(1, ("One",))
    playout.feed(1, 0, tone(320))
    assert not playout.pull().any()
    playout.resume()
    assert playout.pull().any()


def test_utterance_numbers_must_rise() -> None:
    playout = Playout()
    playout.begin(2, ("Hello.",))
    with pytest.raises(ValueError, match="utterance 2 begun after 2"):
        playout.begin(2, ("Hello.",))


def test_heard_words_are_whole_ones() -> None:
    playout = playing(("Hello there.", 1_300), ("I can help you.", 1_600))
    for _ in range(4):
        playout.pull()
    assert heard(playout) == "Hello"
    for _ in range(5):
        playout.pull()
    assert heard(playout) == "Hello there."
    for _ in range(4):
        playout.pull()
    assert playout.played_until() == PlayedUntil(1, 1, 2_080, "Hello there. I can")


def test_a_clause_whose_length_is_not_known_yet_is_estimated() -> None:
    playout = Playout(PlayoutSettings(samples_per_character=100))
    playout.begin(1, ("Hello there you",))
    playout.feed(1, 0, tone(800))
    for _ in range(5):
        playout.pull()
    assert heard(playout) == "Hello"


def test_words_of_a_clause_that_is_not_complete_are_never_all_heard() -> None:
    playout = Playout(PlayoutSettings(samples_per_character=1))
    playout.begin(1, ("Hello there",))
    playout.feed(1, 0, tone(1_600))
    for _ in range(10):
        playout.pull()
    assert heard(playout) == "Hello"


def test_a_failed_clause_is_played_as_far_as_it_came_and_left_out_of_what_was_heard() -> None:
    playout = Playout(PlayoutSettings(samples_per_character=100))
    playout.begin(1, ("Hello there you", "never came", "Goodbye now."))
    playout.feed(1, 0, tone(800))
    playout.fail_clause(1, 0)
    playout.fail_clause(1, 1)
    playout.feed(1, 2, tone(160))
    playout.end_clause(1, 2)
    playout.fail_clause(1, 2)
    for _ in range(5):
        playout.pull()
    assert playout.played_until() == PlayedUntil(1, 2, 800, "Hello")
    playout.pull()
    assert playout.take_facts()[-1] == PlaybackFinished(1)


def test_an_utterance_without_a_sound_finishes_without_having_started() -> None:
    playout = Playout(PlayoutSettings())
    playout.begin(1, ("Hello.",))
    playout.fail_clause(1, 0)
    playout.begin(2, ())
    playout.pull()
    assert playout.take_facts() == [PlaybackFinished(1), PlaybackFinished(2)]


def test_more_is_wanted_until_the_queue_is_full() -> None:
    playout = Playout(PlayoutSettings(limit_samples=400))
    playout.begin(1, ("One,", "two."))
    assert playout.feed(1, 1, tone(500)) == "taken"
    assert not playout.wants_more
    assert playout.feed(1, 1, tone(1)) == "full"
    assert playout.feed(1, 0, tone(160)) == "taken"
    assert playout.feed(1, 0, tone(160)) == "full"
    playout.end_clause(1, 0)
    playout.pull()
    playout.pull()
    assert playout.wants_more


def test_every_word_is_heard_once_all_was_played() -> None:
    assert words_heard("  Good   morning. ", 10, 10) == "Good morning."
    assert words_heard("", 0, 10) == ""


def test_nothing_is_heard_in_the_pause_after_a_clause_and_all_of_the_clause_was_before_it() -> None:
    playout = Playout(PlayoutSettings())
    playout.begin(1, ("One two.", "Three."))
    playout.feed(1, 0, tone(160))
    playout.end_clause(1, 0, 320)
    playout.feed(1, 1, tone(160))
    playout.end_clause(1, 1)
    heard = []
    for _ in range(4):
        playout.pull()
        played = playout.played_until()
        heard.append("" if played is None else f"{played.clause} {played.heard}")
    assert heard == ["0 One two.", "0 One two.", "1 One two.", ""]


def test_a_pause_does_not_hold_back_the_last_word_of_a_clause() -> None:
    playout = Playout(PlayoutSettings())
    playout.begin(1, ("One two.", "Three."))
    playout.feed(1, 0, tone(320))
    playout.end_clause(1, 0, 1_600)
    playout.pull()
    assert playout.played_until() == PlayedUntil(1, 0, 160, "One")


def test_a_word_said_otherwise_than_written_takes_the_time_of_what_is_said() -> None:
    assert words_heard("An SUV please.", 60, 100) == "An SUV"
    assert words_heard("An SUV please.", 55, 100, ("An", "sport utility vehicle", "please.")) == "An"
    assert words_heard("An SUV please.", 60, 100, ("An", "sport utility vehicle", "please.")) == "An SUV"


def test_a_phrase_that_is_said_as_one_is_heard_as_one() -> None:
    sounded = ("ree oh grand", "", "now.")
    assert words_heard("Rio Grande now.", 9, 18, sounded) == ""
    assert words_heard("Rio Grande now.", 10, 18, sounded) == "Rio Grande"


def test_a_word_counts_once_most_of_it_was_played() -> None:
    assert words_heard("Hello there", 4, 12) == ""
    assert words_heard("Hello there", 5, 12) == "Hello"
    assert words_heard("Hello there", 11, 12) == "Hello there"


def test_pauses_within_a_clause_are_no_words() -> None:
    playout = Playout(PlayoutSettings())
    playout.begin(1, ("one two three four",))
    playout.feed(1, 0, np.concatenate((tone(800), silence(1_600), tone(800), silence(3_200), tone(1_600))))
    playout.end_clause(1, 0)
    for _ in range(15):
        playout.pull()
    assert heard(playout) == "one"
    for _ in range(30):
        playout.pull()
    assert heard(playout) == "one two three"


def test_what_was_heard_is_told_in_written_words() -> None:
    playout = Playout(PlayoutSettings())
    playout.begin(1, ("Hello Siobhan.", "Bye."), (("Hello", "shi-vawn."), ("Bye.",)))
    playout.feed(1, 0, tone(160))
    playout.end_clause(1, 0)
    playout.pull()
    assert playout.played_until() == PlayedUntil(1, 1, 160, "Hello Siobhan.")


@settings(deadline=None)
@example([("say", 1), ("feed", 2), ("say", 1), ("feed", 1), ("hold", 1)])
@given(st.lists(st.tuples(st.sampled_from(["feed", "hold", "resume", "flush", "pull", "say"]), st.integers(1, 700))))
def test_what_is_played_is_what_was_fed(steps: list[tuple[str, int]]) -> None:
    playout = Playout(PlayoutSettings(limit_samples=2_000))
    utterance, fed, position = 0, 0, 0
    started: list[int] = []
    for step, number in steps:
        match step:
            case "say":
                utterance += 1
                playout.begin(utterance, ("Some words here",))
            case "feed" if utterance > 0:
                fed += number if playout.feed(utterance, 0, tone(number)) == "taken" else 0
                if number % 2 == 0:
                    playout.end_clause(utterance, 0)
            case "hold":
                playout.hold()
            case "resume":
                playout.resume()
            case "flush":
                playout.flush()
            case _:
                assert playout.pull().size == 160
                position += 160
        for fact in playout.take_facts():
            match fact:
                case PlaybackStarted():
                    started.append(fact.utterance)
                    assert fact.at_sample < position + 160  # a fade-out that is set aside counts as sent already
                case PlayedUntil():
                    assert fact.played_samples <= min(fed, position + 160)
                    assert "Some words here".startswith(fact.heard)
                case PlaybackFinished():
                    assert fact.utterance in started
    assert started == sorted(set(started))


def test_what_is_to_begin_can_wait_for_a_tick_and_loses_nothing() -> None:
    playout = Playout()
    assert not playout.beginning
    playout.begin(1, ("Hello.",))
    playout.feed(1, 0, np.full(320, 5, np.int16))
    assert playout.beginning
    assert not playout.pull(wait=True).any()
    assert playout.beginning
    assert playout.take_facts() == []
    assert playout.pull().tolist() == [5] * 160
    assert playout.take_facts() == [PlaybackStarted(1, 160)]
    assert not playout.beginning
