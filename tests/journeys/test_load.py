"""Loading: what is wrong is named by file and line, with what was found and what is allowed, all of it at once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.journeys.dialogue import example_files
from tests.journeys.packs import AGENT, HOURS, RETURN, SHOP
from voice_agent.errors import AgentFolderError
from voice_agent.journeys.load import check, folder_digest, load
from voice_agent.journeys.problems import Problem
from voice_agent.journeys.rate_card import Evidence

RETURN_FILE = "journeys/return_item.yaml"


def changed(old: str, new: str, file: str = RETURN_FILE) -> list[Problem]:
    """The problems of the shop's folder after one change."""
    assert old in SHOP[file]
    return check({**SHOP, file: SHOP[file].replace(old, new, 1)})


def test_folders_that_are_right_have_no_problems() -> None:
    assert check(SHOP) == []
    assert check(example_files()) == []


def test_pack_holds_what_the_folder_says() -> None:
    pack = load(SHOP)
    assert [journey.name for journey in pack.journeys] == ["identify", "opening_hours", "return_item"]
    journey = pack.journey("return_item")
    assert journey is not None
    assert journey.examples == ("I want to return my router",)
    assert [(slot.name, slot.slot_type, slot.confirm) for slot in journey.slots] == [
        ("order", "reference", "readback"),
        ("reason", "choice", "never"),
        ("urgent", "yes_no", "never"),
    ]
    assert journey.slots[1].choices[1].labels == ("too small", "size")
    assert journey.outcomes[1].evidence == (Evidence("policy", "window", "failed"),)
    assert sorted(pack.tools()) == ["create_return", "find_customer", "get_order"]
    assert pack.journey("nothing") is None


def test_digest_follows_every_path_and_text() -> None:
    assert folder_digest(SHOP) == folder_digest(dict(reversed(SHOP.items()))) == load(SHOP).digest
    assert folder_digest({"a": "bc"}) != folder_digest({"ab": "c"})
    assert folder_digest({**SHOP, "tools/x.py": ""}) != folder_digest(SHOP)
    assert len(folder_digest({})) == 64


def test_load_raises_the_first_problem_with_its_place() -> None:
    with pytest.raises(AgentFolderError) as caught:
        load({**SHOP, RETURN_FILE: RETURN.replace("goal:", "gaol:")})
    assert str(caught.value).startswith(f"{RETURN_FILE}:2: found a journey without 'goal'; allowed: with it")
    with pytest.raises(AgentFolderError) as caught:
        load({**SHOP, RETURN_FILE: RETURN.replace("  get_order: {effect: read}", "  get_order: {efect: read}")})
    assert "found in a tool the key 'efect'; allowed: effect, requires" in str(check_all(caught.value))


def check_all(error: AgentFolderError) -> list[str]:
    """Both problems of the misspelt key; the error is the first of them."""
    problems = check({**SHOP, RETURN_FILE: RETURN.replace("  get_order: {effect: read}", "  get_order: {efect: read}")})
    assert error.message == str(problems[0])
    return [str(problem) for problem in problems]


