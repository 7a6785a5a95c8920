"""What a capacity run says of its levels, and that server and callers understand each other."""

from __future__ import annotations

import asyncio
import os

import msgspec
import pytest

from benchmarks.call_crowd import Counted
from benchmarks.capacity import Level, carried_of, child, figures, goals
from models.modem import modulated
from telephony.codecs.g711 import PCMU

GOOD = Level(
    calls=10,
    up=10,
    p50_us=200,
    p99_us=900,
    max_us=4_000,
    skipped=0,
    lost=0,
    cpu_cores=0.1,
    rss_mib=110.0,
    callers_p99_us=900,
)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"up": 9}, "1 of 10 calls are not there"),
        ({"skipped": 1}, "1 ticks were skipped"),
        ({"lost": 2}, "2 packets did not come"),
        ({"p99_us": 5_100}, "p99 of tick lateness is 5.1 ms"),
    ],
)
def test_each_way_to_fail_has_its_reason(changes: dict[str, int], problem: str) -> None:
    level = msgspec.structs.replace(GOOD, **changes)
    assert level.problem is not None
    assert problem in level.problem


def test_the_last_level_before_the_first_problem_counts() -> None:
    better = msgspec.structs.replace(GOOD, calls=20, up=20, rss_mib=120.0)
    late = msgspec.structs.replace(GOOD, calls=30, up=30, p99_us=6_000)
    levels = [GOOD, better, late]
    assert carried_of(levels) == better
    tree = figures(levels, 100.0)
    assert (tree["calls_a_core"], tree["mib_a_call"]) == (20, 1.0)
    assert tree["ended_because"] == "p99 of tick lateness is 6.0 ms"
    assert [goal.met for goal in goals(levels, 100.0)] == [False, True]


def test_where_not_even_the_first_level_is_carried_nothing_is() -> None:
    levels = [msgspec.structs.replace(GOOD, p99_us=6_000)]
    assert figures(levels, 100.0)["calls_a_core"] == 0
    assert [goal.got for goal in goals(levels, 100.0)] == [0, None]


class _Looked(msgspec.Struct):
    calls: int
    lost: int


class _At(msgspec.Struct):
    host: str
    port: int


@pytest.mark.slow
def test_a_crowd_talks_to_the_server(tmp_path: object) -> None:
    speech = os.path.join(str(tmp_path), "speech.ulaw")
    with open(speech, "wb") as file:
        file.write(PCMU.encode(modulated("hello")))
    core = str(min(os.sched_getaffinity(0)))

    async def main() -> tuple[Counted, _Looked]:
        async with child("benchmarks.capacity_server", str(tmp_path), core) as server:
            at = await server.ask("", _At)
            async with child("benchmarks.call_crowd", at.host, str(at.port), speech, core) as crowd:
                await crowd.ask("add 3 10", Counted)
                await asyncio.sleep(1)
                return await crowd.ask("look", Counted), await server.ask("look", _Looked)

    counted, looked = asyncio.run(main())
    assert (counted.placed, counted.answered, counted.refused, counted.ended) == (3, 3, 0, 0)
    assert counted.received > 50
    assert looked.calls == 3
