"""How fast calls are answered when many come, and what becomes of those that are too many. Engines are doubles.

First 75 calls a second, short ones, so that all find room: INVITE to 200. Then three times as many calls as there is
room for, at twice that rate, held until all have come: as many as there is room for are answered, the others get 503.
Once with one process, once with two workers behind a front.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import uvloop

from benchmarks.invite_storm import StormCall, storm
from benchmarks.report import Asked, Goal, Measured, goal, say
from benchmarks.server_process import RunningServer, running_server
from benchmarks.statistics import percentile, spread

A_SECOND: Final = 75
SECONDS: Final = 20
QUICK_SECONDS: Final = 4
SHORT_S: Final = 0.5
CAP: Final = 100
"""More than what short calls at 75 a second take at a time, with room for a machine that is slow."""
TIMES: Final = 3
FAST: Final = 2 * A_SECOND
MARGIN_S: Final = 2.0
WORKERS: Final = (1, 2)
MAX_ANSWER_MS: Final = 20.0
MAX_REFUSAL_MS: Final = 50.0


class Load(msgspec.Struct, frozen=True):
    """What was seen of a server with so many workers."""

    workers: int
    room: tuple[StormCall, ...]
    crowd: tuple[StormCall, ...]


def measure(asked: Asked) -> Measured:
    loads = uvloop.run(_loads(QUICK_SECONDS if asked.quick else SECONDS))
    return Measured({f"workers_{load.workers}": figures(load) for load in loads}, goals(loads))


def figures(load: Load) -> dict[str, Any]:
    """The tree that is printed, of one server."""
    return {
        "room_for_all": {
            "a_second": A_SECOND,
            **_counted(load.room),
            "invite_to_200_ms": _spread(waits(load.room, 200)),
        },
        "three_times_the_cap": {
            "cap": CAP,
            "a_second": FAST,
            **_counted(load.crowd),
            "invite_to_200_ms": _spread(waits(load.crowd, 200)),
            "invite_to_503_ms": _spread(waits(load.crowd, 503)),
        },
    }


def goals(loads: Sequence[Load]) -> tuple[Goal, ...]:
    out: list[Goal] = []
    for load in loads:
        of = f"{load.workers} workers" if load.workers > 1 else "one process"
        answers, refusals = waits(load.room, 200), waits(load.crowd, 503)
        slowest = max(refusals, default=None)
        dropped = sum(call.code == 0 for call in (*load.room, *load.crowd))
        out += (
            goal(f"{of}: INVITE to 200, p95", percentile(answers, 95), "<=", MAX_ANSWER_MS, "ms"),
            goal(f"{of}: calls answered where all find room", len(answers), "==", len(load.room)),
            goal(f"{of}: calls answered at three times the cap", len(waits(load.crowd, 200)), "==", CAP),
            goal(f"{of}: calls refused there", len(refusals), "==", (TIMES - 1) * CAP),
            goal(f"{of}: INVITE to 503, longest", slowest, "<=", MAX_REFUSAL_MS, "ms"),
            goal(f"{of}: calls without an answer", dropped, "==", 0),
        )
    return tuple(out)


def waits(calls: Sequence[StormCall], code: int) -> list[float]:
    """From INVITE to a final answer with `code`, in milliseconds."""
    return [call.wait_ms for call in calls if call.code == code]


def settings(workers: int) -> str:
    """The server's: doubles for all engines; a machine that is late must be seen, not hidden by refusals."""
    engines = "\n".join(
        f'{engine} = "scripted"' for engine in ("recogniser", "synthesiser", "embedder", "voice_activity")
    )
    calls = f"limit = {CAP}\nmax_lateness_ms = 0\nmax_queue_ms = 0\nmax_busy_percent = 0\n"
    return f"[speech]\n{engines}\nprocesses = 4\n\n[calls]\n{calls}\n[workers]\ncount = {workers}\n"


async def _loads(seconds: int) -> list[Load]:
    out = []
    for workers in WORKERS:
        with tempfile.TemporaryDirectory() as folder:
            say(f"sip_load: starting a server with {workers} workers")
            async with running_server(Path(folder), settings(workers)) as server:
                out.append(await _load(server, workers, seconds))
    return out


async def _load(server: RunningServer, workers: int, seconds: int) -> Load:
    host, _, port = server.sip.removeprefix("sip:").rpartition(":")
    target = (host, int(port))
    say(f"sip_load: {A_SECOND} calls a second for {seconds} s")
    room = await storm(target, calls=A_SECOND * seconds, a_second=A_SECOND, hold_s=SHORT_S, first=0)
    await asyncio.sleep(MARGIN_S)  # the last conversations are written, and their places free
    many = TIMES * CAP
    say(f"sip_load: {many} calls where there is room for {CAP}")
    crowd = await storm(target, calls=many, a_second=FAST, hold_s=many / FAST + MARGIN_S, first=len(room))
    return Load(workers, room, crowd)


def _counted(calls: Sequence[StormCall]) -> dict[str, Any]:
    return {
        "calls": len(calls),
        "answers": dict(Counter(f"{call.code} {call.phrase}" for call in calls if call.code)),
        "dropped": sum(call.code == 0 for call in calls),
        "invites_retransmitted": sum(call.retransmitted for call in calls),
        "byes_unanswered": sum(call.code == 200 and call.bye_code != 200 for call in calls),
    }


def _spread(waits_ms: Sequence[float]) -> dict[str, Any]:
    p99 = percentile(waits_ms, 99)
    return spread(waits_ms, digits=2) | ({} if p99 is None else {"p99": round(p99, 2)})
