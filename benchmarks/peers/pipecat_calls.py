"""Calls to a pipecat bot with our models, measured as ours are: the same callers, the same meaning of a wait.

It has no SIP: its caller sends 20 ms of PCM every 20 ms over a WebSocket on the same machine, which favours it, since
no jitter buffer stands between. What it sends comes in messages of 40 ms at its own pace.
"""

from __future__ import annotations

import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import numpy as np
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.answer_times import SentFrame, Wait, wait_for_answer
from benchmarks.desk_callers import EXPECTED, caller, texts_in_order
from benchmarks.measured_turns import MeasuredTurn
from benchmarks.report import say
from benchmarks.turn_player import TurnPlayer
from models.catalog import WHISPER_BASE
from models.resample import upsample_2x
from models.weights import WeightsStore
from simulations.loudness import voiced_windows
from simulations.mouth import prepare_lines
from telephony.sip.endpoint import monotonic_us
from voice_agent.audio import FRAME_MS, FRAME_SAMPLES, FRAME_US, Pcm, silence
from voice_agent.cli.placing import caller_engines
from voice_agent.config import Config, StoreConfig
from voice_agent.errors import CallFailed

ROOT: Final = Path(__file__).parents[2]
BOT: Final = Path(__file__).with_name("pipecat_bot.py")
READY_S: Final = 120
CALL_S: Final = 400
DECIMATION: Final = 3
"""It speaks at 24 kHz."""


def python() -> Path | None:
    """The interpreter of its environment."""
    found = ROOT / ".venv-peers" / "bin" / "python"
    return found if found.exists() else None


async def measure(interpreter: Path, numbers: Sequence[int], seed: int) -> list[MeasuredTurn]:
    """All turns of these callers."""
    with tempfile.TemporaryDirectory() as folder:
        async with caller_engines(Config(store=StoreConfig(folder))) as engines:
            said = [texts_in_order(caller(number, seed)) for number in numbers]
            prepared = [await prepare_lines(texts, engines.pool, engines.clock) for texts in said]
        weights = WeightsStore(Path(folder)).locate(WHISPER_BASE)
        out: list[MeasuredTurn] = []
        for texts, lines in zip(said, prepared, strict=True):
            player = TurnPlayer([lines[text] for text in texts])
            async with _bot(interpreter, weights) as uri:
                call = _Call(player)
                await call.run(uri)
            waits = call.waits()
            say(f"voice_to_voice: pipecat, {len(waits)} turns")
            out += [_measured(wait, expected) for wait, expected in zip(waits, EXPECTED, strict=False)]
        return out


class _Call:
    """One call. A frame is stamped when it was sent, a voiced message when it came."""

    def __init__(self, player: TurnPlayer) -> None:
        self._player = player
        self._sent: list[SentFrame] = []
        self._voiced_us: list[int] = []
        self._heard = silence(FRAME_SAMPLES)

    async def run(self, uri: str) -> None:
        """Until all was said and answered."""
        async with await _connected(uri) as line, asyncio.timeout(CALL_S):
            listening = asyncio.create_task(self._listen(line))
            try:
                await self._speak(line)
            finally:
                listening.cancel()

    def waits(self) -> list[Wait]:
        begins = [began_ms // FRAME_MS for began_ms in self._player.begins_ms]
        turns = zip(begins, [*begins[1:], len(self._sent)], strict=True)
        return [wait for turn in turns if (wait := wait_for_answer(self._sent, self._voiced_us, *turn)) is not None]

    async def _speak(self, line: ClientConnection) -> None:
        due_us = monotonic_us()
        while not self._player.hung_up:
            heard, self._heard = self._heard, silence(FRAME_SAMPLES)
            spoken, _ = self._player.tick(heard)
            wide = np.clip(upsample_2x(spoken.astype(np.float32)), -32_768, 32_767)
            await line.send(wide.astype("<i2").tobytes())
            self._sent.append(SentFrame(monotonic_us(), voiced_windows(spoken)))
            due_us += FRAME_US
            await asyncio.sleep(max(0.0, (due_us - monotonic_us()) / 1_000_000))

    async def _listen(self, line: ClientConnection) -> None:
        async for message in line:
            now_us = monotonic_us()
            if isinstance(message, bytes) and any(voiced_windows(_narrow(message))):
                self._voiced_us.append(now_us)
                self._heard = np.full(FRAME_SAMPLES, 8_000, np.int16)


def _narrow(message: bytes) -> Pcm:
    """`int16[n * 80]` at 8 kHz, of which only the level counts."""
    narrow = np.frombuffer(message, "<i2")[::DECIMATION].astype(np.int16)
    return narrow[: narrow.size // 80 * 80]


def _measured(wait: Wait, expected: str) -> MeasuredTurn:
    wait_ms = None if wait.wait_us is None else wait.wait_us / 1_000
    voice_ms = (wait.ended_us - wait.began_us) / 1_000
    return MeasuredTurn(expected, "reply", voice_ms, wait_ms, wait_ms, wait.spoken_over)


@asynccontextmanager
async def _bot(interpreter: Path, weights: Path) -> AsyncIterator[str]:
    """A bot of its own for each call."""
    port = _free_port()
    process = await asyncio.create_subprocess_exec(
        *(str(interpreter), str(BOT), str(port), str(weights)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        if process.stdout is None:
            raise RuntimeError("its output was asked for")
        async with asyncio.timeout(READY_S):
            line = await process.stdout.readline()
        if line.strip() != b"ready":
            raise CallFailed("the pipecat bot did not start", hint=f"run {BOT.name} by hand to see why")
        yield f"ws://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        await process.wait()


async def _connected(uri: str) -> ClientConnection:
    """It says that it is ready a moment before it listens."""
    async with asyncio.timeout(READY_S):
        while True:
            try:
                return await connect(uri, max_size=None)
            except OSError:
                await asyncio.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
