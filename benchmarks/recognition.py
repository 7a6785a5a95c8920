"""Recognition: word error rate, digit accuracy and latency of the short window, with its peers on the same recordings.

Every recording is decoded by all decoders before the next one, so that other load on the machine hits them alike.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from benchmarks.decoders import Decoded, Decoders
from benchmarks.report import Asked, Goal, Measured, goal, say
from benchmarks.statistics import percentile, spread
from benchmarks.telephone_speech import Utterance, audio_folder, over_the_telephone, utterances
from simulations.measures.spoken_words import spoken_words
from simulations.measures.statistics import ratio_interval
from simulations.measures.words import WordErrors, errors_between, pooled
from voice_agent.audio import RATE_HZ
from voice_agent.understanding.digits import read_digits

QUICK: Final = {"prompts": 8, "digits": 4, "misc": 2, "fixtures": 1}
BANDS_S: Final = (1.0, 2.0, 4.0, 8.0)
SENTENCE_WORDS: Final = 4
"""Prompts of at least so many words are reported apart: single letters and words without context are another task."""
MAX_EXTRA_WER_POINTS: Final = 2.0
MAX_LATENCY_RATIO: Final = 0.5

_DIGITS: Final = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9",
}  # fmt: skip


class Heard(msgspec.Struct, frozen=True):
    """What each decoder made of one recording."""

    said: Utterance
    seconds: float
    by: dict[str, Decoded]

    def errors(self, decoder: str) -> WordErrors:
        return errors_between(self.said.words, spoken_words(self.by[decoder].text))


def measure(asked: Asked) -> Measured:
    folder = audio_folder(asked.data)
    chosen = sample(utterances(folder), asked)
    say(f"recognition: {len(chosen)} recordings")
    with tempfile.TemporaryDirectory() as cache:
        heard = _listen(folder, chosen, Decoders(Path(cache)), shipped=not asked.quick)
    return Measured(figures(heard, asked.seed), goals(heard))


def sample(found: Sequence[Utterance], asked: Asked) -> list[Utterance]:
    """All, or with `quick` some of each group, drawn by the seed."""
    if not asked.quick:
        return list(found)
    random = np.random.default_rng(asked.seed)
    out: list[Utterance] = []
    for group, size in QUICK.items():
        members = [utterance for utterance in found if utterance.group == group]
        picked = random.permutation(len(members))[:size]
        out += [members[at] for at in sorted(picked)]
    return out


def figures(heard: Sequence[Heard], seed: int) -> dict[str, Any]:
    """The tree that is printed."""
    decoders = list(heard[0].by) if heard else []
    groups = _groups(heard)
    return {
        "utterances": len(heard),
        "word_errors": {
            name: {decoder: _wer(members, decoder, seed) for decoder in decoders} for name, members in groups.items()
        },
        "short_minus_full_wer_points": {name: _difference(members, seed) for name, members in groups.items()},
        "digit_accuracy": {decoder: _digit_accuracy(groups.get("digits", []), decoder, seed) for decoder in decoders},
        "windows": {name: _windows(members) for name, members in groups.items()},
        "latency_ms": {decoder: _latency(heard, decoder) for decoder in decoders},
        "short_to_full_latency": latency_ratio(heard),
    }


def goals(heard: Sequence[Heard]) -> tuple[Goal, ...]:
    prompts = [each for each in heard if each.said.group == "prompts"]
    extra = None
    if prompts:
        extra = 100 * (_rate(prompts, "short") - _rate(prompts, "full"))
    return (
        goal("short window's extra WER on prompts", extra, "<=", MAX_EXTRA_WER_POINTS, "points"),
        goal("short window's latency by the full one's", latency_ratio(heard), "<=", MAX_LATENCY_RATIO),
    )


def latency_ratio(heard: Sequence[Heard]) -> float | None:
    """The median over recordings of one's time by the other's, which were taken one after the other."""
    ratio = percentile([each.by["short"].seconds / each.by["full"].seconds for each in heard], 50)
    return None if ratio is None else round(ratio, 3)


def _listen(folder: Path, chosen: Iterable[Utterance], decoders: Decoders, *, shipped: bool) -> list[Heard]:
    out: list[Heard] = []
    for said in chosen:
        pcm = over_the_telephone(folder / said.file)
        by = {"short": decoders.short(pcm, said.expects), "full": decoders.full(pcm, said.expects)}
        if shipped:
            by["faster_whisper"] = decoders.faster_whisper(pcm)
        out.append(Heard(said, pcm.size / RATE_HZ, by))
        if len(out) % 20 == 0:
            say(f"recognition: {len(out)} decoded")
    return out


def _groups(heard: Sequence[Heard]) -> dict[str, list[Heard]]:
    out: dict[str, list[Heard]] = {}
    for each in heard:
        out.setdefault(each.said.group, []).append(each)
    sentences = [each for each in out.get("prompts", []) if len(each.said.words) >= SENTENCE_WORDS]
    return {**out, "prompts_of_4_words_or_more": sentences} if sentences else out


def _rate(heard: Iterable[Heard], decoder: str) -> float:
    return pooled(each.errors(decoder) for each in heard).rate


def _wer(heard: Sequence[Heard], decoder: str, seed: int) -> dict[str, Any]:
    errors = [each.errors(decoder) for each in heard]
    total = pooled(errors)
    interval = ratio_interval([each.errors for each in errors], [each.words for each in errors], seed)
    return {
        "wer_percent": round(100 * total.rate, 2),
        "interval_95": None if interval is None else [round(100 * interval.low, 2), round(100 * interval.high, 2)],
        **msgspec.structs.asdict(total),
        "utterances": len(heard),
        "utterances_without_error": sum(each.errors == 0 for each in errors),
    }


def _difference(heard: Sequence[Heard], seed: int) -> dict[str, Any]:
    """Paired: the same recordings are drawn for both decoders."""
    more = [each.errors("short").errors - each.errors("full").errors for each in heard]
    words = [len(each.said.words) for each in heard]
    interval = ratio_interval(more, words, seed)
    return {
        "points": round(100 * sum(more) / sum(words), 2),
        "interval_95": None if interval is None else [round(100 * interval.low, 2), round(100 * interval.high, 2)],
    }


def _digit_accuracy(heard: Sequence[Heard], decoder: str, seed: int) -> dict[str, Any]:
    """`exact`: nothing but the word was heard. `understood`: the product reads the right digit out of the text."""
    return {
        "exact": _share(heard, lambda each: tuple(spoken_words(each.by[decoder].text)) == each.said.words, seed),
        "understood": _share(heard, lambda each: _understood(each, decoder), seed),
    }


def _understood(each: Heard, decoder: str) -> bool:
    reading = read_digits(each.by[decoder].text, 1)
    return reading is not None and reading.value == "".join(_DIGITS[word] for word in each.said.words)


def _share(heard: Sequence[Heard], right: Callable[[Heard], bool], seed: int) -> dict[str, Any]:
    hits = [float(right(each)) for each in heard]
    interval = ratio_interval(hits, [1.0] * len(hits), seed)
    if interval is None:
        return {"utterances": 0}
    bounds = [round(100 * interval.low, 1), round(100 * interval.high, 1)]
    return {"percent": round(100 * sum(hits) / len(hits), 1), "interval_95": bounds, "utterances": len(hits)}


def _windows(heard: Sequence[Heard]) -> dict[str, float]:
    """In percent: how often the short window was not believed, and how often the full one was taken at once."""
    short = [each.by["short"] for each in heard]
    return {
        "fell_back_percent": round(100 * sum(each.fell_back for each in short) / len(short), 1),
        "full_at_once_percent": round(100 * sum(each.short_windows == 0 for each in short) / len(short), 1),
    }


def _latency(heard: Sequence[Heard], decoder: str) -> dict[str, Any]:
    """By length of the recording, and of all."""
    bands: dict[str, list[float]] = {}
    edges = (0.0, *BANDS_S, float("inf"))
    for low, high in pairwise(edges):
        name = f"{low:g}-{high:g} s" if high < float("inf") else f"{low:g} s and more"
        bands[name] = [1_000 * each.by[decoder].seconds for each in heard if low <= each.seconds < high]
    return {"all": spread([1_000 * each.by[decoder].seconds for each in heard])} | {
        name: spread(values) for name, values in bands.items() if values
    }
