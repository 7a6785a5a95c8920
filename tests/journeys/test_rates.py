"""outcomes.yaml: what is read, and what is told about mistakes in it."""

from __future__ import annotations

import pytest

from tests.journeys.packs import SHOP
from voice_agent.journeys.load import check, load
from voice_agent.journeys.rate_card import RateCard

PATH = next(path for path, text in SHOP.items() if "\noutcomes:\n" in text)
JOURNEY = PATH.removeprefix("journeys/").removesuffix(".yaml")
CARD = "currency: GBP\nreopen: 2d\nrates:\n  {key}: 0.90\n"


BILLED = "done: {evidence: identity.verified, bill: true, reopen: 72h}"


def shop(*, outcome: str = BILLED, card: str | None = CARD) -> dict[str, str]:
    """The shop with one outcome instead of its own."""
    name = next(line.split()[1] for line in SHOP[PATH].splitlines() if line.startswith("journey:"))
    head = SHOP[PATH].partition("\noutcomes:\n")[0]
    ends = "\n".join(line for line in head.splitlines() if "end:" not in line)
    files = {**SHOP, PATH: f"{ends}\noutcomes:\n  {outcome}\n"}
    return files if card is None else {**files, "outcomes.yaml": card.format(key=f"{name}.done")}


def told(files: dict[str, str]) -> list[str]:
    return [str(problem) for problem in check(files)]


def test_a_rate_card_is_read() -> None:
    pack = load(shop())
    (journey,) = (one for one in pack.journeys if any(done.bill for done in one.outcomes))
    assert pack.rate_card == RateCard("GBP", {f"{journey.name}.done": "0.90"}, 48)
    assert [done.reopen_hours for done in journey.outcomes] == [72]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("currency: GBP", "currency: pounds", 1, "found 'pounds' for currency; allowed: three letters such as EUR"),
        ("reopen: 2d", "reopen: 2w", 2, "found '2w' for reopen; allowed: hours or days such as 72h or 3d"),
        ("0.90", "cheap", 4, "allowed: an amount such as 0.50"),
        ("0.90", "-1", 4, "allowed: an amount such as 0.50"),
        ("{key}", "nothing.done", 4, "found a rate for 'nothing.done'; allowed: "),
        ("currency: GBP\n", "", 1, "found outcomes.yaml without 'currency'"),
        ("rates:", "prices:", 3, "found in outcomes.yaml the key 'prices'"),
    ],
)
def test_a_mistake_is_told_with_its_line(old: str, new: str, line: int, message: str) -> None:
    problems = told(shop(card=CARD.replace(old, new)))
    assert any(problem.startswith(f"outcomes.yaml:{line}: ") and message in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("outcome", "card", "message"),
    [
        ("done: {evidence: identity.verified, bill: true}", None, "which has no rate"),
        ("abandoned: {evidence: identity.verified, bill: true}", None, "allowed: bill: false, it is never billed"),
        ("done: {evidence: identity.verified, reopen: soon}", None, "found 'soon' for reopen"),
        ("done: {evidence: identity.verified, bill: perhaps}", None, "found bill 'perhaps'"),
    ],
)
def test_an_outcome_is_held_against_the_card(outcome: str, card: str | None, message: str) -> None:
    problems = told(shop(outcome=outcome, card=card))
    assert any(problem.startswith(f"{PATH}:") and message in problem for problem in problems), problems


def test_a_card_that_is_no_mapping_is_told() -> None:
    assert told({**SHOP, "outcomes.yaml": "- a"}) != []
    assert told({**SHOP, "outcomes.yaml": ""}) == ["outcomes.yaml:1: found an empty file; allowed: one YAML mapping"]
