"""`voice-agent chat AGENT`: the same agent, typed. With `--json` one line in, one list out, for programs."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from typing import Any

import msgspec

from voice_agent.app.chat import Chat, open_chat
from voice_agent.app.logs import log_to_stderr
from voice_agent.cli.options import config_of
from voice_agent.cli.output import print_json
from voice_agent.cli.remote_chat import talk_to
from voice_agent.cli.typed_lines import TypedLines
from voice_agent.conversation import actions as act
from voice_agent.conversation.actions import AnyAction
from voice_agent.conversation.knowledge import Citation
from voice_agent.errors import UsageError, VoiceAgentError


class ChatInput(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One line in: exactly one of a typed turn or telephone keys."""

    say: str | None = None
    keys: str | None = None


class ToolShown(msgspec.Struct, frozen=True):
    name: str
    arguments: dict[str, Any]


class OutcomeShown(msgspec.Struct, frozen=True):
    journey: str
    outcome: str
    evidence: tuple[str, ...]


class TransferShown(msgspec.Struct, frozen=True):
    target: str
    reason: str
    summary: str


class ErrorShown(msgspec.Struct, frozen=True):
    code: str
    message: str


class GapShown(msgspec.Struct, frozen=True):
    """A question that no article answers, and the passage that came closest, empty for none."""

    question: str
    nearest: str
    score: float


class ChatOutput(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that the agent did: exactly one field is set; `citations` go with `say`, where it has some."""

    say: str | None = None
    citations: tuple[Citation, ...] = ()
    gap: GapShown | None = None
    tool: ToolShown | None = None
    outcome: OutcomeShown | None = None
    transfer: TransferShown | None = None
    error: ErrorShown | None = None


def run(options: argparse.Namespace) -> int:
    if options.agent is None and options.url is None:
        raise UsageError("chat needs an AGENT folder or --url", hint="`voice-agent chat --help` shows how it is called")
    if options.agent is not None and options.url is not None:
        raise UsageError(
            f"chat takes an AGENT folder or --url, and found both: {options.agent} and {options.url}",
            hint="with --url the server has the agent: leave out the folder; `voice-agent chat --help` shows the rest",
        )
    if options.url is not None:
        if options.json:
            raise UsageError("--url is for people", hint="programs speak the protocol of docs/chat.md")
        asyncio.run(talk_to(options.url))
        return 0
    config = config_of(options)
    if options.seed is not None:
        calls = msgspec.structs.replace(config.calls, seed=options.seed)
        config = msgspec.structs.replace(config, calls=calls)
    log_to_stderr(level=30)

    async def talk() -> None:
        async with open_chat(options.agent, config, customer=options.customer) as chat:
            await (_lines(chat) if options.json else _typed(chat))

    asyncio.run(talk())
    return 0


async def _lines(chat: Chat) -> None:
    lines = TypedLines()
    print_json(shown(await chat.start()))
    while not chat.ended:
        line = await lines.next()
        if line == "":
            return
        if line.strip() == "":
            continue
        try:
            print_json(shown(await _turn(chat, line)))
        except VoiceAgentError as problem:
            print_json([ChatOutput(error=ErrorShown(problem.code, problem.message))])


async def _turn(chat: Chat, line: str) -> Sequence[AnyAction]:
    try:
        turn = msgspec.json.decode(line, type=ChatInput)
    except msgspec.DecodeError as problem:
        raise UsageError(f'a line is {{"say": TEXT}} or {{"keys": DIGITS}}: {problem}') from problem
    if turn.say is not None and turn.keys is None:
        return await chat.send(turn.say)
    if turn.keys is not None and turn.say is None:
        if not turn.keys or set(turn.keys) - set("0123456789*#ABCD"):
            raise UsageError(f"keys {turn.keys!r}: a telephone has 0-9, *, #, A-D")
        return await chat.press(turn.keys)
    raise UsageError('a line has exactly one of "say" and "keys"')


async def _typed(chat: Chat) -> None:
    lines = TypedLines()
    _print(await chat.start())
    while not chat.ended:
        print("you    ", end="", flush=True)
        line = await lines.next()
        if line == "":
            print()
            return
        if not sys.stdin.isatty():
            print(line.strip())  # nobody's terminal has shown it
        if line.strip():
            _print(await chat.send(line.strip()))


def _print(actions: Sequence[AnyAction]) -> None:
    for one in shown(actions):
        if one.say is not None:
            print(f"agent  {one.say}")
        elif one.tool is not None:
            print(f"  tool {one.tool.name} {one.tool.arguments}")
        elif one.outcome is not None:
            print(f"  outcome {one.outcome.journey}: {one.outcome.outcome}")
        elif one.transfer is not None:
            print(f"  transfer to {one.transfer.target}: {one.transfer.summary}")


def shown(actions: Sequence[AnyAction]) -> list[ChatOutput]:
    """What of a turn's actions a person or program at the other end is told."""
    out: list[ChatOutput] = []
    for action in actions:
        match action:
            case act.Say(clauses=clauses, citations=citations):
                out.append(ChatOutput(say=" ".join(clauses), citations=citations))
            case act.RecordGap(question=question, nearest=nearest, score=score):
                out.append(ChatOutput(gap=GapShown(question, nearest, score)))
            case act.CallTool(tool=tool, arguments=arguments):
                out.append(ChatOutput(tool=ToolShown(tool, arguments)))
            case act.RecordOutcome(journey=journey, outcome=outcome, evidence=evidence):
                out.append(ChatOutput(outcome=OutcomeShown(journey, outcome, evidence)))
            case act.Transfer(target=target, reason=reason, summary=summary):
                out.append(ChatOutput(transfer=TransferShown(target, reason, summary)))
            case _:
                pass
    return out
