"""How a link sounds: "example dot com slash track". In text it stays as it is written."""

from __future__ import annotations

import re
from typing import Final

_WRITTEN: Final = re.compile(r"https?://[^\s<>\"']+?(?=[.,;:!?)]*(?:\s|$))")
_LINK: Final = re.compile(r"https?://(?:www\.)?([^\s<>\"']+?)/?(?=[.,;:!?)]*(?:\s|$))")
_MARKS: Final = {
    "en": {".": "dot", "/": "slash", "-": "dash", "_": "underscore", "?": "question mark", "=": "equals"},
    "es": {".": "punto", "/": "barra", "-": "guion", "_": "guion bajo", "?": "interrogación", "=": "igual"},
}


def spoken_links(text: str, language: str) -> str:
    """`text` with every link in words; English words where the language is not known."""
    if "://" not in text:
        return text
    marks = _MARKS.get(language, _MARKS["en"])
    return _LINK.sub(lambda link: _in_words(link.group(1), marks), text)


def links_in(text: str) -> tuple[str, ...]:
    """Every link, as it is written."""
    return tuple(_WRITTEN.findall(text))


def announced_links(text: str, words: str) -> str:
    """`text` with `words` in the place of every link."""
    return _WRITTEN.sub(lambda _: words, text)


def _in_words(link: str, marks: dict[str, str]) -> str:
    return " ".join("".join(f" {marks[mark]} " if mark in marks else mark for mark in link).split())
