"""The phrases of every language that dialogue acts are read in, compiled once. Adding a language is adding a table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from voice_agent.understanding import act_phrases as en
from voice_agent.understanding import act_phrases_es as es
from voice_agent.understanding.act_kinds import PRECEDENCE, Act
from voice_agent.understanding.act_whole_texts import WHOLE_TEXT


class ActTable(msgspec.Struct, frozen=True):
    """One language. `phrases` are matched at words, `negated` before a phrase; `folded`: over words without accents."""

    phrases: tuple[tuple[re.Pattern[str], Act], ...]
    whole_text: Mapping[str, tuple[Act, ...]]
    also: Mapping[str, Act]
    negated: re.Pattern[str]
    fillers: frozenset[str]
    backchannel: frozenset[str]
    folded: bool


def _compiled(phrases: Mapping[Act, tuple[str, ...]], groups: Mapping[str, str]) -> list[tuple[re.Pattern[str], Act]]:
    out: list[tuple[re.Pattern[str], Act]] = []
    for act in PRECEDENCE:
        out += [(re.compile(rf"(?:{_filled(pattern, groups)})(?= |$)"), act) for pattern in phrases[act]]
    return out


def _filled(pattern: str, groups: Mapping[str, str]) -> str:
    for name, group in groups.items():
        pattern = pattern.replace("{" + name + "}", group)
    return pattern


def _negated(negators: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|(?<= ))(?:{negators}) $")


_TABLES: Final[Mapping[str, ActTable]] = {
    "en": ActTable(
        tuple(_compiled(en.PHRASES, en.GROUPS)),
        WHOLE_TEXT,
        en.ALSO,
        _negated(en.NEGATORS),
        en.FILLERS,
        en.BACKCHANNEL,
        folded=False,
    ),
    "es": ActTable(
        tuple(_compiled(es.PHRASES, es.GROUPS)),
        es.WHOLE_TEXT,
        es.ALSO,
        _negated(es.NEGATORS),
        es.FILLERS,
        es.BACKCHANNEL,
        folded=True,
    ),
}

ACT_LANGUAGES: Final = tuple(_TABLES)


def table_of(language: str) -> ActTable:
    """The table of `language`; English where there is none."""
    return _TABLES[language if language in _TABLES else "en"]
