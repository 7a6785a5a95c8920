"""What counts as a number that was heard, whole and in pieces."""

from __future__ import annotations

import numpy as np

from benchmarks.endpointing_turns import LabelledTurn, expecting
from benchmarks.spoken_numbers import hear
from models.modem import modulated
from models.scripted import ScriptedVoiceActivity
from models.scripted_blocking import ScriptedBlockingRecogniser
from voice_agent.audio import RATE_HZ, Pcm, silence
from voice_agent.ports.speech import ENGLISH, Languages, Recognition

FIRST, SECOND = modulated("two four seven nine"), modulated("5 5 0 1")
PAUSE, TAIL = silence(RATE_HZ // 2), silence(RATE_HZ)


def said(pcm: Pcm) -> LabelledTurn:
    return LabelledTurn("n", "c", "synthetic", expecting("digits:8"), "2 4 7 9 5 5 0 1", pcm, (), pcm.size)


class Guessing(ScriptedBlockingRecogniser):
    """Hears the whole with a digit too few, unless it looks twice; what is short it hears as it is."""

    def transcribe(self, pcm: Pcm, *, expects: str, budget_us: int, languages: Languages = ENGLISH) -> Recognition:
        heard = super().transcribe(pcm, expects=expects, budget_us=budget_us, languages=languages)
        if pcm.size <= max(FIRST.size, SECOND.size) + PAUSE.size:
            return heard
        return Recognition("2479 551", ("2479 5501",))


def test_a_number_with_a_pause_is_recognised_as_a_whole_and_in_pieces() -> None:
    pcm = np.concatenate((PAUSE, FIRST, PAUSE, SECOND, TAIL))
    found = hear(said(pcm), ScriptedVoiceActivity(), ScriptedBlockingRecogniser(0))
    assert (found.digits, found.errors, found.found, found.errors_in_pieces) == (8, 0, True, 0)


def test_digits_are_wrong_one_by_one_and_may_be_right_in_another_hypothesis() -> None:
    pcm = np.concatenate((PAUSE, FIRST, PAUSE, SECOND, TAIL))
    found = hear(said(pcm), ScriptedVoiceActivity(), Guessing(0))
    assert (found.errors, found.found, found.errors_in_pieces) == (1, True, 0)


def test_a_number_that_nobody_notices_is_wrong_in_every_digit() -> None:
    found = hear(said(TAIL), ScriptedVoiceActivity(), ScriptedBlockingRecogniser(0))
    assert (found.errors, found.found, found.errors_in_pieces) == (8, False, 8)
