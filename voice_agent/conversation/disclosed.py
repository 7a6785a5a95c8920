"""What an agent's author lets understanding know only now: rules, articles, words, while their condition holds."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

BlockKind: TypeAlias = Literal["rule", "knowledge", "glossary", "phrasing"]


class Disclosed(msgspec.Struct, frozen=True):
    """A block of `journey` whose condition holds. `texts` are rules as sentences, names of articles, or words to listen
    for; of phrasing, the names of the texts that are said in other words."""

    journey: str
    name: str
    kind: BlockKind
    texts: tuple[str, ...]
