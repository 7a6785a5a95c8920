"""The caller's half of the floor: voice, recognition, keys and typed turns, up to the turn being taken or dropped."""

from __future__ import annotations

from voice_agent.audio import samples_to_us
from voice_agent.conversation.actions import Transcribe
from voice_agent.conversation.events import (
    SpeechDipped,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
    Transcribed,
    TranscriptionFailed,
)
from voice_agent.ports.urgency import Urgency
from voice_agent.turns.caller_turn import CallerTurn
from voice_agent.turns.interruption import Verdict
from voice_agent.turns.keypad import Keypad
from voice_agent.turns.looks import Looks
from voice_agent.turns.recognising import expects, late
from voice_agent.turns.signals import FloorAction, Foreseen, TurnLikely, TurnTaken, TurnTooLong
from voice_agent.turns.standing import Standing
from voice_agent.turns.transitions import Happening, State


class Listening:
    """Jobs count from 1 and are never used twice."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._settings = standing.settings
        self._keypad = Keypad(standing.settings)
        self._looks = Looks(standing.settings.interruption)
        self._jobs = 0
        self._early: int | None = None
        """The newest job, where it was begun ahead."""

    @property
    def keys_due_us(self) -> int | None:
        return self._keypad.due_us

    # Voice

    def voice_on(self, event: SpeechStarted | SpeechResumed, now_us: int) -> list[FloorAction]:
        """Voice joins the open turn, or opens one; the agent is held, but where that was for nothing before."""
        standing = self._standing
        if standing.state is State.KEYING or (standing.turn is not None and standing.turn.final):
            return []
        standing.learn_pause(now_us)
        turn = standing.open_turn(now_us)
        over_agent = bool(standing.speech)
        cancelled = turn.voice(event.segment, event.at_sample, now_us, tells=over_agent and turn.job == self._early)
        if over_agent:
            self._looks.begin(now_us)
            if standing.state is State.AGENT_SPEAKING and self._only_noise:
                return [*cancelled]
        held = standing.speech.hold(now_us)
        standing.go(Happening.VOICE_ON, now_us)
        return [*cancelled, *held]

    def spoken_over(self, now_us: int) -> None:
        """The agent has begun to say something while the caller's voice is on."""
        self._looks.begin(now_us)

    @property
    def _only_noise(self) -> bool:
        return self._standing.false_alarms >= self._settings.interruption.false_alarms

    def look_due_us(self, turn: CallerTurn) -> int | None:
        """When the words of the voice that is on over the agent are asked for; None while two looks are under way."""
        return self._looks.due_us if turn.has_voice and None in (turn.job, turn.look) else None

    def look(self, turn: CallerTurn, now_us: int) -> list[FloorAction]:
        """Asks for them; while the agent is muted, once more before the first answer."""
        self._looks.looked(now_us, again=self._standing.speech.held_since_us is not None)
        return [*turn.overtake(), *self.recognise_so_far(turn, now_us)]

    def voice_dipped(self, event: SpeechDipped, now_us: int) -> list[FloorAction]:
        """Recognition starts ahead, while it isn't known yet whether this is a pause: words for nothing cost less than
        late ones. What it overtakes is of no use any more."""
        turn = self._standing.turn
        if turn is None or not turn.has_voice or turn.segment != event.segment:
            return []
        overtaken = self._overtake(turn)
        turn.dip(event.end_sample)
        if self._standing.speech.held_since_us is not None or turn.worded is not None:
            self._looks.dipped(now_us)
        return [*overtaken, self._transcribe(turn, "early")]

    def recognise_so_far(self, turn: CallerTurn, now_us: int) -> list[FloorAction]:
        """Asks for the words of the voice that is on, up to now: they come as `partial`. One at a time."""
        if not turn.has_voice or turn.job is not None:
            return []
        turn.go_on(now_us)
        return [self._transcribe(turn, "early")]

    def voice_off(self, event: SpeechPaused, now_us: int) -> list[FloorAction]:
        """Recognition starts at the latest now, whether or not this pause turns out to be the end.

        The end of voice follows from its position in the track. A track that lags behind the clock, or runs ahead of
        it, must not shorten the caller's time to go on, so that the position is believed only within limits.
        """
        turn = self._standing.turn
        if turn is None or not turn.has_voice or turn.segment != event.segment:
            return []
        earliest_us = now_us - self._settings.track_slack_us
        self._looks.over()
        turn.level_dbfs = event.level_dbfs
        turn.pause(event.end_sample, min(max(samples_to_us(event.end_sample), earliest_us), now_us))
        self._standing.go(Happening.VOICE_OFF, now_us)
        if turn.heard is not None:
            return self.weigh(turn, now_us)
        return [] if turn.recognised_ahead else [*self._overtake(turn), self._transcribe(turn)]

    def _overtake(self, turn: CallerTurn) -> list[FloorAction]:
        """What is being recognised isn't all. Over the agent it may decide something all the same."""
        return [*(turn.overtake() if self._standing.speech else turn.cancel())]

    def too_long(self, turn: CallerTurn, now_us: int) -> list[FloorAction]:
        """The longest turn is over: take it with what can be recognised of it."""
        turn.cut(now_us)
        self._standing.go(Happening.VOICE_OFF, now_us)
        return [TurnTooLong(turn.number), *turn.cancel(), self._transcribe(turn)]

    def _transcribe(self, turn: CallerTurn, urgency: Urgency = "final") -> Transcribe:
        self._jobs += 1
        self._early = self._jobs if urgency == "early" else None
        expected = self._standing.expectation
        window_us, language = self._settings.window_us, expected.setting.language
        told = expects(expected, self._settings.second_opinion)
        return turn.transcribe(self._jobs, told, window_us, urgency, language)

    # Recognition

    def recognised(self, event: Transcribed | TranscriptionFailed, now_us: int) -> list[FloorAction]:
        turn = self._standing.turn
        if turn is not None and event.job == turn.look:
            return self._looked(turn, event, now_us)
        if turn is None or not turn.awaits(event.job, event.generation):
            return [late(event, "nobody waits for it")]
        turn.job = None
        if self._standing.state is State.KEYING:
            return self._said_before_keys(turn, event, now_us)
        if isinstance(event, Transcribed):
            turn.recognised(self._standing.second_opinion.with_belief(event, self._standing.expectation))
            return self.weigh(turn, now_us) if turn.heard is not None or self._standing.speech else []
        if event.job == self._early:
            self._looks.failed(now_us)
            return [] if turn.has_voice else [self._transcribe(turn)]
        if not turn.retried:
            turn.retried = True
            return [self._transcribe(turn)]
        return self._give_up(turn, now_us)

    def _looked(self, turn: CallerTurn, event: Transcribed | TranscriptionFailed, now_us: int) -> list[FloorAction]:
        """Words that aren't all any more count while nothing newer is known; after a dip only those that insist, for
        all are on their way."""
        turn.look, expected = None, self._standing.expectation
        older = turn.partial is not None and turn.partial.generation > event.generation
        if isinstance(event, TranscriptionFailed) or older or turn.heard is not None or not self._standing.speech:
            return []
        if turn.dipped and not self._standing.insists(event.text, expected):
            turn.remember(event)
            return []
        turn.recognised_before(event)
        return self.weigh(turn, now_us)

    def _said_before_keys(
        self, turn: CallerTurn, event: Transcribed | TranscriptionFailed, now_us: int
    ) -> list[FloorAction]:
        if isinstance(event, TranscriptionFailed):
            return []
        turn.recognised(event)
        return self.keyed(turn, now_us) if self._whole_with_words(turn) else []

    def weigh(self, turn: CallerTurn, now_us: int) -> list[FloorAction]:
        """What is known of the words: do they stop the agent, and is the turn over?"""
        standing = self._standing
        out: list[FloorAction] = []
        if standing.speech:
            verdict = standing.verdict(turn, now_us)
            if verdict.decision != "stop":
                return self._not_stopped(turn, verdict, now_us)
            reason = "the caller goes on" if turn.newest is None else "the caller said something"
            out += standing.stop_for(turn, reason, now_us, verdict.votes)
        if turn.heard is None:
            return out
        if self.endpoint_us(turn) <= now_us:
            return out + self.endpoint_reached(turn, now_us)
        if not turn.words:
            return out
        turn.likely = turn.words
        return [*out, TurnLikely(self._taken(turn))]

    def foreseen(self, event: Foreseen, now_us: int) -> list[FloorAction]:
        """What the answer would be is known: the turn may be over sooner for it."""
        turn = self._standing.turn
        if turn is None or turn.number != event.turn or turn.has_voice or turn.words != event.text:
            return []
        turn.foreseen = event
        return self.endpoint_reached(turn, now_us) if self.endpoint_us(turn) <= now_us else []

    def _not_stopped(self, turn: CallerTurn, verdict: Verdict, now_us: int) -> list[FloorAction]:
        """The agent goes on, or nothing is decided yet."""
        if verdict.decision == "wait":
            if self._standing.speech.held_since_us is None:
                self._looks.later(now_us)
            elif turn.job is None:
                self._looks.again(now_us)
            return []
        if turn.heard is not None:
            return self._standing.drop(turn, verdict.votes[0], now_us, verdict.votes)
        self._looks.later(now_us)
        return self._standing.go_on(verdict, now_us)

    def endpoint_us(self, turn: CallerTurn) -> int:
        """When a turn whose voice is off is over, as far as is known now."""
        if turn.final and turn.heard is not None:
            return turn.ended_us
        return turn.ended_us + self._standing.endpoint(turn).delay_us

    def endpoint_reached(self, turn: CallerTurn, now_us: int) -> list[FloorAction]:
        if turn.heard is None:
            return self._give_up(turn, now_us)
        if not turn.words:
            if turn.interrupted is None:
                return self._standing.drop(turn, "no words", now_us)
            return self._fail(turn, now_us)
        if self._standing.expectation.holding and self._standing.is_backchannel(turn.words, self._standing.expectation):
            return self._standing.drop(turn, "said to themselves", now_us)
        return self._standing.take(self._taken(turn), now_us)

    def _taken(self, turn: CallerTurn) -> TurnTaken:
        """The turn as it would be taken with the words that are there."""
        alternatives, confidence = ((), 1.0) if turn.heard is None else (turn.heard.alternatives, turn.heard.confidence)
        votes = self._standing.endpoint(turn).votes
        interrupted = turn.interrupted
        return TurnTaken(turn.number, turn.words, alternatives, confidence, "", interrupted, votes=votes)

    def _give_up(self, turn: CallerTurn, now_us: int) -> list[FloorAction]:
        """Recognition failed or takes too long. An agent that still has something to say goes on saying it."""
        cancelled = turn.cancel()
        if self._standing.speech:
            return [*cancelled, *self._standing.drop(turn, "not recognised", now_us)]
        return [*cancelled, *self._fail(turn, now_us)]

    def _fail(self, turn: CallerTurn, now_us: int) -> list[FloorAction]:
        failed = TurnTaken(turn.number, "", interrupted_utterance=turn.interrupted, failed=True)
        return self._standing.take(failed, now_us)

    # Keys and typed turns

    def key(self, key: str, now_us: int) -> list[FloorAction]:
        """Keys take the open turn over from voice, and stop the agent. Figures said before them may belong to them."""
        standing = self._standing
        if self._keypad.ignores(key, now_us):
            return []
        turn = standing.open_turn(now_us)
        out: list[FloorAction] = [*self._leave_voice(turn, now_us)]
        if standing.speech:
            turn.cut_off(standing.speech.current)
            out += standing.speech.stop("a key was pressed")
        standing.go(Happening.KEY, now_us)
        if self._keypad.press(key, standing.expectation, now_us) or self._whole_with_words(turn):
            out += self.keyed(turn, now_us)
        return out

    def _leave_voice(self, turn: CallerTurn, now_us: int) -> list[FloorAction]:
        """Where figures are asked for, words that are known or on their way are kept; a voice that is on is over."""
        if self._standing.expectation.kind != "digits":
            return [*turn.leave_voice()]
        out = self.recognise_so_far(turn, now_us) if turn.heard is None else []
        turn.keep_words()
        return out

    def _whole_with_words(self, turn: CallerTurn) -> bool:
        """Whether the figures said and those keyed after them are all that is asked for."""
        expectation, keys = self._standing.expectation, self._keypad.keys
        if not turn.words or keys == "" or expectation.kind != "digits":
            return False
        return self._standing.completeness(f"{turn.words} {' '.join(keys)}", expectation) == "complete"

    def keyed(self, turn: CallerTurn, now_us: int) -> list[FloorAction]:
        """The entry is complete."""
        cancelled, keys, words = turn.cancel(), self._keypad.take(), turn.words
        others = turn.heard.alternatives if words and turn.heard is not None else ()
        taken = TurnTaken(turn.number, words, others, keys=keys, interrupted_utterance=turn.interrupted)
        return [*cancelled, *self._standing.take(taken, now_us)]

    def text(self, text: str, now_us: int) -> list[FloorAction]:
        """A typed turn is over as it comes. A turn of voice or keys that is open stays open beside it."""
        standing = self._standing
        turn = standing.next_turn()
        interrupted = standing.speech.current
        stopped = standing.speech.stop("the caller wrote something")
        standing.owe(turn, now_us)
        if interrupted is not None or standing.turn is None:
            standing.agent_gone(now_us)
        return [*stopped, TurnTaken(turn, text, interrupted_utterance=interrupted)]
