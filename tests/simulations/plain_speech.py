"""Speech that needs no model, carried by the scripted modem, and an agent that speaks it."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import numpy as np

from models.modem import demodulated, modulated
from voice_agent.audio import Pcm, silence
from voice_agent.conversation.events import MediaCameBack, MediaLost
from voice_agent.errors import EngineUnavailable
from voice_agent.ports.speech import ENGLISH, Languages, Recognition
from voice_agent.ports.urgency import Urgency


class PlainVoice:
    """A synthesiser; `asked` holds what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def synthesize(self, text: str, *, deadline_us: int, speed: float = 1.0) -> AsyncGenerator[Pcm, None]:
        self.asked.append(text)
        pcm = modulated(text)
        yield pcm[: pcm.size // 2]
        yield pcm[pcm.size // 2 :]


class PlainEars:
    """A recogniser of `PlainVoice`; fails at the call whose number is in `failing`."""

    def __init__(self, failing: frozenset[int] = frozenset()) -> None:
        self.calls = 0
        self.lengths: list[int] = []
        self._failing = failing

    async def transcribe(
        self, pcm: Pcm, *, expects: str, deadline_us: int, urgency: Urgency = "final", languages: Languages = ENGLISH
    ) -> Recognition:
        self.calls += 1
        self.lengths.append(pcm.size)
        if self.calls in self._failing:
            raise EngineUnavailable("no process left")
        return Recognition(demodulated(pcm))


class Announcer:
    """An agent that says one thing after another: the first at once, each next `wait_ms` after the caller's voice.

    With `yields` it stops when spoken over. Hangs up after its last thing. The agent side of an audio call.
    """

    def __init__(self, *texts: str, wait_ms: int = 600, pause_ms: int = 500, yields: bool = True) -> None:
        self.keys: list[str] = []
        self.told: list[tuple[str, str]] = []
        self.noticed: list[str] = []
        self.heard: list[Pcm] = []
        self._texts = list(texts)
        self._wait_ticks = wait_ms // 20
        self._pause_ms = pause_ms
        self._yields = yields
        self._playing: list[Pcm] = []
        self._quiet_ticks = 0
        self._expecting = True
        self._hangs_up = False

    @property
    def ended(self) -> bool:
        return self._hangs_up and not self._playing

    def notice(self, event: MediaLost | MediaCameBack) -> None:
        self.noticed.append(type(event).__name__)

    def end(self, by: str, reason: str) -> None:
        self.told.append((by, reason))

    def tick(self, caller: Pcm, digits: object = ()) -> Pcm:
        assert isinstance(digits, list | tuple)
        self.keys += digits
        self.heard.append(caller.copy())
        if caller.any() or digits:
            self._quiet_ticks = 0
            self._expecting = True
            if self._yields:
                self._playing = []
        else:
            self._quiet_ticks += 1
        if not self._playing and self._expecting and self._quiet_ticks >= self._wait_ticks:
            self._next()
        return self._playing.pop(0) if self._playing else silence(160)

    def _next(self) -> None:
        self._expecting = False
        if not self._texts:
            self._hangs_up = True
            return
        parts = self._texts.pop(0).split("|")
        gap = silence(self._pause_ms * 8)
        sound = np.concatenate([chunk for part in parts for chunk in (modulated(part), gap)])
        self._playing = list(sound.reshape(-1, 160))
