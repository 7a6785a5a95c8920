"""The blocks of a journey: what is there only while a condition holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from voice_agent.conversation.disclosed import BlockKind
from voice_agent.journeys.pack import Block
from voice_agent.journeys.reading import Reading
from voice_agent.journeys.source import Entry, Node
from voice_agent.journeys.templates import Template
from voice_agent.journeys.vocabulary import BLOCK


def read_blocks(node: Node, reading: Reading, texts: Mapping[str, tuple[Template, ...]]) -> tuple[Block, ...]:
    """`texts` are the agent's: phrasing may say those in other words."""
    return tuple(
        block
        for name, entry in reading.named(node, "blocks").items()
        if (block := _block(name, entry, reading, texts)) is not None
    )


def _block(name: str, entry: Entry, reading: Reading, texts: Mapping[str, tuple[Template, ...]]) -> Block | None:
    keys = reading.keys(entry.node, BLOCK)
    kinds = [kind for kind in get_args(BlockKind) if kind in keys]
    if len(kinds) != 1:
        if isinstance(entry.node.content, dict):
            found = " and ".join(kinds) if kinds else "a block without content"
            allowed = "one of rule, knowledge, glossary, phrasing"
            reading.problems.add(entry.place, f"found {found} in '{name}'; allowed: {allowed}")
        return None
    kind: BlockKind = kinds[0]
    when = reading.expression(keys["when"], "when") if "when" in keys else None
    if kind == "phrasing":
        return Block(name, kind, when, entry.place, phrasing=_phrasing(keys[kind], reading, texts))
    if kind == "rule":
        return Block(name, kind, when, entry.place, reading.templates(keys[kind], kind))
    words = tuple(reading.compiled(keys[kind], text) for text in reading.texts(keys[kind], kind))
    return Block(name, kind, when, entry.place, words)


def _phrasing(
    node: Node, reading: Reading, texts: Mapping[str, tuple[Template, ...]]
) -> tuple[tuple[str, tuple[Template, ...]], ...]:
    found: list[tuple[str, tuple[Template, ...]]] = []
    for name, entry in reading.named(node, "phrasing").items():
        if name not in texts:
            reading.problems.unknown(entry.place, "the text", name, sorted(texts))
        wordings = reading.templates(entry.node, f"the text '{name}'")
        if wordings:
            found.append((name, wordings))
    return tuple(found)
