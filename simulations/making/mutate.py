"""Changes to a scenario that holds, and a search for the smallest that make it fail. Pure, and decided by the seed.

    search = smallest_failing(mutations(scenario), budget=40)
    tried = next(search)                            # a set of changes to play the scenario with
    tried = search.send(holds)                      # whether it held; StopIteration.value is what was found

A change is small and is one a caller or a line might make: none alters what the call must come to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import msgspec

from simulations.callers.behaviour import Behaviour
from simulations.callers.habits import NUMBER
from simulations.chance import mixed
from simulations.scenario import Scenario
from simulations.scenario_line import Interrupt, Line

CONDITIONS: Final = ("street_10db", "babble_10db", "loss_5", "bursty_5", "mobile", "speakerphone")
PAUSE_MS: Final = 900
_HEARD_ONLY: Final = frozenset({"backchannels", "coughs"})
"""Habits of which a typed call has nothing."""
_YES: Final = ("Yes.", "Yeah.", "Yep, that's right.", "That's correct.", "Uh-huh, yes.")
_NO: Final = ("No.", "Nope.", "No, that's not right.", "No, it isn't.")
_PLAIN_YES: Final = re.compile(r"(?:yes|yeah|yep|that's right)(?:, (?:please|that's right))?[.!]?", re.IGNORECASE)
_PLAIN_NO: Final = re.compile(r"(?:no|nope)[.!]?", re.IGNORECASE)
_FIGURES: Final = re.compile(
    r"\b(?:(?:oh|zero|one|two|three|four|five|six|seven|eight|nine)\b[ ,]*){4,}", re.IGNORECASE
)

Change: TypeAlias = Callable[[Scenario], Scenario]
Needs: TypeAlias = Literal["words", "sound", "line"]


@dataclass(frozen=True)
class Mutation:
    """One change; `name` says which, as in `pause_in_line_2`.

    One that puts a line in, before the one at `before`, moves all that follow; it is made after those that don't.
    `needs` is what a call must have for it to change anything: words will do, or it takes sound, or a line between.
    """

    name: str
    change: Change
    before: int | None = None
    needs: Needs = "words"


Tried: TypeAlias = tuple[Mutation, ...]


def mutated(scenario: Scenario, changes: Tried) -> Scenario:
    """`scenario`, of version 2, with all `changes`."""
    changed = msgspec.structs.replace(scenario, v=2)
    in_place = [mutation for mutation in changes if mutation.before is None]
    moving = sorted((one for one in changes if one.before is not None), key=lambda one: -(one.before or 0))
    for mutation in (*in_place, *moving):
        changed = mutation.change(changed)
    return changed


def variant_name(changes: Tried) -> str:
    """What the variant is called in a report."""
    return "+".join(mutation.name for mutation in changes)


def mutations(scenario: Scenario) -> tuple[Mutation, ...]:
    """All that change `scenario`, each alone, in order: those of lines first, then habits, then lines to call over."""
    whole = msgspec.structs.replace(scenario, v=2)
    return tuple(mutation for mutation in _possible(whole) if mutation.change(whole) != whole)


def _possible(scenario: Scenario) -> list[Mutation]:
    found: list[Mutation] = []
    for at, line in enumerate(scenario.lines):
        found += _of_line(at, line, scenario.seed)
    if len(scenario.whenever) > 1:
        found.append(Mutation("answers_in_other_order", _other_order))
    habits: dict[str, dict[str, object]] = {
        "chatty": {"talkativeness": "chatty"},
        "terse": {"talkativeness": "terse"},
        "fillers": {"fillers": 1.0},
        "coughs": {"coughs": 1.0},
    }
    if not any(_answers_yes_or_no(line) for line in scenario.lines):
        habits["backchannels"] = {"backchannels": 1.0}
    if any(line.say is not None and NUMBER.search(line.say) for line in scenario.lines):
        habits |= {"corrections": {"corrects": 1.0}, "doubles": {"spelling": "doubles"}}
    found += [
        Mutation(name, _habit(change), needs="sound" if name in _HEARD_ONLY else "words")
        for name, change in habits.items()
    ]
    return [*found, *(Mutation(f"line_{name}", _on_line(name), needs="line") for name in CONDITIONS)]


def _answers_yes_or_no(line: Line) -> bool:
    """Where something is asked that a "yeah" answers, one that is meant to say "go on" may be an answer."""
    said = "" if line.say is None else line.say.strip()
    return _PLAIN_YES.fullmatch(said) is not None or _PLAIN_NO.fullmatch(said) is not None


def smallest_failing(
    changes: Sequence[Mutation], *, budget: int, seed: int = 0
) -> Generator[Tried, bool, Tried | None]:
    """Tries every change alone, then many together; of a set that fails, makes the smallest that still does.

    Yields what is to be played and is sent whether it held; tries `budget` sets at most. Returns None where all held.
    """
    tries = 0
    for mutation in changes:
        if tries >= budget:
            return None
        tries += 1
        if not (yield (mutation,)):
            return (mutation,)
    size, draw = 2, 0
    while tries < budget and size <= len(changes):
        tried = _drawn(changes, size, seed, draw)
        draw += 1
        tries += 1
        if not (yield tried):
            return (yield from _shrunk(tried, budget - tries))
        size = size + 1 if draw % 3 == 0 else size
    return None


def _shrunk(failing: Tried, budget: int) -> Generator[Tried, bool, Tried]:
    """Leaves out one change after another that isn't needed; a greedy one-minimal set (Zeller 2002)."""
    at = 0
    while at < len(failing) and len(failing) > 1 and budget > 0:
        smaller = failing[:at] + failing[at + 1 :]
        budget -= 1
        if (yield smaller):
            at += 1
        else:
            failing = smaller
    return failing


