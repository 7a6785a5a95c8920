"""Puts a failed run down to a layer, by playing it again with layers made perfect. A thin shell.

    blame = await blamed(played, scenario, stage)      # Blame("tool", "find_openings failed ...")

Spoken runs are typed first. Where the typed one holds, the fault is in what lies between: with exact speech the call
either holds (then it was words: heard wrong by the agent, recognition, or by the caller, synthesis) or still falls
short (then it is when they were said: turn-taking). Where the typed one falls short too, tools, understanding and the
check of what a model said are made perfect one after another; what none of them mends is the journey's.

It is evidence and no proof: the evidence is part of the answer.
"""

from __future__ import annotations

import msgspec

from simulations.blame.perfect import with_exact_speech, with_own_tools, with_plain_words
from simulations.blame.signs import heard_wrong, missed_by_caller, not_heard, refused_words, tool_failures
from simulations.runs.levels import Played, play
from simulations.runs.records import Blame, Level, RunRecord
from simulations.runs.stage import RunStage
from simulations.scenario import Scenario


async def blamed(failed: Played, scenario: Scenario, stage: RunStage) -> Blame | None:
    """None for a run that holds or could not be done at all. `scenario` and `stage` are those it was played with."""
    record = failed.record
    if record.status != "failed":
        return None
    if record.key.level == "text":
        return await _of_what_was_done(failed, scenario, stage)
    typed = await _again(record, scenario, stage, "text")
    if typed.record.status == "failed" and _same_checks(record, typed.record):
        return await _of_what_was_done(typed, scenario, stage)
    return await _of_how_it_was_said(record, scenario, stage, typed.record)


async def _of_how_it_was_said(record: RunRecord, scenario: Scenario, stage: RunStage, typed: RunRecord) -> Blame:
    """Typed it holds, or falls short of other things."""
    holds = "typed, the same conversation holds"
    if typed.status != "passed":
        holds = f"typed, it falls short of something else ({', '.join(_falling_short(typed))})"
    exact = await _again(record, scenario, with_exact_speech(stage), "audio", condition="clean")
    if not _mended(record, exact.record):
        return Blame("turn_taking", f"{holds}; spoken, it falls short though every word is heard as it is said")
    words = heard_wrong(record.turns)
    if not words:
        words = not_heard(record.turns)
    if words:
        return Blame("recognition", f"{holds}, and so it does spoken where every word is heard; {words}")
    missed = missed_by_caller(record.turns)
    if missed:
        return Blame("synthesis", f"{holds}, and so it does spoken where every word is heard; {missed}")
    return Blame("turn_taking", f"{holds}; every word was heard, but not when it had to be")


async def _of_what_was_done(failed: Played, scenario: Scenario, stage: RunStage) -> Blame:
    """It falls short without a voice too."""
    record = failed.record
    failures = tool_failures(failed.log)
    own_tools = await _again(record, scenario, with_own_tools(stage), "text")
    if _mended(record, own_tools.record):
        return Blame("tool", "; ".join((*failures, "with the tools themselves it holds")))
    plain = await _again(record, scenario, with_plain_words(stage, scenario), "text")
    if _mended(record, plain.record):
        return Blame("understanding", f"in plain words it holds; {_first_difference(record, plain.record)}")
    if failures:
        return Blame("tool", "; ".join(failures))
    refused = refused_words(failed.log)
    if refused:
        return Blame("supervisor", refused)
    return Blame("journey", f"tools and words made perfect don't mend it; falls short of {_told(record)}")


async def _again(
    record: RunRecord, scenario: Scenario, stage: RunStage, level: Level, *, condition: str | None = None
) -> Played:
    key = msgspec.structs.replace(record.key, level=level)
    if condition is not None:
        key = msgspec.structs.replace(key, condition=condition)
    return await play(key, scenario, stage)


def _falling_short(record: RunRecord) -> list[str]:
    return [check.expectation for check in record.checks if not check.holds]


def _same_checks(record: RunRecord, other: RunRecord) -> bool:
    """Whether the typed run falls short of one of the same things."""
    return bool(set(_falling_short(record)) & set(_falling_short(other)))


def _mended(record: RunRecord, other: RunRecord) -> bool:
    """Whether nothing that `record` fell short of is still wanting."""
    return other.status == "passed" or (other.status == "failed" and not _same_checks(record, other))


def _told(record: RunRecord) -> str:
    short = [f"{check.expectation} ({check.found})" for check in record.checks if not check.holds]
    return ", ".join(short[:2])


def _first_difference(record: RunRecord, plain: RunRecord) -> str:
    """The first turn that was answered otherwise."""
    for turn, other in zip(record.turns, plain.turns, strict=False):
        if turn.agent_said != other.agent_said:
            return f"{turn.caller_said!r} was answered {turn.agent_said!r}"
    return "the conversation went on longer"
