"""When the words of a voice over the agent are asked for, while it is still on. Pure.

Soon after it began, once more before the first answer can be there, and again as soon as an answer decides nothing.
Where the voice dips the next look waits until that is known to be no pause: all words up to there are on their way.
Where the agent goes on meanwhile, because there are no words, each time twice as late as before: music may play for
minutes.
"""

from __future__ import annotations

from voice_agent.turns.settings import InterruptionSettings


class Looks:
    """`due_us` is the next one, None where none is due."""

    def __init__(self, settings: InterruptionSettings) -> None:
        self.due_us: int | None = None
        self._settings = settings
        self._gap_us = settings.look_again_us
        self._looked = False

    def begin(self, now_us: int) -> None:
        """Voice began, or went on."""
        if self.due_us is None or self.due_us > now_us + self._settings.look_us:
            self.due_us = now_us + self._settings.look_us
        self._gap_us = self._settings.look_again_us
        self._looked = False

    def dipped(self, now_us: int) -> None:
        """All of the voice up to here is being recognised; where no pause follows, it goes on."""
        self.due_us = now_us + self._settings.look_past_dip_us

    def looked(self, now_us: int, *, again: bool) -> None:
        """The words so far were asked for; `again`: they are soon asked for once more, if that was the first time."""
        self.due_us = now_us + self._settings.second_look_us if again and not self._looked else None
        self._looked = True

    def again(self, now_us: int) -> None:
        """The answer decided nothing."""
        self.due_us = now_us

    def later(self, now_us: int) -> None:
        """The agent goes on while the voice does."""
        self.due_us = now_us + self._gap_us
        self._gap_us = min(2 * self._gap_us, self._settings.look_seldom_us)

    def failed(self, now_us: int) -> None:
        """There was no answer."""
        self.due_us = now_us + self._settings.look_us

    def over(self) -> None:
        """Voice is off, or has nobody to interrupt."""
        self.due_us = None
