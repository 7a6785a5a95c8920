"""Examples that two journeys share, or nearly: told with the line of each. How alike they are is measured elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from voice_agent.journeys.problems import Place, Problem, Problems
from voice_agent.journeys.source import Node, parse


class Said(msgspec.Struct, frozen=True):
    """An example of a journey, and where it is written."""

    journey: str
    text: str
    place: Place


def tell_same(one: Said, other: Said) -> Problem:
    """Two journeys have an example in the same words; `other` is told."""
    message = f"found the example '{other.text}', which '{one.journey}' has too (similarity 1.00)"
    hint = "Nobody could tell which is meant."
    return Problem(other.place.file, other.place.line, f"{message}; allowed: an example of one journey", hint)


def tell_near(one: Said, other: Said, similarity: float, below: float) -> Problem:
    """As before, in nearly the same words or with nearly the same meaning."""
    message = f"found the example '{other.text}', nearly '{one.text}' of '{one.journey}' (similarity {similarity:.2f})"
    hint = "Say what is different about it, or let one journey have both."
    return Problem(other.place.file, other.place.line, f"{message}; allowed: below {below:.2f}", hint, "warning")


def example_places(files: Mapping[str, str]) -> dict[tuple[str, str], Place]:
    """Where each example of a folder that loads is written, by its journey and its text."""
    out: dict[tuple[str, str], Place] = {}
    for path in sorted(files):
        root = parse(path, files[path], Problems()) if path.startswith("journeys/") else None
        name, when = _under(root, "journey"), _under(root, "when")
        examples = _under(when, "examples")
        if name is None or examples is None or not isinstance(name.content, str):
            continue
        for text, place in _texts(examples):
            out.setdefault((name.content, text), place)
    return out


def _under(node: Node | None, key: str) -> Node | None:
    if node is None or not isinstance(node.content, dict) or key not in node.content:
        return None
    return node.content[key].node


def _texts(node: Node) -> Iterator[tuple[str, Place]]:
    match node.content:
        case str(text):
            yield text, node.place
        case tuple(items):
            for item in items:
                yield from _texts(item)
        case dict(entries):
            for entry in entries.values():
                yield from _texts(entry.node)
        case None:
            pass
