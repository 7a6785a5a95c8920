"""What is there only while its condition holds, what nobody judges, and what a person who takes over is told."""

from __future__ import annotations

import pytest

from tests.journeys.dialogue import Dialogue, gives, wants
from tests.journeys.packs import SHOP, SHOP_TOOLS
from tests.journeys.test_writes import proposed, writes
from voice_agent.conversation.actions import RecordOutcome
from voice_agent.conversation.commands import Affirm, ShowFrustration, WantHuman
from voice_agent.conversation.disclosed import Disclosed
from voice_agent.journeys.load import check, load

RETURN = "journeys/return_item.yaml"
GLASS = """---
title: Packing glass
---

Wrap every piece of glass by itself. Use a box with two walls.
"""
BLOCKS = """
blocks:
  glass:
    when: "order.item == 'lamp'"
    rule: "Ask for the {order.item} to be packed well."
  parts: {glossary: [lampshade, fitting]}
  packing: {when: "reason == 'damaged'", knowledge: [packing-glass]}
  upset:
    when: "frustration >= medium"
    phrasing: {anything_else: What else can I put right?, sorry: [I am so sorry.]}
"""


def shop(more: str, old: str = "", new: str = "") -> dict[str, str]:
    assert old in SHOP[RETURN]
    return {**SHOP, RETURN: SHOP[RETURN].replace(old, new, 1) + more, "knowledge/packing-glass.md": GLASS}


def disclosed(call: Dialogue) -> tuple[Disclosed, ...]:
    return call.engine.disclosed


def test_blocks_are_there_while_their_condition_holds() -> None:
    call = Dialogue(load(shop(BLOCKS)), SHOP_TOOLS)
    call.starts()
    assert disclosed(call) == ()
    call.says("return", wants("return_item"), gives("account", "1234"))
    call.says("yes", Affirm())
    parts = Disclosed("return_item", "parts", "glossary", ("lampshade", "fitting"))
    assert disclosed(call) == (parts,)
    call.says("the lamp, it broke", gives("order", "101"), gives("reason", "damaged"))
    glass = Disclosed("return_item", "glass", "rule", ("Ask for the lamp to be packed well.",))
    packing = Disclosed("return_item", "packing", "knowledge", ("packing-glass",))
    assert disclosed(call) == (glass, parts, packing)
    call.says("grr", ShowFrustration("high"))
    assert disclosed(call)[-1] == Disclosed("return_item", "upset", "phrasing", ("anything_else", "sorry"))


def test_a_rule_that_lacks_a_value_is_not_there() -> None:
    call = Dialogue(load(shop('blocks: {x: {rule: "About {order.item}."}}\n')), SHOP_TOOLS)
    call.starts()
    call.says("return", wants("return_item"), gives("account", "1234"))
    call.says("yes", Affirm())
    assert disclosed(call) == ()


def test_phrasing_says_the_agents_texts_in_other_words() -> None:
    call = Dialogue(load(shop('blocks: {kind: {phrasing: {cancelled: "As you wish."}}}\n')), SHOP_TOOLS)
    call.starts()
    call.says("return", wants("return_item"), gives("account", "1234"))
    call.says("yes", Affirm())
    assert call.says("a person", WantHuman()).startswith("I'll have a colleague call you back.")


OBSERVED = "  tone: {observe: We apologise once, tolerance: high}\n"


def test_what_nobody_judges_is_recorded_so() -> None:
    files = shop("", "policies:\n", "policies:\n" + OBSERVED)
    call = Dialogue(load(files), SHOP_TOOLS)
    proposed(call)
    call.says("a person", WantHuman())
    (outcome,) = [one for one in call.actions if isinstance(one, RecordOutcome)]
    assert "policy.tone.not_judged" in outcome.evidence


def test_a_write_is_not_reached_past_a_policy_that_nobody_judges() -> None:
    files = shop("", "policies:\n", "policies:\n" + OBSERVED)
    files[RETURN] = files[RETURN].replace("requires: [policy.window, confirmed]", "requires: [policy.tone, confirmed]")
    call = Dialogue(load(files), SHOP_TOOLS)
    said = proposed(call)
    assert "Shall I return" not in said
    assert "I'll have a colleague call you back." in said
    assert writes(call) == []


def test_a_person_is_told_what_was_checked_and_agreed_to() -> None:
    files = shop("", "with: [summary, slots]", "with: [summary, trace]")
    call = Dialogue(load(files), SHOP_TOOLS)
    proposed(call)
    call.says("a person", WantHuman())
    (transfer,) = call.transfers()
    assert "Checked window: passed." in transfer.summary.splitlines()
    assert not any(line.startswith("Given:") for line in transfer.summary.splitlines() if "order" in line)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("blocks: {a: {}}\n", "found a block without content in 'a'; allowed: one of rule, knowledge"),
        ("blocks: {a: {rule: x, glossary: [y]}}\n", "found rule and glossary in 'a'"),
        ("blocks: {a: {rule: x, when: ordre}}\n", "found the unknown name 'ordre'"),
        ('blocks: {a: {rule: "{ordre}"}}\n', "found the unknown name 'ordre'"),
        ("blocks: {a: {phrasing: {sory: x}}}\n", "found the text 'sory'"),
        ("blocks: {a: {rules: x}}\n", "found in a block the key 'rules'"),
        (
            "blocks: {a: {knowledge: [packing]}}\n",
            "found in the block 'a' the article 'packing'; allowed: packing",
        ),
    ],
)
def test_mistakes_in_blocks_are_found(more: str, message: str) -> None:
    found = [str(problem) for problem in check(shop(more))]
    assert any(message in one for one in found), found


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("  x: {on_fail: refuse}\n", "found a policy without 'check'; allowed: one of 'check' and 'observe'"),
        ("  x: {check: 'true', observe: y}\n", "found both 'check' and 'observe'"),
        ("  x: {check: 'true', tolerance: low}\n", "found 'tolerance' beside 'check'; allowed: with 'observe'"),
        ("  x: {observe: y, tolerance: some}\n", "found tolerance 'some'; allowed: low, medium, high"),
    ],
)
def test_mistakes_in_policies_are_found(policy: str, message: str) -> None:
    found = [str(problem) for problem in check(shop("", "policies:\n", "policies:\n" + policy))]
    assert any(message in one for one in found), found
