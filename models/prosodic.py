"""A recogniser that also tells how finished the voice sounds, where that counts: both listen at the same time.

Values are told to be whole by their grammar, so that only open speech and answers of yes or no are listened to twice.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Final, Protocol

import msgspec
import numpy as np

from models.engines import BlockingRecogniser, Steps, finished, recognising
from voice_agent.audio import RATE_HZ, Pcm, silence
from voice_agent.ports.speech import ENGLISH, Languages, Recognition

LISTENED_TO: Final = ("open", "yes_no")
TRAILING: Final = silence(RATE_HZ // 5)
"""The 200 ms of silence that a voice had to be followed by when smart-turn was taught."""


class Prosody(Protocol):
    def finished(self, pcm: Pcm) -> float:
        """0..1 for a turn that ends with the silence after its voice."""
        ...


class ProsodicRecogniser:
    """`BlockingRecogniser`. What `prosody` takes is hidden behind recognition, given a second core."""

    def __init__(self, recogniser: BlockingRecogniser, prosody: Prosody) -> None:
        self._recogniser = recogniser
        self._prosody = prosody
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="prosody")

    def transcribe(self, pcm: Pcm, *, expects: str, budget_us: int, languages: Languages = ENGLISH) -> Recognition:
        """As the recogniser's, with `finished` where it has words."""
        return finished(self.steps(pcm, expects=expects, budget_us=budget_us, languages=languages))

    def steps(self, pcm: Pcm, *, expects: str, budget_us: int, languages: Languages = ENGLISH) -> Steps[Recognition]:
        """Those of the recogniser's, where it has some."""
        words = recognising(self._recogniser, pcm, expects=expects, budget_us=budget_us, languages=languages)
        if expects not in LISTENED_TO or pcm.size == 0:
            return (yield from words)
        listening = self._beside.submit(self._prosody.finished, np.concatenate((pcm, TRAILING)))
        try:
            heard = yield from words
            return heard if heard.text == "" else msgspec.structs.replace(heard, finished=listening.result())
        finally:
            listening.cancel()  # of words that nobody wants any more, where it has not begun: the next is not to wait
