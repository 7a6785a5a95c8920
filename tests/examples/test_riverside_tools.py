"""What the example's tools promise: right answers, nothing of another customer, and writes that happen once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.dialogue import Tool, riverside_database, riverside_tools

TODAY = "2026-03-04"
MAYA, TOBIAS, PRIYA, GRACE = "55012479", "20483317", "71930264", "90217745"


@pytest.fixture
def tools() -> Iterator[dict[str, Tool]]:
    database = riverside_database()
    yield riverside_tools(database)
    database.close()


def openings(tools: dict[str, Tool], day: str, time: str) -> list[dict[str, Any]]:
    found = tools["find_openings"](day=day, time=time, today=TODAY)
    return list(found["openings"])


def test_openings_of_a_day_are_those_nearest_to_the_time(tools: dict[str, Tool]) -> None:
    found = tools["find_openings"](day="2026-03-05", time="14:00", today=TODAY)
    assert found["exact"]
    assert found["openings"][0]["time"] == "15:00"
    assert {one["day"] for one in found["openings"]} == {"2026-03-05"}


def test_a_day_without_openings_gives_the_next_ones(tools: dict[str, Tool]) -> None:
    found = tools["find_openings"](day="2026-03-07", time="10:00", today=TODAY)
    assert not found["exact"]
    assert len(found["openings"]) == 3
    assert all(one["day"] > "2026-03-07" for one in found["openings"])


def test_a_visit_moves_once_and_its_opening_is_taken(tools: dict[str, Tool]) -> None:
    opening = openings(tools, "2026-03-05", "10:00")[0]
    asked = {"visit": "V1001", "opening": opening["id"], "account": MAYA, "today": TODAY}
    moved = tools["move_visit"](**asked)
    assert moved == {"day": opening["day"], "time": opening["time"]}
    assert tools["move_visit"](**asked) == moved
    assert opening["id"] not in {one["id"] for one in openings(tools, "2026-03-05", "10:00")}
    assert tools["get_visits"](account=MAYA, today=TODAY)["visits"][0]["day"] == opening["day"]


def test_nobody_moves_the_visit_of_somebody_else(tools: dict[str, Tool]) -> None:
    opening = openings(tools, "2026-03-05", "10:00")[0]["id"]
    with pytest.raises(LookupError, match="V1001"):
        tools["move_visit"](visit="V1001", opening=opening, account=TOBIAS, today=TODAY)


def test_an_opening_is_not_given_twice(tools: dict[str, Tool]) -> None:
    opening = openings(tools, "2026-03-05", "10:00")[0]["id"]
    tools["book_visit"](account=GRACE, opening=opening, work="line repair", today=TODAY)
    with pytest.raises(LookupError, match="not free"):
        tools["move_visit"](visit="V1001", opening=opening, account=MAYA, today=TODAY)


def test_an_outage_is_known_by_area(tools: dict[str, Tool]) -> None:
    assert tools["check_outage"](account=PRIYA)["area"] == "the harbour"
    assert tools["check_outage"](account=MAYA) == {"outage": False}


def test_restarting_mends_a_slow_line_only(tools: dict[str, Tool]) -> None:
    assert tools["measure_line"](account=TOBIAS)["result"] == "slow"
    assert tools["restart_router"](account=TOBIAS) == {"result": "good"}
    assert tools["restart_router"](account=GRACE) == {"result": "no_signal"}


def test_a_contract_in_its_minimum_term_ends_with_it(tools: dict[str, Tool]) -> None:
    contract = tools["get_contract"](account=TOBIAS, today=TODAY)
    assert contract["in_minimum_term"]
    assert contract["leave_on"] == contract["ends_on"] == "2026-07-02"
    assert tools["get_contract"](account=MAYA, today=TODAY)["leave_on"] == "2026-04-03"


def test_the_offer_to_stay_is_made_once(tools: dict[str, Tool]) -> None:
    assert tools["get_contract"](account=MAYA, today=TODAY)["offer"] == "29.00 USD"
    assert tools["accept_offer"](account=MAYA) == {"price": "29.00 USD"}
    again = tools["get_contract"](account=MAYA, today=TODAY)
    assert again["price"] == "29.00 USD"
    assert "offer" not in again


def test_other_plans_are_listed_and_taken(tools: dict[str, Tool]) -> None:
    plans = tools["list_plans"](account=MAYA)["plans"]
    assert [plan["id"] for plan in plans if plan["faster"]] == ["family", "max"]
    assert tools["change_plan"](account=MAYA, plan="family", today=TODAY)["from_day"] == "2026-03-05"
    assert tools["get_contract"](account=MAYA, today=TODAY)["name"] == "Family 250"


def test_a_contract_that_is_cancelled_keeps_its_first_reason(tools: dict[str, Tool]) -> None:
    first = tools["cancel_contract"](account=MAYA, reason="moving", today=TODAY)
    assert tools["cancel_contract"](account=MAYA, reason="price", today=TODAY) == first
    assert tools["get_contract"](account=MAYA, today=TODAY)["cancelled"]


def test_a_bill_says_what_changed(tools: dict[str, Tool]) -> None:
    bill = tools["get_bill"](account=TOBIAS, today=TODAY)
    assert (bill["changed"], bill["higher"], bill["difference"]) == (True, True, "45.00 USD")
    assert bill["why"] == "a technician's visit"
    assert tools["get_bill"](account="00000000", today=TODAY) == {"found": False}


def test_a_bill_is_paid_once_and_the_card_not_kept(tools: dict[str, Tool]) -> None:
    bill = tools["get_bill"](account=MAYA, today=TODAY)
    asked = {"bill": bill["id"], "account": MAYA, "card_number": "4111111111111111"}
    assert tools["pay_bill"](**asked) == tools["pay_bill"](**asked) == {"number": "P7001", "amount": "34.00 USD"}
    assert tools["get_bill"](account=MAYA, today=TODAY)["paid"]
    with pytest.raises(LookupError, match="no bill"):
        tools["pay_bill"](bill=bill["id"], account=TOBIAS, card_number="4111111111111111")


def test_no_table_holds_a_card_number() -> None:
    database = riverside_database()
    tools = riverside_tools(database)
    tools["pay_bill"](bill="7001", account=MAYA, card_number="4111111111111111")
    assert not any("4111111111111111" in line for line in database.iterdump())
    database.close()


def test_a_move_is_noted_and_can_be_changed(tools: dict[str, Tool]) -> None:
    asked = {"account": MAYA, "street": "1 New Road", "postcode": "04210", "from_day": "2026-04-01"}
    assert tools["update_address"](**asked) == tools["update_address"](**{**asked, "street": "2 New Road"})
    assert tools["get_address"](account=MAYA)["street"] == "12 Alder Lane"


def test_a_return_is_of_an_own_order_and_keeps_its_number(tools: dict[str, Tool]) -> None:
    asked = {"order": "48213", "account": MAYA, "reason": "damaged"}
    assert tools["create_return"](**asked) == tools["create_return"](**asked) == {"number": "RB48213"}
    with pytest.raises(LookupError, match="48213"):
        tools["create_return"](order="48213", account=TOBIAS, reason="damaged")


def test_two_databases_do_not_meet() -> None:
    first, second = riverside_database(), riverside_database()
    riverside_tools(first)["accept_offer"](account=MAYA)
    assert "offer" in riverside_tools(second)["get_contract"](account=MAYA, today=TODAY)
    for database in (first, second):
        assert isinstance(database, sqlite3.Connection)
        database.close()
