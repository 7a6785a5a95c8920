"""Where the sentences of a Markdown text begin and end, as ranges of its characters: what can be quoted. Pure.

    sentence_spans("Open daily. Free.\\n- by card\\n- in cash")
    # [(0, 11), (12, 17), (18, 27), (28, 37)]

List items and rows of tables are sentences of their own. Headings, rules and the lines under a table's head are none.
"""

from __future__ import annotations

import re
from typing import Final

_ITEM: Final = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+\S")
_ROW: Final = re.compile(r"\s*\|")
_NO_SENTENCE: Final = re.compile(r"\s*(?:#{1,6}\s|[-*_=]{3,}\s*\Z|\|?[\s:|-]*-{3}[\s:|-]*\Z|```|~~~)")
_END: Final = re.compile(r"[.!?]+[\"')\]*_]*(?=\s)")
_ABBREVIATION: Final = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|st|no|vs|e\.g|i\.e|approx|sr|sra|p\. ?ej)|\A\s*\d{1,3})\.\Z", re.I
)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """`(start, end)` of each, in order, without blanks around; they do not overlap."""
    spans: list[tuple[int, int]] = []
    for start, end in _stretches(text):
        spans += _within(text, start, end)
    return spans


def _stretches(text: str) -> list[tuple[int, int]]:
    """Runs of lines that belong together: a paragraph, an item of a list, a row of a table."""
    out: list[tuple[int, int]] = []
    open_start: int | None = None
    at = 0
    for line in text.splitlines(keepends=True):
        start, at = at, at + len(line)
        bare = line.rstrip()
        apart = bare == "" or _NO_SENTENCE.match(bare) is not None
        begins = _ITEM.match(bare) is not None or _ROW.match(bare) is not None
        if open_start is not None and (apart or begins):
            out.append((open_start, start))
            open_start = None
        if not apart and open_start is None:
            open_start = start
    if open_start is not None:
        out.append((open_start, len(text)))
    return out


def _within(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A stretch cut at the ends of its sentences."""
    spans: list[tuple[int, int]] = []
    begin = start
    for found in _END.finditer(text, start, end):
        if _ABBREVIATION.search(text[begin : found.end()]) is None:
            spans.append((begin, found.end()))
            begin = found.end()
    spans.append((begin, end))
    return [trimmed for span in spans if (trimmed := _trimmed(text, *span)) is not None]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
