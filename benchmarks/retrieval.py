"""Retrieval: how many of the documents that a task needs are among the first found, beside BM25 alone; and whether what
no article answers is told apart from what one does.

Tasks come from tau2-bench's banking_knowledge: 698 documents, and for each task a scenario for its caller and the
documents that an agent needs to serve them. A scenario is no question but a page about several, so it is searched whole
and sentence by sentence. Tasks of even index are the training fold, figures for the goal are of the others.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

import bm25s
import msgspec

from benchmarks.article_samples import ARTICLES, SAMPLES, Sample
from benchmarks.passage_search import PassageSearch, article
from benchmarks.report import Asked, Goal, Measured, goal, say
from voice_agent.conversation.knowledge import FoundPassage
from voice_agent.effects.retriever import FOUND
from voice_agent.errors import UsageError
from voice_agent.journeys.articles import Article, find_passage
from voice_agent.journeys.asked_for import can_answer
from voice_agent.journeys.asking import ANSWERED_FROM
from voice_agent.journeys.plain_text import plain_text
from voice_agent.journeys.sentences import sentence_spans

RECALL_AT: Final = (5, 10)
GOAL_RECALL_AT_10: Final = 0.75
LEAST_WORDS: Final = 4
"""Of a sentence that is searched by itself."""
SENTENCE_DOCUMENTS: Final = 20
"""How many of each sentence's documents count, by `1 / (RANK_OFFSET + rank)` (Cormack et al., SIGIR 2009)."""
RANK_OFFSET: Final = 60
_PASSAGES: Final = 200
_SPOKEN: Final = re.compile(r'["“]([^"”]{20,})["”]')

Ranking: TypeAlias = Callable[[str], Sequence[str]]
"""A query to documents, best first."""


class Task(msgspec.Struct, frozen=True):
    scenario: str
    required: frozenset[str]

    def sentences(self) -> list[str]:
        spans = sentence_spans(self.scenario)
        texts = [plain_text(self.scenario[start:end]) for start, end in spans]
        return [text for text in texts if len(text.split()) >= LEAST_WORDS]

    def spoken(self) -> list[str]:
        """What the scenario has the caller say, word for word; the scenario where it has nothing."""
        found = _SPOKEN.findall(self.scenario)
        return found if found else [self.scenario]


def measure(asked: Asked) -> Measured:
    folder = _folder(asked.data)
    documents = [json.loads(line) for line in (folder / "documents.jsonl").read_text(encoding="utf-8").splitlines()]
    tasks = read_tasks(folder / "tasks.json")
    if asked.quick:
        documents, tasks = sample(documents, tasks)
    cache = Path(tempfile.gettempdir()) / "voice-agent-retrieval" if asked.cache is None else asked.cache
    search = PassageSearch([_as_article(document) for document in documents], cache)
    try:
        rankings = {"hybrid": _by_documents(search), "bm25": bm25(documents)}
        figures = {
            "documents": len(documents),
            "tasks": len(tasks),
            "folds": {name: _fold(fold, rankings) for name, fold in folds(tasks).items()},
            "answering": _answering(cache),
        }
    finally:
        search.close()
    return Measured(figures, goals(figures))


def read_tasks(path: Path) -> list[Task]:
    tasks = json.loads(path.read_text(encoding="utf-8"))
    return [
        Task(task["user_scenario"]["instructions"], frozenset(task["required_documents"]))
        for task in tasks
        if task["required_documents"]
    ]


def sample(documents: list[Any], tasks: list[Task]) -> tuple[list[Any], list[Task]]:
    """Ten tasks, and the documents that they need with as many others: easier than the whole."""
    chosen = tasks[:10]
    needed = {name for task in chosen for name in task.required}
    others = [document for document in documents if document["id"] not in needed][: len(needed)]
    return [document for document in documents if document["id"] in needed] + others, chosen


def folds(tasks: Sequence[Task]) -> dict[str, list[Task]]:
    return {"training": list(tasks[0::2]), "held_out": list(tasks[1::2])}


def goals(figures: dict[str, Any]) -> tuple[Goal, ...]:
    got = figures["folds"]["held_out"]["hybrid"]["scenario"]["recall_at_10"]
    return (goal("recall@10 of a task's documents, held-out tasks", got, ">=", GOAL_RECALL_AT_10),)


def bm25(documents: Sequence[Any]) -> Ranking:
    """The baseline: bm25s as its page shows, over title and text."""
    names = [document["id"] for document in documents]
    texts = [f"{document['title']}\n{document['content']}" for document in documents]
    retriever = bm25s.BM25()
    retriever.index(bm25s.tokenize(texts, stopwords="en", show_progress=False), show_progress=False)

    def ranked(query: str) -> list[str]:
        tokens = bm25s.tokenize(query, stopwords="en", show_progress=False)
        found, _ = retriever.retrieve(tokens, k=min(50, len(names)), show_progress=False)
        return [names[number] for number in found[0]]

    return ranked


