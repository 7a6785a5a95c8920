"""What no made scenario has reached is led to: by other answers, by tools that say otherwise; or it is said why not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from simulations.making.coverage import everything
from simulations.making.from_journey import Maker
from simulations.making.needs import needs_of
from simulations.making.settings import Set, Settings
from simulations.making.ways import KEYED, NO_WAY, Ways, ways_to
from simulations.making.writing import written
from simulations.scenario import Who
from simulations.scenario_file import parse_scenario
from simulations.scenario_world import Mock
from tests.agent.core_script import example_pack
from tests.simulations.runs.stages import key_of, played
from voice_agent.card_numbers import passes_luhn

PACK = example_pack()
JOURNEYS = {journey.name: journey for journey in PACK.journeys}


OLD = "days(get_order.delivery_date, today) <= 30"


def ways_of(name: str, *parts: str, keys: bool = True, account: str = "60574329") -> Ways:
    maker = Maker(PACK, JOURNEYS[name], facts={"account": account}, number="+15550100114", keys=keys)
    return ways_to(PACK, JOURNEYS[name], maker, [f"{name}/{part}" for part in parts], keys=keys)


def set_for(name: str, way: dict[str, bool]) -> Set | None:
    return Settings(JOURNEYS[name], PACK.journeys, customer="find_customer").of(way)


def test_every_part_of_every_journey_needs_something_that_is_known() -> None:
    for journey in PACK.journeys:
        wanted = {name for name in everything(PACK) if name.startswith(f"{journey.name}/")}
        assert wanted <= needs_of(journey).keys()


def test_what_comes_after_a_branch_that_may_end_the_journey_is_for_who_does_not_go_there() -> None:
    needs = needs_of(JOURNEYS["cancel_contract"])
    assert ("get_contract.cancelled", True) in needs["cancel_contract/outcome cancelled_before"].wanted
    assert ("(get_contract.cancelled)", False) in needs["cancel_contract/branch 4 holds"].wanted
    assert any("stays" in source and not held for source, held in needs["cancel_contract/branch 4 holds"].wanted)


@pytest.mark.parametrize(
    ("journey", "way", "fields", "said"),
    [
        ("pay_bill", {"get_bill.paid": True}, {"get_bill": {"paid": True}}, {}),
        ("cancel_contract", {"has(get_contract.offer)": False}, {"get_contract": {"offer": None}}, {}),
        ("cancel_contract", {"has(get_contract.offer)": True}, {}, {}),
        ("cancel_contract", {"stays": False, "why == 'price'": False}, {}, {"stays": "No.", "why": "Moving"}),
        ("return_item", {OLD: False}, {"get_order": {"delivery_date": "{today-31}"}}, {}),
        ("return_item", {OLD: True}, {"get_order": {"delivery_date": "{today-30}"}}, {}),
        ("return_item", {"size(customer.orders) == 0": True}, {"find_customer": {"orders": []}}, {}),
        ("move_appointment", {"days(today, visit.day) < 1": True}, {"get_visits": {"visits[].day": "{today}"}}, {}),
        ("move_appointment", {"days(today, visit.day) < 1": False}, {"get_visits": {"visits[].day": "{today+1}"}}, {}),
        ("update_address", {"days(today, from_day) < 0": True}, {}, {"from_day": "Yesterday."}),
        (
            "track_order",
            {"get_order.status == 'delivered'": False, "get_order.status == 'cancelled'": True},
            {"get_order": {"status": "cancelled"}},
            {},
        ),
        ("track_order", {"get_order.status == 'delivered'": False}, {"get_order": {"status": "something_else"}}, {}),
    ],
)  # fmt: skip
def test_values_are_set_at_the_edge_of_what_is_compared(
    journey: str, way: dict[str, bool], fields: dict[str, Any], said: dict[str, str]
) -> None:
    assert set_for(journey, way) == Set(fields, said, ())


def test_what_nothing_is_known_to_set_for_is_told_and_two_values_at_once_are_none() -> None:
    assert set_for("pay_bill", {"weekday(today) == 'monday'": True}) == Set({}, {}, ("weekday(today) == 'monday'",))
    assert set_for("track_order", {"get_order.status == 'a'": True, "get_order.status == 'b'": True}) is None


def test_parts_that_take_the_same_share_a_scenario_and_it_can_be_written() -> None:
    found = ways_of("cancel_contract", "branch 1 holds", "step 1.then.0", "step 1.then.1", "outcome cancelled_before")
    (scenario,) = found.scenarios
    assert scenario.mocks == {"get_contract": (Mock(set={"cancelled": True}, times="always"),)}
    assert parse_scenario(written(scenario), name="w.yaml") == scenario


def test_why_there_is_no_way_is_told() -> None:
    found = ways_of("cancel_contract", "policy not_cancelled fails", "step 99")
    assert found.scenarios == ()
    assert found.why == {
        "cancel_contract/policy not_cancelled fails": (
            "can't be: it takes `!get_contract.cancelled` to fail and `get_contract.cancelled` to fail"
        ),
        "cancel_contract/step 99": NO_WAY,
    }
    assert ways_of("pay_bill", "outcome paid", keys=False).why == {"pay_bill/outcome paid": KEYED}
    assert ways_of("pay_bill", "policy open fails", keys=False).why["pay_bill/policy open fails"].startswith("can't be")


def test_scenarios_lead_to_what_they_were_made_for(tmp_path: Path) -> None:
    parts = ("outcome cancelled_before", "branch 3.then.1 fails", "step 4.then.0")
    who = Who("+15550100114", customer="60574329")
    scenarios = [
        msgspec.structs.replace(scenario, who=who) for scenario in ways_of("cancel_contract", *parts).scenarios
    ]
    runs = played(tmp_path, [(key_of(scenario, "text"), scenario) for scenario in scenarios])
    assert [run.record.status for run in runs] == ["passed"] * len(runs)
    assert {f"cancel_contract/{part}" for part in parts} <= {name for run in runs for name in run.record.reached}


def test_a_number_that_is_keyed_in_confidence_looks_as_it_has_to() -> None:
    (scenario, *_) = ways_of("pay_bill", "outcome paid").scenarios
    (keys,) = [answer.keys for answer in scenario.whenever if answer.keys is not None]
    assert keys.endswith("#")
    assert passes_luhn(keys[:-1])
