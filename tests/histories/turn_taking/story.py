"""A call told in a few steps, played by simulated audio with scripted engines, and what had to be decided in it.

Story(
    (asks("Leave my number."), says("two one two"), waits(0.9), says("five five five oh one nine nine."), hears()),
    ('took "Leave my number.": sentence, 500 ms', 'took "two one two five five five oh one nine nine.": ...'),
)

To write one: put steps and an empty tuple of decisions into a table of stories, run `python -m tests.histories.record`,
read what was decided, and copy it here once it is right.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from models.modem import modulated
from models.scripted import noise
from tests.agent.core_script import CIVIL_START
from tests.histories.turn_taking.desk import desk, understanding, world
from tests.session.phone_line import Call, Parts, PhoneLine, on_the_line
from voice_agent.agent.core import build_core
from voice_agent.config import Config
from voice_agent.conversation import actions as act
from voice_agent.conversation.events import PlayedUntil
from voice_agent.conversation.records import VERSION, Header, Record

Step: TypeAlias = Callable[[PhoneLine], Awaitable[None]]


@dataclass(frozen=True)
class Story:
    """`decisions` are all of `decided` in order: a history is right where it shows them and no others.

    Not `timed`: it is about who has the floor, and not about how long was waited before a turn was taken.
    """

    steps: tuple[Step, ...]
    decisions: tuple[str, ...]
    timed: bool = True


def says(text: str) -> Step:
    return lambda line: line.says(text)


def waits(seconds: float) -> Step:
    return lambda line: line.waits(seconds)


def says_softly(text: str, by_db: float = 14.0) -> Step:
    """As somebody across the room does."""
    return lambda line: line.plays((modulated(text) * 10 ** (-by_db / 20)).astype(np.int16))


def coughs(milliseconds: int = 300) -> Step:
    """Sound that voice activity takes for speech, and that has no words."""
    return lambda line: line.plays(noise(milliseconds, seed=1))


def presses(keys: str) -> Step:
    return lambda line: line.presses(keys)


def interrupts(after_s: float) -> Step:
    """Waits until the agent has been speaking for so long."""

    async def step(line: PhoneLine) -> None:
        await line.agent_begins()
        await line.waits(after_s)

    return step


def hears() -> Step:
    """Listens until the agent has finished."""
    return lambda line: line.agent_is_done()


def asks(text: str) -> Step:
    """The usual beginning: listens to the greeting, asks for something, and hears what is wanted for it."""

    async def step(line: PhoneLine) -> None:
        await line.agent_is_done()
        await line.says(text)
        await line.agent_is_done()

    return step


def header_of(name: str) -> Header:
    pack = desk()
    return Header(VERSION, name, "phone", pack.agent.name, pack.digest, Config().digest(), 1, CIVIL_START)


def played(name: str, story: Story) -> Call:
    """The call, in virtual time."""

    async def caller(line: PhoneLine) -> None:
        for step in story.steps:
            if line.session.ended:
                break
            await step(line)

    understanding()  # trained before virtual time begins
    core = build_core(desk(), Config().turns, name, recorded=False)
    return on_the_line(caller, Parts(machine=core, world=world, header=header_of(name)))


def decided(records: Iterable[Record], *, timed: bool = True) -> tuple[str, ...]:
    """Whose turn it was, as a log shows it: turns taken with the reason and the wait, turns dropped, speech held,
    resumed, and stopped after the words that were heard of it, by which vote; what was said as nobody spoke."""
    entries = [record.entry for record in records]
    texts = {entry.turn: entry.text for entry in entries if isinstance(entry, act.Understand)}
    out: list[str] = []
    heard = ""
    for entry in entries:
        match entry:
            case act.TakeTurn(turn=turn, reason=reason, votes=votes):
                waited = f"{votes[0].reason}, {votes[0].delay_us // 1_000} ms" if votes else reason
                out.append(f'took "{texts.get(turn, "")}"' + (f": {waited}" if timed else ""))
            case act.EndTurn(reason=reason):
                out.append(f"dropped: {reason}")
            case act.HoldSpeaking():
                out.append("held")
            case PlayedUntil(heard=words):
                heard = words
            case act.ResumeSpeaking(votes=votes):
                out.append(f"resumed: {votes[0]}" if votes else "resumed")
            case act.StopSpeaking(reason=reason, votes=votes):
                out.append(f'stopped after "{heard}": {votes[0] if votes else reason}')
            case act.Say(purpose="reprompt", clauses=clauses):
                out.append(f'prompted: "{" ".join(clauses)}"')
            case _:
                pass
    return tuple(out)
