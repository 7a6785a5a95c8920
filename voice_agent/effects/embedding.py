"""Embeddings where words alone would do: whatever an engine does, whoever asked goes on, and the log says why."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from voice_agent.clock import Clock
from voice_agent.errors import VoiceAgentError
from voice_agent.ports.speech import Embedder

logger = logging.getLogger(__name__)


async def embedded(
    embedder: Embedder, clock: Clock, texts: Sequence[str], deadline_us: int, *, otherwise: str
) -> list[npt.NDArray[np.float32]] | None:
    """A vector for each of `texts`; None where there is none in time, and then `otherwise`, which the log says."""
    left_s = (deadline_us - clock.now_us()) / 1_000_000
    try:
        async with asyncio.timeout(left_s):
            rows = list(await embedder.embed(texts, deadline_us=deadline_us))
    except (VoiceAgentError, TimeoutError) as problem:
        logger.warning("no embedding, %s: %s: %s", otherwise, type(problem).__name__, problem)
        return None
    except Exception:
        logger.exception("embedding broke, %s", otherwise)
        return None
    if len(rows) != len(texts):
        logger.warning("%d embeddings of %d texts, %s", len(rows), len(texts), otherwise)
        return None
    return rows
