"""What the benchmark of interruptions makes of a call's log."""

from __future__ import annotations

import msgspec
import pytest

from benchmarks.answer_times import SentFrame
from benchmarks.barge_in import figures, goals, right
from benchmarks.barge_in_calls import silent_after
from benchmarks.barge_in_sounds import ASIDES, BACKCHANNELS, INTERRUPTIONS, KINDS, VOICES, WANTS_THE_FLOOR, drawn
from benchmarks.barge_in_trials import Outcome, outcome, talkative
from simulations.callers.sounds import SOUNDS
from simulations.callers.voices import CATALOGUE
from voice_agent.conversation import actions as act
from voice_agent.conversation.events import Transcribed
from voice_agent.conversation.records import Entry, Record, record_of
from voice_agent.understanding.dialogue_acts import is_backchannel

STOPPED = act.StopSpeaking(1, "the caller said something")


def log(*entries: tuple[int, Entry]) -> list[Record]:
    return [record_of(seq, ms * 1_000, entry) for seq, (ms, entry) in enumerate(entries)]


def test_times_count_from_the_sound() -> None:
    records = log(
        (500, act.HoldSpeaking(1)),
        (900, act.ResumeSpeaking(1)),
        (2_180, act.HoldSpeaking(1)),
        (2_700, Transcribed(1, 1, "Stop.", (), 0.9, "double", 1)),
        (2_700, STOPPED),
        (3_000, act.TakeTurn(1, "sentence")),
    )
    found = outcome(drawn("interruption", 1), records, onset_us=2_000_000)
    assert (found.muted_us, found.decided_us, found.silent_us) == (180_000, 700_000, 520_000)
    assert (found.stopped, found.turns, found.heard, found.mutes) == (True, 1, ("Stop.",), 1)
    assert right(found)


def test_a_backchannel_that_stops_the_agent_is_a_turn_lost() -> None:
    found = outcome(drawn("backchannel", 1), log((2_700, STOPPED)), onset_us=2_000_000)
    assert not right(found)
    report = figures({"backchannel": [found]})["backchannel"]
    assert report["lost"]["count"] == 1
    assert report["wrong"][0]["seed"] == 1
    assert not goals({"backchannel": [found]})[0].met


def test_an_agent_that_was_muted_and_went_on_lost_nothing() -> None:
    records = log((2_100, act.HoldSpeaking(1)), (2_600, act.ResumeSpeaking(1)))
    found = outcome(drawn("cough", 1), records, onset_us=2_000_000)
    assert right(found)
    assert not right(msgspec.structs.replace(found, kind="interruption"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_trial_is_drawn_by_its_number(kind: str) -> None:
    sounds = [drawn(kind, seed) for seed in range(40)]
    assert sounds == [drawn(kind, seed) for seed in range(40)]
    assert len({sound.label for sound in sounds}) > 1
    assert all(sound.voice in CATALOGUE for sound in sounds if sound.words)
    assert all(sound.made in SOUNDS for sound in sounds if sound.made)


def test_what_wants_the_floor_is_no_backchannel_and_the_other_way_round() -> None:
    assert not any(is_backchannel(words) for words in (*INTERRUPTIONS, *ASIDES))
    assert all(is_backchannel(words) for words in BACKCHANNELS)
    assert set(WANTS_THE_FLOOR) < set(KINDS)
    assert len(VOICES) >= 6


def test_the_agent_of_a_trial_says_all_of_its_lines() -> None:
    pack = talkative(drawn("echo", 1).monologue)
    assert pack.agent.name == "Speaker"


def nothing() -> Outcome:
    return Outcome("echo", "", 1, None, None, False, 0, (), 0, 0)


def test_a_trial_in_which_nothing_happened_is_right_for_an_echo() -> None:
    assert right(nothing())
    assert figures({"echo": [nothing()]})["echo"]["muted_ms"] == {"count": 0}


QUIET, LOUD = bytes(2), b"\x00\x01"


def packets(*stretches: tuple[int, int]) -> list[int]:
    """When packets came, 20 ms apart, in milliseconds from and to."""
    return [at_ms * 1_000 for first, last in stretches for at_ms in range(first, last, 20)]


def sent(onset_ms: int, until_ms: int) -> list[SentFrame]:
    return [SentFrame(ms * 1_000, LOUD if ms >= onset_ms else QUIET) for ms in range(0, until_ms, 20)]


def test_silence_is_timed_from_the_first_voiced_packet_to_the_last_loud_one() -> None:
    assert silent_after(sent(1_000, 3_000), packets((500, 1_140))) == 120_000


def test_a_pause_between_words_is_no_silence() -> None:
    assert silent_after(sent(1_000, 3_000), packets((500, 1_060), (1_200, 1_400))) == 380_000


def test_what_the_agent_says_next_is_another_matter() -> None:
    assert silent_after(sent(1_000, 3_000), packets((500, 1_100), (1_900, 2_900))) == 80_000


def test_an_agent_that_was_silent_already_took_no_time() -> None:
    assert silent_after(sent(1_000, 3_000), packets((500, 900))) == 0


def test_an_agent_that_never_stops_has_no_time() -> None:
    assert silent_after(sent(1_000, 3_000), packets((500, 3_000))) is None
    assert silent_after(sent(4_000, 3_000), packets((500, 1_000))) is None
