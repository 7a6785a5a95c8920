"""Markdown as it is spoken or sent: without marks, on one line. It renders what articles use, and obeys nothing.

plain_text("- Call **0800 123** or see [prices](https://a.example/p).")   # "Call 0800 123 or see prices."
"""

from __future__ import annotations

import html
import re
from typing import Final

_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_IMAGE: Final = re.compile(r"!\[([^\]\n]*)\]\([^)\n]*\)")
_LINK: Final = re.compile(r"\[([^\]\n]+)\](?:\([^)\n]*\)|\[[^\]\n]*\])")
_AUTOLINK: Final = re.compile(r"<(https?://[^>\s]+|[^>\s@]+@[^>\s]+)>")
_ADDRESS: Final = re.compile(r"https?://([^\s/)>\]]+)[^\s)>\]]*")
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>\n]*>")
_FENCE: Final = re.compile(r"^\s*(?:```|~~~).*$", re.MULTILINE)
_LEAD: Final = re.compile(r"^[ \t]*(?:(?:>[ \t]?)+|#{1,6}[ \t]+|(?:[-*+]|\d{1,3}[.)])[ \t]+)+", re.MULTILINE)
_RULE: Final = re.compile(r"^[ \t]*(?:[-*_]{3,}|\|?[ \t:|-]*-{3}[ \t:|-]*)[ \t]*$", re.MULTILINE)
_EMPHASIS: Final = re.compile(r"(\*{1,3}|(?<![^\W_])_{1,3}|~~|`+)(?=\S)(.+?)(?<=\S)\1(?![^\W_])")
_CELL: Final = re.compile(r"[ \t]*\|[ \t]*")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


def plain_text(markdown: str, *, addresses: bool = True) -> str:
    """The words of `markdown`, blanks in a row as one. Without `addresses` of a web address only its host is left."""
    text = _COMMENT.sub(" ", markdown)
    text = _RULE.sub(" ", _FENCE.sub(" ", text))
    text = _LEAD.sub("", text)
    text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    text = _TAG.sub(" ", _AUTOLINK.sub(r"\1", text))
    if not addresses:
        text = _ADDRESS.sub(r"\1", text)
    for _ in range(3):  # emphasis within emphasis
        text = _EMPHASIS.sub(r"\2", text)
    text = "\n".join(_cells(line) for line in text.split("\n"))
    text = _CONTROL.sub("", html.unescape(text))
    return " ".join(text.split())


def _cells(line: str) -> str:
    """A row of a table as a list with commas; any other line as it is."""
    if not line.strip().startswith("|"):
        return line
    return ", ".join(cell for cell in _CELL.split(line.strip().strip("|").strip()) if cell != "")
