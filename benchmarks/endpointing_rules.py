"""The rules that the benchmark `endpointing` compares, each with one dial, and what comes of them.

    product      the table of `voice_agent.turns.endpointing` and what a caller's pauses taught, scaled by `patience`
    silence      a fixed silence, which is what voice activity alone gives
    smart_turn   200 ms of silence, then smart-turn: taken at once where it is sure enough, else after a longer silence

A pause is cut off where the turn is taken before the voice is noticed to go on. Latency counts from the end of the last
word to the turn being taken, the work of engines included: their own time, not that of a busy machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby, product
from typing import Final

import msgspec

from benchmarks.endpointing_pauses import ObservedTurn, Pause
from benchmarks.statistics import percentile
from voice_agent.conversation.events import Transcribed
from voice_agent.turns.endpointing import Endpoint, endpoint
from voice_agent.turns.evidence import Evidence, has_words
from voice_agent.turns.own_pauses import OwnPauses
from voice_agent.turns.second_opinion import SecondOpinion
from voice_agent.turns.settings import EndpointSettings, FloorSettings, SecondOpinionSettings, SegmentSettings
from voice_agent.understanding.completeness import completeness

PATIENCES: Final = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.35, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0, 2.5, 3.0)
SILENCES_MS: Final = (
    200,
    250,
    300,
    350,
    400,
    450,
    500,
    550,
    600,
    700,
    800,
    900,
    1_000,
    1_200,
    1_400,
    1_700,
    2_000,
    2_500,
)
SURE_FROM: Final = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98)
FALLBACKS_MS: Final = (300, 400, 500, 600, 800, 1_000, 1_300, 1_700, 2_200, 3_000)
SMART_TURN_SILENCE_US: Final = 200_000
_SEGMENTS: Final = SegmentSettings()
_OPINION: Final = SecondOpinion(SecondOpinionSettings(), completeness)
_LISTENING_ON_US: Final = FloorSettings().reaction_us


class Result(msgspec.Struct, frozen=True):
    """What became of one turn. `reason` decided its last pause, `cut_reasons` the ones that were cut off."""

    name: str
    latency_us: int
    pauses: int
    cut_reasons: tuple[str, ...]
    reason: str


class Point(msgspec.Struct, frozen=True):
    """A rule at one setting of its dial: shares in percent, latency in milliseconds."""

    setting: str
    turns_cut: float
    pauses_cut: float
    p50_ms: float
    mean_ms: float
    p95_ms: float


class Ears(msgspec.Struct, frozen=True):
    """With which votes, and how soon. `words_in_time`: as if recognition were done as soon as the voice has paused,
    which shows the rule alone."""

    prosody: bool = True
    words_in_time: bool = False

    def words_us(self, pause: Pause) -> int:
        """When the words are there, after the end of voice; no turn is taken before a pause is one."""
        recognised_us = 0 if self.words_in_time else _SEGMENTS.dip_ms * 1_000 + pause.judged.recognition_us
        return max(_SEGMENTS.pause_ms * 1_000, recognised_us)


AS_SHIPPED: Final = Ears()
VARIANTS: Final = {
    "product": AS_SHIPPED,
    "product_without_prosody": Ears(prosody=False),
    "product_with_words_in_time": Ears(words_in_time=True),
}


def by_product(turns: Iterable[ObservedTurn], settings: EndpointSettings, ears: Ears = AS_SHIPPED) -> list[Result]:
    """Turns of one call in order, so that what a caller's pauses teach counts in the next ones."""
    out: list[Result] = []
    for _, call in groupby(turns, key=lambda observed: observed.turn.call):
        own = OwnPauses(settings.own_pauses)
        out += [_turn_by_product(observed, own, settings, ears) for observed in call]
    return out


def _turn_by_product(observed: ObservedTurn, own: OwnPauses, settings: EndpointSettings, ears: Ears) -> Result:
    cut: list[str] = []
    latency_us, reason = 0, "not noticed"
    for pause in observed.pauses:
        end = judged(observed, pause, own.typical_us, settings, prosody=ears.prosody)
        taken_us = max(end.delay_us, ears.words_us(pause))
        if pause.length_us is None:
            latency_us, reason = pause.end_us + taken_us - observed.end_us, end.votes[0].reason
        elif taken_us < pause.length_us:
            if not has_words(pause.judged.text):
                continue  # nobody takes a turn without words: it is dropped, and nothing is said
            cut.append(end.votes[0].reason)
            if pause.length_us <= taken_us + _LISTENING_ON_US:
                own.was_cut_off(pause.length_us)
        elif pause.length_us >= _SEGMENTS.pause_ms * 1_000 and not end.explained:
            own.went_on(pause.length_us)
    return Result(observed.turn.name, latency_us, _inner(observed), tuple(cut), reason)


