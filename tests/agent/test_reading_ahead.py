"""Reads that a journey lets run beforehand begin before the turn is taken, others do not."""

from __future__ import annotations

import pytest

from tests.agent.core_script import CoreScript
from tests.journeys.packs import SHOP
from voice_agent.conversation import actions as act
from voice_agent.conversation.commands import StartJourney
from voice_agent.conversation.events import Understood
from voice_agent.journeys.load import load

MEASURE = """
journey: test_line
goal: The caller knows what is wrong with the line
when: {{examples: [my line is dead]}}
tools: {{measure: {{effect: read, prefetch: {prefetch}}}}}
steps:
  - do: measure
    with: {{line: "7"}}
  - say: "Your line is fine, at {{measure.speed}}."
"""


@pytest.mark.parametrize("prefetch", ["true", "false"])
def test_a_read_begins_beforehand_only_where_its_journey_lets_it(prefetch: str) -> None:
    call = CoreScript(pack=load({**SHOP, "journeys/test_line.yaml": MEASURE.format(prefetch=prefetch)}))
    call.starts()
    call.plays_all()
    call.voice_on()
    call.wait(1.0)
    call.voice_off()
    (ahead,) = call.heard("My line is dead.")
    assert isinstance(ahead, act.UnderstandAhead)
    wants = StartJourney("test_line", 0.9)
    fetched = call.tell(Understood(ahead.asked.request, (wants,), "double", 10_000))
    begun = [action for action in fetched if isinstance(action, act.PrefetchTool)]
    assert [(each.asked.tool, each.asked.arguments) for each in begun] == (
        [("measure", {"line": "7"})] if prefetch == "true" else []
    )
    assert call.all_of(act.CallTool) == []
    call.wait(2.0)
    (called,) = call.all_of(act.CallTool)
    assert all(each.asked == called for each in begun)
