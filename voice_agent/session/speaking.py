"""The agent's mouth: turns the clauses of `Say` into sound, one after another, and hands them to the playout.

Clauses are synthesised one by one so that the first is heard while the second is made, and so that what was heard is
known to the clause. Decides nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from voice_agent.audio import FRAME_MS, Pcm
from voice_agent.clock import Clock
from voice_agent.conversation import events as ev
from voice_agent.conversation.actions import PrepareSpeech, Say
from voice_agent.conversation.events import AnyEvent
from voice_agent.errors import VoiceAgentError
from voice_agent.journeys.lexicon import Lexicon
from voice_agent.ports.speech import Synthesiser
from voice_agent.session.prepared_speech import PreparedSpeech, Wanted
from voice_agent.session.voices import Voices
from voice_agent.turns.pacing import SPEEDS, pause_samples
from voice_agent.turns.playout import Playout
from voice_agent.turns.settings import PlayoutSettings, RiseSettings
from voice_agent.turns.utterance import Sounded

FIRST_CHUNK_US: Final = 3_000_000
NO_VOICES: Final[Mapping[str, Synthesiser]] = {}
NO_LEXICON: Final = Lexicon()
WAIT_MS: Final = RiseSettings().wait_ms

_log = logging.getLogger("voice_agent.session")


def _nothing() -> bool:
    return False


class Mouth:
    """One call's voice. `run` lives as long as the call; the rest is called from the media tick or by actions."""

    def __init__(
        self,
        conversation: str,
        synthesiser: Synthesiser,
        clock: Clock,
        feed: Callable[[AnyEvent], None],
        voices: Mapping[str, Synthesiser] = NO_VOICES,
        lexicon: Lexicon = NO_LEXICON,
    ) -> None:
        """`voices` are by the language that they speak; `synthesiser` says what is in any other.

        `lexicon` is how words are pronounced: it changes what a voice is given, not what is known to have been said.
        """
        self.playout = Playout(PlayoutSettings())
        self._conversation = conversation
        self._voices = Voices(conversation, synthesiser, voices)
        self._lexicon = lexicon
        self._clock = clock
        self._feed = feed
        self._queue: asyncio.Queue[tuple[Say, int]] = asyncio.Queue()
        """What is to be said, and from which clause on it has to be made."""
        self._room = asyncio.Event()
        self._made_us: dict[int, int] = {}
        """When the first sound was there of utterances that have not begun."""
        self._current: tuple[int, asyncio.Task[None]] | None = None
        self._prepared = PreparedSpeech()
        self._group: asyncio.TaskGroup | None = None
        self._waited_ms = 0

    def say(self, asked: Say) -> None:
        """Speaks `asked` after what was asked before."""
        self.playout.begin(asked.utterance, asked.clauses, self._sounded(asked))
        free = self._current is None and self._queue.empty()
        self._queue.put_nowait((asked, self._said_at_once(asked) if free else 0))

    def _said_at_once(self, asked: Say) -> int:
        """Begins with the first clause where it is there: in this very tick. How many clauses that are."""
        written = asked.clauses[0]
        text = pronounced(self._lexicon, written, asked.language)
        whole = self._prepared.whole(Wanted(self._voices.speaking(asked.language), text, SPEEDS[asked.pace]))
        if whole is None:
            return 0
        for chunk in whole:
            self._sound(asked.utterance, 0, chunk)
        pause = 0 if len(asked.clauses) == 1 else pause_samples(written, asked.pace)
        self.playout.end_clause(asked.utterance, 0, pause)
        return 1

    def prepare(self, asked: PrepareSpeech) -> None:
        """Has a clause made that may be said next."""
        if self._group is not None:
            text = pronounced(self._lexicon, asked.clause, asked.language)
            wanted = Wanted(self._voices.speaking(asked.language), text, SPEEDS[asked.pace])
            self._prepared.start(self._group, wanted, self._clock.now_us() + FIRST_CHUNK_US)

    def _sounded(self, asked: Say) -> Sounded:
        return tuple(self._lexicon.sounded(clause.split(), asked.language) for clause in asked.clauses)

    def stop(self) -> None:
        """Drops everything that is not yet spoken, within the next tick."""
        self.playout.flush()
        self._made_us.clear()
        while not self._queue.empty():
            self._queue.get_nowait()
        if self._current is not None:
            self._current[1].cancel()

    def pull(self, stirs: Callable[[], bool] = _nothing) -> Pcm:
        """The next 20 ms, `int16[160]`; facts about them are fed.

        What is about to begin waits a moment while somebody `stirs`, who may be about to speak or have hardly finished.
        """
        frame = self.playout.pull(wait=self._waits(stirs))
        if self.playout.wants_more:
            self._room.set()
        for fact in self.playout.take_facts():
            self._feed(self._timed(fact) if isinstance(fact, ev.PlaybackStarted) else fact)
        return frame

    def _timed(self, begun: ev.PlaybackStarted) -> ev.PlaybackStarted:
        made_us = self._made_us.pop(begun.utterance, None)
        waited_us = None if made_us is None else self._clock.now_us() - made_us
        return msgspec.structs.replace(begun, waited_us=waited_us)

    def _sound(self, utterance: int, clause: int, chunk: Pcm) -> None:
        if self.playout.feed(utterance, clause, chunk) == "taken" and clause == 0:
            self._made_us.setdefault(utterance, self._clock.now_us())

    def _waits(self, stirs: Callable[[], bool]) -> bool:
        if not self.playout.beginning:
            self._waited_ms = 0
            return False
        if self._waited_ms >= WAIT_MS or not stirs():
            return False
        self._waited_ms += FRAME_MS
        return True

    async def run(self) -> None:
        """Synthesises until cancelled."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            while True:
                asked, begin = await self._queue.get()
                task = group.create_task(self._speak(asked, begin))
                self._current = (asked.utterance, task)
                await asyncio.wait([task])
                self._current = None

    async def _speak(self, asked: Say, begin: int) -> None:
        voice = self._voices.speaking(asked.language)
        speed, last = SPEEDS[asked.pace], len(asked.clauses) - 1
        clauses = list(enumerate(zip(asked.clauses, self._sounded(asked), strict=True)))
        for number, (written, words) in clauses[begin:]:
            try:
                wanted = Wanted(voice, _text(written, words), speed)
                await self._clause(wanted, asked.utterance, number)
                pause = 0 if number == last else pause_samples(written, asked.pace)
                self.playout.end_clause(asked.utterance, number, pause)
            except VoiceAgentError as problem:
                _log.warning("synthesis failed (%s): %s", problem.code, problem, extra={"call": self._conversation})
                self._feed(ev.SynthesisFailed(asked.utterance, number, problem.code, problem.message))
                self.playout.fail_clause(asked.utterance, number)
            except Exception as problem:  # noqa: BLE001 - a clause's boundary: the call goes on without it
                _log.exception("synthesis broke", extra={"call": self._conversation})
                self._feed(ev.SynthesisFailed(asked.utterance, number, "error", str(problem)))
                self.playout.fail_clause(asked.utterance, number)

    async def _clause(self, wanted: Wanted, utterance: int, number: int) -> None:
        deadline_us = self._clock.now_us() + FIRST_CHUNK_US
        prepared = self._prepared.take(wanted)
        self._prepared.drop()
        async with contextlib.aclosing(wanted.made(deadline_us) if prepared is None else prepared) as chunks:
            async for chunk in chunks:
                self._sound(utterance, number, chunk)
                while not self.playout.wants_more:
                    self._room.clear()
                    await self._room.wait()


def pronounced(lexicon: Lexicon, clause: str, language: str) -> str:
    """What a voice is given for a clause."""
    return _text(clause, lexicon.sounded(clause.split(), language))


def _text(written: str, words: tuple[str, ...]) -> str:
    """What a voice is given for a clause: `words` as they are pronounced, the clause itself where none is changed."""
    return written if words == tuple(written.split()) else " ".join(word for word in words if word != "")
