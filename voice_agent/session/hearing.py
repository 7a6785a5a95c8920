"""The agent's ears: frames become voice segments, and stretches of the track become recognition jobs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from voice_agent.audio import FRAME_SAMPLES, SILENT_DBFS, Pcm, active_dbfs, level_dbfs, silence, snr_db
from voice_agent.card_numbers import masked
from voice_agent.clock import Clock
from voice_agent.conversation import events as ev
from voice_agent.conversation.actions import CloseSegment, ListenFor, Transcribe
from voice_agent.conversation.events import AnyEvent
from voice_agent.errors import EngineOverloaded
from voice_agent.ports.speech import ENGLISH, Languages, Recogniser, VoiceActivity
from voice_agent.session.errands import Errands
from voice_agent.session.track import CallerTrack
from voice_agent.turns.echo import EchoGate
from voice_agent.turns.echo_memory import EchoMemory
from voice_agent.turns.rise import Rise
from voice_agent.turns.segments import Segments

RECOGNISE_US: Final = 5_000_000
VOICE: Final = 0.5
VOICE_DBFS: Final = -50.0
"""How likely and how loud sound is that counts as voice while it is withheld."""


class Ears:
    """One call's hearing. What was recognised passes through `mask` before anybody reads it."""

    def __init__(
        self,
        segments: Segments,
        voice_activity: VoiceActivity,
        recogniser: Recogniser,
        clock: Clock,
        errands: Errands,
        mask: Callable[[str], str] = masked,
        languages: Languages = ENGLISH,
    ) -> None:
        """`languages` are those that the agent speaks."""
        self.segments = segments
        self.track = CallerTrack()
        self.voice = False
        self._echo = EchoGate()
        self._echoed = EchoMemory()
        self._rise = Rise(segments.settings.rise)
        self._newest = silence(0)
        self._voice_activity = voice_activity
        self._recogniser = recogniser
        self._clock = clock
        self._errands = errands
        self._mask = mask
        self._languages = languages
        self._jobs: dict[int, asyncio.Task[None]] = {}

    def prepare(self, pcm: Pcm) -> None:
        """The frame that is next: what it takes to tell a voice may be worked out together with other calls'."""
        self._voice_activity.prepare(pcm)

    def frame(self, pcm: Pcm, *, agent_speaking: bool, withheld: bool = False) -> Sequence[AnyEvent]:
        """The next 20 ms, `int16[160]`, and what it changed about the caller's voice.

        Of what is `withheld` nothing but `voice` is known afterwards: the track has silence in its place. So it has in
        the place of an echo of the agent's voice, which is nobody's.
        """
        segments, probability = self.segments, self._voice_activity.probability(pcm)
        segments.agent_speaking, segments.echoing = agent_speaking, self._echo.known
        self.voice = withheld and probability >= VOICE and level_dbfs(pcm) >= VOICE_DBFS
        if withheld:
            self.track.append(silence(FRAME_SAMPLES))
            self._echoed.heard(silence(FRAME_SAMPLES), None, nobody=False)
            return segments.frame(0.0, SILENT_DBFS)
        suspicious, level, rises = segments.may_be_voice(probability), SILENT_DBFS, False
        watched = (agent_speaking or segments.unsure) and not segments.echoing
        if suspicious or watched:
            level = level_dbfs(pcm)
        if watched:
            rises = self._rise.frame(pcm, probability, level, begun=segments.unsure)
        nobody = self._echo.judge(pcm, suspicious=suspicious or rises)
        self._echoed.heard(pcm, self._echo.delay, nobody=nobody)
        if nobody and suspicious and self._echo.known and not self._echo.alone:
            nobody = not self._echoed.somebody() or self._echo.like_anything_sent()
        if nobody:
            self.track.append(silence(FRAME_SAMPLES) if self._echo.alone else pcm)
            self._newest = silence(0)
            return segments.frame(0.0, SILENT_DBFS)
        self.track.append(pcm)
        self._newest = pcm
        return segments.frame(probability, level, rises=rises)

    def stirs(self) -> bool:
        """Whether a voice may be beginning or fading that isn't on."""
        return not self.segments.on and (self.segments.voiced or self._rise.stands_out(level_dbfs(self._newest)))

    def spoke(self, agent: Pcm) -> None:
        """The agent's next 20 ms, `int16[160]`, which may come back from the caller's loudspeaker."""
        self._echo.sent(agent)
        self._echoed.sent(agent)

    @property
    def voiced(self) -> bool:
        """Whether the caller speaks now, as far as anybody may know."""
        return self.voice or self.segments.voiced

    def listen(self, action: CloseSegment | ListenFor) -> None:
        """What the next voice is: a new segment, or one of a caller who is so loud."""
        if isinstance(action, CloseSegment):
            self.segments.close()
        else:
            self.segments.listen_for(action.level_dbfs)

    def transcribe(self, asked: Transcribe) -> None:
        """Starts a recognition job; its result, or why there is none, is fed."""

        def failed(code: str, message: str) -> AnyEvent:
            return ev.TranscriptionFailed(asked.job, asked.generation, code, message)

        task = self._errands.start(self._recognise(asked), failed)
        self._jobs[asked.job] = task
        task.add_done_callback(lambda _: self._jobs.pop(asked.job, None))

    def cancel(self, job: int) -> None:
        """The result of `job` is not wanted any more."""
        task = self._jobs.get(job)
        if task is not None:
            task.cancel()

    async def _recognise(self, asked: Transcribe) -> AnyEvent:
        pcm = self.track.cut(asked.from_sample, asked.to_sample)
        pcm = self._echoed.without_echo(pcm, min(asked.to_sample, self.track.position) - pcm.size)
        deadline_us = self._clock.now_us() + RECOGNISE_US
        others = (language for language in self._languages if language != asked.language)
        try:
            heard = await self._recogniser.transcribe(
                pcm,
                expects=asked.expects,
                deadline_us=deadline_us,
                urgency=asked.urgency,
                languages=(asked.language, *others),
            )
        except EngineOverloaded as problem:
            if asked.urgency == "final":
                raise
            return ev.TranscriptionFailed(asked.job, asked.generation, problem.code, problem.message)  # as agreed
        return ev.Transcribed(
            asked.job,
            asked.generation,
            self._mask(heard.text),
            tuple(map(self._mask, heard.alternatives)),
            heard.confidence,
            heard.engine,
            heard.engine_us,
            active_dbfs(pcm),
            heard.effort,
            heard.finished,
            snr_db(pcm),
            heard.language,
            tuple(msgspec.structs.replace(each, text=self._mask(each.text)) for each in heard.likely),
        )
