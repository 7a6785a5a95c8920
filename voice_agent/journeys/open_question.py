"""The question that is being looked up, as the engine keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from voice_agent.journeys.pack import Journey


@dataclass(slots=True)
class OpenQuestion:
    """A question that is being looked up. `moved_on`: the turn changed journeys as well, and they are to go on.

    `stated`: nothing was asked, something was said that an article may be about: what else it is was not understood.
    `blocks`: article that was there only for the moment, and the block that disclosed it.
    """

    request: int
    text: str
    asked_us: int
    moved_on: bool
    blocks: dict[str, str] = field(default_factory=dict)
    bridged: bool = False
    stated: bool = False


class Told(msgspec.Struct, frozen=True):
    """What a journey has said."""

    text: str
    journey: Journey


@dataclass(slots=True)
class Asking:
    """The questions of a conversation. `unanswered` counts those in a row that nothing answered; `told` is what
    journeys have said since an article was quoted."""

    requests: int = 0
    open: OpenQuestion | None = None
    unanswered: int = 0
    told: tuple[Told, ...] = ()
