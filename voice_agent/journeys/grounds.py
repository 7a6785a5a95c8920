"""What a write rests on: an agreement, an identity, and who is behind each of its arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from voice_agent.journeys.frame import Frame
from voice_agent.journeys.gates import Grounds
from voice_agent.journeys.provenance import Source
from voice_agent.journeys.steps import Do
from voice_agent.journeys.vocabulary import BUILT_IN_NAMES

_OF_THE_CALL: Final = frozenset(BUILT_IN_NAMES) - {"customer"}


def grounds_of(
    step: Do, arguments: Mapping[str, Any], frame: Frame, names: Mapping[str, Any], *, agreed: bool
) -> Grounds:
    """`names` is what is known at the step; `agreed` whether the caller has just said yes to it."""
    identity = names.get("identity")
    verified = isinstance(identity, Mapping) and identity.get("verified") is True
    if step.arguments is None:
        return Grounds(agreed, verified, {name: (_source(frame, (name,)),) for name in arguments})
    sources = {
        name: tuple(dict.fromkeys(_source(frame, gap.path) for gap in template.gaps())) or ("journey",)
        for name, template in step.arguments
    }
    return Grounds(agreed, verified, sources)


def _source(frame: Frame, path: tuple[str, ...]) -> Source:
    """Who is behind what stands at `path`: of a called journey, whoever filled its slot."""
    for child in frame.children.values():
        if child.journey.name == path[0] and len(path) > 1:
            frame, path = child, path[1:]
    held = frame.slots.get(path[0])
    if held is not None:
        return held.source
    return "journey" if path[0] in _OF_THE_CALL else "tool"
