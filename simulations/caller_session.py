"""Gives a scripted caller a voice and ears: 20 ms of the agent in, 20 ms of the caller and its keys out.

    lines = await prepare_lines(texts_of(scenario), synthesiser, clock)
    caller = CallerSession(scenario, lines, recogniser, clock)
    async with asyncio.TaskGroup() as group:
        group.create_task(caller.listen())
        ...                                    # tick every 20 ms until caller.hung_up or the agent is gone
        caller.end("agent", "hung up")
    result = caller.result("sim-1")

Its time is the number of frames: nothing that a synthesiser or recogniser takes is part of what it measures. Only cues
wait for the recogniser, as a person waits until it has understood.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final, assert_never

import msgspec

from simulations import caller_events as ev
from simulations.caller import ScriptedCaller
from simulations.caller_events import CallerAction, CallerEvent
from simulations.callers.minds import NO_MIND, SpokenMind
from simulations.callers.thinking_caller import ThinkingCaller
from simulations.callers.utterances import words_of
from simulations.ears import FINISHED_MS, Ears, PieceEnded, UtteranceBegan
from simulations.loudness import WINDOW_MS, WINDOW_SAMPLES, voiced_windows
from simulations.measures.timeline import DeedKind
from simulations.measures.turn_taking import TurnTaking
from simulations.mouth import Mouth, PreparedLine
from simulations.result import CallResult
from simulations.scenario import Scenario
from simulations.scenario_line import ASIDES
from simulations.tape import Tape
from simulations.transcript import Transcript
from voice_agent.audio import FRAME_US, Pcm
from voice_agent.clock import Clock
from voice_agent.errors import EngineUnavailable, VoiceAgentError
from voice_agent.ports.speech import Recogniser

WINDOW_US: Final = WINDOW_MS * 1_000
MARGIN_WINDOWS: Final = 15
"""What a recogniser gets before and after a piece: consonants are quieter than the threshold."""
RECOGNITION_US: Final = 30_000_000


class _Heard(msgspec.Struct, frozen=True):
    """A piece of the agent's voice and its words."""

    piece: PieceEnded
    text: str


