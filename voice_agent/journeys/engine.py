"""The journey engine: what was understood goes in, what to say and do comes out. A machine, always the same for the
same input.

    engine = Engine(pack, "conversation-1")
    engine.handle(CallStarted("phone", "+15550100", "+15550199", "2026-03-04T10:00:00+00:00"), 0)
    engine.handle(TurnUnderstood(1, "where is my order", (StartJourney("track_order", 0.9),)), 4_000_000)

Commands may be wrong; nothing that writes is reached by them alone (see `gates`).
"""

from __future__ import annotations

import copy
from typing import assert_never

import msgspec

from voice_agent.conversation.actions import AnyAction, CallTool, EndTurn, StartRecording
from voice_agent.conversation.disclosed import Disclosed
from voice_agent.conversation.events import (
    CallEnded,
    CallStarted,
    Connected,
    ConnectFailed,
    MessageUnread,
    Resumed,
    ToolFailed,
    ToolProgressed,
    ToolReturned,
    TransferFailed,
    Transferred,
)
from voice_agent.conversation.expectation import Expectation, Setting
from voice_agent.conversation.expectation import Kind as AnswerKind
from voice_agent.conversation.judging import Judged, JudgeFailed
from voice_agent.conversation.knowledge import Consulted, ConsultFailed
from voice_agent.conversation.notes import Watch
from voice_agent.conversation.planning import PlanFailed, Planned
from voice_agent.conversation.secure_events import SecureCaptured, SecureCaptureFailed, SecureVoiceWithheld
from voice_agent.conversation.texting import TextFailed, TextSent
from voice_agent.journeys.answers import answer
from voice_agent.journeys.asking import bridge, bridge_due, looked_up
from voice_agent.journeys.did_you_mean import which_slot
from voice_agent.journeys.disclosing import disclose
from voice_agent.journeys.ending import (
    end,
    handing_over,
    has_to_end,
    notify,
)
from voice_agent.journeys.engine_events import (
    CallEndsSoon,
    CallerUnheard,
    CallHasToEnd,
    EngineEvent,
    SilenceLasted,
    TurnUnderstood,
)
from voice_agent.journeys.judgement_answers import came_of_judgement, waited_for_judgement
from voice_agent.journeys.judging import judgement_due
from voice_agent.journeys.late_filler import filler_due, late_filler
from voice_agent.journeys.on_hold import change_of_hold, hold_due
from voice_agent.journeys.open_plan import Planner
from voice_agent.journeys.pack import Pack
from voice_agent.journeys.plan_answers import came_of_plan, waited_for_plan
from voice_agent.journeys.planning import plan_due
from voice_agent.journeys.preview import copied, may_be_fetched
from voice_agent.journeys.questions import silence
from voice_agent.journeys.reply import Reply
from voice_agent.journeys.said_so_far import begun_of
from voice_agent.journeys.secure_slots import came_of_capture, change_of_capture
from voice_agent.journeys.surroundings import Surroundings
from voice_agent.journeys.talk import BUSY, YES_NO, Kind, Phase, Reads, Scene, Talk
from voice_agent.journeys.texting import came_of_text
from voice_agent.journeys.tongues import hear_language
from voice_agent.journeys.tool_results import told_by_tool
from voice_agent.journeys.vocabulary import TYPED_SLOTS
from voice_agent.journeys.work import Work

_ANSWERS: dict[str, AnswerKind] = {
    "digits": "digits",
    "choice": "choice",
    "reference": "choice",
    "yes_no": "yes_no",
    "number": "value",
    "text": "open",
    **dict.fromkeys(TYPED_SLOTS, "value"),
    "phone": "digits",
}
_NOTICES = {CallEndsSoon: "ending_soon", CallerUnheard: "no_sound", MessageUnread: "unreadable"}
_BY_THE_CLOCK = frozenset({"date", "time", "period"})


