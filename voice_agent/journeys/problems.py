"""What is wrong with an agent folder: collected while reading, so that an author sees everything at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Literal, TypeAlias

import msgspec

from voice_agent.errors import AgentFolderError

Severity: TypeAlias = Literal["error", "warning"]


class Problem(msgspec.Struct, frozen=True, order=True):
    """`message` says what was found and what is allowed; `hint` is the remedy, empty where there is no obvious one.

    An error can't be carried out as it is written; a warning can, and is hardly meant.
    """

    file: str
    line: int
    message: str
    hint: str = ""
    severity: Severity = "error"

    def halves(self) -> tuple[str, str | None]:
        """What was found and what is allowed, None where the message doesn't say."""
        found, _, allowed = self.message.removeprefix("found ").partition("; allowed: ")
        return found, allowed if allowed != "" else None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"

    def as_error(self) -> AgentFolderError:
        return AgentFolderError(str(self), hint=self.hint if self.hint != "" else None)


class Place(msgspec.Struct, frozen=True):
    """Where something was written; lines count from 1."""

    file: str
    line: int


class Problems:
    """The list that everybody who reads a folder writes to."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(self, place: Place, message: str, hint: str = "") -> None:
        problem = Problem(place.file, place.line, message, hint)
        if problem not in self._found:
            self._found.append(problem)

    def warn(self, place: Place, message: str, hint: str = "") -> None:
        problem = Problem(place.file, place.line, message, hint, "warning")
        if problem not in self._found:
            self._found.append(problem)

    def unknown(self, place: Place, what: str, found: str, allowed: Iterable[str]) -> None:
        """`found` is not one of `allowed`: names them all, and the nearest as a hint."""
        names = list(allowed)
        listed = ", ".join(names) if names else "nothing"
        self.add(place, f"found {what} '{found}'; allowed: {listed}", did_you_mean(found, names))

    def sorted(self) -> list[Problem]:
        return sorted(self._found)


def nearest(found: str, allowed: Iterable[str]) -> str | None:
    """What was probably meant, None where no allowed word is near."""
    near = difflib.get_close_matches(found.lower(), list(allowed), n=1, cutoff=0.6)
    return near[0] if near else None


def did_you_mean(found: str, allowed: Iterable[str]) -> str:
    """`Did you mean 'x'?`, or nothing where no allowed word is near."""
    near = nearest(found, allowed)
    return "" if near is None else f"Did you mean '{near}'?"