class CallerSession:
    """One call of one scenario; the call is answered at the first tick."""

    def __init__(
        self,
        scenario: Scenario,
        lines: Mapping[str, PreparedLine],
        recogniser: Recogniser,
        clock: Clock,
        *,
        finished_ms: int = FINISHED_MS,
        mind: SpokenMind | None = None,
    ) -> None:
        """`lines` holds all of `texts_of(scenario)`. `clock` is the one that the recogniser's deadlines are of. `mind`
        thinks of the caller's words where the scenario says so.
        """
        self.tape: Final = Tape()
        self._scenario = scenario
        self._caller = ThinkingCaller(scenario) if scenario.mind == "llm" else ScriptedCaller(scenario)
        self._lines = dict(lines)
        self._mind = mind
        self._recogniser = recogniser
        self._clock = clock
        self._mouth = Mouth()
        self._ears = Ears(finished_ms)
        self._transcript = Transcript()
        self._asked: asyncio.Queue[PieceEnded | ev.Think | None] = asyncio.Queue()
        self._thoughts: deque[ev.Thought | ev.ThoughtFailed] = deque()
        self._heard: deque[_Heard] = deque()
        self._waiting = 0
        self._now_us = 0
        self._speaking = False
        self._in_aside = False
        self._ended: tuple[str, str] | None = None
        self._caller.handle(ev.CallAnswered(), 0)

    @property
    def number(self) -> str:
        """What the agent sees of who calls."""
        return self._scenario.who.number

    @property
    def hung_up(self) -> bool:
        """Whether the call is over for the caller: it hung up, or was told of the end."""
        return self._ended is not None

    @property
    def reason(self) -> str:
        """Why the call is over, empty while it isn't."""
        return "" if self._ended is None else self._ended[1]

    def tick(self, agent: Pcm) -> tuple[Pcm, Sequence[str]]:
        """What came from the agent (`int16[160]`), for what goes to it in the same 20 ms and the keys pressed."""
        voiced = voiced_windows(agent)
        self._transcript.heard += voiced
        if self._ended is None:
            self._listen(voiced)
            self._think()
        frame, keys, own_voiced = self._mouth.pull()
        self._transcript.sent += own_voiced
        self.tape.append(frame, agent)
        self._now_us += FRAME_US
        return frame, keys

    async def listen(self) -> None:
        """Transcribes what is heard, piece by piece, and has the mind think, until `end` and nothing is left to do."""
        while (asked := await self._asked.get()) is not None:
            if isinstance(asked, PieceEnded):
                self._heard.append(_Heard(asked, await self._recognise(asked)))
            elif self._ended is None:
                self._thoughts.append(await self._think_of(asked))

    def end(self, by: str, reason: str) -> None:
        """The call is over: `by` is "agent" or "network". After the caller hung up it changes nothing."""
        if self._ended is None:
            self._caller.handle(ev.CallOver(reason), self._now_us)
            self._finish(by, reason)

    def result(self, call_id: str) -> CallResult:
        """What the caller saw of the call; not judged yet. Call it once `listen` has returned."""
        while self._heard:
            self._note(self._heard.popleft())
        by, reason = ("nobody", "still going on") if self._ended is None else self._ended
        scene = self._scenario
        return self._transcript.result(call_id, scene, by=by, reason=reason, unfinished=self._caller.unfinished)

    def turn_taking(self) -> TurnTaking:
        """How the turns were taken, on this side of the line."""
        return self._transcript.turn_taking()

    def _listen(self, voiced: bytes) -> None:
        for event in self._ears.hear(voiced):
            match event:
                case UtteranceBegan(window=window):
                    self._tell(ev.AgentStarted(window * WINDOW_US))
                case PieceEnded():
                    self._ask(event)
                case _:
                    assert_never(event)
        while self._heard:
            heard = self._heard.popleft()
            self._waiting -= 1
            self._note(heard)
            piece = heard.piece
            began_us, ended_us = piece.began * WINDOW_US, piece.end * WINDOW_US
            if self._waiting == 0 and piece.last and not self._ears.speaking:
                self._tell(ev.AgentFinished(heard.text, began_us, ended_us))
            else:
                self._tell(ev.AgentText(heard.text, began_us))

    def _think(self) -> None:
        while self._thoughts:
            self._tell(self._thoughts.popleft())
        if self._speaking and not self._mouth.busy:
            self._speaking = False
            self._deed_ended()
            self._tell(ev.LineSpoken())
        while self._ended is None and (wake_us := self._caller.next_wake()) is not None and wake_us <= self._now_us:
            self._perform(self._caller.wake(self._now_us))

    def _deed_ended(self) -> None:
        if self._in_aside:
            self._in_aside = False
            self._transcript.aside_ended(self._window)
        else:
            self._transcript.turn_ended(self._window)

    def _tell(self, event: CallerEvent) -> None:
        self._perform(self._caller.handle(event, self._now_us))

    def _perform(self, actions: list[CallerAction]) -> None:
        for action in actions:
            match action:
                case ev.SpeakLine(text=text, continues=continues, over_agent=over_agent, kind=kind):
                    self._mouth.say(self._lines[text])
                    if kind in ASIDES:
                        self._begin_aside(text, kind)
                    else:
                        self._begin(words_of(text), continues, "interruption" if over_agent else kind)
                case ev.PressKeys(keys=keys, continues=continues):
                    self._mouth.press(keys)
                    self._begin(f"[{keys}]", continues, "keys")
                case ev.StopSpeaking():
                    self._mouth.stop()
                case ev.HangUp(reason=reason):
                    self._finish("caller", reason)
                case ev.Think():
                    self._asked.put_nowait(action)
                case _:
                    assert_never(action)

    def _begin_aside(self, text: str, kind: DeedKind) -> None:
        self._speaking = self._in_aside = True
        said = words_of(text)
        self._transcript.aside_began(said if said else text, self._window, kind=kind)

    def _begin(self, said: str, continues: bool, kind: DeedKind) -> None:
        self._speaking = True
        self._transcript.turn_began(said, self._window, continues=continues, kind=kind)

    @property
    def _window(self) -> int:
        return self._now_us // WINDOW_US

    def _finish(self, by: str, reason: str) -> None:
        self._ended = (by, reason)
        self._mouth.stop()
        self._transcript.call_ended(self._window)
        for event in self._ears.close():
            if isinstance(event, PieceEnded):
                self._ask(event)
        self._asked.put_nowait(None)

    def _ask(self, piece: PieceEnded) -> None:
        self._waiting += 1
        self._asked.put_nowait(piece)

    def _note(self, heard: _Heard) -> None:
        self._transcript.agent_said(heard.text, heard.piece.start)

    async def _think_of(self, asked: ev.Think) -> ev.Thought | ev.ThoughtFailed:
        try:
            if self._mind is None:
                raise EngineUnavailable("nobody gave the caller a mind", hint=NO_MIND)
            thought, spoken = await self._mind.think(asked.number, asked.said)
        except VoiceAgentError as problem:
            self._transcript.problems.append(f"the caller's mind failed: {problem.message}")
            return ev.ThoughtFailed(problem.message)
        self._lines.update(spoken)
        return ev.Thought(asked.number, thought)

    async def _recognise(self, piece: PieceEnded) -> str:
        if piece.end <= piece.start:
            return ""
        from_sample = (piece.start - MARGIN_WINDOWS) * WINDOW_SAMPLES
        pcm = self.tape.agent(from_sample, (piece.end + MARGIN_WINDOWS) * WINDOW_SAMPLES)
        deadline_us = self._clock.now_us() + RECOGNITION_US
        try:
            found = await self._recogniser.transcribe(pcm, expects="open", deadline_us=deadline_us)
        except VoiceAgentError as problem:
            at_ms = piece.start * WINDOW_MS
            self._transcript.problems.append(f"the agent's words at {at_ms} ms were not heard: {problem.message}")
            return ""
        return found.text
