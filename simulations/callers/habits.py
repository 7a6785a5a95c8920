"""What habits make of a caller's lines: numbers spelled, slips put right, fillers, more or fewer words. Pure.

    as_played(scenario, seed)       # the same scenario and seed give the same lines

Lines that were written are changed before the call, so that what is said can be prepared; what is done while the agent
speaks is `asides`'. A number is a run of three or more figures in a text to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, TypeVar

import msgspec

from simulations.callers.spoken_numbers import corrected, spoken
from simulations.chance import happens, mixed
from simulations.scenario import Scenario
from simulations.scenario_line import Answer, Branch, Line

NUMBER: Final = re.compile(r"(?<![\w.\[])\d{3,}(?![\w.]*\d)")
LANGUAGE: Final = "en"
_POLITE: Final[Mapping[str, re.Pattern[str]]] = {
    "en": re.compile(r"\b(?:hi|hello|please|thank you|thanks|sorry)\b[,!.]?", re.IGNORECASE),
    "es": re.compile(r"\b(?:hola|buenos días|por favor|muchas gracias|gracias|perdone)\b[,!.]?", re.IGNORECASE),
}
_FILLERS: Final[Mapping[str, tuple[str, ...]]] = {"en": ("Um,", "Well,", "So, uh,"), "es": ("Eh,", "Bueno,", "Pues,")}
_CHAT: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        "I hope you can help me with this.",
        "It has been quite a week, let me tell you.",
        "My neighbour said I should just call.",
    ),
    "es": ("Espero que me pueda ayudar.", "Vaya semana llevo, la verdad.", "Mi vecina me dijo que llamara."),
}

OneT = TypeVar("OneT", Line, Branch, Answer)


def as_played(scenario: Scenario, seed: int) -> Scenario:
    """`scenario` with `seed` in place of its own and its lines as this caller says them."""
    played = msgspec.structs.replace(scenario, seed=seed)
    if scenario.mind != "scripted" or played.behaviour == type(played.behaviour)():
        return played
    habits = _Habits(played)
    return msgspec.structs.replace(
        played,
        lines=tuple(map(habits.line, played.lines)),
        whenever=tuple(map(habits.one, played.whenever)),
    )


class _Habits:
    """Of one call; lines are numbered in the order of the file."""

    def __init__(self, scenario: Scenario) -> None:
        self._behaviour = scenario.behaviour
        self._seed = scenario.seed ^ 0x4AB17
        language = LANGUAGE if scenario.who.language is None else scenario.who.language
        self._language = language if language in _FILLERS else LANGUAGE
        self._number = 0

    def line(self, line: Line) -> Line:
        on = tuple(
            msgspec.structs.replace(self.one(branch), then=tuple(map(self.line, branch.then))) for branch in line.on
        )
        return self.one(msgspec.structs.replace(line, on=on) if on else line)

    def one(self, line: OneT) -> OneT:
        """A line, a branch or an answer: whatever says something."""
        if line.say is None:
            return line
        self._number += 16
        found = NUMBER.search(line.say)
        if found is not None and self._behaviour.keys:
            return msgspec.structs.replace(line, say=None, keys=found[0], loudness_db=0.0)
        said = NUMBER.sub(self._said, line.say)
        return msgspec.structs.replace(line, say=self._talked(said, has_number=found is not None))

    def _said(self, found: re.Match[str]) -> str:
        behaviour, figures = self._behaviour, found[0]
        pause = f" [{behaviour.pause_in_numbers_ms} ms] " if behaviour.pause_in_numbers_ms > 0 else ", "
        if happens(behaviour.corrects, self._seed, self._number + 1):
            wrong_at = 1 + mixed(self._seed, self._number + 2) % (len(figures) - 1)
            return corrected(figures, wrong_at, behaviour.spelling, language=self._language, pause=pause)
        return spoken(figures, behaviour.spelling, language=self._language, pause=pause)

    def _talked(self, said: str, *, has_number: bool) -> str:
        behaviour = self._behaviour
        if behaviour.talkativeness == "terse":
            shorter = " ".join(_POLITE[self._language].sub("", said).split())
            said = shorter[:1].upper() + shorter[1:] if re.search(r"\w", shorter) else said
        if behaviour.talkativeness == "chatty" and not has_number and len(said.split()) > 2:
            said = f"{said} {self._one_of(_CHAT, 3)}" if happens(0.5, self._seed, self._number + 4) else said
        if happens(behaviour.fillers, self._seed, self._number + 5):
            said = f"{self._one_of(_FILLERS, 6)} {said}"
        return said

    def _one_of(self, phrases: Mapping[str, tuple[str, ...]], number: int) -> str:
        of_language = phrases[self._language]
        return of_language[mixed(self._seed, self._number + number) % len(of_language)]
