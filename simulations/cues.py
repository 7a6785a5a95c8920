"""Which line of a scenario comes next, given what the agent said. Decides order and repetition, never time. Pure.

Lines are taken in order. A line with `if` is passed over once a later one is taken. Who is asked again for what was
answered, by the last line or by an earlier one, says that line again, unless what is heard is waited for by another.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

import msgspec

from simulations.callers.asides import habitual_texts
from simulations.callers.asked_again import ANYTHING, NOT_CAUGHT, Answered, asked_again, asked_for
from simulations.chance import mixed
from simulations.matching import matches, plain_text
from simulations.scenario import Branch, Line, Scenario
from simulations.scenario_parts import ASIDE, COUGH

REPEATS: Final = 2
"""How often one line is said again at most."""
PAUSE_US: Final = (300_000, 600_000)
"""What people leave between hearing the end of a sentence and beginning theirs, shortest and longest."""


class Step(msgspec.Struct, frozen=True):
    """A line to be played after `pause_us` of silence. `rest` is what comes after it; `text` is what is said.

    `answer` is the number of the answer given to a question that no line waited for, None for a line of its own;
    `answered` is what was heard before it.
    """

    line: Line
    text: str
    pause_us: int
    rest: tuple[Line, ...]
    continues: bool = False
    repeats: bool = False
    answer: int | None = None
    answered: Answered = ANYTHING


class Script:
    """How far a scenario has been played."""

    def __init__(self, scenario: Scenario) -> None:
        self._rest = scenario.lines
        self._answers = scenario.whenever
        self._given = [0] * len(scenario.whenever)
        self._seed = scenario.seed
        self._repeats = scenario.behaviour.repeats
        self._answered = ANYTHING
        self._taken = 0
        self._repeated: Counter[str] = Counter()
        self._last: Step | None = None
        self._earlier: list[tuple[Answered, Step]] = []
        self._has_floor = False

    @property
    def exhausted(self) -> bool:
        """No lines are left but such as words of the agent may call for."""
        return all(line.only_if is not None or _passing(line) for line in self._rest)

    @property
    def complete(self) -> bool:
        """All lines that must be played have been."""
        return all(line.optional for line in self._rest)

    def after_agent(self, heard: str) -> Step | None:
        """The line that answers an agent who said `heard` since the last one and is done."""
        plain = plain_text(heard)
        step = self._next(plain)
        return None if step is None else msgspec.structs.replace(step, answered=_answered(step, plain))

    def _next(self, plain: str) -> Step | None:
        open_cue: Step | None = None
        for at, line in enumerate(self._rest):
            rest = self._rest[at + 1 :]
            if line.on:
                chosen = next((one for one in line.on if one.when is not None and matches(one.when, plain)), None)
                if chosen is not None:
                    return self._branch(chosen, rest)
                otherwise = next((one for one in line.on if one.when is None), None)
                open_cue = None if otherwise is None else self._branch(otherwise, rest)
                break
            words = line.when if line.only_if is None else line.only_if
            if words is not None and matches(words, plain):
                return self._step(line, rest)
            if line.only_if is None and not _passing(line):
                open_cue = self._step(line, rest) if line.after is not None or not line.has_cue else None
                break
        answer = self._answer(plain)
        if answer is not None:
            return answer
        not_caught = NOT_CAUGHT.search(plain) is not None
        if not_caught or (open_cue is None and self.timed() is None):
            again = self._again(plain, not_caught=not_caught)
            return open_cue if again is None else again
        return open_cue

    def following(self) -> Step | None:
        """The line without a cue that follows the one just played."""
        if not self._rest or self._rest[0].has_cue:
            return None
        return self._step(self._rest[0], self._rest[1:], continues=self._has_floor)

    def timed(self) -> Line | None:
        """The first line that must be played, where the clock gives its cue."""
        line = self._required()
        return None if line is None or (line.interrupt is None and line.on_silence is None) else line

    def on_time(self) -> Step | None:
        """The line that `timed` named, to be played at once; None where it named none."""
        line = self.timed()
        if line is None:
            return None
        pause_us = 0 if line.wait_ms is None else line.wait_ms * 1_000
        rest = self._rest[self._rest.index(line) + 1 :]
        return msgspec.structs.replace(self._step(line, rest), pause_us=pause_us)

    def take(self, step: Step) -> None:
        """`step` is being played."""
        self._taken += 1
        if step.repeats:
            self._repeated[step.text] += 1
            return
        self._repeated.clear()
        before = self._answered
        if step.line.has_cue and step.line.aside is None:
            self._answered = step.answered
        if step.answer is None:
            self._rest = step.rest
        else:
            self._given[step.answer] += 1
        if step.line.aside is not None:
            return
        if step.line.say is None and step.line.keys is None:
            self._has_floor = step.continues
            return
        self._has_floor = step.answer is None
        if step.continues and self._last is not None and self._last.text and step.text:
            step = msgspec.structs.replace(step, text=f"{self._last.text} {step.text}")
        elif self._last is not None:
            self._earlier.append((before, self._last))
        self._last = step

    def waiting_for(self) -> str:
        """The cue of the next line that must be played, in words."""
        line = self._required()
        if line is None:
            return "the agent to hang up"
        if line.on:
            words = ", ".join("anything" if one.when is None else f"/{one.when}/" for one in line.on)
            return f"the agent to say one of {words}"
        if line.when is not None:
            return f"the agent to say /{line.when}/"
        if line.interrupt is not None:
            return f"an utterance of {line.interrupt.after_ms} ms to interrupt"
        if line.on_silence is not None:
            return f"{line.on_silence.after_ms} ms of silence"
        return "the agent to say something" if line.has_cue else "the agent to let the caller go on"

    def _required(self) -> Line | None:
        """The next line that isn't for certain words only."""
        return next((line for line in self._rest if line.only_if is None), None)

    def _again(self, plain: str, *, not_caught: bool) -> Step | None:
        """The line that `plain` asks for once more, None where it asks for none, or for one said often enough.

        `not_caught`: it says that something was not heard, which was the last line if it names none.
        """
        last = self._last
        if last is None or not self._repeats:
            return None
        if not asked_for(self._answered, plain):
            last = next((step for answered, step in reversed(self._earlier) if asked_for(answered, plain)), last)
        if last is self._last and not not_caught and not asked_again(self._answered, plain):
            return None
        if self._repeated[last.text] >= REPEATS:
            return None
        return msgspec.structs.replace(last, pause_us=self._pause_us(), continues=False, repeats=True)

    def _branch(self, branch: Branch, rest: tuple[Line, ...]) -> Step:
        return self._step(branch.line, (*branch.then, *rest))

    def _answer(self, plain: str) -> Step | None:
        for number, answer in enumerate(self._answers):
            if self._given[number] < answer.times and matches(answer.when, plain):
                return msgspec.structs.replace(self._step(answer.line, ()), answer=number)
        return None

    def _step(self, line: Line, rest: tuple[Line, ...], *, continues: bool = False) -> Step:
        pause_us = self._pause_us() if line.wait_ms is None else line.wait_ms * 1_000
        return Step(line, utterance_of(line), pause_us, rest, continues)

    def _pause_us(self) -> int:
        shortest, longest = PAUSE_US
        return shortest + mixed(self._seed, self._taken) % (longest - shortest + 1)


