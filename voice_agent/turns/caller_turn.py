"""One turn of the caller while it is open: its voice, its pauses, and the recognition of what was said in it.

Every stretch that is recognised is a new generation: up to a dip of the voice, which may become a pause, up to a pause
that no dip announced, or up to now while the voice goes on. Each generation recognises the turn from its beginning,
because recognisers do better with the whole of it. Words count as the turn's (`heard`) only where they reach to the end
of all its voice; until then they are `partial`. Turns longer than the window (25 s) are recognised by their last 25 s
only; what was said before is in the recording, not in the text.
"""

from __future__ import annotations

from voice_agent.audio import us_to_samples
from voice_agent.conversation.actions import CancelTranscription, Transcribe
from voice_agent.conversation.events import Transcribed
from voice_agent.ports.urgency import Urgency
from voice_agent.turns.evidence import has_words
from voice_agent.turns.signals import Foreseen


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
        """What all of it was recognised as; None while its voice is on, or until the words have come."""
        self.partial: Transcribed | None = None
        """The newest words of it, whether or not they are all."""
        self.likely: str | None = None
        """The words that an answer is being prepared to, or was."""
        self.foreseen: Foreseen | None = None
        self.job: int | None = None
        self.look: int | None = None
        """A job that was overtaken by `job`, and may still tell what is being said over the agent. It is early, and so
        runs already: there is nothing to be cancelled."""
        self.dipped = False
        """Whether the newest job may be all of it: the voice fell silent where it ends."""
        self.worded: Transcribed | None = None
        """The newest words that are any."""
        self.level_dbfs: int | None = None
        """How loud its voice was up to its last pause."""
        self.listened = False
        """Whether it was asked, when it was time to decide, if these are the words of somebody who only listens."""
        self.retried = False
        self._generation = 0
        self._reaches: int | None = None
        """The sample up to which the newest generation goes."""
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
    def fell_silent(self) -> bool:
        """Whether the voice is off, or may be."""
        return self.dipped or not self.has_voice

    @property
    def words(self) -> str:
        """The newest recognised text, empty where there were no words or nothing has come yet."""
        return self.heard.text.strip() if self.heard is not None and has_words(self.heard.text) else ""

    def voice(self, segment: int, at_sample: int, now_us: int, *, tells: bool = False) -> list[CancelTranscription]:
        """Voice began or went on: what was recognised so far is of the past. Where it `tells` what is being said over
        the agent, what is being recognised is still of use."""
        cancelled = self.overtake() if tells else self.cancel()
        self.heard = self._reaches = None
        self.dipped = False
        self.segment = segment
        if self._from_sample is None:
            self._from_sample = at_sample
            self._end_sample = at_sample
        if self._voice_on_us is None:
            self._voice_on_us = now_us
            self._stretch_sample = at_sample
        return cancelled

    def dip(self, end_sample: int) -> None:
        """The voice, still on, fell silent at `end_sample`, and is to be recognised up to there."""
        self._reach(end_sample)
        self.dipped = True

    def go_on(self, now_us: int) -> None:
        """The voice goes on, and is to be recognised up to now."""
        self._reach(self.now_sample(now_us))
        self.dipped = False

    def _reach(self, end_sample: int) -> None:
        self._end_sample = max(self._end_sample, end_sample)
        self._generation += 1

    def now_sample(self, now_us: int) -> int:
        """How far the voice, still on, has come by the clock; a stretch begins with a lead-in."""
        since_us = 0 if self._voice_on_us is None else now_us - self._voice_on_us
        return max(us_to_samples(now_us), self._stretch_sample + us_to_samples(since_us))

    def pause(self, end_sample: int, ended_us: int) -> None:
        """The voice ended at `end_sample`, which was heard at `ended_us`. What was recognised ahead may be all."""
        if self._voice_on_us is not None:
            self._voiced_us += max(0, ended_us - self._voice_on_us)
        self._voice_on_us = None
        self._end_sample = max(self._end_sample, end_sample)
        self.ended_us = ended_us
        self.retried = False
        if not self.recognised_ahead:
            self._generation += 1
        elif self.job is None:
            self.heard = self.partial

    @property
    def recognised_ahead(self) -> bool:
        """Whether the newest generation reaches to the end of the voice, and has words or is being recognised."""
        newest = self.partial is not None and self.partial.generation == self._generation
        return self._reaches == self._end_sample and (self.job is not None or newest)

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

    def keep_words(self) -> None:
        """Keys go on with the turn, and what was said before counts with them."""
        self._voice_on_us = None
        self.segment = None

    def cut(self, now_us: int) -> None:
        """The longest turn is over while the voice goes on: end it here."""
        self.pause(self.now_sample(now_us), now_us)
        self.final = True

    def transcribe(
        self, job: int, expects: str, window_us: int, urgency: Urgency = "final", language: str = "en"
    ) -> Transcribe:
        """The recognition of the newest generation, as job `job`."""
        self.job = job
        self._reaches = self._end_sample
        first = 0 if self._from_sample is None else self._from_sample
        from_sample = max(first, self._end_sample - us_to_samples(window_us))
        return Transcribe(job, self._generation, from_sample, self._end_sample, expects, urgency, language)

    def recognised(self, words: Transcribed) -> None:
        """Words came: of all of it, or of a part. What is still being recognised of less is of no use."""
        self.look = None
        self.recognised_before(words)
        if not self.has_voice and self._reaches == self._end_sample:
            self.heard = words

    def recognised_before(self, words: Transcribed) -> None:
        """Words came of a part that was overtaken."""
        self.partial = words
        self.remember(words)

    def remember(self, words: Transcribed) -> None:
        """Words, where there are any, that may be all that is ever found."""
        self.worded = words if has_words(words.text) else self.worded

    def awaits(self, job: int, generation: int) -> bool:
        """Whether a result of this job is still of use."""
        return self.job == job and self._generation == generation

    def cancel(self) -> list[CancelTranscription]:
        """Nobody waits for the running recognition any more."""
        job, self.job, self.look = self.job, None, None
        return [] if job is None else [CancelTranscription(job)]

    def overtake(self) -> list[CancelTranscription]:
        """More is to be recognised than the running job does. Of two, the elder tells something sooner."""
        job, self.job = self.job, None
        if self.look is None:
            self.look = job
            return []
        return [] if job is None else [CancelTranscription(job)]

    @property
    def newest(self) -> Transcribed | None:
        """The words of all of it, or of as much as was listened to; None where nobody has yet."""
        return self.partial if self.heard is None else self.heard

    def voiced_us(self, now_us: int) -> int:
        """How much voice there was."""
        return self._voiced_us + (0 if self._voice_on_us is None else max(0, now_us - self._voice_on_us))

    def voice_reaches_us(self, voiced_us: int) -> int:
        """When there will have been `voiced_us` of voice in the turn if it goes on from now."""
        since_us = self.ended_us if self._voice_on_us is None else self._voice_on_us
        return since_us + voiced_us - self._voiced_us
