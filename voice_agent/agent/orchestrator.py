"""The core of a conversation: the floor decides when to listen and speak, the journeys decide what, this joins them.

One event may set off a chain (a transcript ends a turn, the turn is understood, a journey answers); the chain is worked
off in order before `handle` returns, so that the log shows causes before effects. It decides little by itself:

- a turn that was taken goes to understanding, or straight to the journeys where nothing was recognised;
- a recording, being put through and the end of the call wait until what was said of them was heard (`last_words`);
- what bounds the call from outside (`limits`) goes before whatever is under way;
- what comes after nobody waits for it any more is logged as late.
"""

from __future__ import annotations

from collections import deque
from typing import Protocol, TypeAlias

from voice_agent.agent.asking import Asking, also_heard, made_ready
from voice_agent.agent.last_words import LastWords
from voice_agent.agent.limits import CallLimits, Decision
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation import judging as jd
from voice_agent.conversation import knowledge as kn
from voice_agent.conversation import planning as pl
from voice_agent.conversation import secure_events as sec
from voice_agent.conversation.actions import AnyAction
from voice_agent.conversation.commands import AnyCommand, NotUnderstood
from voice_agent.conversation.disclosed import Disclosed
from voice_agent.conversation.events import AnyEvent
from voice_agent.conversation.expectation import Expectation
from voice_agent.conversation.records import tag_of
from voice_agent.conversation.texting import TextFailed, TextSent
from voice_agent.journeys.engine_events import EngineEvent, SilenceLasted, TurnUnderstood
from voice_agent.turns import signals
from voice_agent.turns.floor import Floor
from voice_agent.turns.signals import FloorAction, FloorEvent, TurnTaken
from voice_agent.turns.transitions import State

UNCLEAR: tuple[AnyCommand, ...] = (NotUnderstood("unclear"),)


class Journeys(Protocol):
    """What the orchestrator asks of the journey engine."""

    @property
    def expectation(self) -> Expectation: ...

    @property
    def language(self) -> str: ...

    @property
    def disclosed(self) -> tuple[Disclosed, ...]: ...

    def expected(self, now_us: int) -> Expectation: ...

    def preview(self, event: TurnUnderstood, now_us: int) -> list[AnyAction]: ...

    def handle(self, event: EngineEvent, now_us: int) -> list[AnyAction]: ...

    def next_wake(self) -> int | None: ...

    def wake(self, now_us: int) -> list[AnyAction]: ...


_Task: TypeAlias = FloorAction | AnyAction


