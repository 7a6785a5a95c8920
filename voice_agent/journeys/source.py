"""YAML text to a tree that knows its lines. It decides nothing about journeys and reads no file.

Anchors, merge keys and tags are refused: a journey is read aloud, so nothing in it may stand for something elsewhere.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.nodes import Node as YamlNode

from voice_agent.journeys.problems import Place, Problems

_PLAIN_TAGS: Final = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp")
)
_NULL: Final = "tag:yaml.org,2002:null"
_MERGE: Final = "tag:yaml.org,2002:merge"
_DEPTH: Final = 20


class Node(msgspec.Struct, frozen=True):
    """A value and where it stands: text (None where it was left empty), a list, or keys with their own places."""

    place: Place
    content: Content


class Entry(msgspec.Struct, frozen=True):
    """One key of a mapping: where the key stands and what it holds."""

    place: Place
    node: Node


Content: TypeAlias = str | tuple[Node, ...] | dict[str, Entry] | None


def parse(file: str, text: str, problems: Problems) -> Node | None:
    """The tree of one file, or None where it is empty or broken (which is then among `problems`)."""
    try:
        # Not the round-trip reader: it marks folds in text with a control character.
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark if error.problem_mark is not None else error.context_mark
        line = mark.line + 1 if mark is not None else 1
        problems.add(Place(file, line), f"found text that is not YAML: {error.problem}; allowed: one YAML mapping")
        return None
    except (YAMLError, RecursionError, ValueError) as error:
        first_line = str(error).partition("\n")[0]
        problems.add(Place(file, 1), f"found text that is not YAML: {first_line}; allowed: one YAML mapping")
        return None
    if root is None:
        problems.add(Place(file, 1), "found an empty file; allowed: one YAML mapping")
        return None
    return _node(root, file, problems, 0)


def _node(yaml: YamlNode, file: str, problems: Problems, depth: int) -> Node:
    place = Place(file, yaml.start_mark.line + 1)
    if depth > _DEPTH:
        problems.add(place, f"found more than {_DEPTH} levels; allowed: fewer")
        return Node(place, None)
    if yaml.anchor is not None:
        problems.add(place, f"found the anchor '{yaml.anchor}'; allowed: plain values", "Write the value out.")
        return Node(place, None)
    if str(yaml.tag) not in _PLAIN_TAGS:
        problems.add(place, f"found the tag '{yaml.tag}'; allowed: plain values")
        return Node(place, None)
    if isinstance(yaml, ScalarNode):
        return Node(place, None if str(yaml.tag) == _NULL else str(yaml.value).strip())
    if isinstance(yaml, SequenceNode):
        return Node(place, tuple(_node(item, file, problems, depth + 1) for item in yaml.value))
    return Node(place, _keys(yaml, file, problems, depth) if isinstance(yaml, MappingNode) else None)


def _keys(yaml: MappingNode, file: str, problems: Problems, depth: int) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for key, value in yaml.value:
        place = Place(file, key.start_mark.line + 1)
        if not isinstance(key, ScalarNode) or str(key.tag) == _MERGE:
            problems.add(place, "found a key that is not a word; allowed: words", 'Quote text in braces: "{name}".')
            continue
        name = str(key.value)
        if name in entries:
            problems.add(place, f"found '{name}' twice (first in line {entries[name].place.line}); allowed: once")
            continue
        entries[name] = Entry(place, _node(value, file, problems, depth + 1))
    return entries
