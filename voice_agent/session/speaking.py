"""The agent's mouth: turns the clauses of `Say` into sound, one after another, and hands them to the playout.

Clauses are synthesised one by one so that the first is heard while the second is made, and so that what was heard is
known to the clause. Decides nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from functools import partial
from typing import Final, Protocol

from voice_agent.audio import Pcm
from voice_agent.clock import Clock
from voice_agent.conversation import events as ev
from voice_agent.conversation.actions import Say
from voice_agent.conversation.events import AnyEvent
from voice_agent.errors import VoiceAgentError
from voice_agent.journeys.lexicon import Lexicon
from voice_agent.ports.speech import Synthesiser
from voice_agent.session.voices import Voices
from voice_agent.turns.pacing import SPEEDS, pause_samples
from voice_agent.turns.playout import Playout
from voice_agent.turns.settings import PlayoutSettings
from voice_agent.turns.utterance import Sounded

FIRST_CHUNK_US: Final = 3_000_000
NO_VOICES: Final[Mapping[str, Synthesiser]] = {}
NO_LEXICON: Final = Lexicon()

_log = logging.getLogger("voice_agent.session")


class Synthesis(Protocol):
    """Of one clause."""

    def __call__(self, *, deadline_us: int) -> AsyncGenerator[Pcm, None]: ...


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
        self._queue: asyncio.Queue[Say] = asyncio.Queue()
        self._room = asyncio.Event()
        self._current: tuple[int, asyncio.Task[None]] | None = None
        self._dropped = 0

    def say(self, asked: Say) -> None:
        """Speaks `asked` after what was asked before."""
        self.playout.begin(asked.utterance, asked.clauses, self._sounded(asked))
        self._queue.put_nowait(asked)

    def _sounded(self, asked: Say) -> Sounded:
        return tuple(self._lexicon.sounded(clause.split(), asked.language) for clause in asked.clauses)

    def stop(self) -> None:
        """Drops everything that is not yet spoken, within the next tick."""
        self.playout.flush()
        while not self._queue.empty():
            self._queue.get_nowait()
        if self._current is not None:
            self._current[1].cancel()

    def pull(self) -> Pcm:
        """The next 20 ms, `int16[160]`; facts about them are fed."""
        frame = self.playout.pull()
        if self.playout.wants_more:
            self._room.set()
        for fact in self.playout.take_facts():
            self._feed(fact)
        return frame

    async def run(self) -> None:
        """Synthesises until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                asked = await self._queue.get()
                task = group.create_task(self._speak(asked))
                self._current = (asked.utterance, task)
                await asyncio.wait([task])
                self._current = None

    async def _speak(self, asked: Say) -> None:
        voice = self._voices.speaking(asked.language)
        speed, last = SPEEDS[asked.pace], len(asked.clauses) - 1
        for number, (written, words) in enumerate(zip(asked.clauses, self._sounded(asked), strict=True)):
            said = " ".join(word for word in words if word != "")
            text = written if words == tuple(written.split()) else said
            try:
                await self._clause(partial(voice.synthesize, text, speed=speed), asked.utterance, number)
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

    async def _clause(self, synthesis: Synthesis, utterance: int, number: int) -> None:
        deadline_us = self._clock.now_us() + FIRST_CHUNK_US
        async with contextlib.aclosing(synthesis(deadline_us=deadline_us)) as chunks:
            async for chunk in chunks:
                self.playout.feed(utterance, number, chunk)
                while not self.playout.wants_more:
                    self._room.clear()
                    await self._room.wait()
