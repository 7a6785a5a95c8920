"""The agent's half of the floor: what becomes of its words while the caller may want to speak."""

from __future__ import annotations

from voice_agent.conversation.actions import StopSpeaking
from voice_agent.turns.caller_turn import CallerTurn
from voice_agent.turns.listening import Listening
from voice_agent.turns.signals import AgentSaid, DecisionOverdue, FloorAction
from voice_agent.turns.standing import Standing
from voice_agent.turns.transitions import Happening, State


class Speaking:
    def __init__(self, standing: Standing, listening: Listening) -> None:
        self._standing = standing
        self._listening = listening

    def said(self, event: AgentSaid, now_us: int) -> list[FloorAction]:
        """The agent has something to say. While the caller speaks it is held before its first word."""
        standing, turn = self._standing, self._standing.turn
        standing.owed.answer(event.turn, event.last, now_us)
        if standing.typed:
            return self._written(now_us)
        if standing.state is State.KEYING and turn is not None:
            turn.cut_off(event.utterance)
            return [StopSpeaking(event.utterance, "keys are being pressed")]
        standing.speech.said(event.utterance, event.clauses, event.words, now_us)
        out: list[FloorAction] = []
        if standing.state in (State.CALLER_SPEAKING, State.CALLER_PAUSED):
            out += standing.speech.hold(now_us)
            self._listening.spoken_over(now_us)
        standing.go(Happening.AGENT_SPOKE, now_us)
        if turn is not None and turn.heard is not None:
            out += self._listening.weigh(turn, now_us)
        return out

    def _written(self, now_us: int) -> list[FloorAction]:
        """In a typed conversation what is said has arrived at once."""
        if self._standing.turn is None:
            self._standing.rest(now_us)
        return []

    def decided(self, turn: int, now_us: int) -> list[FloorAction]:
        """`turn` led to something without words."""
        self._standing.owed.settle(turn)
        if self._standing.state is State.DECIDING:
            self._standing.rest(now_us)
        return []

    def keyed_over(self, now_us: int) -> list[FloorAction]:
        """The first key in confidence: the caller needn't hear the question out. No turn is opened by it."""
        if not self._standing.speech:
            return []
        stopped = self._standing.speech.stop("a key was pressed")
        self._standing.agent_gone(now_us)
        return [*stopped]

    def finished(self, utterance: int, now_us: int) -> list[FloorAction]:
        """An utterance was played to its end. If that crossed with a hold, playout is set free again."""
        speech = self._standing.speech
        if not speech.finish(utterance, now_us) or speech:
            return []
        freed = speech.resume(utterance, now_us)
        self._standing.owed.restart(now_us)
        self._standing.agent_gone(now_us)
        return [*freed]

    def listens_only(self, turn: CallerTurn, now_us: int) -> list[FloorAction]:
        """It is time to decide, and the voice fell silent after a backchannel, as far as its words are known: the agent
        goes on without all of them, which stop it where there are others."""
        turn.listened = True
        verdict = self._standing.verdict(turn, now_us)
        return self._standing.go_on(verdict, now_us) if verdict.votes[0] == "backchannel" else []

    def held_long_enough(self, turn: CallerTurn, now_us: int) -> list[FloorAction]:
        """Nothing is decided yet. A caller who is still heard has won; otherwise the words may stop the agent later."""
        if turn.has_voice:
            return self._standing.stop_for(turn, "the caller goes on", now_us)
        resumed = self._standing.speech.resume(self._standing.speech.current, now_us)
        self._standing.go(Happening.OVER_TO_AGENT, now_us)
        return [*resumed]

    def playback_lost(self, now_us: int) -> list[FloorAction]:
        """Playout has given no sign of life: go on without it rather than wait for ever."""
        stopped = self._standing.speech.stop("playback made no progress")
        self._standing.agent_gone(now_us)
        return [*stopped]

    def overdue(self, turn: int, now_us: int) -> list[FloorAction]:
        self._standing.owed.owe(turn, now_us)
        return [DecisionOverdue(turn)]
