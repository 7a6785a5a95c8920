"""What is built into every journey, as conversations to read: each file of `transcripts/` is one, played line by line.

    # What the conversation shows.
    > what the caller says        | what understanding reads out of it
    < what the agent answers
    = outcome return_item resolved    what the log holds in the end

`...` in an answer stands for anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.journeys.dialogue import Dialogue, corrects, gives, wants
from tests.journeys.packs import SHOP, SHOP_TOOLS
from voice_agent.conversation import commands as c
from voice_agent.conversation.actions import CallTool
from voice_agent.conversation.commands import AnyCommand
from voice_agent.journeys.load import load

FOLDER = Path(__file__).parent / "transcripts"
PACK = load(SHOP)

_PLAIN: Final[dict[str, AnyCommand]] = {
    "yes": c.Affirm(),
    "no": c.Deny(),
    "person": c.WantHuman(),
    "again": c.Repeat(),
    "slower": c.Repeat(slower=True),
    "spell": c.Repeat(spelled=True),
    "hold_on": c.HoldOn(),
    "cancel": c.Cancel(),
    "bye": c.Goodbye(),
    "hello": c.Greet(),
    "unclear": c.NotUnderstood("unclear"),
    "out_of_scope": c.NotUnderstood("out_of_scope"),
    "annoyed": c.ShowFrustration("low"),
    "angry": c.ShowFrustration("high"),
}


def _value(text: str) -> str | bool:
    return text == "true" if text in ("true", "false") else text


_WITH: Final[dict[str, Callable[[str], AnyCommand]]] = {
    "wants": wants,
    "gives": lambda text: gives(text.split("=")[0], _value(text.split("=")[1])),
    "corrects": lambda text: corrects(text.split("=")[0], _value(text.split("=")[1])),
    "begins": lambda text: c.BeginSlot(text.split("=")[0], text.split("=")[1], text.split("=")[1]),
    "either": lambda text: c.Ambiguous(tuple(text.split("/"))),
}


def command(text: str) -> AnyCommand:
    kind, _, rest = text.strip().partition(" ")
    return _WITH[kind](rest) if kind in _WITH else _PLAIN[kind]


def played(call: Dialogue, line: str) -> str:
    words, _, meaning = line.partition("|")
    if words.strip().startswith("(silence"):
        return call.is_silent(int(words.strip(" ()").split()[1]))
    return call.says(words.strip(), *(command(part) for part in meaning.split(",")))


def held(call: Dialogue) -> Iterator[str]:
    yield from (f"outcome {journey} {outcome}" for journey, outcome in call.outcomes())
    yield from (f"transfer {transfer.target}" for transfer in call.transfers())
    yield from (f"write {one.tool}" for one in call.actions if isinstance(one, CallTool) and one.effect == "write")
    if call.hung_up():
        yield "hung up"


def matches(said: str, wanted: str) -> bool:
    return re.fullmatch(".*".join(re.escape(part) for part in wanted.split("...")), said) is not None


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: str(path.stem))
def test_the_conversation_goes_as_it_is_written(path: Path) -> None:
    call = Dialogue(PACK, SHOP_TOOLS)
    said, results = call.starts(), None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        rest = line[1:].strip()
        match line[:1]:
            case ">":
                said = played(call, rest)
            case "<":
                assert matches(said, rest), f"{path.name}:{number}: the agent said: {said}"
            case "=":
                results = list(held(call)) if results is None else results
                assert rest in results, f"{path.name}:{number}: found {results}"
                results.remove(rest)
            case other:
                assert other in ("#", ""), f"{path.name}:{number}: a line begins with >, <, = or #"
    assert not results, f"{path.name}: not written down: {results}"


def test_there_is_a_conversation_for_everything_that_is_built_in() -> None:
    assert len(list(FOLDER.glob("*.txt"))) >= 12