def _answered(step: Step, plain: str) -> Answered:
    """What `step` answers. An answer for whenever comes again by itself, as often as the scenario says."""
    if step.answer is not None:
        return ANYTHING
    line = step.line
    return Answered(line.when if line.only_if is None else line.only_if, plain, opening=line.after == "greeting")


def _passing(line: Line) -> bool:
    """An aside that the clock calls for: where the time for it doesn't come, nothing waits for it."""
    return line.aside is not None and (line.interrupt is not None or line.on_silence is not None)


def utterance_of(line: Line) -> str:
    """What a voice is given to say for `line`, with its marks; empty where nothing is said."""
    if line.cough:
        return f"[{COUGH}]"
    if line.side_talk is not None:
        return f"[{ASIDE}] {line.side_talk}"
    text = line.say if line.say is not None else line.backchannel if line.backchannel is not None else ""
    return f"[{line.loudness_db:+g} dB] {text}" if text and line.loudness_db != 0 else text


def texts_of(scenario: Scenario) -> tuple[str, ...]:
    """Everything that a caller of `scenario` may come to say, so that it can be synthesised before the call."""
    texts: dict[str, None] = {}
    _collect(scenario.lines, texts)
    for answer in scenario.whenever:
        texts[utterance_of(answer.line)] = None
    for text in habitual_texts(scenario):
        texts[text] = None
    texts.pop("", None)
    return tuple(texts)


def _collect(lines: tuple[Line, ...], texts: dict[str, None], joined: str = "") -> None:
    """Adds what `lines` say, and what lines say together that follow each other."""
    for line in lines:
        for branch in line.on:
            text = utterance_of(branch.line)
            texts[text] = None
            _collect(branch.then, texts, text)
        text = utterance_of(line)
        if line.aside is not None:
            texts[text] = None
            continue
        if line.say is None:
            joined = "" if line.keys is not None or line.has_cue else joined
            continue
        joined = text if line.has_cue or not joined else f"{joined} {text}"
        texts[text] = None
        texts[joined] = None
