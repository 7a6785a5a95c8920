"""Which runs a suite has, and what it refuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulations.runs.plan import MOST_RUNS, Candidate, Plan, Wanted, candidates, on_bad_lines, only, plan
from simulations.runs.records import RunKey
from simulations.scenario_file import parse_scenario_file
from voice_agent.errors import UsageError

CANDIDATES = (
    Candidate("track_order", ("", "row_1", "row_2"), frozenset({"orders"})),
    Candidate("track_parcel", tags=frozenset({"orders", "slow"})),
    Candidate("pay_bill", tags=frozenset({"billing"})),
    Candidate("card_keyed", phone_only="a card can only be keyed"),
)
LEAVES = "lines: [{after: greeting, hang_up: true}]\n"
CONDITIONS = ("clean", "street_10db", "loss_5")


def named(planned: Plan) -> list[str]:
    return [run.text for run in planned.runs]


def refusal(*select: str, **wanted: object) -> tuple[str, str]:
    with pytest.raises(UsageError) as raised:
        plan(CANDIDATES, Wanted(select=select, **wanted), CONDITIONS)  # type: ignore[arg-type]
    assert raised.value.hint is not None
    return raised.value.message, raised.value.hint


def test_everything_is_played_once_where_nothing_is_selected() -> None:
    planned = plan(CANDIDATES, Wanted(level="audio"))
    assert named(planned) == [
        "track_order/audio/1",
        "track_order/row_1/audio/1",
        "track_order/row_2/audio/1",
        "track_parcel/audio/1",
        "pay_bill/audio/1",
        "card_keyed/audio/1",
    ]
    assert planned.left_out == ()


def test_variants_conditions_and_repetitions_multiply() -> None:
    wanted = Wanted(select=("track_order",), level="audio", conditions=("clean", "loss_5"), repetitions=4)
    assert len(plan(CANDIDATES, wanted, CONDITIONS).runs) == 3 * 2 * 4


@pytest.mark.parametrize(
    ("select", "names"),
    [
        (("pay_bill",), ["pay_bill/text/1"]),
        (("track_p*",), ["track_parcel/text/1"]),
        (("track_order/row_2",), ["track_order/row_2/text/1"]),
        (("track_order/row_*",), ["track_order/row_1/text/1", "track_order/row_2/text/1"]),
        (("tag:slow", "tag:billing"), ["track_parcel/text/1", "pay_bill/text/1"]),
        (("pay_bill", "pay_*"), ["pay_bill/text/1"]),
    ],
)
def test_scenarios_are_selected_by_name_pattern_variant_or_tag(select: tuple[str, ...], names: list[str]) -> None:
    assert named(plan(CANDIDATES, Wanted(select=select))) == names


@pytest.mark.parametrize(
    ("selector", "message", "hint"),
    [
        ("pay_bil", "no scenario is called 'pay_bil'", "did you mean pay_bill?"),
        ("nothing_like_it*", "no scenario matches 'nothing_like_it*'", "there are: track_order, track_parcel"),
        ("tag:bilings", "no scenario has the tag 'bilings'", "did you mean billing?"),
        ("track_order/row_3", "no scenario is called 'track_order/row_3'", "did you mean row_2?"),
    ],
)
def test_a_name_that_is_not_there_is_refused_with_the_nearest(selector: str, message: str, hint: str) -> None:
    told, remedy = refusal(selector)
    assert told == message
    assert hint in remedy


def test_an_agent_without_scenarios_is_refused() -> None:
    with pytest.raises(UsageError, match="no scenarios"):
        plan((), Wanted())


def test_a_condition_that_is_not_there_is_refused_with_the_nearest() -> None:
    assert refusal(level="audio", conditions=("street_10",)) == (
        "there is no condition 'street_10'",
        "did you mean street_10db?",
    )


def test_typed_conversations_have_no_conditions() -> None:
    assert "no line" in refusal(conditions=("clean",))[0]


def test_what_only_the_telephone_can_play_is_left_out_of_text_and_told() -> None:
    planned = plan(CANDIDATES, Wanted())
    assert planned.left_out == ("card_keyed",)
    assert "card_keyed" not in {run.scenario for run in planned.runs}
    assert "only on the telephone: card_keyed" in refusal("card_keyed")[0]


def test_more_runs_than_anybody_waits_for_are_refused() -> None:
    assert str(MOST_RUNS) in refusal(repetitions=MOST_RUNS)[0]


def test_a_run_has_the_same_caller_at_every_level_and_in_every_condition() -> None:
    text = plan(CANDIDATES, Wanted(select=("pay_bill",), repetitions=2))
    audio = plan(CANDIDATES, Wanted(select=("pay_bill",), level="audio", conditions=CONDITIONS), CONDITIONS)
    assert {run.seed for run in audio.runs} == {text.runs[0].seed}
    assert text.runs[0].seed != text.runs[1].seed


@given(st.integers(0, 2**63), st.integers(1, 5))
def test_all_runs_are_told_apart_and_come_out_the_same_again(seed: int, repetitions: int) -> None:
    wanted = Wanted(level="audio", seed=seed, repetitions=repetitions, conditions=("clean", "loss_5"))
    planned = plan(CANDIDATES, wanted, CONDITIONS)
    assert planned == plan(CANDIDATES, wanted, CONDITIONS)
    assert len(set(planned.runs)) == len(planned.runs)
    assert len({run.text for run in planned.runs}) == len(planned.runs)
    assert all(0 <= run.seed < 2**48 for run in planned.runs)


def test_only_those_that_failed_before_are_kept_whatever_their_seed() -> None:
    failed = RunKey("track_order", "row_1", "", "text", 3, 99)
    assert named(only(plan(CANDIDATES, Wanted(repetitions=2)), [failed])) == [
        "track_order/row_1/text/1",
        "track_order/row_1/text/2",
    ]


def test_rows_of_a_table_are_variants_and_tags_select() -> None:
    text = """
v: 2
scenario: asks_for_things
tags: [orders]
who: {number: "+15550100101"}
table:
  - {name: router, item: fibre router}
  - {name: socket, item: wall socket}
lines:
  - {after: greeting, say: "Where is my {item}?"}
"""
    found = candidates([parse_scenario_file(text, name="asks.yaml")])
    assert found == [Candidate("asks_for_things", ("router", "socket"), frozenset({"orders"}))]
    assert named(plan(found, Wanted(select=("tag:orders",)))) == [
        "asks_for_things/router/text/1",
        "asks_for_things/socket/text/1",
    ]


def test_scenarios_whose_own_line_loses_words_are_told_apart_where_they_are_spoken() -> None:
    files = [
        parse_scenario_file(f"v: 2\nscenario: {name}\nwho: {{number: '1'}}\n{line}\n{LEAVES}", name=name)
        for name, line in (("street", "line: street_10db"), ("lossy", "line: {loss: {rate: 0.1}}"), ("plain", ""))
    ]
    spoken = plan(candidates(files), Wanted(level="audio", repetitions=2), CONDITIONS)
    assert on_bad_lines(files, spoken) == ["street", "lossy"]
    assert on_bad_lines(files, plan(candidates(files), Wanted(), CONDITIONS)) == []
    assert on_bad_lines(files, plan(candidates(files), Wanted(select=("plain",), level="audio"), CONDITIONS)) == []
