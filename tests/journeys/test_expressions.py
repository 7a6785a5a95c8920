"""Conditions: what holds, and that whatever can't be decided doesn't."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_agent.journeys.expressions import ExpressionError, compile_expression, days, hours, weekday

VALUES: dict[str, Any] = {
    "today": "2026-03-04",
    "now": "2026-03-04T10:00:00+00:00",
    "order": {"due": "2026-03-09", "lines": [{"sku": "a", "count": 2}], "note": None},
}


@pytest.mark.parametrize(
    "source",
    [
        "days(today, order.due) == 5",
        "days(order.due, today) < 0",
        "hours(now, '2026-03-04T12:30:00') == 2",
        "weekday(today) == 'wednesday'",
        "order.lines.exists(line, line.count > 1)",
        "size(order.lines) == 1 && !has(order.gone)",
        "order.due > today",
        "order.note == null",
    ],
)
def test_what_holds(source: str) -> None:
    assert compile_expression(source).holds(VALUES)


@pytest.mark.parametrize(
    "source",
    [
        "order.gone == 1",
        "!(order.gone == 1)",
        "gone",
        "days(order.note, today) <= 30",
        "!(days('soon', today) > 30)",
        "hours(today, 'soon') > 0",
        "weekday('soon') == 'monday'",
        "1 / 0 == 1",
        "'a' < 1",
        "size(order.lines)",
        "order.due",
    ],
)
def test_what_can_not_be_decided_does_not_hold(source: str) -> None:
    assert not compile_expression(source).holds(VALUES)


def test_expression_knows_what_it_reads_and_calls() -> None:
    expression = compile_expression("days(order.due, today) > 1 && order.lines.all(line, line.sku != 'x, y')")
    assert expression.names == {"order", "today"}
    assert expression.functions == {"days"}


@pytest.mark.parametrize("source", ["", "a b", "a ==", "f(", "@", "(" * 300])
def test_what_is_no_expression_is_refused(source: str) -> None:
    with pytest.raises(ExpressionError):
        compile_expression(source)


def test_functions_on_dates() -> None:
    assert days("2026-02-28", "2026-03-01T23:00:00+01:00") == 1
    assert days("2026-02-28", None) is None
    assert hours("2026-03-04", "2026-03-03T23:30:00") == -1
    assert hours("2026-03-04T10:00:00+00:00", "2026-03-04T12:00:00+01:00") == 1
    assert hours(1, 2) is None
    assert weekday("2026-03-08") == "sunday"


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150)
@given(_json)
def test_any_tool_result_can_be_asked_about(value: Any) -> None:
    for source in ("x == 1", "x.y.z > 2", "size(x) > 0", "days(x, x) == 0", "x in x"):
        assert compile_expression(source).holds({"x": value}) in (True, False)
