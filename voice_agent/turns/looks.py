"""When the words of a voice over the agent are asked for, while it is still on. Pure.

Soon after it began, and again as soon as an answer decides nothing. Where the agent goes on meanwhile, because there
are no words, each time twice as late as before: music may play for minutes.
"""

from __future__ import annotations

from typing import Final

from voice_agent.turns.settings import InterruptionSettings

_GAP_US: Final = 600_000
_LONGEST_GAP_US: Final = 5_000_000


class Looks:
    """`due_us` is the next one, None where none is due."""

    def __init__(self, settings: InterruptionSettings) -> None:
        self.due_us: int | None = None
        self._first_us = settings.look_us
        self._gap_us = _GAP_US

    def begin(self, now_us: int) -> None:
        """Voice began, or went on."""
        if self.due_us is None or self.due_us > now_us + self._first_us:
            self.due_us = now_us + self._first_us
        self._gap_us = _GAP_US

    def again(self, now_us: int) -> None:
        """The answer decided nothing."""
        self.due_us = now_us

    def later(self, now_us: int) -> None:
        """The agent goes on while the voice does."""
        self.due_us = now_us + self._gap_us
        self._gap_us = min(2 * self._gap_us, _LONGEST_GAP_US)

    def failed(self, now_us: int) -> None:
        """There was no answer."""
        self.due_us = now_us + self._first_us

    def over(self) -> None:
        """Voice is off, or has nobody to interrupt."""
        self.due_us = None
