"""How an agent's words are pronounced: written word -> respelling, by language (`lexicon.yaml`). Pure.

It changes what is synthesised and nothing else: texts, transcripts and what the caller is taken to have heard keep the
written words, to which each respelling belongs.

    lexicon.sounded(("Siobhan's", "Wi-Fi."), "en")    # ("shi-vawn's", "why fye.")
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

_CORE: Final = re.compile(r"(?P<before>\W*)(?P<core>.*?)(?P<own>'s|\u2019s)?(?P<after>[^\w%&+#]*)", re.DOTALL)
_LONGEST: Final = 4
"""Words that an entry may have."""


class Lexicon(msgspec.Struct, frozen=True):
    """`entries`: language -> written -> respelling. An entry without capitals is meant however it is written, one with
    capitals only as it is; the longest entry wins."""

    entries: Mapping[str, Mapping[str, str]] = {}

    def sounded(self, words: Sequence[str], language: str) -> tuple[str, ...]:
        """What is said for each of `words`, as many as they are.

        A phrase's respelling stands at its first word, and the others get "": they are heard together.
        """
        known = self.entries.get(language)
        if not known:
            return tuple(words)
        out: list[str] = []
        while len(out) < len(words):
            out += _next(words, len(out), known)
        return tuple(out)


def is_entry(written: str) -> bool:
    """Whether a text can ever find an entry of this form: up to four words without punctuation around them."""
    words = written.split()
    return 0 < len(words) <= _LONGEST and all(_core(word) == ("", word, "") for word in words)


def _next(words: Sequence[str], at: int, known: Mapping[str, str]) -> tuple[str, ...]:
    for count in range(min(_LONGEST, len(words) - at), 0, -1):
        found = _match(words[at : at + count], known)
        if found is not None:
            return (found, *("",) * (count - 1))
    return (words[at],)


def _match(words: Sequence[str], known: Mapping[str, str]) -> str | None:
    cores = [_core(word) for word in words]
    if any(after != "" for _, _, after in cores[:-1]) or any(before != "" for before, _, _ in cores[1:]):
        return None  # a pause between the words: no phrase
    written = " ".join(core for _, core, _ in cores)
    respelling = known.get(written)
    if respelling is None:
        respelling = known.get(written.lower())
    return None if respelling is None else f"{cores[0][0]}{respelling}{cores[-1][2]}"


def _core(word: str) -> tuple[str, str, str]:
    """What stands before a word, itself, and what stands after it: punctuation and the 's of a possessive."""
    parts = _CORE.fullmatch(word)
    if parts is None or parts["core"] == "":
        return "", word, ""
    own = parts["own"] if parts["own"] is not None else ""
    return parts["before"], parts["core"], own + parts["after"]
