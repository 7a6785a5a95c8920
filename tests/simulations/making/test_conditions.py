"""Conditions are taken apart into what can be set, and what contradicts itself is seen to."""

from __future__ import annotations

import pytest

from simulations.making.conditions import Way, all_of, ways


@pytest.mark.parametrize(
    ("source", "held", "found"),
    [
        ("get_bill.paid", True, [{"get_bill.paid": True}]),
        ("!get_bill.paid", True, [{"get_bill.paid": False}]),
        ("!a.found || a.paid", True, [{"a.found": False}, {"a.paid": True}]),
        ("!a.found || a.paid", False, [{"a.found": True, "a.paid": False}]),
        ("why == 'price' && has(a.offer)", True, [{"why == 'price'": True, "has(a.offer)": True}]),
        ("why == 'price' && has(a.offer)", False, [{"why == 'price'": False}, {"has(a.offer)": False}]),
        ("!(a.x && (b.y || c.z))", False, [{"a.x": True, "b.y": True}, {"a.x": True, "c.z": True}]),
        ("reason != 'a && b'", True, [{"reason == 'a && b'": False}]),
        ("days(today, visit.day) >= 1", True, [{"days(today, visit.day) < 1": False}]),
        ("a.x ? b.y : c.z", True, [{"a.x ? b.y : c.z": True}]),
        ("(a.x) && (b.y)", True, [{"a.x": True, "b.y": True}]),
    ],
)
def test_a_condition_comes_out_either_way(source: str, held: bool, found: list[Way]) -> None:
    assert ways(source, held=held) == found


def test_what_contradicts_itself_has_no_way() -> None:
    assert all_of([("!a.found || a.paid", False), ("!a.paid", False)]) == []
    assert all_of([("a.x || b.y", True), ("!a.x", True)]) == [{"a.x": False, "b.y": True}]
    assert all_of([]) == [{}]
