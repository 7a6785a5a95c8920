"""Voice to voice: how long callers wait for an answer, measured at the RTP socket of real calls, outside the server.

Server, engines and line are real; callers are synthetic, one at a time, and have spoken their lines to a file before
the first call. What they understand is transcribed while the agent speaks and before they answer, never while a wait
is being measured.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import uvloop

from benchmarks.answer_times import voiced_stretches
from benchmarks.matched_turns import MatchedTurn, match_turns
from benchmarks.metered_call import MeteredCall
from benchmarks.report import Asked, Goal, Measured, goal, say
from benchmarks.riverside_callers import callers, number_of
from benchmarks.server_process import RunningServer, cpu_seconds, running_server
from benchmarks.statistics import percentile, spread
from simulations.caller_session import CallerSession
from simulations.result import CallResult
from simulations.scenario import Scenario
from voice_agent.cli.placing import caller_engines, lines_of
from voice_agent.config import Config, SpeechConfig, StoreConfig

STAGES: Final = ("endpoint_us", "recognition_us", "understanding_us", "deciding_us", "synthesis_us", "total_us")
MAX_P50_MS: Final = 1_000


class MeteredTurns(msgspec.Struct, frozen=True):
    """One call: what the caller saw, its turns, and how much processor time of the server it took, in seconds."""

    result: CallResult
    turns: tuple[MatchedTurn, ...]
    cpu: dict[str, float]


def measure(asked: Asked) -> Measured:
    calls = uvloop.run(_call_all(callers(quick=asked.quick, seed=asked.seed)))
    turns = [turn for call in calls for turn in call.turns]
    return Measured(figures(calls), goals(turns))


def figures(calls: Sequence[MeteredTurns]) -> dict[str, Any]:
    """The tree that is printed."""
    turns = [turn for call in calls for turn in call.turns]
    answered = [turn for turn in turns if turn.wait.wait_us is not None]
    kinds = sorted({turn.expected for turn in answered})
    seconds = sum(call.result.duration_ms for call in calls) / 1_000
    return {
        "calls": [_call(call) for call in calls],
        "turns": len(turns),
        "unanswered": sum(turn.wait.wait_us is None and not turn.wait.spoken_over for turn in turns),
        "spoken_over": sum(turn.wait.spoken_over for turn in turns),
        "voice_to_voice_ms": _waits(answered),
        "by_expected_ms": {kind: _waits([turn for turn in answered if turn.expected == kind]) for kind in kinds},
        "by_purpose_ms": {
            name: _waits([turn for turn in answered if turn.purpose == name])
            for name in sorted({turn.purpose for turn in answered})
        },
        "by_stage_ms": _stages(answered),
        "outside_minus_log_ms": spread([_difference_ms(turn) for turn in answered if turn.stages is not None]),
        "server_cpu_share": {
            part: round(sum(call.cpu[part] for call in calls) / seconds, 3) for part in ("worker", "speech")
        },
    }


def goals(turns: Sequence[MatchedTurn]) -> tuple[Goal, ...]:
    waits = [turn.wait.wait_us / 1_000 for turn in turns if turn.wait.wait_us is not None]
    return (goal("voice to voice, p50", percentile(waits, 50), "<=", MAX_P50_MS, "ms"),)


async def _call_all(scenarios: Sequence[Scenario]) -> list[MeteredTurns]:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        say("voice_to_voice: starting the server")
        async with running_server(work) as server:
            say("voice_to_voice: preparing what callers say")
            config = Config(speech=SpeechConfig(cache_dir=str(server.data_dir / "cache")), store=StoreConfig(folder))
            async with caller_engines(config) as engines:
                lines = [await lines_of(scenario, engines) for scenario in scenarios]
                out: list[MeteredTurns] = []
                for scenario, said in zip(scenarios, lines, strict=True):
                    caller = CallerSession(scenario, said, engines.pool, engines.clock)
                    out.append(await _call_one(server, scenario, caller))
                    say(f"voice_to_voice: call {len(out)} of {len(scenarios)}, {len(out[-1].turns)} turns")
                return out


async def _call_one(server: RunningServer, scenario: Scenario, caller: CallerSession) -> MeteredTurns:
    number = number_of(scenario)
    call = MeteredCall(scenario.scenario, caller)
    before = cpu_seconds(server.pid)
    result = await call.run(server.sip, number)
    after = cpu_seconds(server.pid)
    waits = call.waits(result)
    await asyncio.sleep(1)  # the server writes its log behind the call
    conversation = next(row.id for row in await server.calls() if number in row.caller)
    shown = await server.shown(conversation)
    _, records = await server.records(conversation)
    greeting = voiced_stretches(call.voiced_us)
    turns = match_turns(waits, greeting[0][0] if greeting else None, records, shown.latency)
    return MeteredTurns(result, tuple(turns), {part: after[part] - before[part] for part in after})


def _call(call: MeteredTurns) -> dict[str, Any]:
    result = call.result
    return {
        "caller": result.scenario,
        "complete": result.unfinished is None,
        "seconds": round(result.duration_ms / 1_000, 1),
        "waits_ms": [None if turn.wait.wait_us is None else round(turn.wait.wait_us / 1_000) for turn in call.turns],
        "expected": [turn.expected for turn in call.turns],
        "ended_by": result.ended_by,
    }


def _waits(turns: Sequence[MatchedTurn]) -> dict[str, Any]:
    return spread([turn.wait.wait_us / 1_000 for turn in turns if turn.wait.wait_us is not None])


def _stages(turns: Sequence[MatchedTurn]) -> dict[str, Any]:
    """As the server's log tells; `recognition` runs inside `endpoint` and is no part of `total`."""
    known = [turn.stages for turn in turns if turn.stages is not None]
    return {stage.removesuffix("_us"): spread([getattr(line, stage) / 1_000 for line in known]) for stage in STAGES}


def _difference_ms(turn: MatchedTurn) -> float:
    if turn.wait.wait_us is None or turn.stages is None:
        raise ValueError("only of a turn that was answered and is in the log")
    return (turn.wait.wait_us - turn.stages.total_us) / 1_000
