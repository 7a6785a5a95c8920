"""A desk that asks for one thing in each journey: an agent for histories, small enough to know by heart."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Final

from models.scripted import ScriptedEmbedder
from tests.session.small_world import FunctionTools, HandoverList, MemoryJournal
from voice_agent.clock import LoopClock
from voice_agent.effects.understander import LocalUnderstander
from voice_agent.journeys.load import load
from voice_agent.journeys.pack import Pack
from voice_agent.session.world import Understanding, World

_AGENT: Final = """\
name: Desk
languages: [en]
region: US
greeting: Hello, this is the desk.
disclosure: I am a machine.
transfer: {to: callbacks}
texts:
  opening: How can I help?
  goodbye: Goodbye.
"""

_SLOTS: Final = {
    "number": ("Leave my number.", "type: digits, length: 10, ask: What is your number?"),
    "account": ("Check my account.", "type: digits, length: 8, ask: What is your account number?"),
    "birthday": ("Note my birthday.", "type: date, tense: past, ask: When were you born?"),
    "person": ("Change my name.", "type: name, ask: What is your name?"),
    "address": ("Change my email.", "type: email, ask: What is your email address?"),
    "colour": ("Order a shirt.", "type: choice, values: [red, blue, green], ask: 'Red, blue or green?'"),
    "message": ("Leave a message.", "type: text, ask: What is the message?"),
}
"""Journey to what it is asked for with, and to what it asks."""

_JOURNEY: Final = """\
journey: {name}
goal: The {name} is noted
when:
  observe: The caller wants it
  examples: ["{asked_with}", "{asked_with}", "{asked_with}"]
slots:
  {name}: {{{slot}, confirm: {confirm}}}
steps:
  - collect: {name}
  - say: It is noted.
"""


def files() -> dict[str, str]:
    """The agent's folder, as `load` takes it."""
    out = {"agent.yaml": _AGENT}
    for name, (asked_with, slot) in _SLOTS.items():
        confirm = "readback" if name == "account" else "never"
        out[f"journeys/{name}.yaml"] = _JOURNEY.format(name=name, asked_with=asked_with, slot=slot, confirm=confirm)
    return out


@cache
def desk() -> Pack:
    return load(files())


@cache
def understanding() -> Understanding:
    """The product's own, with hashed words for embeddings; trained once."""

    async def prepare() -> LocalUnderstander:
        out = LocalUnderstander(ScriptedEmbedder(), LoopClock())
        examples = {journey.name: journey.examples for journey in desk().journeys}
        await out.prepare(examples, LoopClock().now_us() + 60_000_000)
        return out

    return asyncio.run(prepare())


def world() -> World:
    return World(LoopClock(), understanding(), FunctionTools({}), HandoverList(), MemoryJournal())
