"""The agent has called somebody: it says who calls, and that it is no human, before anything else."""

from __future__ import annotations

from tests.agent.core_script import CIVIL_START
from tests.journeys.dialogue import Dialogue, load_example, riverside_database, riverside_tools, wants
from voice_agent.conversation.events import CallStarted


def test_a_call_that_the_agent_placed_begins_with_who_calls() -> None:
    call = Dialogue(load_example(), riverside_tools(riverside_database()))
    started = CallStarted("phone", "sip:maya@example.org", "sip:agent@example.org", CIVIL_START, direction="outbound")
    said = call.feed(started)
    assert said.startswith("Hello, this is Riverside Broadband calling. I'm an automated assistant.")
    assert said.endswith("Is there anything I can help you with?")
    assert "account number" in call.says("where is my order", wants("track_order"))
