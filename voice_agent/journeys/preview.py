"""What the engine would do, without doing it: a copy of a conversation's state decides, and is thrown away.

The state is small beside the agent's folder, which is never changed: a copy shares the folder and takes a few tenths
of a millisecond. The folder is walked once, for all conversations that go by it.
"""

from __future__ import annotations

import copy
import gc
from collections.abc import Iterator, Mapping
from types import BuiltinFunctionType, FunctionType, ModuleType

from voice_agent.conversation.actions import CallTool
from voice_agent.journeys.clauses import split_clauses
from voice_agent.journeys.pack import Pack
from voice_agent.journeys.talk import Pending, Talk
from voice_agent.journeys.templates import Template

_PLAIN = (str, bytes, int, float, type(None), type, FunctionType, BuiltinFunctionType, ModuleType)
_walked: list[tuple[Pack, dict[int, object]]] = []
"""The folder that was walked last: a worker serves one at a time, or few."""


def copied(talk: Talk) -> Talk:
    """The same state, which may be changed without consequences. Whoever watches is not told of them."""
    memo: dict[int, object] = dict(_parts(talk.pack))
    if talk.watch is not None:
        memo[id(talk.watch)] = None
    return copy.deepcopy(talk, memo)


def may_be_fetched(call: CallTool, pending: Mapping[int, Pending]) -> bool:
    """Whether its journey lets a read run before it is certain that it is needed. Nothing secret is used for that."""
    begun = pending.get(call.call)
    return begun is not None and begun.tool.prefetch and call.effect == "read" and not (call.secret or call.secure)


def fixed_phrases(pack: Pack) -> frozenset[str]:
    """The clauses of all texts that have no gaps, in every language: what is said to many callers alike."""
    return frozenset(clause for text in _fixed_texts(pack) for clause in _clauses(text))


def _fixed_texts(pack: Pack) -> Iterator[str]:
    for part in _parts(pack).values():
        if isinstance(part, Template) and all(isinstance(piece, str) for piece in part.parts):
            yield "".join(str(piece) for piece in part.parts)


def _clauses(text: str) -> tuple[str, ...]:
    """As it is cut at the beginning of an utterance, and later in one."""
    return (*split_clauses(text), *split_clauses(f"Well. {text}")[1:])


def _parts(pack: Pack) -> dict[int, object]:
    """Everything that `pack` consists of, by identity."""
    for known, parts in _walked:
        if known is pack:
            return parts
    parts = {}
    waiting: list[object] = [pack]
    while waiting:
        part = waiting.pop()
        if id(part) not in parts and not isinstance(part, _PLAIN):
            parts[id(part)] = part
            waiting += gc.get_referents(part)
    _walked[:] = [(pack, parts), *_walked[:3]]
    return parts
