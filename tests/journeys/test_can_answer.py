"""Whether a passage has what a question asks for: any of its words, or near certainty."""

from __future__ import annotations

import pytest

from voice_agent.journeys.articles import Article
from voice_agent.journeys.asked_for import IN_OTHER_WORDS, can_answer
from voice_agent.journeys.passages import passages
from voice_agent.journeys.problems import Place

TEXT = "Delivery is free for orders of 30 dollars and more. It is paid automatically."
(PASSAGE,) = passages("cost", TEXT, 0)
COST = Article("cost", "What delivery costs", "en", (PASSAGE,), Place("knowledge/cost.md", 1))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("how much is delivery?", True),
        ("is there an automatic payment?", True),
        ("how much is a router?", False),
        ("what is the upload speed?", False),
        ("how much is it?", True),
    ],
)
def test_an_article_with_none_of_the_words_answers_only_where_it_is_all_but_certain(
    question: str, answers: bool
) -> None:
    assert can_answer(question, "en", COST, PASSAGE, 0.6) is answers
    assert can_answer(question, "en", COST, PASSAGE, IN_OTHER_WORDS)


def test_a_language_without_a_table_goes_by_the_score() -> None:
    assert can_answer("was kostet ein Router", "de", COST, PASSAGE, 0.6)
