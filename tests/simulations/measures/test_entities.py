"""Which values survive recognition, as callers say them and recognisers write them."""

from __future__ import annotations

import pytest

from simulations.measures.entities import EntityAccuracy, EntityKind, entity_accuracy, kind_of, mentions
from simulations.runs.records import RunTurn
from voice_agent.conversation.expectation import Setting

SETTING = Setting("2026-03-04T10:00:00", "en", "US")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("55012479", "digits"),
        ("5501 2479", "digits"),
        ("+1 555 0100", "words"),
        ("2026-03-07", "date"),
        ("2026-13-07", "digits"),
        ("maya.ortiz@example.com", "email"),
        ("RB-4821", "identifier"),
        ("SW1A 1AA", "identifier"),
        ("Maya Ortiz", "words"),
        ("mesh router", "words"),
    ],
)
def test_a_value_is_read_as_what_it_looks_like(value: str, kind: EntityKind) -> None:
    assert kind_of(value) == kind


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("007", "it's double oh seven"),
        ("55012479", "It's five five oh one, two four seven nine."),
        ("55012479", "that is 5501-2479 I think"),
        ("55012479", "order 48290 on account 5501 2479"),
        ("2026-03-07", "Saturday the seventh of March"),
        ("2026-03-07", "on March 7th"),
        ("maya.ortiz@example.com", "maya dot ortiz at example dot com"),
        ("RB-4821", "are bee four eight two one"),
        ("SW1A 1AA", "S W 1 A, 1 double A"),
        ("Maya Ortiz", "My name is Maya Ortiz."),
        ("Ortiz", "that's spelled O R T I Z"),
        ("Zoë", "Zoe speaking"),
    ],
)
def test_a_value_is_found_however_it_is_said(value: str, text: str) -> None:
    assert mentions(value, text, SETTING)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("007", "it's oh seven"),
        ("55012479", "It's five five oh one, two four seven eight."),
        ("2026-03-07", "on March 8th"),
        ("maya.ortiz@example.com", "maya dot ortiz at example dot org"),
        ("RB-4821", "RB 4822"),
        ("Maya Ortiz", "My name is Maya Oritz."),
        ("Maya Ortiz", "Ortiz, Maya"),
        ("Maya Ortiz", ""),
    ],
)
def test_another_value_is_not_taken_for_it(value: str, text: str) -> None:
    assert not mentions(value, text, SETTING)


def test_spanish_numbers_are_read_as_spanish() -> None:
    assert mentions("2479", "es el dos cuatro siete nueve", Setting("", "es", "US"))


def test_a_value_counts_in_each_turn_in_which_it_was_said_and_heard() -> None:
    turns = [
        RunTurn("It's five five oh one, two four seven nine.", "", agent_heard="its 5501 2478"),
        RunTurn("five five oh one, two four seven nine, Maya Ortiz", "", agent_heard="55012479 maya ortiz"),
        RunTurn("Maya Ortiz", "", agent_heard=None),
        RunTurn("Thanks.", "", agent_heard="maya ortiz"),
    ]
    found = entity_accuracy({"account": "55012479", "name": "Maya Ortiz"}, turns, SETTING)
    assert (found.said, found.right) == (3, 2)
    assert [(missed.name, missed.kind, missed.heard) for missed in found.missed] == [
        ("account", "digits", "its 5501 2478")
    ]


def test_nothing_said_is_nothing_missed() -> None:
    assert entity_accuracy({"account": "55012479"}, [], SETTING) == EntityAccuracy(0, 0, ())