def judged(
    observed: ObservedTurn, pause: Pause, own_us: int | None, settings: EndpointSettings, *, prosody: bool
) -> Endpoint:
    """What the product's table says to one pause."""
    text, expected = pause.judged.text, observed.turn.expectation
    evidence = Evidence(
        expectation=expected,
        text=text,
        completeness=completeness(text, expected) if has_words(text) else "unknown",
        finished=pause.judged.finished if prosody else None,
        own_pause_us=own_us,
        another_hearing=_OPINION.is_whole(_transcribed(pause), expected),
    )
    return endpoint(evidence, settings)


def _transcribed(pause: Pause) -> Transcribed:
    heard = pause.judged
    return Transcribed(1, 1, heard.text, heard.alternatives, 1.0, "", heard.recognition_us, likely=heard.likely)


def by_silence(turns: Iterable[ObservedTurn], silence_us: int) -> list[Result]:
    return [_by_delays(observed, [silence_us] * len(observed.pauses), "silence") for observed in turns]


def by_smart_turn(turns: Iterable[ObservedTurn], sure_from: float, fallback_us: int) -> list[Result]:
    out = []
    for observed in turns:
        delays_us = [
            SMART_TURN_SILENCE_US + pause.judged.prosody_us if pause.judged.finished >= sure_from else fallback_us
            for pause in observed.pauses
        ]
        out.append(_by_delays(observed, delays_us, "smart-turn"))
    return out


def _by_delays(observed: ObservedTurn, delays_us: Sequence[int], reason: str) -> Result:
    cut: list[str] = []
    latency_us = 0
    for pause, delay_us in zip(observed.pauses, delays_us, strict=True):
        if pause.length_us is None:
            latency_us = pause.end_us + delay_us - observed.end_us
        elif delay_us < pause.length_us:
            cut.append(reason)
    return Result(observed.turn.name, latency_us, _inner(observed), tuple(cut), reason)


def _inner(observed: ObservedTurn) -> int:
    return sum(pause.length_us is not None for pause in observed.pauses)


def point(setting: str, results: Sequence[Result]) -> Point:
    """`results` is not empty."""
    latencies_ms = [result.latency_us / 1_000 for result in results]
    pauses = sum(result.pauses for result in results)
    return Point(
        setting,
        100 * sum(bool(result.cut_reasons) for result in results) / len(results),
        100 * sum(len(result.cut_reasons) for result in results) / max(1, pauses),
        percentile(latencies_ms, 50) or 0.0,
        sum(latencies_ms) / len(latencies_ms),
        percentile(latencies_ms, 95) or 0.0,
    )


def curves(turns: Sequence[ObservedTurn], settings: EndpointSettings) -> dict[str, list[Point]]:
    """Rule to its points; the product's with prosody and without."""
    out: dict[str, list[Point]] = {
        name: [
            point(
                f"patience {patience:g}",
                by_product(turns, msgspec.structs.replace(settings, patience=patience), ears),
            )
            for patience in PATIENCES
        ]
        for name, ears in VARIANTS.items()
    }
    out["silence"] = [point(f"{ms} ms", by_silence(turns, ms * 1_000)) for ms in SILENCES_MS]
    out["smart_turn"] = [
        point(f"sure from {sure:g}, else {ms} ms", by_smart_turn(turns, sure, ms * 1_000))
        for sure, ms in product(SURE_FROM, FALLBACKS_MS)
    ]
    return out


def least_cut(points: Iterable[Point], within_ms: float, by: str = "p50_ms") -> Point | None:
    """The point with the fewest turns cut off among those that are fast enough; None where none is."""
    fast = [each for each in points if getattr(each, by) <= within_ms]
    return min(fast, key=lambda each: (each.turns_cut, getattr(each, by)), default=None)


def soonest(points: Iterable[Point], cut_at_most: float, by: str = "p50_ms") -> Point | None:
    """The fastest point that cuts off few enough turns."""
    gentle = [each for each in points if each.turns_cut <= cut_at_most]
    return min(gentle, key=lambda each: float(getattr(each, by)), default=None)
