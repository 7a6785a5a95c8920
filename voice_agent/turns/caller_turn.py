"""One turn of the caller while it is open: its voice, its pauses, and the recognition of what was said in it.

Every pause makes a new generation, and each generation recognises the turn from its beginning, because recognisers do
better with the whole of it. Turns longer than the window (25 s) are recognised by their last 25 s only; what was said
before is in the recording, not in the text.
"""

from __future__ import annotations

from voice_agent.audio import us_to_samples
from voice_agent.conversation.actions import CancelTranscription, Transcribe
from voice_agent.conversation.events import Transcribed
from voice_agent.turns.evidence import has_words


class CallerTurn:
    """Opened by voice or by a key. Knows nothing of the agent, but for `interrupted`: the utterance it cut off."""

    def __init__(self, number: int, now_us: int) -> None:
        self.number = number
        self.interrupted: int | None = None
        self.final = False
        """Cut at the longest turn: no voice is added to it any more."""
        self.began_us = now_us
        self.ended_us = now_us
        """When the voice last ended, as far as it has."""
        self.segment: int | None = None
        self.heard: Transcribed | None = None
        """What the newest generation was recognised as."""
        self.job: int | None = None
        self.retried = False
        self._generation = 0
        self._from_sample: int | None = None
        self._stretch_sample = 0
        self._end_sample = 0
        self._voice_on_us: int | None = None
        self._voiced_us = 0

    @property
    def has_voice(self) -> bool:
        """Whether the caller's voice is on."""
        return self._voice_on_us is not None

    @property
    def words(self) -> str:
        """The newest recognised text, empty where there were no words or nothing has come yet."""
        return self.heard.text.strip() if self.heard is not None and has_words(self.heard.text) else ""

    def voice(self, segment: int, at_sample: int, now_us: int) -> list[CancelTranscription]:
        """Voice began or went on: what was recognised so far is of the past."""
        cancelled = self.cancel()
        self.heard = None
        self.segment = segment
        if self._from_sample is None:
            self._from_sample = at_sample
            self._end_sample = at_sample
        if self._voice_on_us is None:
            self._voice_on_us = now_us
            self._stretch_sample = at_sample
        return cancelled

    def pause(self, end_sample: int, ended_us: int) -> None:
        """The voice ended at `end_sample`, which was heard at `ended_us`."""
        if self._voice_on_us is not None:
            self._voiced_us += max(0, ended_us - self._voice_on_us)
        self._voice_on_us = None
        self._end_sample = max(self._end_sample, end_sample)
        self.ended_us = ended_us
        self._generation += 1
        self.retried = False

    def cut_off(self, utterance: int | None) -> None:
        """The turn interrupted `utterance`. The first one counts: it is the one that was heard in part."""
        if self.interrupted is None:
            self.interrupted = utterance

    def leave_voice(self) -> list[CancelTranscription]:
        """Keys go on with the turn: its voice doesn't count any more."""
        self._voice_on_us = None
        self.segment = None
        self.heard = None
        return self.cancel()

    def cut(self, now_us: int) -> None:
        """The longest turn is over while the voice goes on: end it here."""
        since_us = 0 if self._voice_on_us is None else now_us - self._voice_on_us
        self.pause(self._stretch_sample + us_to_samples(since_us), now_us)
        self.final = True

    def transcribe(self, job: int, expects: str, window_us: int) -> Transcribe:
        """The recognition of the newest generation, as job `job`."""
        self.job = job
        first = 0 if self._from_sample is None else self._from_sample
        from_sample = max(first, self._end_sample - us_to_samples(window_us))
        return Transcribe(job, self._generation, from_sample, self._end_sample, expects)

    def awaits(self, job: int, generation: int) -> bool:
        """Whether a result of this job is still of use."""
        return self.job == job and self._generation == generation

    def cancel(self) -> list[CancelTranscription]:
        """Nobody waits for the running recognition any more."""
        job, self.job = self.job, None
        return [] if job is None else [CancelTranscription(job)]

    def voice_reaches_us(self, voiced_us: int) -> int:
        """When there will have been `voiced_us` of voice in the turn if it goes on from now."""
        since_us = self.ended_us if self._voice_on_us is None else self._voice_on_us
        return since_us + voiced_us - self._voiced_us
