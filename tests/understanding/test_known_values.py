"""Known values, matched by spelling and sound: who is clearly meant is taken, nobody is guessed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.conversation.expectation import Choice, Setting, SlotView
from voice_agent.understanding.identification import PROOF, Register, Rules
from voice_agent.understanding.known_keys import Likeness, heard_keys, known_key, likeness_matrix
from voice_agent.understanding.known_values import read_known
from voice_agent.understanding.values import read_best, read_value

GB = Setting("2026-03-04T10:00:00", region="GB")


def slot(slot_type: str, *values: str) -> SlotView:
    return SlotView("x", slot_type, choices=tuple(Choice(value, (value.lower(),)) for value in values))


NAMES = slot("name", "Katie Marshall", "Joe Berry", "Antony Shaw")
CODES = slot("postcode", "BN3 5ZL", "M4 0QG", "W2 0AB")
ORDERS = slot("order_id", "AB-1234", "AB-1299", "KX-7001")


@pytest.mark.parametrize(
    ("view", "heard", "value"),
    [
        (NAMES, ("Katy martial", "Kate E Marshall"), "Katie Marshall"),
        (NAMES, ("it's Jo Barry",), "Joe Berry"),
        (NAMES, ("Anthony Shaw",), "Antony Shaw"),
        (CODES, ("b m three five zee l", "p n 3 5 z l"), "BN3 5ZL"),
        (CODES, ("em four oh q d",), "M4 0QG"),
        (CODES, ("w20 a bee",), "W2 0AB"),
        (ORDERS, ("A P one two three four",), "AB-1234"),
        (ORDERS, ("K X seven double oh one",), "KX-7001"),
    ],
)
def test_what_sounds_like_one_known_value_is_that_value(view: SlotView, heard: tuple[str, ...], value: str) -> None:
    reading = read_best(view, heard[0], heard[1:], GB)
    assert reading is not None
    assert reading.value == value


@pytest.mark.parametrize(
    ("view", "heard"),
    [
        (slot("name", "Katie Marshall", "Kathy Marshall"), "Katy martial"),
        (slot("order_id", "AB-1234", "AD-1234"), "A E one two three four"),
        (CODES, "hello there"),
        (ORDERS, "one two"),
    ],
)
def test_what_could_be_several_or_none_is_asked_again(view: SlotView, heard: str) -> None:
    assert read_known(view, (heard,), GB) is None


def test_a_whole_value_that_is_not_known_is_returned_as_said_so_that_the_caller_is_told() -> None:
    reading = read_value(CODES, "S W 1 A 1 A A", GB)
    assert reading is not None
    assert reading.value == "SW1A 1AA"


def test_a_reference_is_taken_by_a_label_that_sounds_like_what_was_said() -> None:
    view = SlotView("x", "reference", choices=(Choice("7", ("zyxel router",)), Choice("8", ("lamp",))))
    reading = read_value(view, "zick sell rooter", GB)
    assert reading is None or reading.value == "7"


_POSTCODE = st.from_regex(r"[A-Z]{1,2}[0-9]{1,2} [0-9][A-Z]{2}", fullmatch=True)


@given(st.lists(_POSTCODE, min_size=1, max_size=6, unique=True), st.text(max_size=30))
def test_no_value_comes_out_that_is_neither_known_nor_said(known: list[str], text: str) -> None:
    reading = read_known(slot("postcode", *known), (text,), GB)
    if reading is not None and reading.value not in known:
        plain = str(reading.value).replace(" ", "")
        assert len(text) >= len(plain) // 2


@given(_POSTCODE)
def test_a_value_is_most_like_itself(value: str) -> None:
    key = known_key("spelled", value)
    heard = heard_keys("spelled", (" ".join(value),), GB)
    assert likeness_matrix(heard, [key]).max() == pytest.approx(1.0)
    assert likeness_matrix((), [key]).shape == (0, 1)


ITEMS: dict[str, Likeness] = {"postcode": "spelled", "name": "name", "birthday": "date"}
PEOPLE = [
    {"postcode": "BN3 5ZL", "name": "Katie Marshall", "birthday": "1947-12-09"},
    {"postcode": "M4 0QG", "name": "Joe Berry", "birthday": "1970-11-20"},
    {"postcode": "W2 0AB", "name": "Antony Shaw", "birthday": "1939-06-03"},
]
REGISTER = Register(ITEMS, PEOPLE)


def identify(postcode: str, name: str, birthday: str) -> tuple[int | None, list[bool]]:
    said = {"postcode": postcode, "name": name, "birthday": birthday}
    heard = {item: heard_keys(likeness, (said[item],), GB) for item, likeness in ITEMS.items()}
    scores = REGISTER.scores(heard)
    return REGISTER.identify(scores, heard), [REGISTER.verifies(scores, at) for at in range(len(PEOPLE))]


def test_who_says_all_items_is_found_and_verified() -> None:
    assert identify("b n 3 5 z l", "Katie Marshall", "9th of December 1947") == (0, [True, False, False])


def test_who_was_misheard_a_little_is_found() -> None:
    assert identify("p n 3 5 z l", "Katy martial", "9th of December 1987")[0] == 0


def test_one_item_may_not_have_been_heard_to_find_somebody_but_not_to_verify() -> None:
    found, verified = identify("see", "Joe Berry", "20 11 1970")
    assert found == 1
    assert not any(verified)


def test_an_item_of_somebody_else_is_no_proof() -> None:
    found, verified = identify("m 4 0 q g", "Joe Berry", "3rd of June 1939")
    assert not any(verified)
    assert found in (None, 1)


def test_nobody_is_found_among_people_who_are_all_alike() -> None:
    twins = Register(ITEMS, [PEOPLE[0], PEOPLE[0]])
    heard = {"name": heard_keys("name", ("Katie Marshall",), GB)}
    assert twins.identify(twins.scores(heard), heard) is None
    nobody = Register(ITEMS, [])
    assert nobody.identify(nobody.scores(heard), heard) is None


def test_rules_are_shares() -> None:
    rules = Rules()
    assert all(0 < share < 1 for share in (rules.minimum, rules.total, rules.margin, rules.strong, rules.unheard))
    assert all(0 < proof <= 1 for proof in PROOF.values())
    assert np.isfinite(REGISTER.scores({})).all()
