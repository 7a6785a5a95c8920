"""What waits until the agent's words were heard: a recording, being put through, the end of the call.

- Recording waits until its announcement was heard to the end: where that was interrupted, nothing is recorded.
- Being put through waits until the caller has heard of it.
- The end of the call waits until the farewell was heard, and is off when the caller speaks into it.
"""

from __future__ import annotations

from voice_agent.conversation import actions as act
from voice_agent.conversation.actions import AnyAction


class LastWords:
    """Told what is said and heard; says what may be done now."""

    def __init__(self) -> None:
        self._unheard: set[int] = set()
        self._heard: dict[int, str] = {}
        self._recording: act.StartRecording | None = None
        self._connecting: act.Connect | None = None
        self._leaving: act.HangUp | None = None

    def heard_of(self, utterance: int) -> str:
        """What the caller is known to have heard of it."""
        return self._heard.get(utterance, "")

    def said(self, utterance: int) -> None:
        self._unheard.add(utterance)

    def played(self, utterance: int, heard: str) -> None:
        self._heard[utterance] = heard

    def finished(self, utterance: int) -> None:
        """Heard to the end."""
        self._unheard.discard(utterance)

    def stopped(self, *, for_the_caller: bool) -> None:
        """The agent fell silent. `for_the_caller`: somebody goes on speaking, and the call with them."""
        self._unheard.clear()
        self._recording = None
        if for_the_caller:
            self._leaving = None

    def caller_spoke(self) -> None:
        """A turn was taken."""
        self._leaving = None

    def call_ended(self) -> None:
        """Nobody is left to be put through."""
        self._connecting = None

    def keep(self, action: AnyAction) -> bool:
        """Whether `action` has to wait, and does from now on."""
        if not self._unheard:
            return False
        match action:
            case act.StartRecording():
                self._recording = action
            case act.Connect():
                self._connecting = action
            case act.HangUp():
                self._leaving = action
            case _:
                return False
        return True

    def let_go(self) -> list[AnyAction]:
        """What has waited for the last word, once that was heard."""
        if self._unheard:
            return []
        waited: list[AnyAction] = [a for a in (self._recording, self._connecting, self._leaving) if a is not None]
        self._recording = self._connecting = self._leaving = None
        return waited