class Engine:
    """One conversation. `conversation` is its id: idempotency keys derive from it.

    `record`: whether the call is recorded, where the agent announces that and the channel carries voice.
    `watch` is told what is looked at while it decides. `reads` finds values in the sentence that asks for a journey.
    `planner` says how long a plan is waited for, and who reads what a model wrote (nobody: then none of it is said).
    """

    def __init__(
        self,
        pack: Pack,
        conversation: str,
        *,
        record: bool = True,
        watch: Watch | None = None,
        reads: Reads | None = None,
        planner: Planner | None = None,
    ) -> None:
        around = Surroundings(pack.agent.name, pack.agent.language)
        self._talk = Talk(pack, conversation, record, around, Work(pack), watch, reads)
        if planner is not None:
            self._talk.planner = planner

    @property
    def disclosed(self) -> tuple[Disclosed, ...]:
        """What understanding may know of the journey under way, beyond what is expected."""
        return self._talk.disclosed

    @property
    def language(self) -> str:
        """The one that is spoken now."""
        return self._talk.surroundings.language

    def expected(self, now_us: int) -> Expectation:
        """What is waited for, with the time now where a value that may come depends on it."""
        expected = self.expectation
        views = (*(() if expected.slot is None else (expected.slot,)), *expected.correctable)
        now = self._talk.surroundings.names(now_us).get("now")
        if now is None or not any(view.slot_type in _BY_THE_CLOCK for view in views):
            return expected
        return msgspec.structs.replace(expected, setting=msgspec.structs.replace(expected.setting, now=now))

    @property
    def expectation(self) -> Expectation:
        """What is waited for now, by the caller's leave at once or after the moment that they asked for."""
        asked = self._asked_for()
        return msgspec.structs.replace(asked, holding=True) if self._talk.holding else asked

    def _asked_for(self) -> Expectation:
        waiting = self._talk.waiting
        correctable = self._talk.work.correctable()
        setting = Setting("", self._talk.surroundings.language, self._talk.pack.agent.region)
        if waiting.kind is Kind.SLOT and waiting.slot is not None:
            kind = _ANSWERS[waiting.slot.slot_type]
            return Expectation(kind, waiting.slot, None, correctable, setting, begun=begun_of(self._talk))
        if waiting.kind is Kind.KEYPAD:
            return Expectation("keypad", waiting.slot, None, correctable, setting)
        if waiting.kind is Kind.READBACK and waiting.slot is not None:
            return Expectation("yes_no", waiting.slot, waiting.slot.name, correctable, setting)
        if waiting.kind is Kind.WHICH:
            return Expectation("choice", which_slot(self._talk), None, correctable, setting)
        kind = "yes_no" if waiting.kind in YES_NO else "open"
        return Expectation(kind, None, None, correctable, setting, changing=waiting.kind is Kind.CHANGE)

    def next_wake(self) -> int | None:
        """When a question or a plan has taken long; of silence, whoever listens tells it."""
        talk = self._talk
        dues = (bridge_due(talk), plan_due(talk), judgement_due(talk), hold_due(talk), filler_due(talk))
        return min((due for due in dues if due is not None), default=None)

    def wake(self, now_us: int) -> list[AnyAction]:
        scene = Scene(self._talk, Reply(), now_us)
        bridge(scene)
        late_filler(scene)
        waited_for_plan(scene)
        waited_for_judgement(scene)
        return [*change_of_hold(self._talk, now_us), *self._actions(scene)]

    def handle(self, event: EngineEvent, now_us: int) -> list[AnyAction]:
        talk = self._talk
        scene = Scene(talk, Reply(), now_us)
        if talk.phase is Phase.ENDED or (talk.phase is Phase.BEFORE and not isinstance(event, CallStarted)):
            return self._out_of_call(event)
        match event:
            case CallStarted():
                self._start(scene, event)
            case TurnUnderstood():
                talk.planner.since_us = now_us if event.taken_us is None else event.taken_us
                hear_language(talk, event.language, event.text)
                answer(scene, event)
            case SecureVoiceWithheld() | SecureCaptured() | SecureCaptureFailed():
                came_of_capture(scene, event)
            case ToolReturned() | ToolFailed() | ToolProgressed():
                talk.planner.since_us = now_us
                told_by_tool(scene, event)
            case Consulted() | ConsultFailed():
                looked_up(scene, event)
            case Planned() | PlanFailed() | Judged() | JudgeFailed() | TextSent() | TextFailed():
                _came_back(scene, event)
            case Transferred() | TransferFailed() | Connected() | ConnectFailed():
                handing_over(scene, event)
            case SilenceLasted(times=times):
                silence(scene, times)
            case CallEndsSoon() | CallerUnheard() | MessageUnread():
                notify(scene, _NOTICES[type(event)])
            case CallHasToEnd(reason=reason):
                has_to_end(scene, reason)
            case Resumed(civil_now=civil_now):
                talk.surroundings.resume(civil_now, now_us)
            case CallEnded():
                end(scene)
            case _:
                assert_never(event)
        if isinstance(event, TurnUnderstood) and not scene.reply.answers():
            scene.reply.act(EndTurn(event.turn, "it asks for nothing"))
        return [*change_of_capture(talk), *change_of_hold(talk, now_us), *self._actions(scene)]

    def preview(self, event: TurnUnderstood, now_us: int) -> list[AnyAction]:
        """What `event` would lead to now, of tools only reads that may run beforehand. Changes nothing."""
        thought = copy.copy(self)
        thought._talk = copied(self._talk)
        would, pending = thought.handle(event, now_us), thought._talk.pending
        return [each for each in would if not isinstance(each, CallTool) or may_be_fetched(each, pending)]

    def _out_of_call(self, event: EngineEvent) -> list[AnyAction]:
        reason = "the call has ended" if self._talk.phase is Phase.ENDED else "the call has not started"
        return [EndTurn(event.turn, reason)] if isinstance(event, TurnUnderstood) else []

    def _actions(self, scene: Scene) -> list[AnyAction]:
        disclose(scene)
        talk, reply = self._talk, scene.reply
        if reply.speaks():
            talk.utterance += 1
            if talk.waiting.kind in {*BUSY, Kind.CONNECTING} and reply.purpose in ("reply", "reprompt"):
                reply.purpose = "filler"
            talk.judging.said(reply.clauses())
            if reply.purpose != "filler" and not reply.in_passing:
                talk.last_clauses, talk.last_statements = reply.clauses(), reply.statements()
                talk.courtesies = int(reply.purpose in ("greeting", "reprompt"))
                talk.last_values = tuple(dict.fromkeys(reply.values)) if reply.values else talk.last_values
        return reply.actions(talk.utterance, talk.turn, talk.surroundings.language)

    def _start(self, scene: Scene, event: CallStarted) -> None:
        """Greets: says that it is no human, and that the call is recorded before it is."""
        talk = self._talk
        if talk.phase is not Phase.BEFORE:
            return
        talk.phase = Phase.LIVE
        talk.texting.possible = event.can_text
        talk.surroundings.begin(event.channel, event.caller, event.civil_start, scene.now_us)
        talk.speak(event.language)
        agent = talk.pack.agent
        if event.channel not in agent.channels:
            scene.reply.close(talk.text("not_offered"), "channel")
            talk.phase = Phase.HUNG_UP
            return
        notice = agent.recording_notice if talk.record and event.channel == "phone" else None
        outbound = event.direction == "outbound"
        if outbound:
            scene.say("outbound_greeting")
        for template in (None if outbound else agent.greeting, agent.disclosure, notice):
            if template is not None:
                scene.reply.say(talk.rendered(template))
        if notice is not None:
            scene.reply.act(StartRecording())
        scene.ask(Kind.OPENING)
        if outbound:
            scene.reply.ask(talk.text("outbound_opening"))
        scene.reply.purpose = "greeting"


def _came_back(scene: Scene, event: Planned | PlanFailed | Judged | JudgeFailed | TextSent | TextFailed) -> None:
    match event:
        case Planned() | PlanFailed():
            came_of_plan(scene, event)
        case Judged() | JudgeFailed():
            came_of_judgement(scene, event)
        case TextSent() | TextFailed():
            came_of_text(scene, event)
        case _:
            assert_never(event)
