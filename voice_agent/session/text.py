"""A typed conversation: one line in, whatever the agent says and does until it waits again comes out.

The same core as on the phone. What is said counts as heard at once, and nobody is re-prompted for thinking.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Final, Literal, TypeAlias, assert_never

from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation import secure_actions as secure
from voice_agent.conversation import secure_events as sec
from voice_agent.conversation.actions import AnyAction
from voice_agent.conversation.events import AnyEvent, CallEnded, CallStarted
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.redaction import redacted
from voice_agent.conversation.texting import SendText
from voice_agent.machine import Machine
from voice_agent.session.driver import Driver
from voice_agent.session.errands import Errands
from voice_agent.session.world import World

SETTLE_S: Final = 20.0
"""Longer than the errands of a turn mostly take. Where a tool takes longer, as its own deadline may allow, the turn is
given back as it is, and what comes of the tool goes with the next one."""

_log = logging.getLogger("voice_agent.session")

NotTyped: TypeAlias = (
    act.HoldSpeaking
    | act.ResumeSpeaking
    | act.StopSpeaking
    | act.Transcribe
    | act.CancelTranscription
    | act.CloseSegment
    | act.ListenFor
    | act.TakeTurn
    | act.PrepareSpeech
    | act.PrefetchTool
    | act.UnderstandAhead
    | act.StartRecording
    | act.HoldMusic
    | act.AnsweredBy
    | act.RecordGap
    | act.DropLate
    | secure.StopSecureCapture
    | act.EndTurn
)
"""What there is nothing to do about where nobody speaks."""


class TextSession:
    """The driver of one chat. `start` and `send` return the actions that the turn led to, in order."""

    def __init__(
        self, machine: Machine[AnyEvent, AnyAction], log: ConversationLog, world: World, *, at_us: int = 0
    ) -> None:
        """`at_us` is how far the conversation has come, where another process began it."""
        self.driver = Driver(machine, log, world.clock, self._perform, at_us=at_us)
        self._progress = asyncio.Event()
        self._errands = Errands(log.header.conversation, world, self._feed, self._progress.set)
        self._mask = world.mask
        self._taken: list[AnyAction] = []
        self.ended = False

    def open(self, group: asyncio.TaskGroup) -> None:
        """Errands run in `group`."""
        self._errands.open(group)

    async def start(self, started: CallStarted) -> list[AnyAction]:
        """The greeting."""
        self._feed(started)
        return await self._settled()

    async def resume(self, resumed: ev.Resumed, owed: Sequence[AnyAction]) -> list[AnyAction]:
        """Goes on: `owed` is what was asked of the world before and never answered (`agent.refolding`)."""
        self._feed(resumed)
        for action in owed:
            self._perform(action)
        return await self._settled()

    async def send(self, text: str, ids: tuple[str, ...] = ()) -> list[AnyAction]:
        """One typed turn; `ids` as in `TextReceived`."""
        self._feed(ev.TextReceived(self._mask(text), ids))
        return await self._settled()

    async def unread(self, form: str, ids: tuple[str, ...] = ()) -> list[AnyAction]:
        """A message that is no text, or too much of it; arguments as in `MessageUnread`."""
        self._feed(ev.MessageUnread(form, ids))
        return await self._settled()

    async def press(self, keys: str) -> list[AnyAction]:
        """Keys, as on a telephone."""
        for key in keys:
            self._feed(ev.DigitPressed(key))
        return await self._settled()

    def end(self, by: Literal["caller", "agent", "operator", "fault"], reason: str) -> None:
        """Nothing more will be typed."""
        if not self.ended:
            self._feed(CallEnded(by, reason))
            self.ended = True
            self._errands.cancel()

    async def _settled(self) -> list[AnyAction]:
        try:
            async with asyncio.timeout(SETTLE_S):
                await self._settle()
        except TimeoutError:
            _log.error("a turn has not settled", extra={"call": self.driver.log.header.conversation})
        taken, self._taken = self._taken, []
        return taken

    async def _settle(self) -> None:
        while self._errands.pending or self._keys_wait():
            self._progress.clear()
            wait_s = self.driver.next_wake_s()
            try:
                async with asyncio.timeout(wait_s):
                    await self._progress.wait()
            except TimeoutError:
                self.driver.poll()

    def _keys_wait(self) -> bool:
        """Keys were pressed and the floor still waits for more: its timer decides."""
        return not self.ended and self.driver.next_wake_s() is not None

    def _feed(self, event: AnyEvent) -> None:
        self.driver.feed(event)
        self._progress.set()

    def _perform(self, action: AnyAction) -> None:
        self._taken.append(redacted(action))
        if isinstance(action, NotTyped):
            return
        match action:
            case act.Say(utterance=utterance):
                self.driver.feed(ev.PlaybackStarted(utterance, 0))
                self.driver.feed(ev.PlaybackFinished(utterance))
            case act.Understand() | act.CallTool() | act.Consult() | act.Plan() | act.Judge():
                self._errands.go(action)
            case SendText() | act.Transfer():
                self._errands.go(action)
            case act.CancelTool(call=call):
                self._errands.cancel_tool(call)
            case secure.StartSecureCapture(capture=capture):
                self.driver.feed(sec.SecureCaptureFailed(capture, "unavailable"))
            case act.Connect(target=target):
                self.driver.feed(ev.ConnectFailed(target, "call", "a chat can't be transferred"))
            case act.RecordOutcome():
                self._errands.commit()
            case act.HangUp(reason=reason):
                self.driver.feed(CallEnded("agent", reason))
                self.ended = True
                self._errands.cancel()
            case _:
                assert_never(action)
