"""Who has answered a call that we placed: a person, a machine, or nobody can tell; within a bounded time.

Three things tell: how long the first words are (a person says "hello?" and waits, a greeting goes on), the words
themselves, and a beep after them. Whoever feeds it looks at `verdict`.

| what was heard | verdict |
|---|---|
| words that only mailboxes say | machine |
| a beep after speech, or before any | machine |
| 4.5 s of voice in one breath or several | machine |
| up to 2.5 s of voice, then a pause of 0.7 s, and words that a person may say | human |
| the same, no words known, and a pause of 1.5 s | human |
| more voice than that, then a pause of 1.5 s | human where a question was asked, else unknown |
| no voice for 4 s | unknown |
| nothing of that within 8 s | machine where the voice goes on, else unknown |
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from voice_agent.conversation.media_actions import AnsweredBy, Answerer


class AnsweringSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The times of the table above."""

    silence_us: int = 4_000_000
    short_us: int = 2_500_000
    long_us: int = 4_500_000
    pause_us: int = 700_000
    wordless_pause_us: int = 1_500_000
    limit_us: int = 8_000_000


class Answering:
    """One call's. Times are of the conversation, `is_mailbox` reads a greeting."""

    def __init__(self, settings: AnsweringSettings, is_mailbox: Callable[[str], bool], now_us: int) -> None:
        self.verdict: AnsweredBy | None = None
        self._settings = settings
        self._is_mailbox = is_mailbox
        self._answered_us = now_us
        self._voice_us = 0
        """Voice in the stretches that have ended."""
        self._since_us: int | None = None
        self._paused_us: int | None = None
        self._text: str | None = None

    def next_wake(self) -> int | None:
        """When time alone decides something."""
        if self.verdict is not None:
            return None
        settings, dues = self._settings, [self._answered_us + self._settings.limit_us]
        if self._since_us is not None:
            dues.append(self._since_us + settings.long_us - self._voice_us)
        elif self._paused_us is not None:
            dues += [self._paused_us + settings.pause_us] if self._may_be_human() else []
            dues.append(self._paused_us + settings.wordless_pause_us)
        else:
            dues.append(self._answered_us + settings.silence_us)
        return min(dues)

    def voice_began(self, at_us: int) -> None:
        self._since_us, self._paused_us = at_us, None

    def voice_paused(self, at_us: int, now_us: int) -> None:
        """It had ended at `at_us`."""
        if self._since_us is not None:
            self._voice_us += max(0, at_us - self._since_us)
        self._since_us, self._paused_us = None, at_us
        self.wake(now_us)

    def words(self, text: str, now_us: int) -> None:
        """All that was said so far."""
        self._text = text
        if self._is_mailbox(text):
            self._decide("machine", "words of a mailbox")
        self.wake(now_us)

    def beep(self) -> None:
        self._decide("machine", "a beep")

    def key(self) -> None:
        """Machines press no keys."""
        self._decide("human", "a key")

    def wake(self, now_us: int) -> None:
        """Decides what is due."""
        settings, going_on = self._settings, self._since_us is not None
        voice_us = self._voice_us + (0 if self._since_us is None else now_us - self._since_us)
        if voice_us >= settings.long_us:
            self._decide("machine", "a long greeting")
        elif self._paused_us is not None:
            self._after_pause(now_us - self._paused_us)
        elif not going_on and now_us - self._answered_us >= settings.silence_us:
            self._decide("unknown", "silence")
        if now_us - self._answered_us >= settings.limit_us:
            self._decide("machine" if going_on else "unknown", "still speaking" if going_on else "too long")

    def _after_pause(self, pause_us: int) -> None:
        settings = self._settings
        if pause_us >= settings.pause_us and self._may_be_human():
            self._decide("human", "a short greeting and a pause")
        elif pause_us >= settings.wordless_pause_us:
            if self._voice_us <= settings.short_us and not self._text:
                self._decide("human", "a short greeting and a pause, no words known")
            elif self._text is not None and self._text.rstrip().endswith("?"):
                self._decide("human", "a question")
            else:
                self._decide("unknown", "a greeting that is neither short nor long")

    def _may_be_human(self) -> bool:
        return self._text is not None and self._text != "" and self._voice_us <= self._settings.short_us

    def _decide(self, who: Answerer, reason: str) -> None:
        if self.verdict is None:
            self.verdict = AnsweredBy(who, reason)
