"""What a capacity run says of its levels, and that server and callers understand each other."""

from __future__ import annotations

import asyncio
import os

import msgspec
import pytest

from benchmarks.call_crowd import Counted
from benchmarks.capacity import Level, carried_of, child, figures, goals
from benchmarks.whole_calls import LINES, SECONDS, KnowingRecogniser
from models.modem import modulated
from models.scripted import noise
from simulations import virtual_time
from telephony.codecs.g711 import PCMU
from voice_agent.audio import RATE_HZ, silence

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
        ({"served": 8, "unserved": 1}, "1 of 9 whole calls came to nothing"),
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


def test_whole_calls_have_a_goal_of_their_own() -> None:
    assert [goal.met for goal in goals([msgspec.structs.replace(GOOD, calls=100, up=100)], 100.0, 100)] == [True, True]


def test_the_double_hears_what_was_said_and_no_more() -> None:
    sound = silence(SECONDS * RATE_HZ)
    for number, (at_s, _) in enumerate(LINES):
        sound[at_s * RATE_HZ : (at_s + 2) * RATE_HZ] = noise(2_000, seed=number)
    recogniser = KnowingRecogniser(PCMU.decode(PCMU.encode(sound)))

    def heard(from_s: float, to_s: float) -> str:
        cut = sound[round(from_s * RATE_HZ) : round(to_s * RATE_HZ)]
        return virtual_time.run(recogniser.transcribe(PCMU.decode(PCMU.encode(cut)), expects="", deadline_us=0)).text

    (first_s, question), (second_s, account), _ = LINES
    assert heard(first_s - 1, first_s + 3) == question
    assert heard(first_s - 1, first_s + 1) == "Where is"
    assert heard(0, first_s) == ""
    assert heard(first_s, second_s + 2) == f"{question} {account}"


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