def test_all_problems_are_found_at_once() -> None:
    text = RETURN.replace("confirm: readback", "confirm: maybe").replace("do: get_order", "do: get_ordr")
    problems = check({**SHOP, RETURN_FILE: text, "agent.yaml": AGENT.replace("language: en", "language: fr")})
    found = [(problem.file, problem.message.partition(";")[0], problem.hint) for problem in problems]
    assert ("agent.yaml", "found the language 'fr'", "") in found
    assert (RETURN_FILE, "found confirm 'maybe'", "") in found
    assert (RETURN_FILE, "found the tool 'get_ordr'", "Did you mean 'get_order'?") in found


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("type: reference", "type: referense", "found the type 'referense'; allowed: digits, choice"),
        ("confirm: readback", "retries: many", "found 'many' for retries; allowed: a whole number, 0 to 9"),
        ("confirm: readback", "length: 4", "found 'length' in a slot of type 'reference'; allowed: in digits"),
        ("from: {list: customer.orders, value: id, labels: [item]}", "on_fail: end", "without 'from'"),
        ("list: customer.orders", "list: customer..orders", "allowed: a path such as customer.orders"),
        ("values: {damaged: [broken, cracked], too_small: [size], other: []}", "values: {}", "found no values"),
        ("{order.item} because", "{ordr.item} because", "found the unknown name 'ordr'"),
        ("{order.item} because", "{create_return.number} because", "found 'create_return' before it is known"),
        ("{order.item} because", "{reason.item} because", "a slot of type 'choice' has no parts"),
        ("{order.item} because", "{now} because", "found 'now' in a text"),
        ("{order.item} because", "{order.item because", "found a brace that is no gap"),
        ("{order.item} because", "{order:loud} because", "found the form 'loud'"),
        ("{order.item} because", "{urgent:choices} because", "found ':choices' for 'urgent'"),
        ("days(get_order", "dayz(get_order", "found the function 'dayz'"),
        ("<= 30", "<= ", "allowed: an expression (docs/expressions.md)"),
        ("today) <= 30", "tomorrow) <= 30", "found the unknown name 'tomorrow'"),
        ("requires: [policy.window, confirmed], ", "", "found the write 'create_return' without 'requires'"),
        ("requires: [policy.window", "requires: [policy.windows", "found in requires 'policy.windows'"),
        ("requires: [policy.window", "requires: [window", "found in requires 'window'; allowed: confirmed"),
        ("idempotency: order", "idempotency: ordre", "found for idempotency 'ordre'"),
        ("idempotency: order", "prefetch: true", "found 'prefetch: true' in a tool that writes"),
        ('  - confirm: "Shall I return the {order.item} because it is {reason}?"\n', "", "without a confirm step"),
        ("evidence: create_return.ok", "evidence: create_return.done", "found the evidence 'create_return.done'"),
        ("evidence: create_return.ok", "evidence: make_return.ok", "found as evidence the tool 'make_return'"),
        ("say: window_refusal", "say: window_refusel", "found the text 'window_refusel'"),
        ("[order, reason, urgent]", "[order, reasons, urgent]", "found the slot 'reasons'"),
        ("- do: create_return", "- end: great\n  - say: x", "found the outcome 'great'"),
        ("- do: create_return", "- end: resolved", "found a step after the end"),
        ("- do: create_return", "- dance: now", "found the step 'dance'"),
        ("  - do: create_return\n", "  - []\n", "found a list for a step"),
        ("urgent: {", "customer: {", "found the name 'customer', which is taken"),
        ("urgent: {", "get_order: {", "found the name 'get_order', which is taken"),
        ("urgent: {", "Urgent: {", "found the name 'Urgent' in slots"),
        ("needs: [identity.verified]", "needs: [rain]", "found in needs 'rain'"),
        ("needs: [identity.verified]\n", "", "found 'customer' before it is known"),
        ("with: {order: \"{order}\"}", "with: {order: [y]}", "found a list for order"),
        ("journey: return_item", "journey: opening_hours", "found the journey 'opening_hours', which is taken"),
        ("get_order: {effect: read}", "get_order: {effect: reed}", "found the effect 'reed'"),
        ("with: [summary, slots]", "with: [summary, wallet]", "found with 'wallet'"),
        ('"identity.failures >= 5"', '"anger >= 5"', "found the unknown name 'anger'"),
        ("goal: The return is booked, or fairly refused", "goal:", "found nothing for goal; allowed: text"),
        ("goal: The return is booked, or fairly refused", "goal: [a]", "found a list for goal; allowed: text"),
        ("goal: The return is booked, or fairly refused", "goal: {a: b}", "found keys for goal; allowed: text"),
        ("goal: The return is booked", "goal: &g The return", "found the anchor 'g'"),
        ("goal: The return is booked", "goal: !x The return", "found the tag '!x'"),
        ("goal: The return", "goal: x\ngoal: The return", "found 'goal' twice (first in line 3)"),
        ("when: {observe", "when: {? [a] : b, observe", "found a key that is not a word"),
        ("when: {observe", "when: {observe: {", "found text that is not YAML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(old: str, new: str, message: str) -> None:
    problems = changed(old, new)
    assert any(message in problem.message for problem in problems), [str(problem) for problem in problems]
    assert all(problem.line >= 1 for problem in problems)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("language: en\n", "", "found agent.yaml without 'language'"),
        ("identification: identify", "identification: identity", "found for identification the journey 'identity'"),
        ("identification: identify", "identification: opening_hours", "without 'provides'"),
        ("identification: identify\n", "", "found 'needs' without an identification"),
        ("window_refusal:", "goodby:", "found the text 'goodby'"),
        ("window_refusal:", "goodbye: Bye {customer.name}.\n  window_refusal:", "in a text the name 'customer.name'"),
        ("disclosure: I'm", "disclosure: '{name}'\nvoice: I'm", "in a text the name 'name'"),
        ("transfer: {to: callbacks}", "transfer: callbacks", "found 'callbacks' for transfer; allowed: keys"),
        ("name: Meadow Shop", "name: Meadow Shop\nrecording: {}", "found recording without 'notice'"),
    ],
)
def test_what_is_wrong_in_agent_yaml_is_named(old: str, new: str, message: str) -> None:
    problems = changed(old, new, "agent.yaml")
    assert any(message in problem.message for problem in problems), [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  - collect: account\n", "  - say: Hello.\n", "found an identification that collects nothing"),
        ("customer: find_customer", "customer: find_costumer", "found for customer the tool 'find_costumer'"),
        ("goal: We", "needs: [identity.verified]\ngoal: We", "found an identification with 'needs'"),
        ("effect: read", "effect: write, requires: [confirmed]", "found 'do: find_customer' without a confirm"),
    ],
)
def test_what_is_wrong_in_an_identification_is_named(old: str, new: str, message: str) -> None:
    problems = changed(old, new, "journeys/identify.yaml")
    assert any(message in problem.message for problem in problems), [str(problem) for problem in problems]


