"""`voice-agent call URI`: a synthetic caller on a real line; says its lines, and writes down what it hears."""

from __future__ import annotations

import argparse
import asyncio
from typing import Final

import uvloop

from simulations.caller_session import CallerSession
from simulations.judge import judged
from simulations.line.conditions import condition
from simulations.line.noise_files import load_noise
from simulations.result import CallResult
from simulations.scenario_file import read_scenario
from voice_agent.app.logs import log_to_stderr
from voice_agent.cli.options import config_of
from voice_agent.cli.output import print_json
from voice_agent.cli.placing import caller_engines, lines_of, place_and_keep, say_scenario
from voice_agent.errors import CallFailed

ANSWERED: Final = 200


def run(options: argparse.Namespace) -> int:
    log_to_stderr(level=30)
    result, caller = uvloop.run(_call(options))
    if options.record is not None:
        caller.tape.save(options.record)
    if options.json:
        print_json(result)
    else:
        print_result(result)
    if result.sip_status != ANSWERED:
        raise CallFailed(
            f"{options.uri} did not take the call: {result.reason}", hint="is a server there? `voice-agent serve`"
        )
    return 0 if result.ok else 1


async def _call(options: argparse.Namespace) -> tuple[CallResult, CallerSession]:
    config = config_of(options)
    named = None if options.line is None else condition(options.line)
    scenario = None if options.scenario is None else await asyncio.to_thread(read_scenario, options.scenario)
    async with caller_engines(config) as engines:
        if scenario is None:
            played, lines = await say_scenario(options.say, engines)
            result, caller = await place_and_keep(options.uri, played, lines, engines, named)
            return judged(played, result, None), caller
        line = scenario.line_settings if named is None else named
        recording = load_noise(line, options.scenario.parent, str(options.scenario))
        lines = await lines_of(scenario, engines)
        result, caller = await place_and_keep(options.uri, scenario, lines, engines, line, recording)
        return judged(scenario, result, None), caller


def print_result(result: CallResult) -> None:
    """A call as the caller saw it."""
    print(f" agent  {result.greeting}")
    for turn in result.turns:
        print(f"caller  {turn.caller_said}")
        if turn.agent_heard is not None and turn.agent_heard != turn.caller_said:
            print(f"        [heard: {turn.agent_heard}]")
        wait = "no answer" if turn.voice_to_voice_ms is None else f"{turn.voice_to_voice_ms} ms"
        if turn.agent_said:
            print(f" agent  {turn.agent_said}   ({wait})")
    print_verdict(result)


def print_verdict(result: CallResult) -> None:
    """How a call ended, how soon each answer came, and what was not as expected."""
    waits = ["-" if turn.voice_to_voice_ms is None else str(turn.voice_to_voice_ms) for turn in result.turns]
    print(f"voice to voice, turn by turn: {', '.join(waits)} ms")
    print(f"ended by {result.ended_by} after {result.duration_ms / 1_000:.1f} s: {result.reason}")
    for failure in result.failures:
        print(f"  expected {failure.expectation}: {failure.found}")
    for problem in result.problems:
        print(f"  problem: {problem}")
