"""One call with three interruptions, two backchannels, a cough and a long pause in a number: each for what it is?

Parts (`--part`): `simulated` are calls in virtual time, `phone` the same callers over SIP and RTP to a server in
another process, by the clock on the wall. Either way the product keeps log and recording, and the same promises are
held against both: by what was decided, by transcript, and by the gaps. `--plot FILE` draws the last call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from benchmarks.barge_in import trial_engines
from benchmarks.interrupted_caller import SCRIPT
from benchmarks.interrupted_drawing import drawn
from benchmarks.interrupted_evidence import (
    Evidence,
    Told,
    believed,
    decision_after,
    gap_us,
    kept,
    onsets,
    right_words,
    silent_us,
    spoken_and_told,
    went_on_right,
)
from benchmarks.interrupted_phone import phoned
from benchmarks.interrupted_simulated import simulated
from benchmarks.interrupted_sounds import CALLS, callers
from benchmarks.report import Asked, Goal, Measured, goal
from simulations import virtual_time
from voice_agent.errors import UsageError

SIMULATED: Final = "simulated"
PHONE: Final = "phone"
PARTS: Final = (SIMULATED, PHONE)
Calls: TypeAlias = Sequence[tuple[Evidence, Told]]


def measure(asked: Asked) -> Measured:
    """Raises UsageError for a part that there isn't, CallFailed where no server comes up."""
    if asked.part is not None and asked.part not in PARTS:
        raise UsageError(f"there is no part {asked.part!r}", hint=f"one of: {', '.join(PARTS)}")
    calls: dict[str, Calls] = {}
    keep = None if asked.cache is None else asked.cache / "interrupted_calls" / str(asked.seed)
    with trial_engines(asked.cache) as engines:
        for part in PARTS if asked.part is None else (asked.part,):
            new = virtual_time.run(callers(1 if asked.quick else CALLS, asked.seed, engines.callers))
            calls[part] = phoned(engines, new, keep) if part == PHONE else [simulated(engines, each) for each in new]
    if asked.plot is not None:
        asked.plot.write_text(drawn(list(calls.values())[-1][-1][0]), encoding="utf-8")
    return Measured({part: figures(of_part) for part, of_part in calls.items()}, goals(calls))


def goals(calls: Mapping[str, Calls]) -> tuple[Goal, ...]:
    """Of each part: all promises of all calls."""
    out = []
    for part, of_part in calls.items():
        promises = [done for each in of_part for done in kept(*each).values()]
        out.append(goal(f"promises kept, {part}", sum(promises), "==", len(promises)))
    return tuple(out)


def figures(calls: Calls) -> dict[str, Any]:
    """How often each promise was kept, and what each call shows."""
    promises = [kept(*each) for each in calls]
    return {
        "calls": len(calls),
        "promises": {name: sum(each[name] for each in promises) for name in promises[0]},
        "each": [
            {"broken": [name for name, done in each.items() if not done], **shown(*call)}
            for each, call in zip(promises, calls, strict=True)
        ],
    }


def shown(evidence: Evidence, told: Told) -> dict[str, Any]:
    """What the promises of one call were held against."""
    began = onsets(evidence.caller, evidence.uttered)
    over = [cue.name for cue in SCRIPT if cue.name.startswith(("interruption", "backchannel", "cough"))]
    gaps_us = {name: gap_us(evidence.agent, began.get(name)) for name in over if not name.startswith("interruption")}
    said, heard = spoken_and_told(told)
    return {
        "onsets_ms": {name: us // 1_000 for name, us in began.items()},
        "decided": {name: decision_after(evidence.records, began.get(name)) for name in over},
        "silent_ms": {
            cue.name: {where: us // 1_000 for where, us in silent_us(evidence, cue.name).items()}
            for cue in SCRIPT
            if cue.name.startswith("interruption")
        },
        "gap_ms": {name: None if us is None else us // 1_000 for name, us in gaps_us.items()},
        "agent_words": round(went_on_right(told.agent, believed(evidence.records)), 3),
        "caller_words": round(right_words(heard, said), 3),
        "agent": told.agent,
        "believed": believed(evidence.records),
        "caller": dict(told.caller),
        "number": told.number,
    }
