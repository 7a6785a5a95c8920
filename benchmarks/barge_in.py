"""Interruptions: what stops the agent and what doesn't, and how soon, in hundreds of trials of a kind.

Parts (`--part`), each of a few minutes; with `--cache` what engines said and heard is kept between runs:

    calls                                            how soon the agent is silent, over real RTP (`barge_in_calls`)
    heard                                            what the agent believes was heard of it (`barge_in_heard`)
    interruption, double_talk                        words that want the floor; the second over the agent's own echo
    backchannel, cough, noise, side_talk, echo       what must cost no turn: a whole voice session in virtual time
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from benchmarks.barge_in_calls import measure_calls
from benchmarks.barge_in_heard import measure_heard
from benchmarks.barge_in_sounds import KINDS, WANTS_THE_FLOOR, drawn
from benchmarks.barge_in_trials import Outcome, TrialEngines, play
from benchmarks.report import Asked, Goal, Measured, goal, say
from benchmarks.statistics import share, spread
from models.catalog import RECOGNISERS, SYNTHESISERS, VOICE_ACTIVITY, Loading
from models.identity import identity
from models.threaded import ThreadedSynthesiser, VoiceThread
from models.weights import WeightsStore
from simulations import virtual_time
from simulations.callers.cached import CachedRecogniser, CachedSynthesiser
from simulations.callers.speech_cache import SpeechCache
from simulations.callers.voicing import CallerVoices
from simulations.runs.kept_engines import ThreadedRecogniser
from voice_agent.clock import MonotonicClock
from voice_agent.errors import UsageError

TRIALS: Final = 300
QUICK_TRIALS: Final = 6
RECOGNISER: Final = "whisper-base"
VOICE: Final = "hibari"
MAX_LOST: Final = 0.02
MAX_SILENT_MS: Final = 200
CALLS: Final = "calls"
HEARD: Final = "heard"
PARTS: Final = (CALLS, HEARD, *KINDS)
MIN_WITHIN_A_WORD: Final = 0.95
MIN_CLAUSE_RIGHT: Final = 0.995
"""All of them, but for what the recogniser's own times are worth."""


def measure(asked: Asked) -> Measured:
    """Raises UsageError for a part that there isn't."""
    if asked.part is not None and asked.part not in PARTS:
        raise UsageError(f"there is no part {asked.part!r}", hint=f"one of: {', '.join(PARTS)}")
    parts = PARTS if asked.part is None else (asked.part,)
    number = QUICK_TRIALS if asked.quick else TRIALS
    with trial_engines(asked.cache) as engines:
        outcomes = {
            kind: virtual_time.run(_trials(kind, number, asked.seed, engines)) for kind in KINDS if kind in parts
        }
        called = measure_calls(engines.callers, quick=asked.quick, seed=asked.seed) if CALLS in parts else None
        believed = (
            asyncio.run(measure_heard(engines.synthesiser, engines.weights, quick=asked.quick))
            if HEARD in parts
            else {}
        )
    measured, met = figures(outcomes), goals(outcomes)
    if called is not None:
        measured[CALLS] = called
        met = (
            *met,
            goal("onset to the last loud packet, p95", called["silent_ms"].get("p95"), "<=", MAX_SILENT_MS, "ms"),
        )
    if HEARD in parts:
        measured[HEARD], met = believed, (*met, *_heard_goals(believed))
    return Measured(measured, met)


def _believed(engines: TrialEngines, *, quick: bool) -> dict[str, Any]:
    return asyncio.run(measure_heard(engines.synthesiser, engines.weights, quick=quick))


def _heard_goals(believed: dict[str, Any]) -> tuple[Goal, ...]:
    within, clause = believed["word_within_one"]["share"], believed["clause_right"]["share"]
    return (
        goal("what was heard, within a word", within, ">=", MIN_WITHIN_A_WORD),
        goal("what was heard, the clause", clause, ">=", MIN_CLAUSE_RIGHT),
    )


async def _trials(kind: str, number: int, seed: int, engines: TrialEngines) -> list[Outcome]:
    say(f"barge_in: {number} trials of {kind}")
    return [await play(drawn(kind, seed * 10_000 + trial), engines) for trial in range(number)]


def figures(outcomes: dict[str, list[Outcome]]) -> dict[str, Any]:
    """The tree that is printed: by kind."""
    return {kind: _figures(kind, of_kind) for kind, of_kind in outcomes.items()}


def _figures(kind: str, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    void, outcomes = sum(not outcome.begun for outcome in outcomes), [each for each in outcomes if each.begun]
    wrong = [outcome for outcome in outcomes if not right(outcome)]
    return {
        "not_begun": void,
        "missed" if kind in WANTS_THE_FLOOR else "lost": share(len(wrong), len(outcomes)),
        "muted_ms": spread([outcome.muted_us / 1_000 for outcome in outcomes if outcome.muted_us is not None]),
        "decided_ms": spread([outcome.decided_us / 1_000 for outcome in outcomes if outcome.decided_us is not None]),
        "silenced_ms": spread([outcome.silent_us / 1_000 for outcome in outcomes]),
        "recognised": sum(bool(outcome.heard) for outcome in outcomes),
        "wrong": [{"sound": outcome.label, "seed": outcome.seed, "heard": outcome.heard} for outcome in wrong],
    }


def right(outcome: Outcome) -> bool:
    """Whether who wanted the floor got it, and nobody else."""
    if outcome.kind in WANTS_THE_FLOOR:
        return outcome.stopped and outcome.turns > 0
    return not outcome.stopped and outcome.turns == 0


def goals(outcomes: dict[str, list[Outcome]]) -> tuple[Goal, ...]:
    out = []
    for kind, of_kind in outcomes.items():
        what = "interruptions missed" if kind in WANTS_THE_FLOOR else "turns lost"
        begun = [outcome for outcome in of_kind if outcome.begun]
        wrong = sum(not right(outcome) for outcome in begun) / len(begun) if begun else None
        out.append(goal(f"{what}, {kind}", wrong, "<=", MAX_LOST))
    return tuple(out)


@contextmanager
def trial_engines(cache: Path | None) -> Iterator[TrialEngines]:
    """`cache` takes joined weights and what was heard and said. Raises ModelMissing and ModelCorrupt."""
    with tempfile.TemporaryDirectory() as folder, _loaded(Path(folder) if cache is None else cache) as engines:
        yield engines


@contextmanager
def _loaded(folder: Path) -> Iterator[TrialEngines]:
    clock, loading, cache = MonotonicClock(), Loading(WeightsStore(folder / "weights")), SpeechCache(folder / "speech")
    heard = ThreadedRecogniser(RECOGNISERS[RECOGNISER].load(loading))
    thread = VoiceThread(partial(SYNTHESISERS[VOICE].load, loading), clock)
    try:
        with CallerVoices(loading, clock, cache) as callers:
            yield TrialEngines(
                CachedRecogniser(heard, cache, identity(RECOGNISERS, RECOGNISER, loading.store)),
                CachedSynthesiser(ThreadedSynthesiser(thread), cache, identity(SYNTHESISERS, VOICE, loading.store)),
                VOICE_ACTIVITY["silero"].load(loading),
                callers,
                loading.store,
            )
    finally:
        thread.close()
