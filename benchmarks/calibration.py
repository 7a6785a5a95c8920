"""By how much measured waits are too long: calls to a responder that answers after a known time, measured as all others
are.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from benchmarks.desk_callers import caller, texts_in_order
from benchmarks.metered_call import MeteredCall
from benchmarks.report import say
from benchmarks.statistics import spread
from benchmarks.turn_player import TurnPlayer
from simulations.mouth import prepare_lines
from voice_agent.cli.placing import caller_engines
from voice_agent.config import Config, StoreConfig

KNOWN_MS: Final = 400
CALLS: Final = 2


async def measure(seed: int) -> dict[str, Any]:
    """The known delay, and what was measured beyond it."""
    say("voice_to_voice: calibrating")
    errors: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        async with caller_engines(Config(store=StoreConfig(folder))) as engines:
            texts = [texts_in_order(caller(number, seed)) for number in range(CALLS)]
            lines = [await prepare_lines(said, engines.pool, engines.clock) for said in texts]
        async with _responder() as uri:
            for said, prepared in zip(texts, lines, strict=True):
                player = TurnPlayer([prepared[text] for text in said])
                call = MeteredCall("calibration", player)
                await call.run(uri, "+15550100")
                waits = call.waits(player.begins_ms)
                errors += [wait.wait_us / 1_000 - KNOWN_MS for wait in waits if wait.wait_us is not None]
    return {"known_ms": KNOWN_MS, "error_ms": spread(errors, 2)}


@asynccontextmanager
async def _responder() -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.fixed_responder", str(KNOWN_MS)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        if process.stdout is None or process.stdin is None:
            raise RuntimeError("pipes were asked for")
        yield (await process.stdout.readline()).decode().strip()
        process.stdin.close()
    finally:
        if process.returncode is None and process.stdin is not None and not process.stdin.is_closing():
            process.kill()
        await process.wait()
