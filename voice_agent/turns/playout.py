"""What the agent's track sends, 20 ms at a time, and what of the agent's words has been heard because of it.

Decides nothing: it is told what to play, to hold, to go on and to drop. An utterance is a row of clauses that are
synthesised separately; their PCM may be fed in any order and is played in order, without gaps between utterances.

    playout.begin(1, ("Hello,", "how can I help?"))
    playout.feed(1, 0, pcm)         # "taken", "late" (the utterance was dropped) or "full" (offer it again)
    playout.end_clause(1, 0)
    playout.pull()                  # Frame, once per tick
    playout.take_facts()            # [PlaybackStarted(1, at_sample=0)]

Utterance numbers only rise, so the number itself tells PCM of a dropped utterance from that of a later one. A pull
moves a constant number of samples; nothing is ever concatenated.
"""

from __future__ import annotations

from collections import deque
from typing import Final, Literal, TypeAlias

import numpy as np

from voice_agent.audio import FRAME_SAMPLES, Pcm, silence
from voice_agent.conversation.events import PlaybackFinished, PlaybackStarted, PlayedUntil
from voice_agent.turns.settings import PlayoutSettings
from voice_agent.turns.utterance import Clause, Sounded, Utterance

PlaybackFact: TypeAlias = PlaybackStarted | PlayedUntil | PlaybackFinished
Fed: TypeAlias = Literal["taken", "late", "full"]

_USUAL: Final = PlayoutSettings()


