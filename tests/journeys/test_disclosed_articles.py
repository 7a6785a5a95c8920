"""Articles that belong to a block: there while it is, cited with it, and found by nobody else."""

from __future__ import annotations

from tests.journeys.dialogue import Dialogue, chooses, finds, gives, wants
from tests.journeys.packs import SHOP, SHOP_TOOLS
from tests.journeys.planned_journey import ALL, COLLECT, FILES, begun, plans_asked
from tests.journeys.test_blocks import GLASS, RETURN
from voice_agent.conversation.actions import Consult, RecordGap, Say
from voice_agent.conversation.commands import Affirm, AskQuestion
from voice_agent.conversation.disclosed import Disclosed
from voice_agent.conversation.knowledge import Consulted, FoundPassage
from voice_agent.conversation.planning import SayWords, UseTool
from voice_agent.journeys.load import load

BLOCK = "blocks: {packing: {when: \"reason == 'damaged'\", knowledge: [packing-glass]}}\n"
ALWAYS = """---
title: Delivery
---

Parcels arrive within three days.
"""


def shop(article: str = GLASS) -> Dialogue:
    files = {"knowledge/packing-glass.md": article, "knowledge/delivery.md": ALWAYS}
    call = Dialogue(load({**SHOP, RETURN: SHOP[RETURN] + BLOCK, **files}), SHOP_TOOLS)
    call.knows = finds("packing-glass#opening")
    call.starts()
    call.says("return", wants("return_item"), gives("account", "1234"))
    call.says("yes", Affirm())
    call.says("the lamp", gives("order", "101"))
    call.says("yes", Affirm())
    return call


def asked(call: Dialogue) -> Consult:
    return next(action for action in reversed(call.actions) if isinstance(action, Consult))


def test_an_article_of_a_block_answers_while_the_block_is_there_and_is_cited_with_it() -> None:
    call = shop()
    call.says("it broke", gives("reason", "damaged"))
    said = call.says("how do I pack it", AskQuestion("how do I pack it"))
    assert said.startswith("Wrap every piece of glass by itself. Use a box with two walls.")
    assert asked(call).articles == ("packing-glass",)
    (citation,) = [action for action in call.actions if isinstance(action, Say)][-1].citations
    assert (citation.article, citation.block) == ("packing-glass", "return_item.packing")


def test_what_always_answers_is_cited_without_a_block() -> None:
    call = shop()
    call.knows = finds("delivery#opening")
    call.says("when does it arrive", AskQuestion("when does it arrive"))
    (citation,) = [action for action in call.actions if isinstance(action, Say)][-1].citations
    assert (citation.article, citation.block) == ("delivery", "")


def test_without_its_block_an_article_is_neither_asked_for_nor_quoted_whatever_is_found() -> None:
    call = shop()
    said = call.says("how do I pack it", AskQuestion("how do I pack it"))
    assert "Wrap" not in said
    assert "I don't know that" in said
    assert asked(call).articles == ()
    (gap,) = [action for action in call.actions if isinstance(action, RecordGap)]
    assert gap.nearest == ""


def test_the_next_best_answers_instead_of_what_is_not_there() -> None:
    call = shop()
    both = (FoundPassage("packing-glass#opening", 0.9), FoundPassage("delivery#opening", 0.8))
    call.knows = lambda asked: Consulted(asked.request, both)
    assert call.says("when do parcels come", AskQuestion("when do parcels come")).startswith(
        "Parcels arrive within three days."
    )


def test_the_value_that_a_turn_gives_discloses_the_article_to_the_question_in_it() -> None:
    call = shop()
    said = call.says("it broke, how do I pack it", gives("reason", "damaged"), AskQuestion("how do I pack it"))
    assert said.startswith("Wrap every piece")


def test_an_article_that_is_for_others_is_not_disclosed() -> None:
    call = shop(GLASS.replace("title: Packing glass", "title: Packing glass\nchannels: text"))
    call.says("it broke", gives("reason", "damaged"))
    assert "Wrap" not in call.says("how do I pack it", AskQuestion("how do I pack it"))
    assert call.engine.disclosed == ()


PLANNED = load(
    {
        **FILES,
        RETURN: FILES[RETURN] + BLOCK.replace("}}\n", '}, promptly: {rule: "Be quick about the {order.item}."}}\n'),
        "knowledge/packing-glass.md": GLASS + "\nA collection costs 4 euros.\n",
    }
)
COSTS = "A collection costs 4 euros."


def test_a_plan_is_asked_for_with_what_is_disclosed_by_then() -> None:
    call = begun(PLANNED)
    call.plans = chooses(*COLLECT)
    call.says("return", wants("return_item"), gives("account", "1234"))
    call.says("the lamp", gives("order", "101"))
    call.says("yes", Affirm())
    call.says("it broke", gives("reason", "damaged"))
    first, *_, last = plans_asked(call)
    assert first.disclosed == ()
    rule = Disclosed("return_item", "promptly", "rule", ("Be quick about the lamp.",))
    packing = Disclosed("return_item", "packing", "knowledge", ("packing-glass",))
    assert set(last.disclosed) == {rule, packing}


def test_a_disclosed_article_supports_what_a_model_says_and_an_undisclosed_one_does_not() -> None:
    for reason, spoken in (("damaged", True), ("other", False)):
        call = begun(PLANNED)
        call.plans = chooses(UseTool("get_order"), SayWords(COSTS))
        values = [gives("reason", reason) if one.slot == "reason" else one for one in ALL]
        call.says("return", wants("return_item"), *values)
        assert (COSTS in call.says("yes", Affirm())) is spoken
