"""Finds the stretches of a sentence that are figures, and what stands between them.

"it's 5512 4479 not 5512 4497"  ->  run 55124479 (first), run 55124497 (denied)
"five five zero two, no sorry, zero one"  ->  run 5502 (first), run 01 (correction)
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import msgspec

from voice_agent.understanding.number_groups import NumberToken, Piece, pieces_of
from voice_agent.understanding.number_words import NumberWords
from voice_agent.understanding.words import Token


class Link(Enum):
    """How a run stands to the one before it."""

    FIRST = "first"
    CORRECTION = "correction"
    MAYBE_CORRECTION = "maybe_correction"
    """"sorry", "wait": takes back, or only asks for patience."""
    RESTART = "restart"
    DENIED = "denied"
    APART = "apart"


class Run(msgspec.Struct, frozen=True):
    """One number as it was spoken: `first` and `last` are positions of tokens."""

    link: Link
    pieces: tuple[Piece, ...]
    first: int
    last: int
    before: tuple[str, ...]
    """The words between the run before (or the start) and this one."""


def runs_of(tokens: Sequence[Token], words: NumberWords) -> list[Run]:
    """All runs, in order. Cries ("oh") alone are none."""
    marked = _marked(tokens, words)
    groups: list[list[int]] = []
    gap: list[str] = []
    gaps: list[list[str]] = []
    denied = False
    for at, token in enumerate(tokens):
        if not marked[at]:
            if token.is_word:
                gap.append(token.text.replace("'", ""))
            continue
        allowed = words.fillers if denied else words.joiners
        if groups and all(word in allowed for word in gap):
            groups[-1].append(at)
        else:
            denied = bool(gap) and _last_meaning(gap, words) == words.negation
            groups.append([at])
            gaps.append(gap)
        gap = []
    return _runs(tokens, groups, gaps, words)


def _runs(
    tokens: Sequence[Token], groups: Sequence[Sequence[int]], gaps: Sequence[Sequence[str]], words: NumberWords
) -> list[Run]:
    out: list[Run] = []
    carried: list[str] = []
    for group, gap in zip(groups, gaps, strict=True):
        before = [*carried, *gap]
        number_tokens = [_number_token(tokens, group, at, words) for at in range(len(group))]
        if all(token.optional for token in number_tokens):
            carried = before
            continue
        carried = []
        link = _link(before, first=not out, after_denied=bool(out) and out[-1].link is Link.DENIED, words=words)
        out.append(Run(link, tuple(pieces_of(number_tokens, words)), group[0], group[-1], tuple(before)))
    return out


def _link(gap: Sequence[str], *, first: bool, after_denied: bool, words: NumberWords) -> Link:
    if gap and _last_meaning(gap, words) == words.negation:
        return Link.DENIED
    if first:
        return Link.FIRST
    for phrase in words.restart_phrases:
        if any(tuple(gap[at : at + len(phrase)]) == phrase for at in range(len(gap))):
            return Link.RESTART
    if after_denied or any(word in words.strong_cues for word in gap):
        return Link.CORRECTION
    if any(word in words.weak_cues for word in gap):
        return Link.MAYBE_CORRECTION
    return Link.APART


def _last_meaning(gap: Sequence[str], words: NumberWords) -> str:
    return next((word for word in reversed(gap) if word not in words.fillers), "")


def _number_token(tokens: Sequence[Token], group: Sequence[int], at: int, words: NumberWords) -> NumberToken:
    here = group[at]
    text = tokens[here].text
    between = tokens[group[at - 1] + 1 : here] if at else []
    linked = [token.text for token in between] == [words.link]
    joined = at > 0 and (linked or _hyphenated(tokens, group[at - 1], here))
    cry = text in words.zero_interjections and at == 0 and len(group) != 1
    alone = text in words.zero_interjections and len(group) == 1
    edge = text in words.homophones and (at in (0, len(group) - 1))
    return NumberToken(
        text=_figures(text),
        joined=joined,
        optional=cry or alone or edge,
        homophone=text in words.homophones,
        linked=linked,
    )


def _hyphenated(tokens: Sequence[Token], before: int, here: int) -> bool:
    """Whether nothing but spaces, or a hyphen without them, parts two tokens: "fifty - 7" is 50, 7."""
    if here == before + 1:
        return True
    hyphen = tokens[before + 1]
    touching = tokens[before].end == hyphen.start and hyphen.end == tokens[here].start
    return here == before + 2 and hyphen.text == "-" and touching


def _digit_follows(at: int, tokens: Sequence[Token], sure: Sequence[bool], words: NumberWords) -> bool:
    following = (
        later
        for later in range(at + 1, len(tokens))
        if tokens[later].is_word and tokens[later].text not in words.fillers
    )
    first = next(following, None)
    return first is not None and sure[first]


def _figures(text: str) -> str:
    """ "5o1" is how some recognisers write 501."""
    return text.replace("o", "0") if any(ch.isdecimal() for ch in text) else text


def _marked(tokens: Sequence[Token], words: NumberWords) -> list[bool]:
    """Which tokens stand for figures."""
    sure = [_is_number(token.text, words) for token in tokens]
    positions = [at for at, token in enumerate(tokens) if token.is_word]
    neighbours = {
        at: (positions[i - 1] if i else None, positions[i + 1] if i + 1 < len(positions) else None)
        for i, at in enumerate(positions)
    }
    one = next(word for word, digit in words.digits.items() if digit == "1")
    out = list(sure)
    for at in positions:
        before, after = neighbours[at]
        text = tokens[at].text
        previous = "" if before is None else tokens[before].text
        next_sure = _digit_follows(at, tokens, sure, words)
        if text == one:
            counted = next_sure or previous not in words.pronoun_one_unless_digit_follows
            out[at] = counted and previous not in words.pronoun_one_after
        elif text in words.times:
            out[at] = next_sure
        elif text in (words.hundred, words.thousand):
            out[at] = before is not None and (out[before] or previous in words.one_before_hundred)
        elif text in words.one_before_hundred:
            out[at] = after is not None and tokens[after].text in (words.hundred, words.thousand)
        elif text in words.homophones:
            out[at] = _between_figures(at, before, after, out, sure, tokens, words)
    return out


def _is_number(text: str, words: NumberWords) -> bool:
    if any(ch.isdecimal() for ch in text):
        return text.isascii() and all(ch.isdecimal() or ch == "o" for ch in text)
    return text in words.digits or text in words.teens or text in words.tens


def _between_figures(
    at: int,
    before: int | None,
    after: int | None,
    marked: Sequence[bool],
    sure: Sequence[bool],
    tokens: Sequence[Token],
    words: NumberWords,
) -> bool:
    """Homophones count between figures; some beside one, at the end or at the beginning, where the length may ask for
    them."""
    figure_before = before is not None and marked[before]
    figure_after = after is not None and (
        sure[after] or (tokens[after].text in words.homophones or tokens[after].text in words.times)
    )
    if figure_before and figure_after:
        return True
    text = tokens[at].text
    if text in words.homophones_beside:
        return figure_before or (after is not None and sure[after])
    if before is None and text in words.homophones_at_start:
        return after is not None and sure[after]
    return text in words.homophones_at_end and after is None and figure_before