class Orchestrator:
    """A machine. `floor`, `journeys` and `limits` are fresh."""

    def __init__(self, floor: Floor, journeys: Journeys, limits: CallLimits) -> None:
        self._floor = floor
        self._limits = limits
        self._journeys = journeys
        self._asking = Asking(journeys)
        self._taken_us = 0
        self._calls: set[int] = set()
        self._consults: set[int] = set()
        self._last_words = LastWords()
        self._over = False

    @property
    def expectation(self) -> Expectation:
        """What the agent waits for now."""
        return self._journeys.expectation

    def next_wake(self) -> int | None:
        if self._over:
            return None
        wakes = (self._floor.next_wake(), self._limits.next_wake(), self._journeys.next_wake())
        return min((due for due in wakes if due is not None), default=None)

    def wake(self, now_us: int) -> list[AnyAction]:
        due = self._limits.wake(now_us)
        first = [*self._of_floor(None, now_us), *self._of_limits(due, now_us), *self._journeys.wake(now_us)]
        out = self._follow(first, now_us)
        return [*out, *(decision for decision in due if isinstance(decision, act.HangUp))]

    def handle(self, event: AnyEvent, now_us: int) -> list[AnyAction]:
        if self._over:
            return _after_the_end(event)
        match event:
            case ev.CallStarted():
                self._limits.handle(event, now_us)
                first = [*self._of_floor(event, now_us), *self._of_journeys(event, now_us)]
            case ev.StopAnnounced() | ev.MediaLost() | ev.MediaCameBack():
                first = self._of_limits(self._limits.handle(event, now_us), now_us)
            case ev.MediaQuality() | ev.BeepHeard():
                return []  # nothing is decided by it: the call ends, or it is no mailbox
            case ev.Understood() | ev.UnderstandingFailed():
                first = self._answered(event, now_us)
            case ev.ToolReturned(call=call) | ev.ToolFailed(call=call):
                first = self._tool_came_back(event, call, now_us)
            case sec.SecureCaptured() | sec.SecureCaptureFailed() | sec.SecureVoiceWithheld():
                first = self._of_journeys(event, now_us)
            case kn.Consulted(request=request) | kn.ConsultFailed(request=request):
                first = self._consulted(event, request, now_us)
            case pl.Planned() | pl.PlanFailed() | jd.Judged() | jd.JudgeFailed() | TextSent() | TextFailed():
                first = self._of_journeys(event, now_us)
            case ev.MessageUnread():
                first = self._of_journeys(event, now_us)
            case ev.ToolProgressed(call=call):
                first = self._of_journeys(event, now_us) if call in self._calls else []
            case ev.Transferred() | ev.TransferFailed() | ev.Connected() | ev.ConnectFailed() | ev.Resumed():
                first = self._of_journeys(event, now_us)
            case ev.CallEnded():
                self._over = True
                self._last_words.call_ended()
                first = [*self._of_journeys(event, now_us), *self._of_floor(event, now_us)]
            case _:
                self._remember_playback(event)
                first = self._of_floor(event, now_us)
        return self._follow(first, now_us)

    def _follow(self, first: list[_Task], now_us: int) -> list[AnyAction]:
        """Works off what follows from what, until only actions for the driver are left."""
        out: list[AnyAction] = []
        waiting = deque(first)
        while waiting:
            task = waiting.popleft()
            match task:
                case signals.TurnLikely(turn=likely):
                    out += self._asking.ahead(likely, now_us)
                case signals.TurnTaken():
                    waiting.extendleft(reversed(self._take(task, out, now_us)))
                case signals.SilenceLasted() if self._limits.unheard:
                    pass  # nobody is silent: the line is broken, and the caller was told
                case signals.SilenceLasted(times=times):
                    waiting.extendleft(reversed(self._of_journeys(SilenceLasted(times), now_us)))
                case signals.DecisionOverdue(turn=turn):
                    waiting.extendleft(reversed(self._give_up_on(turn, now_us)))
                case signals.TurnTooLong():
                    pass
                case act.StartRecording() | act.Connect() if self._last_words.keep(task):
                    pass
                case act.HangUp(reason=act.TRANSFERRED) if not self._over:
                    out.append(task)
                case act.HangUp() if not self._over and self._last_words.keep(task):
                    pass
                case act.HangUp() if self._floor.state is not State.IDLE and not self._over:
                    pass  # its farewell was stopped as soon as it was said: the caller goes on
                case _:
                    out.append(task)
                    waiting.extendleft(reversed(self._consequences(task, now_us)))
        return [*out, *self._last_words.let_go()]

    def _consequences(self, action: AnyAction, now_us: int) -> list[_Task]:
        """What the floor makes of an action that the journeys asked for, and the other way round."""
        match action:
            case act.Say(utterance=utterance, turn=turn, clauses=clauses, purpose=purpose):
                self._last_words.said(utterance)
                last = purpose != "filler"
                words = sum(len(clause.split()) for clause in clauses)
                said = signals.AgentSaid(utterance, last, None if turn == 0 else turn, len(clauses), words)
                return self._of_floor(said, now_us)
            case act.StopSpeaking():
                self._last_words.stopped(for_the_caller=self._floor.state is not State.IDLE)
            case act.CallTool(call=call):
                self._calls.add(call)
            case act.Consult(request=request):
                self._consults.add(request)
            case act.EndTurn(turn=turn) | act.Transfer(turn=turn):
                return self._of_floor(signals.AgentDecided(turn), now_us)
            case _:
                pass
        return []

    def _take(self, taken: TurnTaken, out: list[AnyAction], now_us: int) -> list[_Task]:
        self._last_words.caller_spoke()
        self._taken_us = now_us
        reason = ", ".join(vote.reason for vote in taken.votes)
        out.append(act.TakeTurn(taken.turn, reason if reason else "at once", taken.votes))
        if taken.failed:
            return self._of_journeys(self._turn(taken, UNCLEAR), now_us)
        understand, answer = self._asking.taken(taken, now_us)
        if answer is None:
            return [understand]
        out.append(understand)
        return self._understood(taken, answer, now_us)

    def _turn(self, taken: TurnTaken, commands: tuple[AnyCommand, ...], language: str | None = None) -> TurnUnderstood:
        cut = taken.interrupted_utterance
        heard = None if cut is None else self._last_words.heard_of(cut)
        also = also_heard(taken)
        return TurnUnderstood(taken.turn, taken.text, commands, heard, language, also, self._taken_us)

    def _answered(self, event: ev.Understood | ev.UnderstandingFailed, now_us: int) -> list[_Task]:
        about = self._asking.answered(event)
        if isinstance(about, TurnTaken):
            return self._understood(about, event, now_us)
        return [*about, *self._prepared(event.request, now_us)]

    def _prepared(self, request: int, now_us: int) -> list[_Task]:
        """The first words of the answer to a turn that isn't over, where they are known as soon as it is taken."""
        foreseen = self._asking.foreseen
        if foreseen is None or foreseen[1].request != request:
            return []
        likely, answer = foreseen
        would = self._journeys.preview(self._turn(likely, answer.commands, answer.language), now_us)
        told = signals.Foreseen(likely.turn, likely.text, answer.commands)
        return [*made_ready(likely.turn, would), *self._of_floor(told, now_us)]

    def _understood(self, taken: TurnTaken, answer: ev.Understood | ev.UnderstandingFailed, now_us: int) -> list[_Task]:
        if isinstance(answer, ev.UnderstandingFailed):
            return self._of_journeys(self._turn(taken, UNCLEAR), now_us)
        return self._of_journeys(self._turn(taken, answer.commands, answer.language), now_us)

    def _give_up_on(self, turn: int, now_us: int) -> list[_Task]:
        """Understanding has not answered in the time a turn may take; tools have deadlines of their own."""
        late = self._asking.give_up(turn)
        return [] if late is None else self._of_journeys(self._turn(late, UNCLEAR), now_us)

    def _tool_came_back(self, event: ev.ToolReturned | ev.ToolFailed, call: int, now_us: int) -> list[_Task]:
        if call not in self._calls:
            return [act.DropLate(tag_of(event), call, "nobody waits for it")]
        self._calls.discard(call)
        return self._of_journeys(event, now_us)

    def _consulted(self, event: kn.Consulted | kn.ConsultFailed, request: int, now_us: int) -> list[_Task]:
        if request not in self._consults:
            return [act.DropLate(tag_of(event), request, "nobody waits for it")]
        self._consults.discard(request)
        return self._of_journeys(event, now_us)

    def _remember_playback(self, event: AnyEvent) -> None:
        match event:
            case ev.PlayedUntil(utterance=utterance, heard=heard):
                self._last_words.played(utterance, heard)
            case ev.PlaybackFinished(utterance=utterance):
                self._last_words.finished(utterance)
            case _:
                pass

    def _of_journeys(self, event: EngineEvent, now_us: int) -> list[_Task]:
        before = self._journeys.expectation
        actions: list[_Task] = [*self._journeys.handle(event, now_us)]
        after = self._journeys.expectation
        if after != before or isinstance(event, ev.CallStarted):
            actions = [*self._of_floor(signals.Expecting(after), now_us), *actions]
        return actions

    def _of_limits(self, decisions: list[Decision], now_us: int) -> list[_Task]:
        """What the journeys say to it. An end that can't wait for words any more is left to `wake`."""
        out: list[_Task] = []
        for decision in decisions:
            if not isinstance(decision, act.HangUp):
                out += self._of_journeys(decision, now_us)
        return out

    def _of_floor(self, event: FloorEvent | None, now_us: int) -> list[_Task]:
        """What the floor answers; a voice segment that it is done with is closed."""
        before = self._floor.open_segment
        actions: list[_Task] = [*(self._floor.wake(now_us) if event is None else self._floor.handle(event, now_us))]
        if before is not None and self._floor.open_segment != before:
            actions.insert(0, act.CloseSegment(before))
        return actions


def _after_the_end(event: AnyEvent) -> list[AnyAction]:
    """Work that was under way when the call ended: the log keeps what came of it, nobody is told."""
    match event:
        case ev.ToolReturned(call=number) | ev.ToolFailed(call=number):
            return [act.DropLate(tag_of(event), number, "the call has ended")]
        case _:
            return []
