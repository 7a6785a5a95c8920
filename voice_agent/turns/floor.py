"""The floor: decides when a caller's turn is taken, and whether the agent may go on speaking. Says nothing itself.

The states are in `transitions`, the limits in `settings`, the two halves in `listening` and `speaking`. The rules:

- Recognition starts when the voice dips, at the latest at the first pause; the turn is taken when the endpoint has
  passed *and* the words of all its voice are there. With them the orchestrator is told what the turn is likely to be.
- Every turn that was opened ends in exactly one `TurnTaken` or `EndTurn`, and every `TurnTaken` in an `AgentSaid`, an
  `AgentDecided`, or a `DecisionOverdue` that repeats.
- Voice over the agent holds it at once, and its words are asked for while it is on: by them `interruption` decides soon
  whether the agent stops or goes on. Words that come after it went on stop it all the same: none are lost.
- Words that would answer a question ("okay", "right") are a backchannel until the agent has begun to ask it; where it
  reads something back, until that was heard.
- Where voice over the agent came to nothing repeatedly, it doesn't hold the agent any more before there are words.
- An agent that was stopped never falls silent over noise: if no words follow, the turn is taken as `failed`.
- Who asked for a moment keeps the floor: what they say to themselves meanwhile is no turn, and silence may last longer.
- Voice after a turn was taken opens a turn of its own (the continuation). The earlier one keeps its number and its
  answer; if that comes while the caller speaks it is held as if it had been interrupted before its first word.
- Keys take the turn over from voice, stop the agent, and never mix with words.
- What waits for recognition waits a bounded time: one retry, then `failed`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from voice_agent.conversation import events
from voice_agent.conversation import secure_events as sec
from voice_agent.conversation.actions import EndTurn
from voice_agent.turns.caller_turn import CallerTurn
from voice_agent.turns.endpointing import JudgeCompleteness
from voice_agent.turns.listening import Listening
from voice_agent.turns.recognising import late
from voice_agent.turns.settings import FloorSettings
from voice_agent.turns.signals import AgentDecided, AgentSaid, Expecting, FloorAction, FloorEvent, Foreseen
from voice_agent.turns.speaking import Speaking
from voice_agent.turns.standing import JudgeWords, Standing
from voice_agent.turns.transitions import Happening, State

_Deadline: TypeAlias = tuple[int, Callable[[int], list[FloorAction]]]


class Floor:
    """A machine for one conversation.

    `completeness(text, expectation)` judges whether a value is all there, `is_backchannel(text, expectation)` whether
    words only show that the caller listens, `insists(text, expectation)` whether they must never be taken for that; all
    must be pure.
    """

    def __init__(
        self,
        settings: FloorSettings,
        completeness: JudgeCompleteness,
        is_backchannel: JudgeWords,
        insists: JudgeWords,
    ) -> None:
        self._settings = settings
        self._standing = Standing(settings, completeness, is_backchannel, insists)
        self._listening = Listening(self._standing)
        self._speaking = Speaking(self._standing, self._listening)

    @property
    def state(self) -> State:
        return self._standing.state

    @property
    def open_segment(self) -> int | None:
        """The segment whose voice the open turn holds. When it becomes None the driver calls `Segments.close`."""
        turn = self._standing.turn
        return None if turn is None else turn.segment

    def next_wake(self) -> int | None:
        return min((at_us for at_us, _ in self._deadlines()), default=None)

    def wake(self, now_us: int) -> list[FloorAction]:
        """Does everything that is due, earliest first."""
        out: list[FloorAction] = []
        while deadlines := self._deadlines():
            at_us, fire = min(deadlines, key=lambda deadline: deadline[0])
            if at_us > now_us:
                break
            out += fire(now_us)
        return out

    def handle(self, event: FloorEvent, now_us: int) -> list[FloorAction]:
        """Something happened; what the floor has no part in changes nothing."""
        standing = self._standing
        if standing.state is State.CLOSED:
            return self._after_the_end(event)
        match event:
            case events.CallStarted(channel):
                standing.typed = channel == "text"
                standing.start_silence(now_us)
            case Expecting(expectation):
                standing.expect(expectation, now_us)
            case events.PlaybackStarted(utterance=utterance):
                standing.speech.played(utterance, 0, 0, now_us)
                standing.answer_heard(now_us)
            case events.PlayedUntil(utterance=utterance, clause=clause, heard=heard):
                standing.speech.played(utterance, clause, len(heard.split()), now_us)
            case events.CallEnded():
                return self._end(now_us)
            case events.Woken():
                return self.wake(now_us)
            case AgentSaid():
                return self._speaking.said(event, now_us)
            case Foreseen():
                return self._listening.foreseen(event, now_us)
            case AgentDecided(turn):
                return self._speaking.decided(turn, now_us)
            case events.PlaybackFinished(utterance):
                return self._speaking.finished(utterance, now_us)
            case _:
                return self._hear(event, now_us)
        return []

    def _hear(self, event: FloorEvent, now_us: int) -> list[FloorAction]:
        match event:
            case events.SpeechStarted() | events.SpeechResumed():
                return self._listening.voice_on(event, now_us)
            case events.SpeechDipped():
                return self._listening.voice_dipped(event, now_us)
            case events.SpeechPaused():
                return self._listening.voice_off(event, now_us)
            case events.VoiceLeftAside():
                self._standing.voice_left_aside()
                return []
            case events.Transcribed() | events.TranscriptionFailed():
                return self._listening.recognised(event, now_us)
            case events.DigitPressed(digit):
                return self._listening.key(digit, now_us)
            case sec.SecureEntryStarted():
                return self._speaking.keyed_over(now_us)
            case events.TextReceived(text):
                return self._listening.text(text, now_us)
            case _:
                return []

    def _end(self, now_us: int) -> list[FloorAction]:
        standing, turn = self._standing, self._standing.turn
        standing.turn = None
        standing.go(Happening.ENDED, now_us)
        stopped = standing.speech.stop("the call ended")
        return [*stopped] if turn is None else [*turn.cancel(), EndTurn(turn.number, "the call ended"), *stopped]

    def _after_the_end(self, event: FloorEvent) -> list[FloorAction]:
        if isinstance(event, events.Transcribed | events.TranscriptionFailed):
            return [late(event, "the call has ended")]
        return []

    def _deadlines(self) -> list[_Deadline]:
        """What is waited for besides events: one deadline each for the agent's words and for the caller's turn."""
        standing = self._standing
        if standing.state is State.CLOSED:
            return []
        out: list[_Deadline] = []
        if standing.turn is not None:
            out.append(self._turn_deadline(standing.turn))
        if standing.speech:
            out.append(self._speech_deadline())
        if not out:
            out += self._rest_deadlines()
        return out

    def _turn_deadline(self, turn: CallerTurn) -> _Deadline:
        settings, listening = self._settings, self._listening
        if listening.keys_due_us is not None:
            return listening.keys_due_us, lambda now_us: listening.keyed(turn, now_us)
        if not turn.has_voice:
            ends: _Deadline = (listening.endpoint_us(turn), lambda now_us: listening.endpoint_reached(turn, now_us))
            return min((ends, *self._listening_only(turn)), key=lambda deadline: deadline[0])
        longest: _Deadline = (turn.began_us + settings.longest_turn_us, lambda now_us: listening.too_long(turn, now_us))
        if not self._standing.speech:
            return longest
        return min((longest, *self._interrupting(turn)), key=lambda deadline: deadline[0])

    def _interrupting(self, turn: CallerTurn) -> list[_Deadline]:
        """While the caller's voice is on over the agent: when to look at its words, and when to decide by them."""
        settings, listening, held_us = self._settings.interruption, self._listening, self._standing.speech.held_since_us
        out: list[_Deadline] = []
        look_us = listening.look_due_us(turn)
        if look_us is not None:
            out.append((look_us, lambda now_us: listening.look(turn, now_us)))
        if held_us is not None:
            goes_on_us = max(held_us, turn.voice_reaches_us(settings.voiced_us))
            due_us = goes_on_us if turn.newest is None else held_us + settings.decide_us
            if turn.job is not None:  # its words are worth a moment more
                due_us = max(due_us, goes_on_us)
            out.append((due_us, lambda now_us: listening.weigh(turn, now_us)))
        return out + self._listening_only(turn)

    def _listening_only(self, turn: CallerTurn) -> list[_Deadline]:
        """When it is time to decide although all words of a voice that fell silent are still on their way."""
        held_us = self._standing.speech.held_since_us
        if held_us is None or turn.job is None or turn.newest is None or turn.listened or not turn.fell_silent:
            return []
        due_us = held_us + self._settings.interruption.decide_us
        return [(due_us, lambda now_us: self._speaking.listens_only(turn, now_us))]

    def _speech_deadline(self) -> _Deadline:
        speech, turn = self._standing.speech, self._standing.turn
        if speech.held_since_us is not None and turn is not None:
            held_until_us = speech.held_since_us + self._settings.hold_limit_us
            return held_until_us, lambda now_us: self._speaking.held_long_enough(turn, now_us)
        return speech.news_us + self._settings.playback_limit_us, self._speaking.playback_lost

    def _rest_deadlines(self) -> list[_Deadline]:
        standing = self._standing
        owed = standing.owed.next_due()
        if owed is not None:
            due_us, turn = owed
            return [(due_us, lambda now_us: self._speaking.overdue(turn, now_us))]
        return [] if standing.silence_due_us is None else [(standing.silence_due_us, standing.silent)]
