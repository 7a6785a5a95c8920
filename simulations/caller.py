"""A caller that follows a scenario: decides when it speaks, what it repeats, and when it gives up. Pure.

    LISTENING --cue--> PAUSING --pause over--> SPEAKING --line spoken--> LISTENING
        ^                 |
        +--agent goes on--+            any --hang up, call over--> OVER

It can't wait for ever: a cue that doesn't come within the scenario's patience ends the call, and `unfinished` then says
what it was waiting for. A pause before a line is withdrawn when the agent goes on talking.
"""

from __future__ import annotations

from typing import Final, assert_never

from simulations import caller_events as ev
from simulations.caller_events import CallerAction, CallerEvent
from simulations.caller_frame import CallerFrame, State
from simulations.callers.asides import Aside, Asides
from simulations.cues import Script, Step
from simulations.scenario import Scenario

SETTLED_US: Final = 4_000_000
"""How long nobody speaks after the last line before the caller hangs up."""
STILL_ANSWERS_US: Final = 1_000_000
"""An agent that was already talking answers a line nevertheless if it goes on for so long after it."""


class ScriptedCaller(CallerFrame):
    """One call of one scenario. What was not played to its end is `unfinished`."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario)
        self._script = Script(scenario)
        self._asides = Asides(scenario)
        self._next: Step | None = None
        self._due_us = 0
        self._heard: list[str] = []
        self._agent_since_us: int | None = None
        self._waiting_since_us = 0
        self._line_us = (-1, -1)
        self._utterances = 0
        self._aside: Aside | None = None
        self._in_aside = False

    def _take(self, event: CallerEvent, now_us: int) -> list[CallerAction]:
        match event:
            case ev.CallAnswered():
                self._waiting_since_us = now_us
            case ev.AgentStarted(at_us=at_us):
                self._agent_since_us = at_us
                self._aside = self._asides.within(self._utterances)
                self._utterances += 1
                self._withdraw()
            case ev.AgentText(text=text, began_us=began_us):
                if began_us >= self._line_us[0]:
                    self._heard.append(text)
            case ev.AgentFinished():
                self._agent_finished(event, now_us)
            case ev.LineSpoken():
                self._line_spoken(now_us)
            case ev.CallOver(reason=reason):
                self._state = State.OVER
                if not self._script.complete:
                    self.unfinished = f"the call ended ({reason}) while waiting for {self._script.waiting_for()}"
            case ev.Thought() | ev.ThoughtFailed():
                pass  # a script doesn't think
            case _:
                assert_never(event)
        return []

    def _due(self, now_us: int) -> list[CallerAction]:
        if self._state is State.PAUSING and now_us >= self._due_us:
            return self._act(now_us)
        if self._state is State.LISTENING:
            aside_us = self._aside_us()
            if self._aside is not None and aside_us is not None and now_us >= aside_us:
                return self._speak_aside(self._aside)
            return self._tire(now_us)
        return []

    def _waits(self) -> list[int]:
        if self._state is State.PAUSING:
            return [self._due_us]
        if self._state is State.LISTENING:
            return [at for at in (self._cue_us(), self._patience_us(), self._aside_us()) if at is not None]
        return []

    def _agent_finished(self, event: ev.AgentFinished, now_us: int) -> None:
        self._agent_since_us = self._aside = None
        self._quiet_since_us = now_us
        began_us, spoken_us = self._line_us
        stopped_us = now_us if self._state is State.SPEAKING and not self._in_aside else spoken_us
        if event.began_us < began_us and event.ended_us < stopped_us + STILL_ANSWERS_US:
            return  # words that this caller interrupted; the answer is still to come
        self._heard.append(event.text)
        if self._state is State.LISTENING:
            self._waiting_since_us = now_us
            step = self._script.after_agent(" ".join(filter(None, self._heard)))
            if step is not None:
                self._pause(step, now_us)

    def _line_spoken(self, now_us: int) -> None:
        self._state = State.LISTENING
        self._quiet_since_us = self._waiting_since_us = now_us
        step = self._script.following()
        if self._in_aside:
            self._in_aside = False
            if step is None and self._agent_since_us is None and self._heard:
                step = self._script.after_agent(" ".join(filter(None, self._heard)))
        else:
            self._line_us = (self._line_us[0], now_us)
        if step is not None:
            self._pause(step, now_us)

    def _pause(self, step: Step, now_us: int) -> None:
        self._state = State.PAUSING
        self._next = step
        self._due_us = now_us + step.pause_us

    def _withdraw(self) -> None:
        """The agent goes on: it wasn't done, and what was going to be said may not fit any more."""
        if self._state is State.PAUSING and self._next is not None and not self._next.continues:
            self._state = State.LISTENING
            self._next = None

    def _act(self, now_us: int) -> list[CallerAction]:
        step, self._next = self._next, None
        assert step is not None
        self._script.take(step)
        line = step.line
        if line.hang_up:
            return self._hang_up("as the scenario says")
        if line.aside is not None:
            return self._speak_aside(Aside(line.aside, step.text, 0))
        if line.say is None and line.keys is None:
            self._line_spoken(now_us)
            return []
        if (ended := self._turn()) is not None:
            return ended
        self._heard = []
        self._line_us = (now_us, now_us)
        over_agent = self._agent_since_us is not None
        if line.keys is not None:
            return [ev.PressKeys(line.keys, step.continues, over_agent)]
        return [ev.SpeakLine(step.text, step.continues, over_agent)]

    def _speak_aside(self, aside: Aside) -> list[CallerAction]:
        """Takes no turn: what was heard so far still counts for the next line's cue."""
        self._aside = None
        self._state = State.SPEAKING
        self._in_aside = True
        return [ev.SpeakLine(aside.text, False, self._agent_since_us is not None, aside.kind)]

    def _aside_us(self) -> int | None:
        since_us = self._agent_since_us
        return None if self._aside is None or since_us is None else since_us + self._aside.after_us

    def _cue_us(self) -> int | None:
        """When the cue that the clock gives comes, None where it is words or not in sight."""
        line = self._script.timed()
        if self._settles:
            return self._quiet_since_us + SETTLED_US
        if line is None:
            return None
        if line.interrupt is not None:
            since_us = self._agent_since_us
            if since_us is None or since_us < self._line_us[0]:
                return None
            return since_us + line.interrupt.after_ms * 1_000
        assert line.on_silence is not None
        return None if self._agent_since_us is not None else self._quiet_since_us + line.on_silence.after_ms * 1_000

    @property
    def _settles(self) -> bool:
        """Nobody speaks, and the caller has nothing more to say."""
        return self._agent_since_us is None and self._script.exhausted

    def _patience_us(self) -> int | None:
        if self._agent_since_us is not None:
            return None
        return max(self._waiting_since_us, self._quiet_since_us) + self._patience_s * 1_000_000

    def _tire(self, now_us: int) -> list[CallerAction]:
        cue_us, patience_us = self._cue_us(), self._patience_us()
        if cue_us is not None and now_us >= cue_us:
            step = None if self._settles else self._script.on_time()
            if step is None:
                return self._hang_up("nothing more to say")
            self._pause(step, now_us)
            return self.wake(now_us)
        if patience_us is not None and now_us >= patience_us:
            waited = f"{self._patience_s} s of silence while waiting for {self._script.waiting_for()}"
            return self._give_up(waited)
        return []