class Playout:
    """The agent's track of one conversation. `starved_frames` counts ticks on which speech had begun and PCM lacked."""

    def __init__(self, settings: PlayoutSettings = _USUAL) -> None:
        self.starved_frames = 0
        self._settings = settings
        self._utterances: deque[Utterance] = deque()
        self._last_begun = 0
        self._facts: list[PlaybackFact] = []
        self._position = 0
        self._queued = 0
        self._held = False
        self._tail: Pcm | None = None
        """What is still to be sent of speech that was cut: already counted as played."""
        self._fade_in_left = 0
        self._sounding = False
        """Whether the last pull moved any of it."""

    @property
    def beginning(self) -> bool:
        """Whether the next pull is the first one with something to hear after silence."""
        return self.speaking and not self._sounding

    @property
    def wants_more(self) -> bool:
        """Whether the synthesiser should go on; False while the queue is full."""
        return self._queued < self._settings.limit_samples

    @property
    def speaking(self) -> bool:
        """Whether the caller hears the agent now, or is about to: what `Segments.agent_speaking` wants to know."""
        return not self._held and self._queued > 0

    # What to play

    def begin(self, utterance: int, clauses: tuple[str, ...], sounded: Sounded = ()) -> None:
        """Queues an utterance behind the ones begun before. Raises ValueError unless its number is a new one.

        `clauses` are as written, which is how what was heard is told; `sounded` is what is synthesised for their words.
        """
        if utterance <= self._last_begun:
            raise ValueError(f"utterance {utterance} begun after {self._last_begun}: numbers must rise")
        self._last_begun = utterance
        self._utterances.append(Utterance(utterance, clauses, self._settings.samples_per_character, sounded))

    def feed(self, utterance: int, clause: int, pcm: Pcm) -> Fed:
        """Adds `int16[samples]` to a clause, which must not be changed afterwards.

        "full" while `wants_more` is False; but a clause that is being waited for is always fed, so that speech can't
        stall behind PCM of later clauses. So the queue holds less than the limit and one chunk more.
        """
        target = self._clause(utterance, clause)
        if target is None or target.complete:
            return "late"
        starving = target.queued_samples == 0 and target is self._utterances[0].current
        if not starving and not self.wants_more:
            return "full"
        target.feed(pcm)
        self._queued += pcm.size
        return "taken"

    def end_clause(self, utterance: int, clause: int, pause_samples: int = 0) -> None:
        """All PCM of the clause was fed. After it comes so much silence, in which nothing more of it is heard."""
        target = self._clause(utterance, clause)
        if target is not None and not target.complete:
            target.pause(pause_samples)
            self._queued += pause_samples
            target.complete = True

    def fail_clause(self, utterance: int, clause: int) -> None:
        """No more PCM will come: what there is is played, the rest of its words is not heard."""
        target = self._clause(utterance, clause)
        if target is not None and not target.complete:
            target.complete = True
            target.failed = True

    def _clause(self, utterance: int, clause: int) -> Clause | None:
        queued = next((queued for queued in self._utterances if queued.number == utterance), None)
        return None if queued is None else queued.clauses[clause]

    # Holding, resuming, dropping

    def hold(self) -> None:
        """Silent from the next pull on, but for a fade-out. What was heard is among the facts at once."""
        if self._held:
            return
        self._cut()
        self._held = True
        self._report()

    def resume(self) -> None:
        """Goes on at the next sample, faded in."""
        if self._held:
            self._held = False
            self._fade_in_left = self._settings.fade_samples

    def flush(self) -> None:
        """Drops everything, but for a fade-out; PCM that comes later for it is "late". Also ends a hold."""
        if not self._held:
            self._cut()
            self._report()
        self._utterances.clear()
        self._queued = 0
        self._held = False
        self._fade_in_left = 0

    def _cut(self) -> None:
        """Sets the fade-out aside for the next pull, unless one is still waiting there."""
        if self._tail is not None:
            return
        tail = silence(min(self._settings.fade_samples, FRAME_SAMPLES))
        filled = self._play(tail, self._position)
        if filled > 0:
            ramp = np.linspace(1.0, 0.0, filled + 1, dtype=np.float32)[1:]
            self._tail = (tail[:filled] * ramp).astype(np.int16)

    def _report(self) -> None:
        until = self.played_until()
        if until is not None:
            self._facts.append(until)

    # The track

    def pull(self, *, wait: bool = False) -> Pcm:
        """The next `Frame`: `int16[160]`, owned by the caller. To be called once per 20 ms tick.

        `wait`: nothing begins in this tick.
        """
        frame = silence(FRAME_SAMPLES)
        if self._tail is None and (wait or not self._utterances):
            self._position += FRAME_SAMPLES
            self._sounding = False
            return frame
        start = 0
        if self._tail is not None:
            start = self._tail.size
            frame[:start] = self._tail
            self._tail = None
        self._sounding = False
        if not self._held:
            filled = self._play(frame[start:], self._position + start)
            self._sounding = filled > 0
            if start + filled < FRAME_SAMPLES and self._utterances and self._utterances[0].played_samples > 0:
                self.starved_frames += 1
        self._position += FRAME_SAMPLES
        return frame

    def take_facts(self) -> list[PlaybackFact]:
        """What has happened since the last call, in order."""
        if not self._facts:
            return []
        facts, self._facts = self._facts, []
        return facts

    def played_until(self) -> PlayedUntil | None:
        """How much of the current utterance was heard; None where there is none."""
        return self._utterances[0].played_until() if self._utterances else None

    def _play(self, out: Pcm, at_sample: int) -> int:
        """Moves queued samples into `out`, which begins at `at_sample` of the track; returns how many there were."""
        filled = 0
        while self._utterances:
            utterance = self._utterances[0]
            fresh = utterance.played_samples == 0
            taken = utterance.play(out[filled:] if filled else out)
            if fresh and taken > 0:
                self._facts.append(PlaybackStarted(utterance.number, at_sample + filled))
            filled += taken
            if not utterance.finished:
                break
            self._facts.append(PlaybackFinished(utterance.number))
            self._utterances.popleft()
        self._queued -= filled
        if self._fade_in_left > 0:
            self._fade_in(out[:filled])
        return filled

    def _fade_in(self, pcm: Pcm) -> None:
        count = min(self._fade_in_left, pcm.size)
        if count > 0:
            total = self._settings.fade_samples
            done = total - self._fade_in_left
            ramp = np.arange(done + 1, done + count + 1, dtype=np.float32) / total
            pcm[:count] = (pcm[:count] * ramp).astype(np.int16)
            self._fade_in_left -= count