def test_a_journey_that_nothing_leads_to_is_a_problem() -> None:
    (problem,) = changed("when: {examples: [when are you open]}\n", "", "journeys/opening_hours.yaml")
    assert problem.message.startswith("found a journey that nothing leads to")


def test_a_name_must_be_known_on_both_sides_of_a_branch() -> None:
    text = HOURS.replace("steps:", "slots: {day: {type: text, ask: Which day?}}\nsteps:").replace(
        "then: [say: We are closed today.]", "then: [collect: day]"
    )
    (problem,) = check({**SHOP, "journeys/opening_hours.yaml": f'{text}  - say: "{{day}}"\n'})
    assert problem.message.startswith("found 'day' before it is known")
    ended = text.replace("else: [say: We are open until six.]", "else: [end: completed]")
    assert check({**SHOP, "journeys/opening_hours.yaml": f'{ended}  - say: "{{day}}"\n'}) == []


@pytest.mark.parametrize(
    ("slot", "message"),
    [
        ("{type: order_id, ask: Which?}", "without 'format' or 'from'"),
        ("{type: order_id, format: ab-###, ask: Which?}", "allowed: # for a figure"),
        ("{type: email, format: AB-###, ask: Which?}", "found 'format' in a slot of type 'email'"),
        ("{type: spelling, ask: Which?}", "found the type 'spelling'"),
    ],
)
def test_mistakes_about_types_are_named(slot: str, message: str) -> None:
    problems = changed("urgent: {type: yes_no, ask: Is it urgent?}", f"urgent: {slot}")
    assert any(message in str(problem) for problem in problems)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("journeys/x.yml", "allowed: files ending in .yaml"),
    ],
)
def test_files_that_are_not_understood_are_refused(path: str, message: str) -> None:
    (problem,) = check({**SHOP, path: "a: b"})
    assert message in problem.message


def test_a_folder_without_agent_or_journeys() -> None:
    assert [str(p) for p in check({})] == [
        "agent.yaml:1: found no agent.yaml; allowed: a folder with agent.yaml and journeys/*.yaml"
    ]
    with pytest.raises(AgentFolderError):
        load({"agent.yaml": ""})
    alone = AGENT.replace("identification: identify\n", "").partition("texts:")[0]
    assert [p.message for p in check({"agent.yaml": alone})] == [
        "found no journeys; allowed: at least one file journeys/*.yaml"
    ]


def test_journeys_without_steps_are_planned() -> None:
    problems = check({**SHOP, "journeys/x.yaml": "journey: x\ngoal: y\nwhen: {examples: [z]}\n"})
    assert problems == []


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(SHOP)), st.data())
def test_any_text_is_either_loaded_or_refused_with_a_place(file: str, data: st.DataObject) -> None:
    """Cuts, swaps and noise in files that were right: `check` finds problems or none, and never fails itself."""
    lines = SHOP[file].splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    noise = data.draw(
        st.one_of(st.text(max_size=12), st.sampled_from(["- x", "  a: {", "&a", "? ", "{x}", "[[", "!t", "~"]))
    )
    lines[at : at + data.draw(st.integers(0, 2))] = [noise]
    problems = check({**SHOP, file: "\n".join(lines)})
    assert all(problem.line >= 1 and problem.message.startswith("found ") for problem in problems)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(["agent.yaml", "journeys/a.yaml"]), st.text(max_size=60)))
def test_noise_is_refused(files: dict[str, str]) -> None:
    assert check(files) != []
