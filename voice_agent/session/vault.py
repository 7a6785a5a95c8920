"""The vault of one conversation: digits that were keyed in confidence, in memory only, each for one use.

It never shows, logs or stores any. A number is kept until it is taken, its time is over, or the conversation ends.
"""

from __future__ import annotations

from typing import Final

import msgspec

from voice_agent.clock import Clock
from voice_agent.conversation.actions import CallTool
from voice_agent.errors import SecureValueGone
from voice_agent.secure_digits import SecureDigits

LIFE_US: Final = 600_000_000
"""Long enough to hear what will be paid and to agree; then it has to be keyed again."""


class Vault:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[int, SecureDigits]] = {}
        self._count = 0

    def __repr__(self) -> str:
        return f"Vault({len(self._kept)} kept)"

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, digits: bytearray) -> str:
        """Takes `digits` (ASCII figures) over, and returns the token that they go by in this conversation."""
        self._count += 1
        token = f"secure-{self._count}"
        self._kept[token] = (self._clock.now_us() + LIFE_US, SecureDigits(digits))
        return token

    def take(self, token: str) -> SecureDigits:
        """The digits of `token`, which the vault does not keep any longer; the caller wipes them.

        Raises SecureValueGone where they were taken before, or too much time has passed.
        """
        self.sweep()
        found = self._kept.pop(token, None)
        if found is None:
            raise SecureValueGone("what was keyed in confidence is not kept any more", hint="it has to be keyed again")
        return found[1]

    def exchanged(self, asked: CallTool) -> CallTool:
        """`asked` with digits as arguments where it had tokens. Raises SecureValueGone, and then keeps none of them."""
        taken: dict[str, SecureDigits] = {}
        try:
            for argument, token in asked.secure:
                taken[argument] = self.take(token)
        except SecureValueGone:
            for digits in taken.values():
                digits.wipe()
            raise
        return msgspec.structs.replace(asked, arguments={**asked.arguments, **taken})

    def sweep(self) -> None:
        """Wipes what is too old."""
        now_us = self._clock.now_us()
        for token, (until_us, digits) in list(self._kept.items()):
            if until_us <= now_us:
                digits.wipe()
                del self._kept[token]

    def wipe(self) -> None:
        """Nothing is kept any more."""
        for _, digits in self._kept.values():
            digits.wipe()
        self._kept.clear()
