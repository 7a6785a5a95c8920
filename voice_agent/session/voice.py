"""A voice conversation: whoever owns the media calls `tick` every 20 ms with what came in, and sends what it returns.

session = VoiceSession(driver parts...)
async with asyncio.TaskGroup() as group:
    group.create_task(session.run(started))
    ...                                   # the media wheel ticks
"""

from __future__ import annotations

import asyncio
import logging
import zlib
from collections.abc import Callable, Sequence
from typing import Final, Literal, TypeAlias, assert_never

from voice_agent.audio import FRAME_SAMPLES, Pcm, silence
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation import secure_actions as secure
from voice_agent.conversation import secure_events as sec
from voice_agent.conversation.actions import AnyAction
from voice_agent.conversation.events import AnyEvent, CallEnded, CallStarted
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.texting import SendText
from voice_agent.machine import Machine
from voice_agent.session.backdrop import Backdrop
from voice_agent.session.beeps import Beeps
from voice_agent.session.driver import Driver
from voice_agent.session.errands import Errands
from voice_agent.session.hearing import Ears
from voice_agent.session.key_tones import has_key_tone
from voice_agent.session.secure_entry import SecureEntry
from voice_agent.session.speaking import Mouth
from voice_agent.session.world import SpeechWorld, World
from voice_agent.turns.segments import Segments

_log = logging.getLogger("voice_agent.session")

Ender: TypeAlias = Literal["caller", "agent", "operator", "fault"]

Notice: TypeAlias = ev.EngineWentDown | ev.EngineCameUp | ev.StopAnnounced | ev.MediaLost | ev.MediaCameBack

EFFECT_RESULTS: Final = (
    ev.ToolReturned,
    ev.ToolFailed,
    ev.Transferred,
    ev.TransferFailed,
    ev.Connected,
    ev.ConnectFailed,
)
"""What is logged even after the call: it happened to the world."""