def _drawn(changes: Sequence[Mutation], size: int, seed: int, draw: int) -> Tried:
    order = sorted(range(len(changes)), key=lambda at: mixed(seed + draw, at))
    return tuple(changes[at] for at in sorted(order[:size]))


def _of_line(at: int, line: Line, seed: int) -> list[Mutation]:
    if line.say is None:
        return []
    number, say = at + 1, line.say
    found = []
    words = say.split()
    if len(words) > 2 and "[" not in say:
        middle = 1 + mixed(seed, at) % (len(words) - 1)
        paused = " ".join([*words[:middle], f"[{PAUSE_MS} ms]", *words[middle:]])
        found.append(Mutation(f"pause_in_line_{number}", _said(at, paused), needs="sound"))
        found.append(Mutation(f"hesitation_before_line_{number}", _said(at, f"Um, [{PAUSE_MS} ms] {say}")))
    figures = _FIGURES.search(say)
    if figures is not None:
        begun = " ".join(figures[0].split()[:2]).rstrip(",")
        slip = f"{say[: figures.start()]}{begun}, no, sorry, {say[figures.start() :]}"
        found.append(Mutation(f"slip_in_line_{number}", _said(at, slip)))
    for name, plain, others in (("yes", _PLAIN_YES, _YES), ("no", _PLAIN_NO, _NO)):
        if plain.fullmatch(say.strip()):
            found += [
                Mutation(f"{name}_{kind}_in_line_{number}", _said(at, other))
                for kind, other in enumerate(others)
                if other.lower() != say.strip().lower()
            ]
    if at > 0 and line.when is not None:
        found.append(Mutation(f"cough_before_line_{number}", _coughed(at), before=at, needs="sound"))
    return found


def _said(at: int, say: str) -> Change:
    def change(scenario: Scenario) -> Scenario:
        lines = list(scenario.lines)
        lines[at] = msgspec.structs.replace(lines[at], say=say)
        return msgspec.structs.replace(scenario, lines=tuple(lines))

    return change


def _coughed(at: int) -> Change:
    """A cough into the words that the line waits for."""

    def change(scenario: Scenario) -> Scenario:
        line = scenario.lines[at]
        cough = Line(interrupt=Interrupt(700), cough=True)
        lines = (*scenario.lines[:at], cough, line, *scenario.lines[at + 1 :])
        return msgspec.structs.replace(scenario, lines=lines)

    return change


def _other_order(scenario: Scenario) -> Scenario:
    return msgspec.structs.replace(scenario, whenever=tuple(reversed(scenario.whenever)))


def _habit(change: dict[str, object]) -> Change:
    def changed(scenario: Scenario) -> Scenario:
        behaviour = msgspec.convert({**msgspec.to_builtins(scenario.behaviour), **change}, Behaviour)
        return msgspec.structs.replace(scenario, behaviour=behaviour)

    return changed


def _on_line(name: str) -> Change:
    return lambda scenario: msgspec.structs.replace(scenario, line=name)
