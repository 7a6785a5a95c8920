"""What votes come to, and when a run may fail by them."""

from __future__ import annotations

import pytest

from simulations.judges.verdicts import Judgement, Verdict, Vote, judgement

VOID = Vote(None, problem="no line holds the quote")


def vote(verdict: Verdict, quote: str = "so it was said") -> Vote:
    return Vote(verdict, quote, 1)


def test_most_votes_decide_and_their_share_is_told() -> None:
    found = judgement("politeness", [vote("broken", "go away"), vote("holds"), vote("broken", "go away now")])
    assert found.verdict == "broken"
    assert found.agreement == pytest.approx(2 / 3)
    assert found.quotes == ("go away", "go away now")


@pytest.mark.parametrize(
    "votes", [[], [VOID, VOID], [vote("holds"), vote("broken")], [vote("holds"), vote("broken"), VOID]]
)
def test_votes_without_a_leader_decide_nothing(votes: list[Vote]) -> None:
    found = judgement("politeness", votes)
    assert (found.verdict, found.agreement, found.quotes) == (None, 0.0, ())
    assert not found.fails()


def test_void_votes_count_against_agreement() -> None:
    found = judgement("politeness", [vote("broken"), VOID, VOID])
    assert found.verdict == "broken"
    assert found.agreement == pytest.approx(1 / 3)
    assert not found.fails()


@pytest.mark.parametrize(
    ("verdicts", "bound", "fails"),
    [
        (["broken", "broken", "holds"], 2 / 3, True),
        (["broken", "broken", "holds"], 0.7, False),
        (["broken", "broken", "broken"], 1.0, True),
        (["holds", "holds", "holds"], 0.5, False),
        (["cannot_tell", "cannot_tell", "broken"], 0.3, False),
        (["broken"], 0.5, False),
    ],
)
def test_a_run_fails_only_with_enough_votes_that_agree(verdicts: list[Verdict], bound: float, fails: bool) -> None:
    assert judgement("politeness", map(vote, verdicts)).fails(bound) is fails


def test_a_run_fails_by_no_verdict_without_evidence() -> None:
    votes = (Vote("broken"), Vote("broken"))
    assert not Judgement("politeness", "broken", 1.0, votes).fails()
