"""Whether what the agent believes was heard of its words was heard: held against word times of a recogniser.

Replies are synthesised as in a call and played through the playout, and the track that was sent is recognised with
word timestamps (faster-whisper). At moments all through it, the words that the playout counts as heard are held against
those that had ended by then. Replies whose recognised words aren't the words that were said are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import faster_whisper
import msgspec
import numpy as np

from benchmarks.barge_in_sounds import MONOLOGUES
from benchmarks.report import say
from benchmarks.statistics import share
from models.catalog import WHISPER_BASE
from models.resample import upsample_2x
from models.weights import WeightsStore
from simulations.measures.spoken_words import spoken_words
from voice_agent.audio import FRAME_SAMPLES, RATE_HZ, Pcm
from voice_agent.journeys.clauses import split_clauses
from voice_agent.ports.speech import Synthesiser
from voice_agent.turns.playout import Playout

STEP_FRAMES: Final = 11
"""Moments are 220 ms apart."""
BOUNDARY_S: Final = 0.2
"""So near to the end of a clause the recogniser's own times may put a word into the one or the other."""
REPLIES: Final = (
    *MONOLOGUES,
    "Your order number four eight two one three is on its way. It should arrive on Friday the sixth of March.",
    "I've found your account. Your bill for February is forty two pounds and fifty pence, due on the tenth.",
    "All right, I have moved the visit to Tuesday morning. The engineer will call you half an hour before.",
    "You can send that back within thirty days. Put it into the box it came in, and take it to any post office.",
    "The line to your house is fine. Your router was last seen at six this morning, and has been offline since.",
    "That would be the faster plan, at forty five pounds a month for eighteen months. Shall I change it for you?",
)


class Moment(msgspec.Struct, frozen=True):
    """One moment of one reply: how many words were believed and how many had ended, and in which clause it was."""

    reply: int
    believed: int
    ended: int
    clause: int
    ended_in: int
    near_boundary: bool

    @property
    def off(self) -> int:
        return abs(self.believed - self.ended)


async def measure_heard(voice: Synthesiser, weights: WeightsStore, *, quick: bool) -> dict[str, Any]:
    """The tree that is printed."""
    model = faster_whisper.WhisperModel(str(weights.locate(WHISPER_BASE)), compute_type="int8", cpu_threads=1)
    moments: list[Moment] = []
    told = 0
    replies = REPLIES[:2] if quick else REPLIES
    for number, text in enumerate(replies):
        clauses = split_clauses(text)
        track, counted = await _played(voice, clauses)
        ends = _word_ends(model, track)
        words = [spoken_words(word) for clause in clauses for word in clause.split()]
        if [word for word, _ in ends] != [part for parts in words for part in parts]:
            say(f"barge_in: reply {number} was not recognised word by word: {' '.join(word for word, _ in ends)}")
            continue
        told += 1
        last = np.cumsum([len(parts) for parts in words]) - 1
        moments += _moments(number, clauses, counted, [float(ends[at][1]) for at in last])
    return figures(moments, told, len(replies))


def figures(moments: Sequence[Moment], told: int, of: int) -> dict[str, Any]:
    """Of `told` of `of` replies."""
    inside = [moment for moment in moments if not moment.near_boundary]
    return {
        "replies": {"told": told, "of": of},
        "word_right": share(sum(moment.off == 0 for moment in moments), len(moments)),
        "word_within_one": share(sum(moment.off <= 1 for moment in moments), len(moments)),
        "clause_right": share(sum(moment.clause == moment.ended_in for moment in inside), len(inside)),
        "words_too_many": sum(moment.believed > moment.ended for moment in moments),
        "words_too_few": sum(moment.believed < moment.ended for moment in moments),
        "worst": max((moment.off for moment in moments), default=0),
    }


async def _played(voice: Synthesiser, clauses: tuple[str, ...]) -> tuple[Pcm, list[tuple[int, int, int]]]:
    """The track, and what was believed on the way: samples that were sent, clause, number of words."""
    playout = Playout()
    playout.begin(1, clauses)
    for number, clause in enumerate(clauses):
        async for chunk in voice.synthesize(clause, deadline_us=2**62):
            playout.feed(1, number, chunk)
        playout.end_clause(1, number)
    frames: list[Pcm] = []
    counted: list[tuple[int, int, int]] = []
    while (until := playout.played_until()) is not None:
        if len(frames) % STEP_FRAMES == 0:
            counted.append((len(frames) * FRAME_SAMPLES, until.clause, len(until.heard.split())))
        frames.append(playout.pull())
    return np.concatenate(frames), counted


def _word_ends(model: faster_whisper.WhisperModel, track: Pcm) -> list[tuple[str, float]]:
    """Recognised words as they are said, and when each ended, in seconds: of a written number by its share."""
    wide = upsample_2x(track.astype(np.float32) / np.float32(32_768))
    segments, _ = model.transcribe(wide, language="en", beam_size=5, word_timestamps=True)
    ends: list[tuple[str, float]] = []
    for word in (word for segment in segments for word in segment.words or ()):
        said = spoken_words(word.word)  # "32" is two
        ends += [(part, word.start + (word.end - word.start) * (at + 1) / len(said)) for at, part in enumerate(said)]
    return ends


def _moments(
    reply: int, clauses: tuple[str, ...], counted: Sequence[tuple[int, int, int]], ends_s: Sequence[float]
) -> list[Moment]:
    clause_of_word = [number for number, clause in enumerate(clauses) for _ in clause.split()]
    out = []
    for samples, clause, believed in counted:
        at_s = samples / RATE_HZ
        ended = sum(end_s <= at_s for end_s in ends_s)
        now = clause_of_word[min(ended, len(clause_of_word) - 1)]
        near = any(
            abs(ends_s[word] - at_s) < BOUNDARY_S
            for word in range(len(ends_s))
            if word + 1 == len(ends_s) or clause_of_word[word] != clause_of_word[word + 1]
        )
        out.append(Moment(reply, believed, ended, clause, now, near))
    return out
