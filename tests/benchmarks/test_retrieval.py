"""Retrieval's figures, on a few documents, by words alone: no engine is loaded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.article_samples import ARTICLES, SAMPLES
from benchmarks.passage_search import PassageSearch, article
from benchmarks.report import Asked
from benchmarks.retrieval import Task, bm25, folds, fused, measure, read_tasks, recall, sample
from voice_agent.errors import UsageError

DOCUMENTS = [
    {"id": "fees", "title": "Late fees", "content": "A late payment costs five dollars."},
    {
        "id": "cards",
        "title": "Cards",
        "content": "A new card comes within a week.\n\n## Lost\n\nBlock a lost card at once.",
    },
    {"id": "hours", "title": "Opening hours", "content": "We open at nine."},
]


def test_the_baseline_finds_by_words() -> None:
    assert bm25(DOCUMENTS)("my card is lost")[0] == "cards"


def test_passages_count_for_their_documents() -> None:
    articles = [article(document["id"], document["title"], document["content"]) for document in DOCUMENTS]
    search = PassageSearch(articles, Path("unused"), words_only=True)
    assert search.find("block a lost card", 3)[0].passage == "cards#lost"
    search.close()


def test_rankings_are_fused_by_their_ranks() -> None:
    assert fused([["a", "b"], ["b", "c"], ["b"]]) == ["b", "a", "c"]
    assert fused([]) == []


def test_recall_is_the_share_of_what_is_needed() -> None:
    assert recall(["a", "x"], frozenset("ab")) == 0.5
    assert recall([], frozenset("a")) == 0.0


def test_folds_have_no_task_in_common() -> None:
    tasks = [Task(str(number), frozenset({"a"})) for number in range(5)]
    found = folds(tasks)
    assert {name: len(fold) for name, fold in found.items()} == {"training": 3, "held_out": 2}
    assert not {task.scenario for task in found["training"]} & {task.scenario for task in found["held_out"]}


def test_what_the_caller_says_word_for_word_is_asked() -> None:
    task = Task('Start: "Hi, I have lost my card today." Then "ok". You are Ida, and you are in a hurry.', frozenset())
    assert task.spoken() == ["Hi, I have lost my card today."]
    assert task.sentences()[-1] == "You are Ida, and you are in a hurry."
    assert Task("No words given.", frozenset()).spoken() == ["No words given."]


def test_tasks_that_need_no_document_are_left_out(tmp_path: Path) -> None:
    rows = [{"user_scenario": {"instructions": "x"}, "required_documents": needed} for needed in ([], ["fees"])]
    (tmp_path / "tasks.json").write_text(json.dumps(rows))
    assert read_tasks(tmp_path / "tasks.json") == [Task("x", frozenset({"fees"}))]


def test_a_sample_holds_all_that_its_tasks_need() -> None:
    tasks = [Task("x", frozenset({"cards"}))]
    documents, chosen = sample(DOCUMENTS, tasks)
    assert chosen == tasks
    assert [document["id"] for document in documents] == ["cards", "fees"]


@pytest.mark.parametrize("data", [None, Path("/nowhere")])
def test_without_data_it_says_what_it_needs(data: Path | None) -> None:
    with pytest.raises(UsageError):
        measure(Asked(data))


def test_samples_name_articles_of_their_language() -> None:
    assert all(sample.article is None or ARTICLES[sample.article][0] == sample.language for sample in SAMPLES)
    for half in (SAMPLES[0::2], SAMPLES[1::2]):
        assert {sample.article is None for sample in half} == {True, False}
