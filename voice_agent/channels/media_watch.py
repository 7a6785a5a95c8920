"""Whether sound arrives from the caller at all: says when it is missing for too long, and when it comes back. Pure.

    news = watch.observe(stream.heard_anything, stream.unheard_us, expected=not_on_hold, now_us=now_us)

A telephone that sends nothing while nobody speaks (silence suppression) is quiet for as long as the agent talks, so the
limit is longer than what an agent says in a turn. What follows from it is decided in the core (`agent/limits`).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final

from voice_agent.conversation.events import MediaCameBack, MediaLost

UNHEARD_US: Final = 10_000_000


class Sound(Enum):
    AWAITED = "awaited"
    """Nothing ever came, yet."""
    ARRIVING = "arriving"
    LOST = "lost"
    """None for too long; the core knows."""


class Cue(Enum):
    HEARD = "heard"
    MISSED = "missed"
    """The limit is over."""


TRANSITIONS: Final[Mapping[tuple[Sound, Cue], Sound]] = MappingProxyType({
    (Sound.AWAITED, Cue.HEARD): Sound.ARRIVING,
    (Sound.AWAITED, Cue.MISSED): Sound.LOST,
    (Sound.ARRIVING, Cue.HEARD): Sound.ARRIVING,
    (Sound.ARRIVING, Cue.MISSED): Sound.LOST,
    (Sound.LOST, Cue.HEARD): Sound.ARRIVING,
    (Sound.LOST, Cue.MISSED): Sound.LOST,
})  # fmt: skip


class MediaWatch:
    """One call's. `observe` once a tick."""

    def __init__(self) -> None:
        self.state = Sound.AWAITED
        self._held_us: int | None = None

    def observe(self, heard: bool, unheard_us: int, *, expected: bool, now_us: int) -> MediaLost | MediaCameBack | None:
        """`heard`: something came at any time; `unheard_us`: nothing for so long. `expected`: not on hold."""
        if not expected:
            self._held_us = now_us
            return None
        missed_us = unheard_us if self._held_us is None else min(unheard_us, now_us - self._held_us)
        before = self.state
        if missed_us >= UNHEARD_US:
            self.state = TRANSITIONS[before, Cue.MISSED]
            if before is not self.state:
                return MediaLost("stopped" if heard else "never_started", missed_us)
        elif heard and unheard_us < UNHEARD_US:  # whoever was on hold is not back by that alone
            self.state = TRANSITIONS[before, Cue.HEARD]
            if before is Sound.LOST:
                return MediaCameBack()
        return None
