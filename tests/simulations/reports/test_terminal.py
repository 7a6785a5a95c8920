"""What people see of a suite."""

from __future__ import annotations

from simulations.reports.terminal import report_lines, run_lines
from tests.simulations.runs.suites import a_key, a_report, a_run


def test_a_run_that_fell_short_says_what_was_wanted_and_what_was_found() -> None:
    assert run_lines(a_run(a_key(condition="loss_5", repetition=3), "failed"), repetitions=4) == [
        "FAIL   track_order, loss_5, 3 of 4  21 s of talk",
        "         outcome: wanted track_order.resolved, found outcomes: none",
        "         put down to recognition: with perfect ears it passes",
    ]


def test_a_run_that_could_not_be_played_says_why() -> None:
    assert run_lines(a_run(a_key(), "error"), repetitions=1)[1].strip() == "the process died"


def test_scenarios_go_down_and_conditions_across() -> None:
    runs = [
        a_run(a_key("one", "", 1)),
        a_run(a_key("one", "", 2), "failed"),
        a_run(a_key("one", "loss_5", 1)),
        a_run(a_key("two", "", 1), "error"),
    ]
    lines = report_lines(a_report(*runs))
    at = next(number for number, line in enumerate(lines) if line.startswith("scenario"))
    assert [line.split() for line in lines[at : at + 3]] == [
        ["scenario", "as", "written", "loss_5"],
        ["one", "1/2", "1/1"],
        ["two", "0/1", "-"],
    ]


def test_the_slowest_answers_come_with_what_they_waited_for() -> None:
    lines = report_lines(a_report(a_run(a_key(), latencies=(300, 2_100, None))))
    at = lines.index("slowest answers")
    assert lines[at + 1].split("  ")[-2:] == ["track_order: 'Where is my order?'", "(endpoint 200)"]
    assert "2100 ms" in lines[at + 1]
    assert "300 ms" in lines[at + 2]


def test_the_last_line_counts() -> None:
    report = a_report(a_run(a_key("one")), a_run(a_key("two"), "failed"), a_run(a_key("three"), "error"))
    assert report_lines(report)[-1] == "1 passed, 1 failed, 1 could not be played in 2.5 s"


def test_what_was_left_out_and_what_was_not_played_is_said() -> None:
    lines = report_lines(a_report(a_run(a_key()), complete=False, planned=5, left_out=("card_keyed",)))
    assert "left out at level text, only on the telephone: card_keyed" in lines
    assert "interrupted: 1 of 5 runs were played" in lines
