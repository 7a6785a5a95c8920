"""One utterance on its way to the caller: clauses with the PCM that has come for them and the part that was played."""

from __future__ import annotations

from collections import deque
from typing import TypeAlias

from voice_agent.audio import Pcm, silence
from voice_agent.conversation.events import PlayedUntil
from voice_agent.turns.heard import words_heard
from voice_agent.turns.voiced import Voiced

Sounded: TypeAlias = tuple[tuple[str, ...], ...]
"""Of each clause, what is said for each of its written words; empty where all are said as they are written."""


class Clause:
    """`complete`: no more PCM will come. `failed`: because synthesis failed, so that some of its words are missing.

    `sounded` has what is said for each written word of `text`, where that is something else.
    """

    def __init__(self, text: str, samples_per_character: int, sounded: tuple[str, ...] = ()) -> None:
        self.text = text
        self._sounded = sounded
        self.complete = False
        self.failed = False
        self.queued_samples = 0
        self.played_samples = 0
        self._pause_samples = 0
        """Silence at its end, which belongs to no word."""
        self._estimated_samples = len(" ".join(sounded) if sounded else text) * samples_per_character
        self._voiced = Voiced()
        self._chunks: deque[Pcm] = deque()
        self._offset = 0
        """Samples of the first chunk that were played."""

    @property
    def finished(self) -> bool:
        return self.complete and self.queued_samples == 0

    def feed(self, pcm: Pcm) -> None:
        if pcm.size > 0:
            self._chunks.append(pcm)
            self.queued_samples += pcm.size
            self._voiced.add(pcm)

    def pause(self, samples: int) -> None:
        """Silence after its last word."""
        self.feed(silence(samples))
        self._pause_samples += samples

    def play(self, out: Pcm) -> int:
        """Moves samples into `out` until it is full or the queue is empty; returns how many."""
        filled = 0
        while filled < out.size and self._chunks:
            chunk = self._chunks[0]
            count = min(out.size - filled, chunk.size - self._offset)
            out[filled : filled + count] = chunk[self._offset : self._offset + count]
            filled += count
            self._offset += count
            if self._offset == chunk.size:
                self._chunks.popleft()
                self._offset = 0
        self.queued_samples -= filled
        self.played_samples += filled
        return filled

    def heard(self) -> str:
        """Exact where all was played; else by share of its voice, of which there may be more until it is complete."""
        total = self.played_samples + self.queued_samples - self._pause_samples
        if self.failed or not self.complete:
            total = max(total, self._estimated_samples) + 1
            known = words_heard(self.text, min(self.played_samples, total), total, self._sounded)
            return known if known != " ".join(self.text.split()) else known.rpartition(" ")[0]
        if self.played_samples >= total:
            return " ".join(self.text.split())
        voiced = self._voiced.windows
        return words_heard(self.text, self._voiced.windows_until(self.played_samples), voiced + 1, self._sounded)


class Utterance:
    def __init__(
        self, number: int, clauses: tuple[str, ...], samples_per_character: int, sounded: Sounded = ()
    ) -> None:
        said = sounded if sounded else ((),) * len(clauses)
        self.number = number
        self.clauses = [Clause(text, samples_per_character, own) for text, own in zip(clauses, said, strict=True)]
        self.played_samples = 0
        self._playing = 0

    @property
    def current(self) -> Clause | None:
        """The clause that is played now; None when all were."""
        return self.clauses[self._playing] if self._playing < len(self.clauses) else None

    @property
    def finished(self) -> bool:
        return self._playing == len(self.clauses)

    def play(self, out: Pcm) -> int:
        """Moves samples of as many clauses as needed into `out`; returns how many there were."""
        filled = 0
        while (clause := self.current) is not None:
            filled += clause.play(out[filled:] if filled else out)
            if not clause.finished:
                break
            self._playing += 1
        self.played_samples += filled
        return filled

    def played_until(self) -> PlayedUntil:
        """What was heard of it so far. After the last clause `clause` is the number of clauses."""
        heard = [clause.heard() for clause in self.clauses[: self._playing + 1]]
        return PlayedUntil(self.number, self._playing, self.played_samples, " ".join(text for text in heard if text))
