"""Which line of a scenario comes next, given what the agent said. Decides order and repetition, never time. Pure.

Lines are taken in order. A line with `if` is passed over once a later one is taken. Words that ask to say it again make
the caller repeat its last line, unless the line that is waited for names just these words.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from simulations.scenario import Line, Scenario

REPEATS: Final = 2
"""How often one line is said again at most."""
PAUSE_US: Final = (300_000, 600_000)
"""What people leave between hearing the end of a sentence and beginning theirs, shortest and longest."""

ASKED_AGAIN: Final = re.compile(
    r"\b(did ?n[o']?t|could ?n[o']?t|can ?n[o']?t) (quite |really )?(catch|hear|get|understand|make out)\b"
    r"|\b(say|tell|give|enter|key|spell|read|try|repeat|ask)\b[^.?!]{0,60}\b(again|once more)\b(?! later)"
    r"|\b(could|can|would|will|please)\b[^.?!]{0,20}\brepeat\b"
    r"|\bsorry\s*[,?.!]*\s*(what|could you|can you|i missed|you said|say)\b|\bsorry\s*\?|\bpardon\b",
    re.IGNORECASE,
)


class Step(msgspec.Struct, frozen=True):
    """A line to be played after `pause_us` of silence. `position` is what comes after it; `text` is what is said."""

    line: Line
    text: str
    pause_us: int
    position: int
    continues: bool = False
    repeats: bool = False


class Script:
    """How far a scenario has been played."""

    def __init__(self, scenario: Scenario) -> None:
        self._lines = scenario.lines
        self._seed = scenario.seed
        self._position = 0
        self._taken = 0
        self._repeated = 0
        self._last: Step | None = None
        self._has_floor = False

    @property
    def exhausted(self) -> bool:
        """No lines are left but such as words of the agent may call for."""
        return self._required() is None

    @property
    def complete(self) -> bool:
        """All lines that must be played have been."""
        return all(line.optional for line in self._lines[self._position :])

    def after_agent(self, heard: str) -> Step | None:
        """The line that answers an agent who said `heard` since the last one and is done."""
        plain = plain_text(heard)
        open_cue: int | None = None
        for index, line in enumerate(self._lines[self._position :], start=self._position):
            words = line.when if line.only_if is None else line.only_if
            if words is not None and re.search(words, plain, re.IGNORECASE) is not None:
                return self._step(index)
            if line.only_if is None:
                open_cue = index if line.after is not None or not line.has_cue else None
                break
        if self._last is not None and self._repeated < REPEATS and ASKED_AGAIN.search(plain) is not None:
            return msgspec.structs.replace(self._last, pause_us=self._pause_us(), continues=False, repeats=True)
        return None if open_cue is None else self._step(open_cue)

    def following(self) -> Step | None:
        """The line without a cue that follows the one just played."""
        if self._position >= len(self._lines) or self._lines[self._position].has_cue:
            return None
        return self._step(self._position, continues=self._has_floor)

    def timed(self) -> Line | None:
        """The first line that must be played, where the clock gives its cue."""
        line = self._required()
        return None if line is None or (line.interrupt is None and line.on_silence is None) else line

    def on_time(self) -> Step | None:
        """The line that `timed` named, to be played at once; None where it named none."""
        line = self.timed()
        if line is None:
            return None
        index = self._lines.index(line, self._position)
        pause_us = 0 if line.wait_ms is None else line.wait_ms * 1_000
        return msgspec.structs.replace(self._step(index), pause_us=pause_us)

    def take(self, step: Step) -> None:
        """`step` is being played."""
        self._taken += 1
        if step.repeats:
            self._repeated += 1
            return
        self._repeated = 0
        self._position = step.position
        if step.line.say is None and step.line.keys is None:
            self._has_floor = step.continues
            return
        self._has_floor = True
        if step.continues and self._last is not None and self._last.text and step.text:
            step = msgspec.structs.replace(step, text=f"{self._last.text} {step.text}")
        self._last = step

    def waiting_for(self) -> str:
        """The cue of the next line that must be played, in words."""
        line = self._required()
        if line is None:
            return "the agent to hang up"
        if line.when is not None:
            return f"the agent to say /{line.when}/"
        if line.interrupt is not None:
            return f"an utterance of {line.interrupt.after_ms} ms to interrupt"
        if line.on_silence is not None:
            return f"{line.on_silence.after_ms} ms of silence"
        return "the agent to say something" if line.has_cue else "the agent to let the caller go on"

    def _required(self) -> Line | None:
        """The next line that isn't for certain words only."""
        return next((line for line in self._lines[self._position :] if line.only_if is None), None)

    def _step(self, index: int, *, continues: bool = False) -> Step:
        line = self._lines[index]
        pause_us = self._pause_us() if line.wait_ms is None else line.wait_ms * 1_000
        return Step(line, "" if line.say is None else line.say, pause_us, index + 1, continues)

    def _pause_us(self) -> int:
        shortest, longest = PAUSE_US
        return shortest + _mixed(self._seed, self._taken) % (longest - shortest + 1)


def texts_of(scenario: Scenario) -> tuple[str, ...]:
    """Everything that a caller of `scenario` may come to say, so that it can be synthesised before the call."""
    texts: dict[str, None] = {}
    joined = ""
    for line in scenario.lines:
        if line.say is None:
            joined = "" if line.keys is not None or line.has_cue else joined
            continue
        joined = line.say if line.has_cue or not joined else f"{joined} {line.say}"
        texts[line.say] = None
        texts[joined] = None
    return tuple(texts)


def plain_text(text: str) -> str:
    """`text` with straight apostrophes and single spaces."""
    return " ".join(text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())


def _mixed(seed: int, number: int) -> int:
    """A well spread 64-bit number for each pair (splitmix64, Steele et al. 2014): the same on every machine."""
    mask = (1 << 64) - 1
    z = (seed * 0x9E3779B97F4A7C15 + (number + 1) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
    return z ^ (z >> 31)
