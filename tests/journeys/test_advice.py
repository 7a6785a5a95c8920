"""What is told about a folder that works: a warning where something is hardly meant, and silence where it may be."""

from __future__ import annotations

import pytest

from tests.journeys.packs import AGENT, HOURS, SHOP
from voice_agent.journeys.advice import advise
from voice_agent.journeys.load import load

RETURN_FILE = "journeys/return_item.yaml"
HOURS_FILE = "journeys/opening_hours.yaml"


def advice(files: dict[str, str]) -> list[str]:
    return [problem.message for problem in advise(load(files))]


def changed(old: str, new: str, file: str = RETURN_FILE) -> list[str]:
    assert old in SHOP[file]
    return advice({**SHOP, file: SHOP[file].replace(old, new, 1)})


def test_nothing_is_told_about_a_folder_in_order() -> None:
    assert advice(SHOP) == []


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("reason == 'broken'", "found 'reason' compared with 'broken'; allowed: damaged, too_small, other"),
        ("'broken' != reason", "found 'reason' compared with 'broken'"),
        ("reason in ['damaged', \"dmg\"]", "found 'reason' compared with 'dmg'"),
        ("urgent == 'yes'", "found 'urgent' compared with 'yes'; allowed: true, false"),
        ("true", "found the condition 'true' of a branch, which always holds"),
        ("days('2026-01-02', '2026-01-01') > 0", "which never holds"),
    ],
)
def test_a_condition_that_decides_nothing_is_told(condition: str, said: str) -> None:
    branch = f"  - branch:\n      when: >-\n        {condition}\n      then: [say: Fine.]\n"
    (message,) = changed("  - confirm:", f"{branch}  - confirm:")
    assert said in message


@pytest.mark.parametrize("condition", ["reason == 'damaged'", "order.item == 'broken'", "reason == get_order.why"])
def test_a_condition_on_what_is_open_is_left_alone(condition: str) -> None:
    branch = f'  - branch: {{when: "{condition}", then: [say: Fine.]}}\n'
    assert changed("  - confirm:", f"{branch}  - confirm:") == []


def test_rounds_that_never_end_early_may_be_meant_but_those_that_always_do_are_told() -> None:
    rounds = '  - repeat: {{at_most: 3, until: "{until}", steps: [{{collect: reason}}]}}\n  - confirm:'
    assert changed("  - confirm:", rounds.format(until="false")) == []
    (message,) = changed("  - confirm:", rounds.format(until="true"))
    assert "of a repeat, which always holds" in message


def test_evidence_of_an_earlier_round_counts() -> None:
    steps = (
        '  - repeat: {at_most: 3, until: "false", steps: [{branch: {when: urgent, then: [{end: seen}]}}, '
        "{do: get_order, with: {order: x}}]}\n  - confirm:"
    )
    files = {
        **SHOP,
        RETURN_FILE: SHOP[RETURN_FILE].replace("outcomes:\n", "outcomes:\n  seen: {evidence: get_order.ok}\n"),
    }
    files[RETURN_FILE] = files[RETURN_FILE].replace('  - do: get_order\n    with: {order: "{order}"}\n', "", 1)
    files[RETURN_FILE] = files[RETURN_FILE].replace("  - confirm:", steps, 1)
    assert [message for message in advice(files) if "seen" in message] == []


def test_evidence_of_a_called_journey_counts() -> None:
    helper = "journey: look\ngoal: It is known\ntools: {get_order: {effect: read}}\nsteps: [{do: get_order}]\n"
    caller = HOURS.replace(
        "steps:\n", "outcomes: {seen: {evidence: get_order.ok}}\nsteps:\n  - call: look\n  - end: seen\n", 1
    )
    caller = caller.partition("  - branch")[0]
    assert advice({**SHOP, "journeys/look.yaml": helper, HOURS_FILE: caller}) == []


def test_an_identification_that_nobody_needs_is_told() -> None:
    files = {name: text for name, text in SHOP.items() if name != RETURN_FILE}
    files["agent.yaml"] = AGENT.partition("texts:")[0]
    (message,) = advice(files)
    assert message.startswith("found the identification 'identify', which no journey needs")


def test_a_called_journey_speaks_the_languages_of_its_caller() -> None:
    said = "{en: Hello., es: Hola.}"
    agent = f"name: Shop\nlanguages: [en, es]\ngreeting: {said}\ndisclosure: {said}\ntransfer: {{to: desk}}\n"
    inner = "journey: inner\ngoal: x\nlanguages: [en]\nsteps: [{say: Hello.}]\n"
    outer = "journey: outer\ngoal: x\nwhen: {examples: {en: [hello there], es: [buenas]}}\nsteps: [{call: inner}]\n"
    (message,) = advice({"agent.yaml": agent, "journeys/inner.yaml": inner, "journeys/outer.yaml": outer})
    assert message == "found 'call: inner', which isn't written in es; allowed: a journey in en, es"


def test_an_article_that_nobody_is_shown_is_told() -> None:
    article = "---\ntitle: Fees\naudience: customers\nchannels: [phone]\n---\nFive euros.\n"
    files = {
        "agent.yaml": AGENT.partition("texts:")[0].replace("identification: identify", "channels: [text]"),
        HOURS_FILE: HOURS,
        "knowledge/fees.md": article,
    }
    assert [message.partition(";")[0] for message in advice(files)] == [
        "found 'audience: customers' where nobody is identified",
        "found an article for phone alone",
    ]


def test_keys_are_pressed_on_telephones_only() -> None:
    journey = (
        "journey: pay\ngoal: x\nwhen: {examples: [pay]}\nslots: {card: {type: digits, ask: Which?}}\n"
        "secure: {card: keypad_only}\ntools: {charge: {effect: write, requires: [confirmed]}}\n"
        "steps: [{collect: card}, {confirm: Shall I?}, {do: charge, with: {}, secure: {card: card}}]\n"
    )
    agent = AGENT.partition("texts:")[0].replace("identification: identify\n", "")
    files = {"agent.yaml": agent, "journeys/pay.yaml": journey}
    assert advice(files) == []
    (message,) = advice({**files, "agent.yaml": f"{agent}channels: [text]\n"})
    assert message.startswith("found a secure slot in 'pay' of an agent that is not on the phone")
