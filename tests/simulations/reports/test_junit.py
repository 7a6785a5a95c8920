"""What CI servers read: one test case a run, with what fell short and the layer it is put down to."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from simulations.reports.junit import junit_xml
from simulations.runs.records import SuiteReport
from tests.simulations.runs.suites import a_key, a_report, a_run


def read(report: SuiteReport) -> ElementTree.Element:
    return ElementTree.fromstring(junit_xml(report))


def test_every_run_is_one_test_case_in_the_suite_of_its_condition() -> None:
    runs = [a_run(a_key(name, condition)) for condition in ("", "loss_5") for name in ("one", "two")]
    root = read(a_report(*runs))
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("4", "0", "0")
    suites = {suite.get("name"): [case.get("name") for case in suite.iter("testcase")] for suite in root}
    assert suites == {
        "Riverside Broadband audio as written": ["one", "two"],
        "Riverside Broadband audio loss_5": ["one", "two"],
    }
    assert [case.get("time") for case in root.iter("testcase")] == ["0.900"] * 4


def test_what_fell_short_is_told_with_its_layer_and_the_conversation() -> None:
    failure = next(read(a_report(a_run(a_key(), "failed", greeting="Hello."))).iter("failure"))
    assert failure.get("type") == "recognition"
    assert failure.get("message") == "outcome: wanted track_order.resolved, found outcomes: none"
    text = str(failure.text)
    assert "put down to recognition: with perfect ears it passes" in text
    assert text.index("agent:  Hello.") < text.index("caller: Where is my order?") < text.index("agent:  On its way.")


def test_what_could_not_be_played_is_an_error_and_no_failure() -> None:
    root = read(a_report(a_run(a_key(), "error")))
    assert (root.get("failures"), root.get("errors")) == ("0", "1")
    assert next(root.iter("error")).get("message") == "the process died"


def test_repetitions_and_variants_have_names_of_their_own() -> None:
    runs = [a_run(a_key(variant="row_2", repetition=repetition)) for repetition in (1, 2)]
    names = [case.get("name") for case in read(a_report(*runs)).iter("testcase")]
    assert names == ["track_order/row_2/1", "track_order/row_2/2"]


def test_half_a_suite_never_looks_like_a_whole_one() -> None:
    root = read(a_report(a_run(a_key()), complete=False, planned=9))
    assert root.get("errors") == "1"
    assert root.get("tests") == str(len(list(root.iter("testcase"))))
    assert next(root.iter("error")).get("message") == "interrupted: 1 of 9 runs were played"


@given(st.text())
def test_whatever_was_said_can_be_read_again(said: str) -> None:
    root = read(a_report(a_run(a_key(), "failed", greeting=f"x{said}x")))
    told = str(next(root.iter("failure")).text)
    kept = [sign for sign in said if sign.isprintable() and sign.isascii()]
    assert all(sign in told for sign in kept)
