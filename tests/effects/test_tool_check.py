"""Journeys are held against the tools that they call, and tools.yaml against what it may say; each mistake has its
place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.effects.shop import DOCUMENT
from voice_agent.effects.catalogue import load_catalogue
from voice_agent.effects.tool_check import as_problem, check_tools
from voice_agent.errors import AgentFolderError
from voice_agent.journeys.load import check, load

AGENT = """
name: Shop
language: en
greeting: Hello.
disclosure: I'm an automated assistant.
transfer: {to: callbacks}
"""
JOURNEY = """
journey: return_item
goal: The return is booked
when: {examples: [I want to return my router]}
slots:
  order: {type: digits, length: 5, ask: Which order?}
  urgent: {type: yes_no, ask: Is it urgent?}
tools:
  get_order: {effect: read}
  create_return: {effect: write, requires: [confirmed]}
steps:
  - collect: [order, urgent]
  - do: get_order
    with: {order: "{order}"}
  - confirm: Shall I?
  - do: create_return
    with: {order: "{order}", reason: damaged, urgent: "{urgent}"}
"""
TOOLS = """
sources:
  shop: {openapi: shop.yaml, server: "https://api.shop.example", hosts: [api.shop.example]}
tools:
  get_order: {from: shop, operation: getOrder, effect: read}
  create_return: {from: shop, operation: createReturn, effect: write}
"""


def problems(journey: str = JOURNEY, tools: str = TOOLS, document: str = DOCUMENT) -> list[str]:
    files = {
        "agent.yaml": AGENT,
        "journeys/return_item.yaml": journey,
        "tools/tools.yaml": tools,
        "tools/shop.yaml": document,
    }
    found = check(files)
    if not found:
        pack = load(files)
        try:
            found = check_tools(pack, load_catalogue(Path("/nowhere"), files, pack, environment={}).tools)
        except AgentFolderError as error:
            found = [as_problem(error)]
    return [str(problem) for problem in found]


def test_what_fits_is_fine() -> None:
    assert problems() == []


def test_calls_inside_rounds_and_answers_are_looked_at_too() -> None:
    call = '  - do: get_order\n    with: {order: "{order}"}\n'
    inside = "{do: get_order, with: {order: '{urgent}'}}"
    rounds = f'  - repeat: {{at_most: 2, until: "false", steps: [{inside}]}}\n'
    asked = f"  - {{ask: Shall I look?, yes: [{inside}]}}\n"
    for steps in (rounds, asked):
        (problem,) = problems(JOURNEY.replace(call, call + steps))
        assert "found '{urgent}' for 'order', which is boolean" in problem


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('with: {order: "{order}"}', 'with: {ordr: "{order}"}', "13: found for get_order the argument 'ordr'"),
        ('with: {order: "{order}"}', 'with: {fields: "x"}', "13: found 'do: get_order' without 'order'"),
        ("reason: damaged", "reason: lost", "16: found for 'reason' 'lost'; allowed: damaged, other"),
        (', urgent: "{urgent}"', ', urgent: "yes"', "16: found 'yes' for 'urgent', which is string; allowed: boolean"),
        ('order: "{order}", reason', 'order: "{urgent}", reason', "which is boolean; allowed: string"),
        ("create_return: {effect: write, requires: [confirmed]}", "create_return: {effect: read}", "but it writes"),
        ("get_order", "get_orders", "found the tool 'get_orders'; allowed: create_return, get_order"),
    ],
)
def test_a_call_that_does_not_fit_is_found_with_its_line(old: str, new: str, said: str) -> None:
    found = problems(JOURNEY.replace(old, new))
    assert any(said in problem and problem.startswith("journeys/return_item.yaml:") for problem in found), found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("openapi: shop.yaml", "openapi: shp.yaml", "3: found no 'tools/shp.yaml'"),
        ("openapi: shop.yaml", 'openapi: "https://api.shop.example/d"', "3: found no 'tools/shop.pinned.json'"),
        (", hosts: [api.shop.example]", "", "3: found 'openapi' without 'hosts'"),
        ("hosts: [api.shop.example]", "hosts: [other.example]", "in a URL the host 'api.shop.example'"),
        ("hosts: [api.shop.example]", 'hosts: ["https://api.shop.example"]', "allowed: NAME, NAME:PORT, no URL"),
        ('server: "https://api.shop.example"', 'server: "ftp://api.shop.example"', "an http or https URL"),
        ('server: "https://api.shop.example"', 'server: "https://u:p@api.shop.example"', "URL without a user"),
        ("from: shop, operation: getOrder", "from: shp, operation: getOrder", "5: found the source 'shp'"),
        ("operation: getOrder, effect: read", "operation: getOrder", "5: found 'get_order' without 'effect'"),
        ("operation: getOrder", "operation: getOrders", "found no operation 'getOrders'; it has createReturn, getOrd"),
        ("effect: read}", "effect: read, deadline_ms: 10}", "found '10' for deadline_ms; allowed: a whole number, 100"),
        ("effect: read}", "effect: read, secret: {result: a..b}}", "5: found the field 'a..b'"),
        ("effect: write}", "effect: write, after_loss: compensate}", "without 'compensate'"),
        ("effect: write}", "effect: write, compensate: undo}", "for compensate the tool 'undo'"),
        ("effect: write}", "effect: write, idempotent: false, after_loss: repeat}", "that is not idempotent"),
        ("effect: write}", "effect: write, retries: 3}", "in a tool the key 'retries'"),
        ("openapi: shop.yaml", "openapi: shop.yaml, mcp: {url: x}", "not one of 'openapi', 'mcp'"),
    ],
)
def test_a_mistake_in_the_list_of_tools_is_found_with_its_line(old: str, new: str, said: str) -> None:
    found = problems(tools=TOOLS.replace(old, new, 1))
    assert any(said in problem and problem.startswith("tools/tools.yaml:") for problem in found), found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("openapi: 3.1.0", "swagger: 2.0", "found no 'openapi: 3.x'"),
        ("#/components/schemas/Return", "https://evil.example/x", "allowed: #/... in the same file"),
        ("#/components/schemas/Return", "#/components/schemas/Retrn", "which leads nowhere"),
        ("in: header", "in: cookie", "the parameter 'X-Channel' in 'cookie'"),
        ('application/json: {schema: {$ref: "#/components/schemas/Return', 'text/plain: {schema: {$ref: "#/x', "JSON"),
        ("name: X-Channel", "name: order", "two parameters called 'order'"),
        ("paths:", "paths: [", "can't be read"),
    ],
)
def test_a_document_that_cannot_be_used_is_named(old: str, new: str, said: str) -> None:
    found = problems(document=DOCUMENT.replace(old, new))
    assert any(said in problem for problem in found), found
