"""Words that are looked for in what was said, as scenarios write them: regular expressions, in any case. Pure."""

from __future__ import annotations

import re


def matches(pattern: str, plain: str) -> bool:
    """Whether the regular expression is found in what `plain_text` made."""
    return re.search(pattern, plain, re.IGNORECASE) is not None


def plain_text(text: str) -> str:
    """`text` with straight apostrophes and single spaces."""
    return " ".join(text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())
