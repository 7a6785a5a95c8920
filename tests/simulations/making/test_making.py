"""Scenarios made from calls and from journeys: they can be read again, they are played, and what they miss is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulations.making.callers_known import KnownCaller, known_callers
from simulations.making.chief_words import chief_words
from simulations.making.coverage import Coverage, adding, coverage, everything
from simulations.making.from_call import file_from
from simulations.making.from_journey import Made, scenarios_of
from simulations.making.writing import written
from simulations.runs.levels import Played
from simulations.runs.records import Level
from simulations.scenario import Scenario
from simulations.scenario_file import parse_scenario, parse_scenario_file
from tests.agent.core_script import example_pack
from tests.session.test_scenarios import SCENARIOS
from tests.simulations.runs.stages import key_of, played
from tests.simulations.test_scenario_2 import FULL
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation import secure_events as sec
from voice_agent.conversation.records import VERSION, Entry, Header, Record, record_of
from voice_agent.errors import UsageError

FROM = (
    *("track_order_found", "wrong_digits_corrected", "caller_interrupts"),
    *("card_keyed", "technician_booked", "address_postcode_corrected"),
)
TYPED_ALIKE = FROM[:3]
"""In which the agent writes what it says; elsewhere it writes days and hours otherwise."""
FACTS = {"account": "Five five zero one, two four seven nine.", "order": "The fibre router."}


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Played]:
    keys = [(key_of(SCENARIOS[name], "audio"), SCENARIOS[name]) for name in FROM]
    return dict(zip(FROM, played(tmp_path_factory.mktemp("calls"), keys), strict=True))


def records_of(run: Played) -> tuple[Header, list[Record]]:
    assert run.log is not None
    return run.log.header, list(run.log.read())


@pytest.fixture(scope="module")
def made(calls: dict[str, Played]) -> dict[str, str]:
    return {name: file_from(*records_of(run), name=f"from_{name}") for name, run in calls.items()}


@pytest.mark.parametrize("text", [FULL, *(written(scenario) for scenario in list(SCENARIOS.values())[:6])])
def test_what_is_written_is_read_again(text: str) -> None:
    scenario = parse_scenario(text, name="a.yaml")
    assert parse_scenario(written(scenario, comment="made\nby us"), name="b.yaml") == scenario


def test_a_scenario_made_from_a_call_has_its_turns_and_comes_to_the_same(
    calls: dict[str, Played], made: dict[str, str], tmp_path: Path
) -> None:
    """Played again: the same outcome, on the same tool calls, the words of the caller as they were understood."""
    levels: tuple[Level, Level] = ("audio", "text")
    whole = {name: parse_scenario(made[name], name=name) for name in FROM if name != "card_keyed"}
    keys = [
        (key_of(scenario, level), scenario)
        for name, scenario in whole.items()
        for level in levels
        if level == "audio" or name in TYPED_ALIKE
    ]
    runs = played(tmp_path, keys)
    unlike = [(run.record.key.text, check.found) for run in runs for check in run.record.checks if not check.holds]
    assert unlike == []
    assert whole["caller_interrupts"].lines[3].interrupt is not None
    said = [line.say for line in whole["track_order_found"].lines if line.say is not None]
    assert said == [turn.caller_said for turn in calls["track_order_found"].record.turns]


def test_days_are_counted_from_that_of_the_call(made: dict[str, str]) -> None:
    booked = parse_scenario(made["address_postcode_corrected"], name="b.yaml")
    days = [value for tool in booked.expect.tools for value in tool.arguments.values() if "today" in str(value)]
    assert any(str(value).startswith("{today+") for value in days)


def test_what_was_keyed_in_confidence_is_a_variable_to_fill_in(made: dict[str, str]) -> None:
    text = made["card_keyed"]
    assert "4111" not in text
    scenario = parse_scenario(text, name="c.yaml")
    assert scenario.variables == {"secure_1": "0" * 16}
    assert "fill in secure_1" in scenario.about
    assert "0" * 16 + "#" in [line.keys for line in scenario.lines]


def test_a_filled_in_number_makes_the_call_whole(made: dict[str, str], tmp_path: Path) -> None:
    scenario = parse_scenario(made["card_keyed"].replace("0" * 16, "4" + "1" * 15), name="c.yaml")
    (run,) = played(tmp_path, [(key_of(scenario, "audio"), scenario)])
    assert (run.record.status, run.record.outcome) == ("passed", "pay_bill.paid")


def test_secret_arguments_are_not_expected() -> None:
    entries: list[Entry] = [
        ev.CallStarted("text", "+1", "+2", "2026-01-05T10:00:00+00:00"),
        ev.TextReceived("hello"),
        act.CallTool(1, "pay", {"pin": "[secret]", "day": "2026-01-08", "old": "2019-01-01"}, "write", "k"),
        ev.ToolReturned(1, {}, 5),
        sec.SecureCaptured("t", 4, valid=True, capture=1),
    ]
    records = [record_of(seq, seq, entry) for seq, entry in enumerate(entries, start=1)]
    header = Header(VERSION, "c-1", "text", "a", "d", "c", 0, "2026-01-05T10:00:00+00:00")
    scenario = parse_scenario(file_from(header, records, name="pays"), name="p.yaml")
    assert scenario.expect.tools[0].arguments == {"day": "{today+3}", "old": "2019-01-01"}


def test_nothing_is_made_of_a_call_in_which_nothing_was_said() -> None:
    started = record_of(1, 0, ev.CallStarted("text", "+1", "+2", "2026-01-05T10:00:00+00:00"))
    header = Header(VERSION, "c-1", "text", "a", "d", "c", 0, "2026-01-05T10:00:00+00:00")
    with pytest.raises(UsageError, match="the caller said nothing"):
        file_from(header, [started], name="x")
    with pytest.raises(UsageError, match="was erased"):
        file_from(header, [Record(1, 0, "call_started", "event", None)], name="x")


def test_a_question_is_known_by_its_longest_words() -> None:
    assert chief_words("Thank you. What's your eight-digit account number?") == "What's.*account.*number"
    assert chief_words("1 2 3.") is None


# From journeys

PACK = example_pack()
JOURNEYS = {journey.name: journey for journey in PACK.journeys}


def of(name: str, facts: dict[str, str] = FACTS) -> Made:
    return scenarios_of(PACK, JOURNEYS[name], facts=facts)


def test_every_example_choice_and_question_of_a_journey_has_its_scenario() -> None:
    names = {scenario.scenario for scenario in of("return_item").scenarios}
    asked = len(JOURNEYS["return_item"].examples)
    assert {f"return_item_asked_{at}" for at in range(1, asked + 1)} <= names
    reasons = JOURNEYS["return_item"].slot("reason")
    assert reasons is not None
    assert {f"return_item_reason_{choice.value}" for choice in reasons.choices} <= names
    assert any("denied" in name for name in names)


def test_what_no_value_is_known_for_is_told() -> None:
    assert of("track_order", {}).needed == ("identify_customer.account (digits): give a value in facts",)
    assert of("track_order").needed == ()
    assert of("identify_customer").scenarios == ()


@pytest.mark.parametrize("name", list(JOURNEYS))
def test_what_is_made_can_be_written_and_read(name: str) -> None:
    for scenario in of(name).scenarios:
        assert parse_scenario(written(scenario), name="m.yaml") == scenario


def test_scenarios_made_from_a_journey_reach_it_and_what_they_miss_is_listed(tmp_path: Path) -> None:
    scenarios: list[Scenario] = list(of("track_order").scenarios)
    runs = played(tmp_path, [(key_of(scenario, "text"), scenario) for scenario in scenarios])
    assert [run.record.status for run in runs].count("error") == 0
    reaching = [run.record for run in runs if run.record.expected is not None]
    assert sum(record.status == "passed" for record in reaching) >= len(reaching) * 0.9
    found = coverage(PACK, (name for run in runs for name in run.record.reached))
    assert {"track_order/tool get_order", "identify_customer/slot account (digits)"} <= set(found.covered)
    assert "track_order/branch 0 holds" in found.missing, "the sample customer has orders"
    assert "cancel_contract/tool cancel_contract" in found.missing


def test_coverage_counts_each_thing_once_and_forgets_none() -> None:
    names = list(everything(PACK))
    assert len(names) == len(set(names))
    assert coverage(PACK, names) == Coverage(tuple(names), ())
    assert coverage(PACK, ["of/another version"]) == Coverage((), tuple(names))
    assert coverage(PACK, names[:10]).share == 10 / len(names)


def test_hand_written_scenarios_say_what_they_reach(calls: dict[str, Played]) -> None:
    reached = calls["card_keyed"].record.reached
    assert {"pay_bill/tool pay_bill", "pay_bill/outcome paid"} <= set(reached)
    assert any(name.startswith("pay_bill/step ") for name in reached)


def test_variants_of_a_made_file_are_variants() -> None:
    text = written(parse_scenario(FULL, name="f.yaml")) + "table: [{name: a}, {name: b}]\n"
    assert list(parse_scenario_file(text, name="t.yaml").variants) == ["a", "b"]


def test_runs_that_add_nothing_are_not_kept() -> None:
    assert adding([("a",), ("b", "c"), ("c",), ("other",)], ["a", "b", "c"]) == [1, 0]
    assert adding([], ["a"]) == []


def test_whom_scenarios_know_is_known_once_with_all_its_facts() -> None:
    files = [
        parse_scenario_file(
            f"v: 2\nscenario: s_{number}\nwho: {{number: '+1', customer: '{customer}'}}\nknows: {{{known}}}\n"
            "lines: [{after: greeting, hang_up: true}]\n",
            name=f"{number}.yaml",
        )
        for number, (customer, known) in enumerate((("7", "a: '1'"), ("8", ""), ("7", "a: '2', b: '3'")))
    ]
    assert known_callers(files) == [KnownCaller("+1", "7", {"a": "1", "b": "3"})]
