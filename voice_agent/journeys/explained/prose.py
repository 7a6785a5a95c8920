"""A chart read aloud: numbered sentences for reviewers, in the order in which a call goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from voice_agent.journeys.explained.chart import Box, Chart, Fork, Part, Round
from voice_agent.journeys.pack import Journey

_INDENT = "   "


def prose(chart: Chart, journey: Journey) -> str:
    """Markdown: what the journey is for, what callers say who want it, what happens, and when a person takes over."""
    lines = [f"# {chart.title}", "", f"It has gone well when this is true: {_full_stop(chart.goal)}", ""]
    if journey.examples:
        said = "; ".join(f"\u201c{example}\u201d" for example in journey.examples[:3])
        lines += [f"Customers who want this say, for example: {said}", ""]
    lines += ["What happens:", "", *_steps(chart.parts[1:], ""), ""]
    if chart.aside:
        lines += ["At any time:", "", *(f"- {_aside(box)}" for box in chart.aside), ""]
    return "\n".join(lines)


def _steps(parts: Iterable[Part], indent: str) -> Iterator[str]:
    for number, part in enumerate(parts, 1):
        yield from _part(part, f"{indent}{number}. ", indent + _INDENT)


def _part(part: Part, first: str, indent: str) -> Iterator[str]:
    match part:
        case Box():
            yield first + _box(part)
        case Fork():
            yield f"{first}If {part.condition}:"
            yield from _steps(part.yes, indent)
            if part.no:
                yield f"{indent[: -len(_INDENT)]}{_INDENT}Otherwise:"
                yield from _steps(part.no, indent)
        case Round():
            yield f"{first}This is repeated, {part.until}:"
            yield from _steps(part.parts, indent)
        case _:
            assert_never(part)


def _box(box: Box) -> str:
    notes = f" ({'; '.join(box.notes)})" if box.notes else ""
    match box.kind:
        case "ask":
            return f"Ask: \u201c{box.text}\u201d{notes}."
        case "confirm":
            return f"Ask for agreement: \u201c{box.text}\u201d Only a yes leads on."
        case "say":
            return f"Say: \u201c{box.text}\u201d"
        case "end":
            return f"The journey ends as \u201c{box.text}\u201d{notes}."
        case _:
            return f"{box.heading}: {box.text}{notes}."


def _aside(box: Box) -> str:
    target = box.heading.removeprefix("At any time: ")
    return f"The call is handed over {target} {_full_stop(box.text)}"


def _full_stop(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
