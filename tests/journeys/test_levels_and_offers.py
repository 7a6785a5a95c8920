"""When a journey is offered, where an agent answers, and whom annoyance leads to a person."""

from __future__ import annotations

import pytest

from tests.journeys.dialogue import Dialogue, gives, wants
from tests.journeys.packs import AGENT, SHOP, SHOP_TOOLS
from voice_agent.conversation.commands import (
    Affirm,
    Ambiguous,
    AnyCommand,
    AskQuestion,
    Deny,
    Frustration,
    Greet,
    HoldOn,
    NotUnderstood,
    Repeat,
    ShowFrustration,
)
from voice_agent.journeys.expressions import LEVELS, compile_expression
from voice_agent.journeys.load import check, load

RETURN = "journeys/return_item.yaml"
HOURS = "journeys/opening_hours.yaml"


def shop(file: str, old: str, new: str) -> dict[str, str]:
    assert old in SHOP[file]
    return {**SHOP, file: SHOP[file].replace(old, new, 1)}


def test_levels_are_ordered() -> None:
    assert LEVELS["low"] < LEVELS["medium"] < LEVELS["high"]
    angry = {"frustration": LEVELS["high"], **LEVELS}
    assert compile_expression("frustration >= medium").holds(angry)
    assert not compile_expression("frustration >= low").holds({"frustration": 0, **LEVELS})


@pytest.mark.parametrize(("level", "handed"), [("medium", False), ("high", True)])
def test_a_condition_on_annoyance_hands_over(level: Frustration, handed: bool) -> None:
    files = shop(RETURN, '"identity.failures >= 5"', '"frustration >= high"')
    call = Dialogue(load(files), SHOP_TOOLS)
    call.starts()
    call.says("return", wants("return_item"), gives("account", "1234"))
    call.says("yes", Affirm())
    said = call.says("you are all useless", ShowFrustration(level))
    assert ([transfer.target for transfer in call.transfers()] == ["returns"]) is handed
    assert said.startswith("I'm sorry about the trouble. I'll have a colleague") is handed


@pytest.mark.parametrize("along", [AskQuestion("what is wrong with you"), Repeat(), Deny(), HoldOn(), Greet()])
def test_anger_hands_over_whatever_else_is_said(along: AnyCommand) -> None:
    call = Dialogue(load(shop(RETURN, '"identity.failures >= 5"', '"frustration >= high"')), SHOP_TOOLS)
    call.starts()
    call.says("return", wants("return_item"), gives("account", "1234"))
    call.says("yes", Affirm())
    call.says("what is wrong with you idiots", along, ShowFrustration("high"))
    assert [transfer.target for transfer in call.transfers()] == ["returns"]


def test_an_angry_question_without_an_answer_offers_a_person_and_no_calms() -> None:
    call = Dialogue(load({**SHOP, "knowledge/hours.md": "---\ntitle: Hours\n---\nWe open at nine."}), SHOP_TOOLS)
    call.starts()
    said = call.says("what is wrong with you", AskQuestion("what is wrong with you"), ShowFrustration("high"))
    assert said.endswith("I'm sorry, I don't know that. Shall I have a colleague call you back?")
    call.says("no", Deny())
    again = call.says("what is it", AskQuestion("what is it"))
    assert "colleague" not in again
    assert "annoying" in call.says("you idiots", ShowFrustration("high"))


def test_annoyance_along_with_a_value_takes_the_value() -> None:
    call = Dialogue(load(SHOP), SHOP_TOOLS)
    call.starts()
    call.says("return", wants("return_item"))
    said = call.says("1234, again!", ShowFrustration("medium"), gives("account", "1234"))
    assert said == "I'm sorry about the trouble. That was 1 2 3 4. Is that right?"


def test_annoyance_counts_once_a_level() -> None:
    call = Dialogue(load(SHOP), SHOP_TOOLS)
    call.starts()
    call.says("grr", ShowFrustration("medium"))
    assert "sorry" not in call.says("grr", ShowFrustration("low"))


def test_a_journey_is_offered_only_where_its_state_holds() -> None:
    files = shop(HOURS, "when: {examples", "when: {state: \"channel == 'text'\", examples")
    phone, text = Dialogue(load(files)), Dialogue(load(files), channel="text")
    phone.starts()
    text.starts()
    assert phone.says("are you open", wants("opening_hours")).startswith("I'm afraid I can't help with that.")
    assert phone.says("hours or so", Ambiguous(("opening_hours",))).startswith("Sorry, that's not something")
    assert text.says("are you open", wants("opening_hours")).startswith("We are open until six.")


def test_a_journey_is_called_by_its_title() -> None:
    call = Dialogue(load(shop(HOURS, "goal:", "title: when we are open\ngoal:")))
    call.starts()
    said = call.says("hm", Ambiguous(("opening_hours", "return_item")))
    assert said == "Did you mean when we are open or return item?"
    slot = call.engine.expectation.slot
    assert slot is not None
    assert slot.choices[0].labels == ("when we are open", "opening hours")
    assert call.says("x", NotUnderstood("unclear")).endswith("Did you mean when we are open or return item?")


def test_an_agent_answers_only_on_its_channels() -> None:
    pack = load({**SHOP, "agent.yaml": AGENT + "channels: [text]\ntone: friendly, short\n"})
    call = Dialogue(pack)
    assert call.starts() == "I'm sorry, I can't help you on this channel. Goodbye."
    assert call.hung_up()
    assert Dialogue(pack, channel="text").starts().startswith("Hello, this is Meadow Shop.")
    assert pack.agent.tone == "friendly, short"


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("agent.yaml", "name:", "channels: [fax]\nname:", "found the channel 'fax'; allowed: phone, text"),
        ("agent.yaml", "name:", "channels: []\nname:", "found no channel; allowed: phone, text"),
        (HOURS, "goal:", "simulations: [hours_*.yaml]\ngoal:", "found for simulations 'hours_*.yaml'"),
        (HOURS, "goal:", "title: about {order}\ngoal:", "found the unknown name 'order'"),
        (HOURS, "when: {", "when: {state: order, ", "found the unknown name 'order'"),
        (
            HOURS,
            "else: [say: We are open until six.]",
            'else: [say: "So {frustration}"]',
            "found 'frustration' in a text; allowed: in expressions",
        ),
    ],
)
def test_mistakes_are_found(file: str, old: str, new: str, message: str) -> None:
    found = [str(problem) for problem in check(shop(file, old, new))]
    assert any(message in problem for problem in found), found


def test_a_pattern_of_simulations_that_matches_is_right() -> None:
    files = shop(HOURS, "goal:", "simulations: ['hours_*.yaml']\ngoal:")
    assert check({**files, "simulations/hours_early.yaml": "v: 1"}) == []
