"""What a recogniser's output says about itself: words repeated by a decoder that loops, words heard in mere noise.

Pure text and numbers; the decoder that produced them is `models.whisper`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

# Said twice by people: these alone are no sign of a loop.
_SAID_TWICE: Final = frozenset(
    {"yes", "yeah", "no", "nope", "okay", "ok", "bye", "hello", "hi", "wait", "right", "please"}
)
# What Whisper writes for noise and silence, a trace of the subtitles it was trained on.
_FROM_SILENCE: Final = frozenset(
    {
        "you",
        "i",
        "so",
        "oh",
        "the",
        "music",
        "music playing",
        "thank you",
        "thanks for watching",
        "thank you for watching",
        "please subscribe",
        "bye",
        "im sorry",
        "subtitles by the amaraorg community",
    }
)
_ANNOTATION: Final = re.compile(r"\[[^\]]*\]|\([^)]*\)|[*♪♫]+[^*♪♫]*[*♪♫]+|[♪♫*]")
_PUNCTUATION: Final = re.compile(r"[^\w\s]|_")
_MAX_WORDS_PER_SECOND: Final = 7.0
_MAX_REPEATED_PER_SECOND: Final = 3.6


class Hypothesis(msgspec.Struct, frozen=True):
    """`log_probability` is the sum over `tokens` tokens."""

    text: str
    log_probability: float
    tokens: int


def plain(text: str) -> str:
    """Lower case without punctuation, single spaces: what two hypotheses are compared by."""
    return " ".join(_PUNCTUATION.sub("", text).lower().split())


def without_annotations(text: str) -> str:
    """Drops what is not speech: `[music]`, `(laughs)`, `*coughs*`, notes."""
    return " ".join(_ANNOTATION.sub(" ", text).split())


def said_once(text: str, spoken_s: float) -> str | None:
    """The unit that a decoder repeated faster than anybody speaks ("9 9 9" in 0.4 s), None where it did not.

    Such a unit is nearly always right, so a second decode isn't worth its time.
    """
    words = plain(text.replace("-", " ")).split()
    if len(words) <= _MAX_REPEATED_PER_SECOND * spoken_s:
        return None
    for size in range(1, len(words) // 2 + 1):
        times, rest = divmod(len(words), size)
        if words == words[:size] * times + words[:rest] and times >= 2:
            return " ".join(words[:size])
    return None


def loops(text: str, spoken_s: float) -> bool:
    """Whether a decoder has probably repeated itself, so that its text can't be used.

    Either a run of one to eight words comes three times in a row, or the whole text is one unit twice, or there are
    more words than anybody says in `spoken_s`; and it isn't the case that `said_once` repairs.
    """
    if said_once(text, spoken_s) is not None:
        return False
    words = plain(text.replace("-", " ")).split()
    if len(words) > 4 + _MAX_WORDS_PER_SECOND * spoken_s:
        return True
    if len(words) == 2 and words[0] == words[1]:
        return not (words[0] in _SAID_TWICE or words[0].isdigit())
    half = len(words) // 2
    if half > 1 and words[:half] == words[half:] and not all(word.isdigit() for word in words):
        return True
    return any(_repeats(words, size) for size in range(1, 9))


def _repeats(words: Sequence[str], size: int) -> bool:
    # People say a digit three times in a row (0 0 0); a loop goes on for longer.
    for start in range(len(words) - 3 * size + 1):
        unit = words[start : start + size]
        times = 1
        while words[start + times * size : start + (times + 1) * size] == unit:
            times += 1
        if times >= (5 if all(word.isdigit() for word in unit) else 3):
            return True
    return False


def collapsed(text: str) -> str:
    """The text with every looping unit kept once: what remains when there is no time for a better decode."""
    words = text.split()
    for size in range(1, len(words) // 2 + 1):
        at = 0
        while at + 2 * size <= len(words):
            same = [plain(word) for word in words[at : at + size]]
            if same == [plain(word) for word in words[at + size : at + 2 * size]]:
                del words[at + size : at + 2 * size]
            else:
                at += 1
    return " ".join(words)


def is_noise(text: str, confidence: float, no_speech: float, *, short_answer: bool = False) -> bool:
    """Whether words were probably heard where there were none. `no_speech` is the model's own probability of that.

    Bounds were set on clips of noise, hold music and single spoken digits, the hardest words to tell from noise. Where
    a `short_answer` is due they are wider: silence is then the worse mistake.
    """
    said = plain(text)
    if said == "":
        return True
    if no_speech >= (0.75 if short_answer else 0.6) and confidence < 0.4:
        return True
    if no_speech >= 0.7 and confidence < 0.55 and not short_answer:
        return True
    if said in _FROM_SILENCE and (no_speech >= 0.5 or confidence < 0.3):
        return True
    if len(said.split()) >= 3 and confidence < 0.2 and no_speech >= 0.3:
        return True
    return confidence < (0.05 if short_answer else 0.1) and no_speech >= 0.2
