"""Endpointing: how often callers are cut off, and how long they wait, by the product's rule and by two peers.

The same turns, pauses and engines for all: real voice activity, the real recogniser, smart-turn. Two groups: where
something is expected (yes or no, numbers, names, dates, choices) and open speech; two sources: synthetic callers with
labelled pauses, and recordings of people. Peers are shown at their best: of all settings of their dials the one that
does best on these very turns; the product has the settings it ships with, and one dial for the curve.

`--part train` runs it on the sentences that thresholds were chosen on.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from benchmarks.endpointing_curves import drawn
from benchmarks.endpointing_pauses import ObservedTurn, Observer
from benchmarks.endpointing_people import people
from benchmarks.endpointing_rules import Point, by_product, curves, least_cut, point, soonest
from benchmarks.endpointing_texts import TEST, TRAINING
from benchmarks.endpointing_turns import LabelledTurn, synthetic
from benchmarks.report import Asked, Goal, Measured, goal, say
from benchmarks.statistics import percentile
from benchmarks.telephone_speech import audio_folder
from models.catalog import RECOGNISERS, SYNTHESISERS, VOICE_ACTIVITY, Loading
from models.prosody_catalog import SMART_TURN
from models.smart_turn import SmartTurn
from models.weights import WeightsStore
from voice_agent.turns.settings import EndpointSettings

GROUPS: Final = ("expected", "open")
TRAINING_SEEDS: Final = (101, 202)
MAX_CUT_PERCENT: Final = 10.0
AT_MS: Final = 300.0
MAX_MS: Final = 550.0
AT_CUT_PERCENT: Final = 5.0
MAX_OF_PEERS: Final = 0.5
_QUICK: Final = 8


def measure(asked: Asked) -> Measured:
    with tempfile.TemporaryDirectory() as nowhere:
        loading = Loading(WeightsStore(Path(nowhere)))
        weights = loading.store.locate(SMART_TURN) / SMART_TURN.files[0].name
        recogniser = RECOGNISERS["whisper-base"].load(loading)
        voice_activity = VOICE_ACTIVITY["silero"].load(loading)
        cache = None if asked.cache is None else asked.cache / "endpointing"
        observer = Observer(voice_activity, recogniser, SmartTurn(weights), cache)
        observed = _observe(asked, loading, observer)
    settings = EndpointSettings()
    found = {group: _curves(observed, group, settings) for group in GROUPS}
    if asked.plot is not None:
        asked.plot.write_text(drawn(found), encoding="utf-8")
    return Measured(figures(observed, found, settings), goals(found))


def turns(asked: Asked, loading: Loading) -> Iterator[LabelledTurn]:
    """All that is said, the same for the same seed."""
    voices = [SYNTHESISERS[name].load(loading) for name in ("hibari", "piper")]
    if asked.part == "train":
        for at, seed in enumerate(TRAINING_SEEDS):
            yield from synthetic(TRAINING, voices if at % 2 == 0 else voices[::-1], seed)
        return
    if asked.quick:
        yield from synthetic({what: texts[:2] for what, texts in TEST.items()}, voices, asked.seed)
    else:
        yield from synthetic(TEST, voices, asked.seed)
    yield from people(audio_folder(asked.data), asked.seed, quick=asked.quick)


def figures(
    observed: Sequence[ObservedTurn], found: dict[str, dict[str, list[Point]]], settings: EndpointSettings
) -> dict[str, Any]:
    """The tree that is printed."""
    judged = [pause.judged for turn in observed for pause in turn.pauses]
    return {
        "operating_point": {
            name: value for name, value in msgspec.structs.asdict(settings).items() if not isinstance(value, tuple)
        },
        "cpu_ms_a_pause": {
            "recognition_p50": _p50_ms([each.recognition_us for each in judged]),
            "smart_turn_p50": _p50_ms([each.prosody_us for each in judged]),
        },
        "groups": {group: _group(observed, group, found[group], settings) for group in GROUPS},
    }


def goals(found: dict[str, dict[str, list[Point]]]) -> tuple[Goal, ...]:
    """As shipped, and by the rule alone; equal latency by the median and by the mean."""
    expected, open_speech = found["expected"], found["open"]
    out: list[Goal] = []
    for variant, when in (("product", "as the words come"), ("product_with_words_in_time", "words in time")):
        at_300, at_5 = least_cut(expected[variant], AT_MS), soonest(expected[variant], AT_CUT_PERCENT)
        cut_percent = None if at_300 is None else at_300.turns_cut
        at_5_ms = None if at_5 is None else at_5.p50_ms
        out += [
            goal(
                f"expected: turns cut off at 300 ms, {when}",
                cut_percent,
                "<=",
                MAX_CUT_PERCENT,
                "%",
            ),
            goal(f"expected: latency at 5 % cut off, {when}", at_5_ms, "<=", MAX_MS, "ms"),
        ]
    own = _operating(open_speech["product"])
    for peer in ("silence", "smart_turn"):
        for by, latency in (("p50_ms", "median"), ("mean_ms", "mean")):
            equal = least_cut(open_speech[peer], getattr(own, by), by)
            ratio = None if equal is None or equal.turns_cut == 0 else own.turns_cut / equal.turns_cut
            out.append(goal(f"open: cut off by those of {peer}, at equal {latency}", ratio, "<=", MAX_OF_PEERS))
    return tuple(out)


def _observe(asked: Asked, loading: Loading, observer: Observer) -> list[ObservedTurn]:
    said = list(turns(asked, loading))
    say(f"endpointing: {len(said)} turns")
    out = []
    for number, turn in enumerate(said, 1):
        out.append(observer.observe(turn))
        if number % 20 == 0:
            say(f"endpointing: {number} heard")
    return out


def _of(observed: Sequence[ObservedTurn], group: str) -> list[ObservedTurn]:
    return [each for each in observed if each.turn.is_open == (group == "open")]


def _curves(observed: Sequence[ObservedTurn], group: str, settings: EndpointSettings) -> dict[str, list[Point]]:
    return curves(_of(observed, group), settings)


def _operating(points: Sequence[Point]) -> Point:
    return next(each for each in points if each.setting == "patience 1")


def _group(
    observed: Sequence[ObservedTurn], group: str, found: dict[str, list[Point]], settings: EndpointSettings
) -> dict[str, Any]:
    members = _of(observed, group)
    results = by_product(members, settings)
    operating = _operating(found["product"])
    return {
        "turns": len(members),
        "labelled_pauses": sum(len(each.turn.pauses) for each in members),
        "noticed_pauses": sum(result.pauses for result in results),
        "operating_point": {
            name: msgspec.to_builtins(_operating(points)) for name, points in found.items() if "product" in name
        },
        "by_source": {
            source: msgspec.to_builtins(point("patience 1", by_product(chosen, settings)))
            for source in ("synthetic", "people")
            if (chosen := [each for each in members if each.turn.source == source])
        },
        "cut_off_by": dict(Counter(reason for each in results for reason in each.cut_reasons).most_common()),
        "decided_by": dict(Counter(result.reason for result in results).most_common()),
        "rules": {
            name: {
                f"turns_cut_percent_at_{AT_MS:.0f}_ms_p50": _share(least_cut(points, AT_MS)),
                "turns_cut_percent_at_our_p50": _share(least_cut(points, operating.p50_ms)),
                "turns_cut_percent_at_our_mean": _share(least_cut(points, operating.mean_ms, "mean_ms")),
                f"p50_ms_at_{AT_CUT_PERCENT:.0f}_percent": _ms(soonest(points, AT_CUT_PERCENT), "p50_ms"),
                f"mean_ms_at_{AT_CUT_PERCENT:.0f}_percent": _ms(soonest(points, AT_CUT_PERCENT, "mean_ms"), "mean_ms"),
            }
            for name, points in found.items()
        },
    }


def _share(found: Point | None) -> float | None:
    return None if found is None else round(found.turns_cut, 1)


def _ms(found: Point | None, name: str) -> float | None:
    return None if found is None else round(float(getattr(found, name)))


def _p50_ms(times_us: Sequence[int]) -> float | None:
    middle = percentile([time / 1_000 for time in times_us], 50)
    return None if middle is None else round(middle, 1)