def fused(rankings: Iterable[Sequence[str]]) -> list[str]:
    """Reciprocal rank fusion."""
    scores: dict[str, float] = defaultdict(float)
    for ranking in rankings:
        for rank, name in enumerate(ranking[:SENTENCE_DOCUMENTS], 1):
            scores[name] += 1 / (RANK_OFFSET + rank)
    return sorted(scores, key=lambda name: (-scores[name], name))


def recall(found: Iterable[str], required: frozenset[str]) -> float:
    return len(required & set(found)) / len(required)


def _fold(tasks: Sequence[Task], rankings: dict[str, Ranking]) -> dict[str, Any]:
    say(f"retrieval: {len(tasks)} tasks")
    needed = [len(task.required) for task in tasks]
    best = {f"recall_at_{k}": _mean([min(k, count) / count for count in needed]) for k in RECALL_AT}
    return {
        "tasks": len(tasks),
        "documents_a_task": _mean([float(len(task.required)) for task in tasks]),
        "highest_possible": best,
        **{name: _recalls(tasks, ranking) for name, ranking in rankings.items()},
    }


def _recalls(tasks: Sequence[Task], ranking: Ranking) -> dict[str, Any]:
    """`scenario` as one query; `sentences` of it, fused; `conversation`: what any of the caller's lines finds, so that
    more than k documents count for a task."""
    lines = [[ranking(line) for line in task.spoken()] for task in tasks]
    found: dict[str, list[Sequence[str]]] = {
        "scenario": [ranking(task.scenario) for task in tasks],
        "sentences": [fused(ranking(sentence) for sentence in task.sentences()) for task in tasks],
    }
    out: dict[str, Any] = {}
    for k in RECALL_AT:
        for name, rankings in found.items():
            recalls = [recall(got[:k], task.required) for got, task in zip(rankings, tasks, strict=True)]
            out.setdefault(name, {})[f"recall_at_{k}"] = _mean(recalls)
        unions = [{name for got in each for name in got[:k]} for each in lines]
        recalls = [recall(got, task.required) for got, task in zip(unions, tasks, strict=True)]
        out.setdefault("conversation", {})[f"recall_at_{k}"] = _mean(recalls)
    return out


def _by_documents(search: PassageSearch) -> Ranking:
    def ranked(query: str) -> list[str]:
        found = search.find(query, _PASSAGES)
        return list(dict.fromkeys(passage.passage.partition("#")[0] for passage in found))

    return ranked


def _answering(cache: Path) -> dict[str, Any]:
    """Articles and questions written for this benchmark, with embeddings and by words alone."""
    articles = [article(name, title, text, language) for name, (language, title, text) in ARTICLES.items()]
    out: dict[str, Any] = {}
    for engine, words_only in (("hybrid", False), ("words", True)):
        search = PassageSearch(articles, cache / "samples", words_only=words_only)
        try:
            halves = {"chosen_on": SAMPLES[0::2], "held_out": SAMPLES[1::2]}
            out[engine] = {name: _answered(search, articles, half) for name, half in halves.items()}
        finally:
            search.close()
    return out


def _answered(search: PassageSearch, articles: Sequence[Article], samples: Sequence[Sample]) -> dict[str, int]:
    """By the product's own decision on what was found."""
    counts = {"answerable": 0, "answered_right": 0, "answered_wrong": 0, "unanswerable": 0, "answered_all_the_same": 0}
    for sample in samples:
        best = _best(sample, search.find(sample.question, FOUND, sample.language), articles)
        if sample.article is None:
            counts["unanswerable"] += 1
            counts["answered_all_the_same"] += best is not None
        else:
            counts["answerable"] += 1
            counts["answered_right"] += best == sample.article
            counts["answered_wrong"] += best not in (None, sample.article)
    return counts


def _best(sample: Sample, found: Sequence[FoundPassage], articles: Sequence[Article]) -> str | None:
    """The article that the agent answers out of."""
    for one in found:
        known = find_passage(articles, one.passage)
        if known is not None and can_answer(sample.question, sample.language, *known, one.score):
            return known[0].article if one.score >= ANSWERED_FROM else None
    return None


def _as_article(document: Any) -> Article:
    return article(document["id"], document["title"], document["content"])


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


def _folder(data: Path | None) -> Path:
    if data is None:
        raise UsageError("documents and tasks are needed", hint="--data DIR, where DIR/tau2/banking_knowledge is")
    folder = data / "tau2" / "banking_knowledge"
    if not (folder / "documents.jsonl").is_file():
        raise UsageError(f"{folder} holds no documents.jsonl", hint="--data names the folder that tau2/ is in")
    return folder
