"""What loss and jitter do to playing and to recognition, with the delay that follows the jitter and with a fixed 60 ms.

Both buffers get the same packets at the same times, one after the other. Speech is the product's own voice, or with
`--data` recordings; it goes over one long line with pauses, so that the delay has time to follow.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from benchmarks.decoders import Decoders
from benchmarks.impaired_line import Condition, Played, play
from benchmarks.report import Asked, Measured, say
from benchmarks.statistics import percentile
from benchmarks.telephone_speech import audio_folder, over_the_telephone, utterances
from models.catalog import SYNTHESISERS, Loading
from models.weights import WeightsStore
from simulations.measures.spoken_words import spoken_words
from simulations.measures.statistics import ratio_interval
from simulations.measures.words import WordErrors, errors_between, pooled
from voice_agent.audio import FRAME_SAMPLES, RATE_HZ, Pcm, silence

LOSSES: Final = (0.01, 0.02, 0.05, 0.1, 0.2)
JITTERS_MS: Final = (20, 40, 60, 80, 120)
BUFFERS: Final = {"adaptive": True, "fixed_60_ms": False}
PAUSE_S: Final = 1.2
TAIL_S: Final = 0.5
"""What a segment is cut longer by than was said: the longest delay of path and buffer."""
PLAYOUT_S: Final = 300
QUICK_PLAYOUT_S: Final = 40
RECORDINGS: Final = 60
QUICK_SPOKEN: Final = 3

SENTENCES: Final = (
    "Hello, I am calling about a router that has not come yet.",
    "It was promised for last Tuesday, and nobody has told me anything.",
    "Could you look it up for me, please?",
    "My account number is five five zero one two four seven nine.",
    "Yes, that is right.",
    "No, the other order, the one with the wall socket.",
    "Can I speak to a person, please?",
    "The technician should come on Thursday morning.",
    "I have waited for two weeks now.",
    "No thanks, that was everything. Goodbye.",
)


class Said(msgspec.Struct, frozen=True):
    """`pcm` is `int16[samples]` at 8 kHz."""

    pcm: Pcm
    words: tuple[str, ...]
    expects: str = "open"


def conditions(*, quick: bool) -> list[Condition]:
    """None at all, each alone, and both together."""
    if quick:
        return [Condition(), Condition(0.1, "bursty"), Condition(0.05, "random", 120)]
    alone = [Condition(loss, kind) for kind in ("random", "bursty") for loss in LOSSES]
    together = [Condition(0.05, "random", 60), Condition(0.1, "bursty", 60), Condition(0.2, "bursty", 80)]
    return [Condition(), *alone, *(Condition(jitter_ms=jitter) for jitter in JITTERS_MS), *together]


def measure(asked: Asked) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        said = _said(asked, Path(folder))
        decoders = Decoders(Path(folder) / "cache")
        chosen = conditions(quick=asked.quick)
        tree: dict[str, Any] = {"utterances": len(said), "conditions": {}}
        for number, condition in enumerate(chosen):
            say(f"impairment: {condition.name} ({number + 1} of {len(chosen)})")
            tree["conditions"][condition.name] = {
                name: _under(condition, said, decoders, asked, adaptive=adaptive) for name, adaptive in BUFFERS.items()
            }
    return Measured(tree)


def _under(
    condition: Condition, said: Sequence[Said], decoders: Decoders, asked: Asked, *, adaptive: bool
) -> dict[str, Any]:
    line, starts = joined(said)
    seconds = QUICK_PLAYOUT_S if asked.quick else PLAYOUT_S
    long = np.tile(line, -(-seconds * RATE_HZ // line.size))[: seconds * RATE_HZ]
    recognised = play(line, condition, seed=asked.seed, adaptive=adaptive)
    return {
        "playout": playout(play(long, condition, seed=asked.seed, adaptive=adaptive)),
        "recognition": _recognition(recognised.pcm, starts, said, decoders, asked.seed),
    }


def playout(played: Played) -> dict[str, Any]:
    """In percent of packets or frames; delays from a packet's sending until it plays, the path's 20 ms included."""
    stats = played.stats
    sent = stats.received + stats.lost
    frames = max(1, stats.played_frames + stats.concealed_frames)
    delays_ms = [delay / 1_000 for delay in played.delays_us]
    return {
        "lost_percent": round(100 * stats.lost / sent, 2),
        "late_percent": round(100 * stats.late / sent, 2),
        "concealed_percent": round(100 * stats.concealed_frames / frames, 2),
        "frames_left_out": stats.left_out_frames,
        "frames_made_up": stats.made_up_frames,
        "delay_ms": {f"p{at}": _rounded(percentile(delays_ms, at)) for at in (50, 95)},
        "mean_delay_ms": _rounded(float(np.mean(delays_ms)) if delays_ms else None),
    }


def joined(said: Sequence[Said]) -> tuple[Pcm, list[int]]:
    """All on one line, each after a pause, and the sample at which each begins."""
    pause = silence(round(PAUSE_S * RATE_HZ))
    parts: list[Pcm] = []
    starts: list[int] = []
    at = 0
    for each in said:
        starts.append(at + pause.size)
        parts += (pause, each.pcm)
        at += pause.size + each.pcm.size
    whole = np.concatenate((*parts, pause))
    return np.concatenate((whole, silence(-whole.size % FRAME_SAMPLES))), starts


def _recognition(
    heard: Pcm, starts: Sequence[int], said: Sequence[Said], decoders: Decoders, seed: int
) -> dict[str, Any]:
    errors: list[WordErrors] = []
    for each, start in zip(said, starts, strict=True):
        segment = heard[start : start + each.pcm.size + round(TAIL_S * RATE_HZ)]
        errors.append(errors_between(each.words, spoken_words(decoders.short(segment, each.expects).text)))
    total = pooled(errors)
    interval = ratio_interval([each.errors for each in errors], [each.words for each in errors], seed)
    return {
        "wer_percent": round(100 * total.rate, 2),
        "interval_95": None if interval is None else [round(100 * interval.low, 2), round(100 * interval.high, 2)],
        "words": total.words,
    }


def _said(asked: Asked, folder: Path) -> list[Said]:
    if asked.data is None:
        say("impairment: synthesising what is said")
        voice = SYNTHESISERS["hibari"].load(Loading(WeightsStore(folder / "voice")))
        sentences = SENTENCES[:QUICK_SPOKEN] if asked.quick else SENTENCES
        return [Said(np.concatenate(list(voice.synthesize(text))), tuple(spoken_words(text))) for text in sentences]
    audio = audio_folder(asked.data)
    found = [each for each in utterances(audio) if each.group == "prompts"]
    count = QUICK_SPOKEN if asked.quick else RECORDINGS
    picked = sorted(np.random.default_rng(asked.seed).permutation(len(found))[:count])
    return [Said(over_the_telephone(audio / found[at].file), found[at].words, found[at].expects) for at in picked]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
