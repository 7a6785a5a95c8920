"""How loaded a worker is: what admission looks at, and what `/health` and `/metrics` show of it. Decides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from models.pool import SpeechPool
from models.statistics import PoolStatistics
from telephony.rtp.port import MediaPorts
from telephony.rtp.wheel import MediaWheel
from voice_agent.app.admission import Readings
from voice_agent.app.desk import CallDesk
from voice_agent.clock import MonotonicClock

LOOK_S: Final = 1.0
DEGRADED_US: Final = 10_000_000
"""How long after the last recognition with less than full effort a worker is called degraded."""


def readings_of(pool: SpeechPool, ports: MediaPorts, wheel: MediaWheel) -> Readings:
    """What admission looks at."""
    speech = pool.statistics()
    return Readings(
        engines=speech.ready,
        ports_free=ports.free,
        lateness_us=wheel.lateness_us,
        queue_us=speech.delay_us,
        engines_busy_us=speech.busy_us,
        now_us=MonotonicClock().now_us(),
    )


async def keep_watch(desk: CallDesk) -> None:
    """Has admission look once a second, so that it learns from calls while none comes. Until cancelled."""
    while True:
        await asyncio.sleep(LOOK_S)
        desk.look()


def load_state(
    desk: CallDesk, readings: Readings, speech: PoolStatistics, versions: Mapping[str, str]
) -> dict[str, Any]:
    """For `/health`; `versions` are of the engines that run."""
    return {
        "degraded": is_degraded(speech, readings.now_us),
        "load": {
            "busy_percent_with_one_more": desk.admission.busy_percent(readings.engines),
            "queue_ms": readings.queue_us // 1_000,
            "lateness_ms": readings.lateness_us // 1_000,
            "recognitions": speech.efforts,
            "left_out": speech.left_out,
            "engines": versions,
        },
    }


def load_metrics(desk: CallDesk, readings: Readings, wheel: MediaWheel, speech: PoolStatistics) -> _Readings:
    """For `/metrics`."""
    ticks = wheel.stats
    return {
        "wheel_lateness_recent_seconds": ("How late ticks are, over a second", readings.lateness_us / 1_000_000),
        "wheel_lateness_p99_seconds": ("How late media ticks start, 99th percentile", ticks.p99_us / 1_000_000),
        "wheel_lateness_max_seconds": ("How late a media tick started at worst", ticks.max_us / 1_000_000),
        "wheel_ticks": ("Media ticks so far", float(ticks.ticks)),
        "wheel_skipped": ("Media ticks that were skipped", float(ticks.skipped)),
        "speech_queue_seconds": ("How long speech jobs wait for a process, of late", readings.queue_us / 1_000_000),
        "speech_queued": ("Jobs that wait for a speech process", float(speech.queued)),
        "speech_busy_ratio": (
            "How busy the speech processes are going to be with one call more",
            desk.admission.busy_percent(readings.engines) / 100,
        ),
        "speech_up": ("Speech processes that are up", float(speech.ready)),
        "speech_restarts": ("Speech processes that were restarted", float(speech.restarts)),
        "speech_left_out": ("Recognitions ahead of time that there was no process for", float(speech.left_out)),
        "speech_degraded": (
            "Whether recognitions have got less than full effort within ten seconds",
            float(is_degraded(speech, readings.now_us)),
        ),
        **{
            f"recognitions_{effort}": (f"Recognitions with {effort} effort", float(count))
            for effort, count in speech.efforts.items()
        },
    }


def is_degraded(speech: PoolStatistics, now_us: int) -> bool:
    return speech.lessened_us is not None and now_us - speech.lessened_us < DEGRADED_US


_Readings = dict[str, tuple[str, float]]
