"""What the agent has issued to be said and has not all been played: held, resumed or stopped as one.

Invariant: every `HoldSpeaking` is followed by `ResumeSpeaking` or `StopSpeaking`, so playout is never left held.
"""

from __future__ import annotations

from voice_agent.conversation.actions import HoldSpeaking, ResumeSpeaking, StopSpeaking


class AgentSpeech:
    """Utterances in the order in which they are played. The first is the one being played or played next."""

    def __init__(self) -> None:
        self._utterances: list[int] = []
        self._clauses: dict[int, int] = {}
        self._words: dict[int, int] = {}
        self._clause = 0
        self._words_heard = 0
        self._held_since_us: int | None = None
        self._news_us = 0

    def __bool__(self) -> bool:
        """Whether anything is left to be played."""
        return bool(self._utterances)

    @property
    def current(self) -> int | None:
        return self._utterances[0] if self._utterances else None

    @property
    def held_since_us(self) -> int | None:
        return self._held_since_us

    @property
    def news_us(self) -> int:
        """When playback last made progress, or was last touched."""
        return self._news_us

    @property
    def asking(self) -> bool:
        """Whether the last clause of all is being heard: what the agent asks for can be answered from there on."""
        return len(self._utterances) == 1 and self._clause >= self._clauses[self._utterances[0]] - 1

    def heard_but(self, words: int) -> bool:
        """Whether all that there is to be said was heard, but for so many words at its end."""
        if len(self._utterances) != 1:
            return False
        return self._words_heard >= self._words[self._utterances[0]] - words

    def said(self, utterance: int, clauses: int, words: int, now_us: int) -> None:
        """It consists of so many `clauses`, and `words` in all."""
        if not self._utterances:
            self._clause = self._words_heard = 0
        self._utterances.append(utterance)
        self._clauses[utterance] = clauses
        self._words[utterance] = words
        self._news_us = now_us

    def played(self, utterance: int, clause: int, words: int, now_us: int) -> None:
        """Playback is in `clause`, from 0, of `utterance`, of which so many `words` were heard."""
        self._news_us = now_us
        if utterance == self.current:
            self._clause = clause
            self._words_heard = words

    def finish(self, utterance: int, now_us: int) -> bool:
        """All of `utterance` was played, and of those before it. False where it isn't one of them."""
        if utterance not in self._utterances:
            return False
        del self._utterances[: self._utterances.index(utterance) + 1]
        self._clause = self._words_heard = 0
        self._news_us = now_us
        return True

    def hold(self, now_us: int) -> list[HoldSpeaking]:
        if not self._utterances or self._held_since_us is not None:
            return []
        self._held_since_us = now_us
        return [HoldSpeaking(self._utterances[0])]

    def resume(self, utterance: int | None, now_us: int, votes: tuple[str, ...] = ()) -> list[ResumeSpeaking]:
        """`utterance` names what was held in case it has finished meanwhile."""
        if self._held_since_us is None or utterance is None:
            return []
        self._held_since_us = None
        self._news_us = now_us
        return [ResumeSpeaking(utterance, votes)]

    def stop(self, reason: str, votes: tuple[str, ...] = ()) -> list[StopSpeaking]:
        """Drops all of it: one action for each utterance, so that each is known not to have been heard to its end."""
        stopped = [StopSpeaking(utterance, reason, votes) for utterance in self._utterances]
        self._utterances.clear()
        self._held_since_us = None
        return stopped
