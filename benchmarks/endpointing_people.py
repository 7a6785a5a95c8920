"""Recordings of people as labelled turns, from a folder of recorded speech (`telephone_speech`). Reads it, no more.

numbers     single digits of one speaker, put together to numbers of eight to ten, with drawn pauses between groups
answers     recorded answers to yes-or-no questions
open        prompts, orders and sentences; every second one that has a gap between words pauses there, as drawn
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.endpointing_turns import LabelledTurn, expecting, pause_ms, trimmed, turn
from benchmarks.telephone_speech import over_the_telephone, utterances
from voice_agent.audio import RATE_HZ, Pcm, level_dbfs, silence

NUMBERS: Final = 24
GROUPS: Final = ((4, 4), (3, 3, 4), (3, 3, 2), (2, 2, 2, 2), (5, 5))
ANSWERS: Final = ("tau2_fixtures/yes.wav", "tau2_fixtures/no.wav", "misc/dograh_yes.wav", "misc/dograh_nope.wav")
OPEN: Final = 70
ORDERS: Final = 40
FEWEST_WORDS: Final = 4
GAP_BLOCKS: Final = 8
"""A silence of 80 ms inside a recording is between words, not the closure of a stop."""
_DIGIT: Final = re.compile(r"fsdd/(\d)_(\w+?)_(\d+)\.wav")
_BLOCK: Final = RATE_HZ // 100
_LONGEST_S: Final = 12
_PROMPTS: Final = ("tau2_fixtures/", "misc/g_", "misc/sb_", "misc/lk_")


def people(folder: Path, seed: int, *, quick: bool) -> Iterator[LabelledTurn]:
    """The same for the same seed."""
    random = np.random.default_rng(seed)
    yield from numbers(folder, random, 4 if quick else NUMBERS)
    for at, file in enumerate(ANSWERS):
        pcm = trimmed(over_the_telephone(folder / file))
        yield turn(file, f"answers-{at}", "people", expecting("yes_no"), file, [pcm], [], random)
    yield from _open(folder, random, 6 if quick else OPEN, 4 if quick else ORDERS)


def numbers(folder: Path, random: np.random.Generator, wanted: int) -> Iterator[LabelledTurn]:
    """Of eight to ten digits, each by one speaker."""
    found: dict[str, dict[str, list[str]]] = {}
    for utterance in utterances(folder):
        matched = _DIGIT.fullmatch(utterance.file)
        if matched is not None:
            found.setdefault(matched[2], {}).setdefault(matched[1], []).append(utterance.file)
    speakers = sorted(found)
    for at in range(wanted):
        speaker = speakers[at % len(speakers)]
        groups = GROUPS[int(random.integers(len(GROUPS)))]
        digits = [str(random.integers(10)) for _ in range(sum(groups))]
        sounds = [trimmed(over_the_telephone(folder / random.choice(sorted(found[speaker][d])))) for d in digits]
        parts, start = [], 0
        for size in groups:
            parts.append(_group(sounds[start : start + size], random))
            start += size
        pauses = [pause_ms(random, 1.0) for _ in groups[1:]]
        expected = expecting(f"digits:{len(digits)}")
        said = " ".join(digits)
        yield turn(f"number-{at}", f"speaker-{speaker}", "people", expected, said, parts, pauses, random)


def _group(sounds: Sequence[Pcm], random: np.random.Generator) -> Pcm:
    pieces: list[Pcm] = []
    for sound in sounds:
        gain = 10 ** ((-24.0 - level_dbfs(sound)) / 20)
        pieces += [np.clip(sound * gain, -32_768, 32_767).astype(np.int16), silence(int(random.integers(30, 90)) * 8)]
    return np.concatenate(pieces[:-1])


def _open(folder: Path, random: np.random.Generator, prompts: int, orders: int) -> Iterator[LabelledTurn]:
    spoken = [
        utterance.file
        for utterance in utterances(folder)
        if len(utterance.words) >= FEWEST_WORDS
        and (utterance.group == "prompts" or utterance.file.startswith(_PROMPTS))
    ]
    ordered = sorted(f"picovoice_orders/{path.name}" for path in (folder / "picovoice_orders").glob("*.flac"))
    chosen = [spoken[at] for at in sorted(random.permutation(len(spoken))[:prompts])]
    chosen += [ordered[at] for at in sorted(random.permutation(len(ordered))[:orders])]
    for at, file in enumerate(chosen):
        pcm = trimmed(over_the_telephone(folder / file))
        if pcm.size > _LONGEST_S * RATE_HZ:
            continue
        parts = _split(pcm, random) if at % 2 else [pcm]
        pauses = [pause_ms(random, 1.0) for _ in parts[1:]]
        yield turn(file, f"recorded-{at}", "people", expecting("open"), file, parts, pauses, random)


def _split(pcm: Pcm, random: np.random.Generator) -> list[Pcm]:
    """At one of the gaps between words, where there is one."""
    blocks = pcm[: pcm.size // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    levels = np.array([level_dbfs(block) for block in blocks])
    quiet = levels < levels.max() - 35.0
    runs = [0, *np.flatnonzero(np.diff(quiet.astype(np.int8))) + 1, quiet.size]
    gaps = [
        (first, end)
        for first, end in pairwise(runs)
        if quiet[first] and end - first >= GAP_BLOCKS and first > 30 and end < quiet.size - 30
    ]
    if not gaps:
        return [pcm]
    first, end = gaps[int(random.integers(len(gaps)))]
    return [pcm[: first * _BLOCK], pcm[end * _BLOCK :]]
