"""Cuts the Markdown of an article into passages: along headings, and within long sections along paragraphs. Pure.

Ids come from headings, not from positions: a change elsewhere in the article leaves them as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Final

import msgspec

from voice_agent.journeys.articles import Passage
from voice_agent.journeys.plain_text import plain_text
from voice_agent.journeys.sentences import sentence_spans

LONGEST: Final = 700
"""Characters. Longer sections are cut: an embedding of much text means little of anything."""
OPENING: Final = "opening"
"""What the part above the first heading is called in ids."""

_HEADING: Final = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*\Z")
_FENCE: Final = re.compile(r"\s*(```|~~~)")


class Section(msgspec.Struct, frozen=True):
    """What stands under one heading: its path of headings, and the blocks of text (paragraphs, lists) as ranges."""

    path: tuple[str, ...]
    blocks: tuple[tuple[int, int], ...]


def passages(article: str, text: str, body_start: int) -> tuple[Passage, ...]:
    """The passages of `text` from `body_start` on; none where there is nothing to say."""
    out: list[Passage] = []
    taken: Counter[str] = Counter()
    for section in sections(text, body_start):
        slug = _slug(section.path[-1]) if section.path else OPENING
        for start, end in _joined(text, section.blocks):
            taken[slug] += 1
            name = slug if taken[slug] == 1 else f"{slug}.{taken[slug]}"
            heading = " / ".join(section.path)
            out.append(Passage(f"{article}#{name}", article, heading, start, end, text[start:end]))
    return tuple(out)


def sections(text: str, body_start: int = 0) -> list[Section]:
    """Sections with text, in order."""
    found: list[Section] = []
    path: list[tuple[int, str]] = []
    blocks: list[tuple[int, int]] = []
    for kind, start, end in _blocks(text, body_start):
        heading = _HEADING.match(text[start:end]) if kind == "heading" else None
        if heading is None:
            blocks.append((start, end))
            continue
        _close(found, path, blocks)
        level = len(heading.group(1))
        path = [*(step for step in path if step[0] < level), (level, plain_text(heading.group(2)))]
    _close(found, path, blocks)
    return found


def _close(found: list[Section], path: list[tuple[int, str]], blocks: list[tuple[int, int]]) -> None:
    if blocks:
        found.append(Section(tuple(title for _, title in path), tuple(blocks)))
        blocks.clear()


def _blocks(text: str, body_start: int) -> list[tuple[str, int, int]]:
    """`("heading" | "text", start, end)` in order: what empty lines, comments and headings part."""
    out: list[tuple[str, int, int]] = []
    begin: int | None = None
    end = at = body_start
    fenced = commented = False
    for line in text[body_start:].splitlines(keepends=True):
        start, at = at, at + len(line)
        bare = line.rstrip()
        heading = not fenced and not commented and _HEADING.match(bare) is not None
        hidden = not fenced and (commented or bare.lstrip().startswith("<!--"))
        if hidden:
            commented = "-->" not in bare
        if begin is not None and (heading or hidden or (bare == "" and not fenced)):
            out.append(("text", begin, end))
            begin = None
        if heading:
            out.append(("heading", start, start + len(bare)))
        elif not hidden and bare != "":
            begin = start + len(line) - len(line.lstrip()) if begin is None else begin
            end = start + len(bare)
        if _FENCE.match(bare) is not None and not hidden:
            fenced = not fenced
    if begin is not None:
        out.append(("text", begin, end))
    return [block for block in out if block[0] == "heading" or plain_text(text[block[1] : block[2]]) != ""]


def _joined(text: str, blocks: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    """Neighbouring blocks together, as long as they stay below the longest; a block that is longer by itself, cut."""
    out: list[tuple[int, int]] = []
    for block in blocks:
        for start, end in _pieces(text, block):
            if out and end - out[-1][0] <= LONGEST:
                out[-1] = (out[-1][0], end)
            else:
                out.append((start, end))
    return out


def _pieces(text: str, block: tuple[int, int]) -> list[tuple[int, int]]:
    start, end = block
    spans = sentence_spans(text[start:end]) if end - start > LONGEST else []
    out: list[tuple[int, int]] = []
    for first, last in spans:
        if out and start + last - out[-1][0] <= LONGEST:
            out[-1] = (out[-1][0], start + last)
        else:
            out.append((start + first, start + last))
    return out if out else [block]


def _slug(heading: str) -> str:
    decomposed = unicodedata.normalize("NFKD", heading.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return slug[:60].strip("-") if slug != "" else "section"
