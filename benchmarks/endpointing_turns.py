"""Turns of callers with the places and lengths of their pauses known: what the benchmark `endpointing` is run on.

Lengths of pauses follow Campione and Veronis, A large-scale multilingual study of silent pause duration (Speech Prosody
2002): log-normal, in three categories: brief (under 200 ms), medium (200 to 1,000 ms) and long (over 1,000 ms, which
occur in spontaneous speech only). Brief ones are within the words already; of the others one in five is long here.
Two standard deviations of the medium ones fill their category; long ones have a median of 1,350 ms and end at 2,500.
Each caller has a tempo, by which all of their pauses are longer or shorter. The shares and the tempo are ours.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypeAlias

import msgspec
import numpy as np

from benchmarks.endpointing_texts import Said
from models.delivery import Delivery
from models.engines import BlockingSynthesiser
from telephony.codecs.g711 import PCMU
from voice_agent.audio import RATE_HZ, Pcm, level_dbfs, silence
from voice_agent.conversation.expectation import OPEN, Choice, Expectation, Kind, SlotView

Source: TypeAlias = Literal["people", "synthetic"]

LONG_SHARE: Final = 0.2
MEDIUM_MS: Final = (200.0, 1_000.0)
LONG_MS: Final = (1_000.0, 1_350.0, 2_500.0)
TEMPO_SPREAD: Final = 0.2
LEAD_MS: Final = 400
TAIL_MS: Final = 4_000
_BLOCK: Final = RATE_HZ // 100
_BELOW_LOUDEST_DB: Final = 35.0
_LINE_NOISE: Final = 12.0
"""Standard deviation of the line's own noise, about -69 dBFS."""
_SPEECH_DBFS: Final = -24.0
TURNS_A_CALL: Final = 6

DELIVERIES: Final = (
    Delivery(1.0, 0.0),
    Delivery(1.05, 2.5),
    Delivery(0.92, -2.0),
    Delivery(1.15, 1.5),
    Delivery(0.85, -1.0),
)
"""Speakers made of each engine."""
_ORDERS: Final = tuple(Choice(name, (name,)) for name in ("router", "lamp", "kettle"))


class LabelledTurn(msgspec.Struct, frozen=True):
    """`pauses` are (first, end) samples of the silences within the turn, `end_sample` is where its last word ends.

    `call` names the call it is part of: turns of one call are said by one caller, in order.
    """

    name: str
    call: str
    source: Source
    expectation: Expectation
    said: str
    pcm: Pcm
    pauses: tuple[tuple[int, int], ...]
    end_sample: int

    @property
    def is_open(self) -> bool:
        return self.expectation.kind == "open"


def expecting(what: str) -> Expectation:
    """The expectation that a key of `endpointing_texts` stands for."""
    name, _, length = what.partition(":")
    if name == "open":
        return OPEN
    if name == "digits":
        return Expectation("digits", SlotView("number", "digits", length=int(length)))
    if name == "choice":
        return Expectation("choice", SlotView("order", "choice", choices=_ORDERS))
    kind: Kind = "yes_no" if name == "yes_no" else "value"
    return Expectation(kind, None if kind == "yes_no" else SlotView(name, name))


def pause_ms(random: np.random.Generator, tempo: float) -> float:
    """One pause, drawn."""
    if random.random() < LONG_SHARE:
        drawn = LONG_MS[1] * math.exp(random.normal(0.0, 0.3))
        return float(np.clip(drawn * tempo, LONG_MS[0], LONG_MS[2]))
    low, high = MEDIUM_MS
    drawn = math.sqrt(low * high) * math.exp(random.normal(0.0, math.log(high / low) / 4))
    return float(np.clip(drawn * tempo, low, high))


def synthetic(said: Said, voices: Sequence[BlockingSynthesiser], seed: int) -> Iterator[LabelledTurn]:
    """Every sentence once, by callers made of `voices`; the order in which they are said is drawn."""
    random = np.random.default_rng(seed)
    for group in ("expected", "open"):
        sentences = [
            (what, text) for what, texts in said.items() if (what == "open") == (group == "open") for text in texts
        ]
        order, tempo = random.permutation(len(sentences)), 1.0
        for at, number in enumerate(order):
            call = at // TURNS_A_CALL
            if at % TURNS_A_CALL == 0:
                tempo = math.exp(random.normal(0.0, TEMPO_SPREAD))
            what, text = sentences[number]
            voice = voices[call % len(voices)]
            delivery = DELIVERIES[call // len(voices) % len(DELIVERIES)]
            parts = [trimmed(spoken(voice, part, delivery)) for part in text.split("|")]
            pauses = [pause_ms(random, tempo) for _ in parts[1:]]
            name = f"{group}-{seed}-{at}"
            yield turn(name, f"{group}-{seed}-call{call}", "synthetic", expecting(what), text, parts, pauses, random)


def turn(
    name: str,
    call: str,
    source: Source,
    expectation: Expectation,
    said: str,
    parts: Sequence[Pcm],
    pauses: Sequence[float],
    random: np.random.Generator,
) -> LabelledTurn:
    """`parts` (trimmed) with `pauses` (ms) between them, on a quiet line, through G.711."""
    gain = 10 ** ((_SPEECH_DBFS - level_dbfs(np.concatenate(parts))) / 20)
    pieces: list[Pcm] = [silence(LEAD_MS * 8)]
    found: list[tuple[int, int]] = []
    for at, part in enumerate(parts):
        if at:
            length = round(pauses[at - 1] * 8)
            start = sum(piece.size for piece in pieces)
            found.append((start, start + length))
            pieces.append(silence(length))
        pieces.append(np.clip(part * gain, -32_768, 32_767).astype(np.int16))
    end_sample = sum(piece.size for piece in pieces)
    whole = np.concatenate([*pieces, silence(TAIL_MS * 8)]).astype(np.float64)
    noisy = np.clip(whole + random.normal(0.0, _LINE_NOISE, whole.size), -32_768, 32_767).astype(np.int16)
    return LabelledTurn(
        name, call, source, expectation, said, PCMU.decode(PCMU.encode(noisy)), tuple(found), end_sample
    )


def trimmed(pcm: Pcm) -> Pcm:
    """From the first to the last 10 ms that are within 35 dB of the loudest."""
    blocks = pcm[: pcm.size // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    levels = np.array([level_dbfs(block) for block in blocks])
    loud = np.flatnonzero(levels >= levels.max() - _BELOW_LOUDEST_DB)
    return blocks[loud[0] : loud[-1] + 1].reshape(-1)


def spoken(voice: BlockingSynthesiser, text: str, delivery: Delivery) -> Pcm:
    """`text` as `voice` says it, not trimmed."""
    return np.concatenate(list(voice.synthesize(text.strip(), delivery)))
