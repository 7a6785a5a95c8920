"""The sentences that code builds for a journey without steps: what a write would do, and what tools answered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from voice_agent.journeys.frame import Frame
from voice_agent.journeys.pack import Tool
from voice_agent.journeys.templates import Gap, Part, Template

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_MOST_FACTS: Final = 4


def proposal(text: Template, frame: Frame, tool: Tool, arguments: Sequence[tuple[str, Template]] | None) -> Template:
    """`text` with what `tool` would do in its gap: its name, and each argument by name and value."""
    if tool.confirm is not None:
        return tool.confirm
    if arguments is None:
        said = [(slot.name, Gap((slot.name,))) for slot in frame.journey.slots if slot.secure is None]
    else:
        said = [(name, gap) for name, value in arguments if (gap := value.only_gap()) is not None]
    parts: list[Part] = [_words(tool.name)]
    for at, (name, gap) in enumerate(said):
        parts += [": " if at == 0 else ", ", f"{_words(name)} ", gap]
    return _filled(text, "action", parts)


def facts_told(text: Template, names: Mapping[str, Any], tools: Sequence[Tool]) -> Template | None:
    """`text` with what the last of `tools` that said something answered; None where none did."""
    for tool in reversed(tools):
        value = names.get(tool.name)
        facts = list(_facts(tool.name, value)) if isinstance(value, Mapping) else []
        if facts:
            parts: list[Part] = []
            for at, (name, gap) in enumerate(facts[:_MOST_FACTS]):
                parts += [f"{', ' if at > 0 else ''}{_words(name)} ", gap]
            return _filled(text, "facts", parts)
    return None


def _facts(tool: str, value: Mapping[str, Any]) -> list[tuple[str, Gap]]:
    return [
        (name, Gap((tool, name), _form(item)))
        for name, item in value.items()
        if isinstance(item, str | int | float) and not isinstance(item, bool) and item != "" and not _is_inner(name)
    ]


def _is_inner(name: str) -> bool:
    """Names of things for machines say nothing to a caller."""
    return name.startswith("_") or name in ("id", "type", "error") or name.endswith("_id")


def _form(value: object) -> str | None:
    if isinstance(value, str) and _DATE.match(value) is not None:
        return "spoken"
    return "spelled" if isinstance(value, str) and " " not in value and any(map(str.isdecimal, value)) else None


def _words(name: str) -> str:
    return name.replace("_", " ")


def _filled(text: Template, gap: str, parts: Sequence[Part]) -> Template:
    """`text` with `parts` where its gap is, in each language."""
    variants = tuple((code, _filled(variant, gap, parts)) for code, variant in text.variants)
    out: list[Part] = []
    for part in text.parts:
        out += parts if isinstance(part, Gap) and part.path == (gap,) else [part]
    return Template(f"{text.source}{''.join(map(str, parts))}", tuple(out), variants)
