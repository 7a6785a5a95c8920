"""How a conversation stands between caller and agent: the state, and what the rules of the floor read and change.

Only `go` changes the state, and only as `transitions` allows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import msgspec

from voice_agent.conversation.actions import EndTurn, ListenFor
from voice_agent.conversation.commands import StartJourney
from voice_agent.conversation.events import Transcribed
from voice_agent.conversation.expectation import OPEN, Expectation
from voice_agent.turns.agent_speech import AgentSpeech
from voice_agent.turns.caller_turn import CallerTurn
from voice_agent.turns.callers_level import CallersLevel
from voice_agent.turns.endpointing import Endpoint, JudgeCompleteness, endpoint
from voice_agent.turns.evidence import Answer, Evidence, has_words
from voice_agent.turns.interruption import Interruption, Verdict, weigh
from voice_agent.turns.owed import OwedAnswers
from voice_agent.turns.own_pauses import OwnPauses
from voice_agent.turns.own_voice import OwnVoice
from voice_agent.turns.second_opinion import SecondOpinion
from voice_agent.turns.settings import FloorSettings
from voice_agent.turns.signals import FloorAction, SilenceLasted, TurnTaken
from voice_agent.turns.transitions import TRANSITIONS, Happening, State

JudgeWords: TypeAlias = Callable[[str, Expectation], bool]

_HEEDED_DB: Final = 2
"""A smaller change of the caller's level isn't told."""
_FOR_NOTHING: Final = ("no words", "somebody else")


class Standing:
    """Shared by the two halves of the floor. Turns count from 1 and are never used twice."""

    def __init__(
        self,
        settings: FloorSettings,
        completeness: JudgeCompleteness,
        is_backchannel: JudgeWords,
        insists: JudgeWords,
    ) -> None:
        self.settings = settings
        self.completeness = completeness
        self.is_backchannel = is_backchannel
        self.insists = insists
        self.second_opinion = SecondOpinion(settings.second_opinion, completeness)
        self.state = State.IDLE
        self.expectation = OPEN
        self.typed = False
        self.turn: CallerTurn | None = None
        self.speech = AgentSpeech()
        self.owed = OwedAnswers(settings.deciding_limit_us)
        self.own_pauses = OwnPauses(settings.endpoint.own_pauses)
        self.own_voice = OwnVoice()
        self.callers_level = CallersLevel()
        self._listening_for: int | None = None
        self._voice_left_aside = False
        """Since the last turn was taken, or since silence lasted."""
        self.false_alarms = 0
        """How often voice over the agent came to nothing since a turn was taken."""
        self._taken_from_us: int | None = None
        """When the voice of the turn taken last had ended, while going on would still be the same turn."""
        self._going_on_until_us: int | None = None
        self.silence_due_us: int | None = None
        self._silences = 0
        self._turns = 0

    def go(self, happening: Happening, now_us: int) -> None:
        self.state = TRANSITIONS[self.state][happening]
        if self.state is State.IDLE:
            self.start_silence(now_us)

    def expect(self, expectation: Expectation, now_us: int) -> None:
        """While keys are taken in confidence nobody counts as silent; afterwards silence begins anew, and it does when
        the caller asks for a moment."""
        before, self.expectation = self.expectation, expectation
        if "keypad" in (before.kind, expectation.kind) or before.holding != expectation.holding:
            self._silences = 0
            self.start_silence(now_us)

    def rest(self, now_us: int) -> None:
        """No turn is open: the floor goes to whoever has something to say, to thinking, or to nobody."""
        if self.speech:
            self.go(Happening.OVER_TO_AGENT, now_us)
        elif self.owed:
            self.go(Happening.OVER_TO_THOUGHT, now_us)
        else:
            self.go(Happening.OVER, now_us)

    def agent_gone(self, now_us: int) -> None:
        """The agent has nothing left to say: the floor is the caller's, if a turn is open."""
        if self.turn is None:
            self.rest(now_us)
        else:
            self._won(self.turn, now_us)

    def _won(self, turn: CallerTurn, now_us: int) -> None:
        self.go(Happening.VOICE_WON if turn.has_voice else Happening.CALLER_WON, now_us)

    def open_turn(self, now_us: int) -> CallerTurn:
        """The turn that is open, or a new one."""
        if self.turn is None:
            self.turn = CallerTurn(self.next_turn(), now_us)
        return self.turn

    def next_turn(self) -> int:
        self._turns += 1
        return self._turns

    def take(self, taken: TurnTaken, now_us: int) -> list[FloorAction]:
        """The open turn is over, and an answer is owed."""
        self._taken_from_us = None if self.turn is None or taken.keys != "" else self.turn.ended_us
        self._going_on_until_us = None
        if self.turn is not None and self.turn.heard is not None and taken.text != "":
            self.own_voice.learn(self.turn.heard.level_dbfs)
            self.callers_level.learn(self.turn.level_dbfs)
            self._voice_left_aside = False
        self.false_alarms = 0
        self.turn = None
        self.owe(taken.turn, now_us)
        self.rest(now_us)
        return [taken, *self._listen_for()]

    def owe(self, turn: int, now_us: int) -> None:
        self.owed.owe(turn, now_us)
        self._silences = 0

    def drop(self, turn: CallerTurn, reason: str, now_us: int, votes: tuple[str, ...] = ()) -> list[FloorAction]:
        """The open turn comes to nothing, and the agent goes on if it was held."""
        resumed = self.speech.resume(self.speech.current, now_us, votes)
        self.false_alarms += reason in _FOR_NOTHING
        self.turn = None
        self.rest(now_us)
        return [*resumed, EndTurn(turn.number, reason)]

    def go_on(self, verdict: Verdict, now_us: int) -> list[FloorAction]:
        """The agent goes on over the open turn, whose voice is on."""
        resumed = self.speech.resume(self.speech.current, now_us, verdict.votes)
        if resumed:
            self.false_alarms += verdict.votes[0] in _FOR_NOTHING
            self.go(Happening.OVER_TO_AGENT, now_us)
        return [*resumed]

    def stop_for(self, turn: CallerTurn, reason: str, now_us: int, votes: tuple[str, ...] = ()) -> list[FloorAction]:
        """The caller interrupts the agent."""
        turn.cut_off(self.speech.current)
        stopped = self.speech.stop(reason, votes)
        self._won(turn, now_us)
        return [*stopped]

    def verdict(self, turn: CallerTurn, now_us: int) -> Verdict:
        """What becomes of the agent's words under the caller's, as far as they are known."""
        newest, held_us = self._newest(turn), self.speech.held_since_us
        words = newest.text.strip() if newest is not None and has_words(newest.text) else ""
        level_dbfs, own = None if newest is None else newest.level_dbfs, self.own_voice
        asked = self.expectation if self._is_asking else msgspec.structs.replace(OPEN, setting=self.expectation.setting)
        known = Interruption(
            text=None if newest is None else words,
            confidence=1.0 if newest is None else newest.confidence,
            whole=turn.heard is not None,
            asked=self._is_asking,
            insists=words != "" and self.insists(words, asked),
            may_insist=any(self.insists(word, asked) for word in words.split()),
            backchannel=words != "" and newest is not None and self._only_listens(newest, asked),
            softer_db=own.softer_db(level_dbfs),
            as_loud=own.is_as_loud(level_dbfs, self.settings.interruption.as_loud_db),
            muted_us=None if held_us is None else now_us - held_us,
            voiced_us=turn.voiced_us(now_us),
        )
        return weigh(known, self.settings.interruption)

    def _newest(self, turn: CallerTurn) -> Transcribed | None:
        """The newest words; where none are found any more, those before it that were believed, and at the end of the
        voice those that were several, of a voice as loud as the caller's.
        """
        newest, worded, settings = turn.newest, turn.worded, self.settings.interruption
        if newest is None or has_words(newest.text) or worded is None:
            return newest
        if turn.heard is None:
            return worded if worded.confidence >= settings.alike_confidence else newest
        several = len(worded.text.split()) > settings.doubtful_words
        as_loud = self.own_voice.is_as_loud(worded.level_dbfs, settings.as_loud_db)
        return worded if several and as_loud and worded.confidence >= settings.partial_confidence else newest

    def _only_listens(self, newest: Transcribed, asked: Expectation) -> bool:
        """The words are a backchannel, or so unsure that they may be what the recogniser thought of beside them."""
        settings = self.settings.interruption
        if self.is_backchannel(newest.text, asked):
            return True
        unsure = newest.confidence < settings.alike_confidence and len(newest.text.split()) <= settings.doubtful_words
        return unsure and any(self.is_backchannel(text, asked) for text in newest.alternatives if has_words(text))

    @property
    def _is_asking(self) -> bool:
        """Whether words may answer what is being said: from its last clause on; what is read back must be heard."""
        confirms = self.expectation.confirming is not None
        unheard = self.settings.interruption.unheard_words
        return self.speech.asking and (not confirms or self.speech.heard_but(unheard))

    def endpoint(self, turn: CallerTurn) -> Endpoint:
        evidence = Evidence(
            expectation=self.expectation,
            text=None if turn.heard is None else turn.heard.text,
            completeness=self.completeness(turn.words, self.expectation) if turn.words else "unknown",
            finished=None if turn.heard is None else turn.heard.finished,
            own_pause_us=self.own_pauses.typical_us,
            snr_db=None if turn.heard is None else turn.heard.snr_db,
            understood=self._is_sure_of_a_wish(turn),
            answer=_answer(turn),
            another_hearing=turn.heard is not None and self.second_opinion.is_whole(turn.heard, self.expectation),
        )
        return endpoint(evidence, self.settings.endpoint)

    def answer_heard(self, now_us: int) -> None:
        """The answer has begun to sound: after a moment, voice is a reaction to it."""
        if self._going_on_until_us is None:
            self._going_on_until_us = now_us + self.settings.reaction_us

    def learn_pause(self, now_us: int) -> None:
        """Voice is on: was there a pause in the turn, or had the turn been taken too early?"""
        if self.turn is not None:
            if not self.turn.has_voice and self.turn.segment is not None and not self.endpoint(self.turn).explained:
                self.own_pauses.went_on(now_us - self.turn.ended_us)
            return
        ended_us, self._taken_from_us = self._taken_from_us, None
        until_us = self._going_on_until_us
        if ended_us is not None and (until_us is None or now_us <= until_us):
            self.own_pauses.was_cut_off(now_us - ended_us)

    def _is_sure_of_a_wish(self, turn: CallerTurn) -> bool:
        if turn.foreseen is None or turn.foreseen.text != turn.words:
            return False
        sure = self.settings.endpoint.sure_of_wish
        return any(isinstance(each, StartJourney) and each.score >= sure for each in turn.foreseen.commands)

    def start_silence(self, now_us: int) -> None:
        never = self.typed or self.expectation.kind == "keypad"
        settings = self.settings
        limit_us = settings.holding_silence_us if self.expectation.holding else settings.silence_us
        self.silence_due_us = None if never else now_us + limit_us

    def silent(self, now_us: int) -> list[FloorAction]:
        """The silence limit has passed; the next one begins."""
        self._silences += 1
        self.start_silence(now_us)
        if self._voice_left_aside:
            self.callers_level.doubt()
            self._voice_left_aside = False
        return [SilenceLasted(self._silences), *self._listen_for()]

    def voice_left_aside(self) -> None:
        """Somebody was heard who is too soft to be the caller, as far as anybody knows."""
        self._voice_left_aside = True

    def _listen_for(self) -> list[ListenFor]:
        """The ears are told where the caller's level is another than they know."""
        level_dbfs = self.callers_level.known_dbfs
        before_dbfs = self._listening_for
        if level_dbfs == before_dbfs:
            return []
        if level_dbfs is not None and before_dbfs is not None and abs(level_dbfs - before_dbfs) < _HEEDED_DB:
            return []
        self._listening_for = level_dbfs
        return [ListenFor(level_dbfs)]


def _answer(turn: CallerTurn) -> Answer:
    """How far the answer to the words that are there is."""
    if turn.foreseen is not None and turn.foreseen.text == turn.words:
        return "ready"
    return "preparing" if turn.likely is not None and turn.likely == turn.words else "unknown"