class VoiceSession:
    """The driver of one call. Everything runs on one event loop; only errands leave it."""

    def __init__(
        self,
        machine: Machine[AnyEvent, AnyAction],
        log: ConversationLog,
        world: World,
        speech: SpeechWorld,
        segments: Segments,
        *,
        on_end: Callable[[Ender], None] = lambda by: None,
    ) -> None:
        """`on_end` is told once who ended it, as soon as nothing more will be said; effects may still be under way."""
        self._on_end = on_end
        self.conversation = log.header.conversation
        self.driver = Driver(machine, log, world.clock, self._perform)
        self._errands = Errands(self.conversation, world, self._feed_from_outside)
        self._ears = Ears(
            segments, speech.voice_activity, speech.recogniser, world.clock, self._errands, world.mask, speech.languages
        )
        feed = self._feed_from_outside
        self._mouth = Mouth(self.conversation, speech.synthesiser, world.clock, feed, speech.voices, speech.lexicon)
        self._backdrop = Backdrop(speech.sounds, zlib.crc32(self.conversation.encode()))
        self._secure = SecureEntry(self._errands.vault)
        self._recorder = speech.recorder
        self._beeps: Beeps | None = None
        self._line = speech.line
        self._early: list[AnyEvent] = []
        self._ended = asyncio.Event()

    @property
    def ended(self) -> bool:
        return self._ended.is_set()

    async def run(self, started: CallStarted) -> None:
        """Lives as long as the conversation; returns once it has ended and nothing is under way any more."""
        try:
            async with asyncio.TaskGroup() as group:
                await self._live(group, started)
        finally:
            self._errands.vault.wipe()  # not before: a payment that was agreed to is made though the caller is gone

    async def _live(self, group: asyncio.TaskGroup, started: CallStarted) -> None:
        self._errands.open(group)
        self._beeps = Beeps() if started.direction == "outbound" else None
        mouth = group.create_task(self._mouth.run())
        self.driver.feed(started)
        for event in self._early:
            self._feed_from_outside(event)
        try:
            await self._ended.wait()
        finally:
            mouth.cancel()
            self._errands.cancel()
            if self._recorder is not None:
                self._recorder.end()

    def prepare(self, caller: Pcm) -> None:
        """What the next `tick` gets of the caller, the very same: for many calls before the first of them is ticked."""
        if len(self.driver.log) > 0 and not self._ended.is_set():
            self._ears.prepare(caller)

    def tick(self, caller: Pcm, digits: Sequence[str] = ()) -> Pcm:
        """20 ms of the caller's voice and the keys pressed in it; returns 20 ms of the agent's (`int16[160]` both)."""
        if len(self.driver.log) == 0:
            return silence(FRAME_SAMPLES)  # not begun: all tracks start at the same tick
        withheld = self._secure.silences
        if not self._ended.is_set():
            speaking = self._mouth.playout.speaking
            for event in self._ears.frame(caller, agent_speaking=speaking, withheld=withheld):
                self._interrupting(event)
            beep = None if self._beeps is None else self._beeps.frame(caller)
            if beep is not None:
                self._feed_from_outside(beep)
            self._press(caller, digits, agent_speaking=speaking)
            self.driver.poll()
        quiet = not (self._mouth.playout.speaking or self._ears.voiced)
        agent = self._backdrop.mixed(self._mouth.pull(self._ears.stirs), somebody_speaks=not quiet)
        self._ears.spoke(agent)
        if self._recorder is not None and not self._ended.is_set():
            withheld = withheld or self._secure.silences
            self._recorder.frame(silence(FRAME_SAMPLES) if withheld else caller, agent)
        return agent

    def _press(self, caller: Pcm, digits: Sequence[str], *, agent_speaking: bool) -> None:
        """Keys go to the core, but where they are keyed in confidence."""
        secure = self._secure
        if not secure.withholds:
            for digit in digits:
                self._interrupting(ev.DigitPressed(digit))
            return
        voice, tone = self._ears.voice, has_key_tone(caller)
        for event in secure.frame(digits, voice=voice, tone=tone, agent_speaking=agent_speaking):
            self._interrupting(event)

    def end(self, by: Ender, reason: str) -> None:
        """The call is over for a reason from outside."""
        self._tell_quality()
        self._feed_from_outside(CallEnded(by, reason))

    def abandon(self, reason: str) -> None:
        """The core itself is what broke: ends the call without asking it, and says so in the log."""
        if not self._ended.is_set():
            try:
                self.driver.log.append(CallEnded("fault", reason), self.driver.now_us())
            except Exception:  # noqa: BLE001 - the log may be what broke, and the line must go all the same
                _log.exception("the end of the call could not be logged", extra={"call": self.conversation})
            self._finish("fault")

    def notice(self, event: Notice) -> None:
        """Something about engines, line or server that the core and the log should know."""
        self._feed_from_outside(event)

    def _tell_quality(self) -> None:
        """The last that the log says before the end."""
        quality = None if self._line is None or self._ended.is_set() else self._line.quality()
        if quality is not None:
            self._feed_from_outside(quality)

    def _interrupting(self, event: AnyEvent) -> None:
        """Before an interruption the log says how much of the agent's words had been heard."""
        if isinstance(event, ev.SpeechStarted | ev.SpeechResumed | ev.DigitPressed | sec.SecureEntryStarted):
            played = self._mouth.playout.played_until()
            if played is not None:
                self.driver.feed(played)
        self.driver.feed(event)

    def _feed_from_outside(self, event: AnyEvent) -> None:
        if len(self.driver.log) == 0:
            self._early.append(event)  # `run` has not begun: no log starts with anything but its call
            return
        if self._ended.is_set() and not isinstance(event, EFFECT_RESULTS):
            return
        try:
            self.driver.feed(event)
        finally:
            if isinstance(event, CallEnded):
                self._finish(event.by)

    def _finish(self, by: Ender) -> None:
        """Also where the core itself is what broke: the line must not stay up without a conversation."""
        if not self._ended.is_set():
            self._ended.set()
            self._secure.wipe()
            self._on_end(by)

    def _hang_up(self, reason: str) -> None:
        self._tell_quality()
        self.driver.feed(CallEnded("agent", reason))
        self._finish("agent")

    def _sound(self, action: act.HoldMusic | act.StartRecording) -> None:
        if isinstance(action, act.HoldMusic):
            self._backdrop.hold(on=action.on)
        elif self._recorder is not None:
            self._recorder.announce()

    def _perform(self, action: AnyAction) -> None:
        match action:
            case act.Say():
                self._mouth.say(action)
            case act.PrepareSpeech():
                self._mouth.prepare(action)
            case act.HoldSpeaking():
                self._mouth.playout.hold()
            case act.ResumeSpeaking():
                self._mouth.playout.resume()
            case act.StopSpeaking():
                self._mouth.stop()
            case act.Transcribe():
                self._ears.transcribe(action)
            case act.CancelTranscription(job=job):
                self._ears.cancel(job)
            case act.CloseSegment() | act.ListenFor():
                self._ears.listen(action)
            case act.Understand() | act.UnderstandAhead() | act.Consult() | act.Plan() | act.Judge() | SendText():
                self._errands.go(action)
            case secure.StartSecureCapture() | secure.StopSecureCapture():
                self._secure.perform(action)
            case act.CallTool() | act.PrefetchTool():
                self._errands.call_tool(action)
            case act.CancelTool(call=call):
                self._errands.cancel_tool(call)
            case act.Transfer():
                self._errands.transfer(action)
            case act.Connect():
                self._errands.connect(action, self._line, self._ended.is_set)
            case act.RecordOutcome():
                self._errands.commit()
            case act.HoldMusic() | act.StartRecording():
                self._sound(action)
            case act.HangUp(reason=reason):
                self._hang_up(reason)
            case act.AnsweredBy() | act.TakeTurn() | act.RecordGap() | act.DropLate() | act.EndTurn():
                pass
            case _:
                assert_never(action)
