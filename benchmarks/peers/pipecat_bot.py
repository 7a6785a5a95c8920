"""A pipecat bot with our models: what `voice_to_voice` is compared with. Runs in an environment of its own.

Usage: python pipecat_bot.py PORT WHISPER_DIRECTORY. Prints "ready" once it listens. One caller over a WebSocket: raw
PCM of 16 bits in both directions, 16 kHz in and 24 kHz out, in messages as pipecat sends them.

As its documentation recommends: silero for voice activity, smart-turn v3 for the end of a turn, faster-whisper (base,
8-bit, the same file as ours) on 16 kHz, each with pipecat's own defaults; hibari, which it has no service for, by a
service as small as that of kokoro. In the place of a language model stands a reply that is always the same, at once.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator

import hibari
import numpy as np
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.frames.frames import (
    Frame,
    InputAudioRawFrame,
    LLMContextFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    OutputAudioRawFrame,
    TTSAudioRawFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair, LLMUserAggregatorParams
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.serializers.base_serializer import FrameSerializer
from pipecat.services.settings import TTSSettings
from pipecat.services.tts_service import TTSService
from pipecat.services.whisper.stt import WhisperSTTService
from pipecat.transports.websocket.server import SingleClientWebsocketServerParams, SingleClientWebsocketServerTransport
from pipecat.workers.runner import WorkerRunner

IN_HZ = 16_000
OUT_HZ = 24_000
REPLY = "All right. What else?"


class RawSerializer(FrameSerializer):
    """PCM as it is."""

    async def serialize(self, frame: Frame) -> str | bytes | None:
        return frame.audio if isinstance(frame, OutputAudioRawFrame) else None

    async def deserialize(self, data: str | bytes) -> Frame | None:
        if isinstance(data, str):
            return None
        return InputAudioRawFrame(audio=data, sample_rate=IN_HZ, num_channels=1)


class HibariTTSService(TTSService):
    """The voice, sentence by sentence, on one thread, without the silence that it begins with."""

    def __init__(self) -> None:
        settings = TTSSettings(model=None, voice=None, language=None)
        super().__init__(push_start_frame=True, push_stop_frames=True, sample_rate=OUT_HZ, settings=settings)
        self._voice = hibari.Hibari(threads=1)
        for _ in self._voice.stream("Ready."):
            pass

    async def run_tts(self, text: str, context_id: str) -> AsyncGenerator[Frame | None, None]:
        for wave in await asyncio.to_thread(lambda: list(self._voice.stream(text))):
            loud = np.flatnonzero(np.abs(wave) > 0.01)
            spoken = np.asarray(wave)[loud[0] if loud.size else 0 :]
            pcm = (np.clip(spoken, -1, 1) * 32_767).astype("<i2").tobytes()
            yield TTSAudioRawFrame(audio=pcm, sample_rate=OUT_HZ, num_channels=1, context_id=context_id)


class CannedReply(FrameProcessor):
    """Answers every turn at once, where a language model would."""

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, LLMContextFrame):
            await self.push_frame(LLMFullResponseStartFrame())
            await self.push_frame(LLMTextFrame(REPLY))
            await self.push_frame(LLMFullResponseEndFrame())
        else:
            await self.push_frame(frame, direction)


async def main(port: int, weights: str) -> None:
    params = SingleClientWebsocketServerParams(
        audio_in_enabled=True, audio_out_enabled=True, serializer=RawSerializer()
    )
    transport = SingleClientWebsocketServerTransport(params, host="127.0.0.1", port=port)
    ears = WhisperSTTService(device="cpu", compute_type="int8", settings=WhisperSTTService.Settings(model=weights))
    user, assistant = LLMContextAggregatorPair(
        LLMContext(), user_params=LLMUserAggregatorParams(vad_analyzer=SileroVADAnalyzer())
    )
    parts = [transport.input(), ears, user, CannedReply(), HibariTTSService(), transport.output(), assistant]
    rates = PipelineParams(audio_in_sample_rate=IN_HZ, audio_out_sample_rate=OUT_HZ)
    worker = PipelineWorker(Pipeline(parts), params=rates, idle_timeout_secs=None)
    runner = WorkerRunner(handle_sigterm=True)
    await runner.add_workers(worker)
    print("ready", flush=True)
    await runner.run()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
