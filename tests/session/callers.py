"""Callers of the example agent, for tests that need a whole call."""

from __future__ import annotations

from models.scripted import noise
from tests.session.phone_line import PhoneLine


async def asks_for_an_order(line: PhoneLine) -> None:
    """A caller without surprises."""
    await line.agent_is_done()
    await line.says("Where is my order?")
    await line.agent_is_done()
    await line.says("5501 2479")
    await line.agent_is_done()
    await line.says("Yes.")
    await line.agent_is_done()
    await line.says("No, goodbye.")
    await line.agent_is_done()


async def interrupts_twice(line: PhoneLine) -> None:
    """Speaks over the greeting, coughs into the question, keys into the readback, and hangs up."""
    await line.agent_begins()
    await line.waits(1.0)
    await line.says("Where is my order?")
    await line.agent_begins()
    await line.waits(0.6)
    await line.plays(noise(300, seed=1))
    await line.agent_is_done()
    await line.says("5501 2478")
    await line.agent_begins()
    await line.waits(0.4)
    await line.presses("55012479")
    await line.agent_is_done()


async def corrects_the_number(line: PhoneLine) -> None:
    """Hesitates, hears the wrong number read back, corrects it, and asks for a person in the end."""
    await line.agent_is_done()
    await line.says("I'm still waiting for my delivery.")
    await line.agent_is_done()
    await line.says("5501")
    await line.waits(0.4)
    await line.says("2478.")
    await line.agent_is_done()
    await line.says("No, it's 5501 2479.")
    await line.agent_is_done()
    await line.says("Yes.")
    await line.agent_is_done()
    await line.says("I want to talk to a person.")
    await line.agent_is_done()
    await line.says("No, goodbye.")
    await line.agent_is_done()


async def says_nothing(line: PhoneLine) -> None:
    while not line.session.ended:
        await line.agent_is_done()
