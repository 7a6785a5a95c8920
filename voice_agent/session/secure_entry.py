"""Captures what a caller keys in confidence, tick by tick of 20 ms. Digits go to the vault and nowhere else.

While a capture runs, keys reach no log (`withholds`), and the caller's sound neither ears nor recording (`silences`).
Both outlast it: sound until the line has calmed down, keys until no more can be meant for it. It decides when an entry
is complete: at its greatest length, at `#`, or when no further key comes. `*` starts again, and gives up where there is
nothing to start from.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from types import MappingProxyType
from typing import Final, assert_never

from voice_agent.audio import FRAME_US
from voice_agent.card_numbers import passes_luhn
from voice_agent.conversation import secure_events as sec
from voice_agent.conversation.events import AnyEvent
from voice_agent.conversation.secure_actions import StartSecureCapture, StopSecureCapture
from voice_agent.session.vault import Vault

BETWEEN_KEYS_US: Final = 5_000_000
KEYS_LINGER_US: Final = 1_500_000
"""From the end of a capture, and from every key after it, keys are still withheld: more figures, or a `#`."""
SOUND_LINGERS_US: Final = 500_000
"""From the same, sound is silenced: the tone of a key comes later than the key."""
CALM_US: Final = 300_000
"""And until there has been neither voice nor tone for so long: nobody finishes reading a number aloud into the log."""
LONGEST_LINGER_US: Final = 15_000_000
VOICE_US: Final = 700_000
"""So much voice, before any key, is somebody who says the number."""
_FIGURES: Final = frozenset("0123456789")


class State(Enum):
    OPEN = auto()
    """Nothing is in confidence."""
    WAITING = auto()
    """The first key is waited for."""
    KEYING = auto()
    LINGERING = auto()
    """The capture is over; more may still come that was meant for it."""


class Happening(Enum):
    STARTED = auto()
    KEY = auto()
    CLEARED = auto()
    ENDED = auto()
    CALM = auto()


_S, _H = State, Happening
_TABLE: Final[dict[State, dict[Happening, State]]] = {
    _S.OPEN: {_H.STARTED: _S.WAITING},
    _S.WAITING: {_H.STARTED: _S.WAITING, _H.KEY: _S.KEYING, _H.ENDED: _S.LINGERING},
    _S.KEYING: {_H.STARTED: _S.WAITING, _H.KEY: _S.KEYING, _H.CLEARED: _S.WAITING, _H.ENDED: _S.LINGERING},
    _S.LINGERING: {_H.STARTED: _S.WAITING, _H.ENDED: _S.LINGERING, _H.CALM: _S.OPEN},
}
TRANSITIONS: Final = MappingProxyType({state: MappingProxyType(row) for state, row in _TABLE.items()})


class SecureEntry:
    """One call's. `frame` is called every 20 ms while it `withholds`, and returns at most one end of a capture."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self.state = State.OPEN
        self._asked: StartSecureCapture | None = None
        self._digits = bytearray()
        self._told = False
        self._silences = False
        self._waited_us = 0
        self._voice_us = 0
        self._calm_us = 0
        self._since_key_us = 0
        self._since_end_us = 0

    def __repr__(self) -> str:
        return f"SecureEntry({self.state.name})"

    @property
    def withholds(self) -> bool:
        return self.state is not State.OPEN

    @property
    def silences(self) -> bool:
        return self._silences

    def perform(self, action: StartSecureCapture | StopSecureCapture) -> None:
        if isinstance(action, StartSecureCapture):
            self.start(action)
        else:
            self.stop(action.capture)

    def start(self, asked: StartSecureCapture) -> None:
        """A capture begins; one that runs is forgotten."""
        self._forget()
        self._asked = asked
        self._told = False
        self._waited_us = self._voice_us = self._calm_us = 0
        self._silences = True
        self._go(Happening.STARTED)

    def stop(self, capture: int) -> None:
        """The capture isn't wanted any more."""
        if self._asked is not None and self._asked.capture == capture:
            self._forget()
            self._end()

    def wipe(self) -> None:
        """The call is over."""
        self._forget()

    def frame(self, keys: Sequence[str], *, voice: bool, tone: bool, agent_speaking: bool) -> list[AnyEvent]:
        """What 20 ms brought: keys, and whether the sound was voice, or the tone of a key."""
        self._since_key_us = 0 if keys else self._since_key_us + FRAME_US
        self._calm_us = 0 if voice or tone or keys else self._calm_us + FRAME_US
        out: list[AnyEvent] = []
        for key in keys:
            out += self._key(key)
        match self.state:
            case State.WAITING:
                out += self._wait(voice=voice and not tone, agent_speaking=agent_speaking)
            case State.KEYING if self._since_key_us >= BETWEEN_KEYS_US:
                out += self._complete()
            case State.LINGERING:
                self._linger()
            case State.OPEN | State.KEYING:
                pass
            case _:
                assert_never(self.state)
        return out

    def _key(self, key: str) -> list[AnyEvent]:
        asked = self._asked
        if asked is None:
            self._silences = True
            return []  # too many figures, or a `#` after them
        if key == "*":
            if not self._digits:
                return self._fail("given_up")
            self._forget_keys()
            self._waited_us = 0
            self._go(Happening.CLEARED)
            return []
        if key == "#":
            return self._complete() if self._digits else []
        if key not in _FIGURES:
            return []
        self._digits += key.encode("ascii")
        self._go(Happening.KEY)
        began: list[AnyEvent] = [] if self._told else [sec.SecureEntryStarted(asked.capture)]
        self._told = True
        return [*began, *(self._complete() if len(self._digits) >= asked.lengths[-1] else [])]

    def _wait(self, *, voice: bool, agent_speaking: bool) -> list[AnyEvent]:
        asked = self._asked
        if asked is None:
            return []
        if not agent_speaking:
            self._waited_us += FRAME_US
        if voice and not agent_speaking:
            self._voice_us += FRAME_US
            if self._voice_us == VOICE_US:
                self._waited_us = 0
                return [sec.SecureVoiceWithheld(asked.capture)]
        elif self._calm_us >= CALM_US:
            self._voice_us = 0
        return self._fail("no_keys") if self._waited_us >= asked.timeout_us else []

    def _complete(self) -> list[AnyEvent]:
        asked, length = self._asked, len(self._digits)
        if asked is None:
            return []
        checked = asked.check == "none" or passes_luhn(self._digits.decode("ascii"))
        valid = length in asked.lengths and checked
        token = ""
        if valid:
            token, self._digits = self._vault.keep(self._digits), bytearray()
        self._forget()
        self._end()
        return [sec.SecureCaptured(token, length, valid, asked.capture)]

    def _fail(self, reason: sec.CaptureFailure) -> list[AnyEvent]:
        asked = self._asked
        self._forget()
        self._end()
        return [] if asked is None else [sec.SecureCaptureFailed(asked.capture, reason)]

    def _linger(self) -> None:
        self._since_end_us += FRAME_US
        lingered_us = min(self._since_end_us, self._since_key_us)
        if lingered_us >= SOUND_LINGERS_US and self._calm_us >= CALM_US:
            self._silences = False
        if self._since_end_us >= LONGEST_LINGER_US or (lingered_us >= KEYS_LINGER_US and not self._silences):
            self._silences = False
            self._go(Happening.CALM)

    def _end(self) -> None:
        self._since_end_us = 0
        self._go(Happening.ENDED)

    def _forget(self) -> None:
        self._asked = None
        self._forget_keys()

    def _forget_keys(self) -> None:
        self._digits[:] = bytes(len(self._digits))
        self._digits.clear()

    def _go(self, happening: Happening) -> None:
        self.state = TRANSITIONS[self.state][happening]
