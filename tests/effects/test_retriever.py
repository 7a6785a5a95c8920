"""Finding passages: by words and by meaning, for this caller, softly where something fails."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from simulations import virtual_time
from voice_agent.clock import LoopClock
from voice_agent.conversation.actions import Consult
from voice_agent.conversation.knowledge import Consulted
from voice_agent.effects.retriever import EMBED_US, Retriever
from voice_agent.effects.shelf import Shelf
from voice_agent.errors import EngineUnavailable, StoreError
from voice_agent.journeys.articles import Article
from voice_agent.journeys.problems import Problems
from voice_agent.journeys.read_article import read_article
from voice_agent.ports.speech import PASSAGE

TOPICS = ("deliver parcel ship arrive day", "return refund back money", "envío paquete llega entrega", "fee late")
FILES = {
    "delivery": "---\ntitle: Delivery times\n---\nParcels arrive within three days.\n\n## Abroad\n\nIt takes a week.",
    "returns": "---\ntitle: Returns\nquestions: [Can I get my money back?]\n---\nReturns are free for thirty days.",
    "late": "---\ntitle: Late fees\nchannels: text\naudience: customers\n---\nA late fee is 5 euros.",
    "envios": "---\ntitle: Plazos de entrega\nlanguage: es\n---\nLos envíos tardan tres días.",
    "sale": "---\ntitle: Sale\nvalid_from: 2026-05-01\nvalid_until: 2026-05-31\n---\nTents are half price.",
}


class AtOnce(Executor):
    """Runs work where it is submitted, so that virtual time stands still."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - as an executor does
            future.set_exception(error)
        return future


class TopicEmbedder:
    """Texts about the same topic are near each other. `embedded` is every text, in order; `down` it fails."""

    def __init__(self) -> None:
        self.embedded: list[str] = []
        self.down = False
        self.takes_s = 0.01

    async def embed(self, texts: Sequence[str], *, deadline_us: int) -> npt.NDArray[np.float32]:
        if self.down:
            raise EngineUnavailable("no process")
        await asyncio.sleep(self.takes_s)
        self.embedded += texts
        return np.stack([self._vector(text) for text in texts])

    def _vector(self, text: str) -> npt.NDArray[np.float32]:
        hits = [sum(word in text.casefold() for word in topic.split()) for topic in TOPICS]
        vector = np.array([*hits, 3.0], np.float32)
        return vector / np.float32(np.linalg.norm(vector))


def articles(files: dict[str, str] = FILES) -> tuple[Article, ...]:
    problems = Problems()
    read = [read_article(f"knowledge/{name}.md", text, ("en", "es"), problems) for name, text in files.items()]
    assert problems.sorted() == []
    return tuple(article for article in read if article is not None)


def consult(query: str, **more: Any) -> Consult:
    return Consult(**{"request": 7, "query": query, "language": "en", "channel": "phone", **more})


def found(
    asked: Consult, embedder: TopicEmbedder | None = None, path: Path | None = None, down_later: bool = False
) -> Consulted:
    """What a fresh retriever finds."""
    engine = TopicEmbedder() if embedder is None else embedder

    async def play() -> Consulted:
        clock = LoopClock()
        retriever = Retriever(articles(), engine, clock, path=path, executor=AtOnce())
        await retriever.prepare(clock.now_us() + 10_000_000)
        engine.down = engine.down or down_later
        try:
            return await retriever.consult(asked, deadline_us=clock.now_us() + 2_000_000)
        finally:
            await retriever.close()

    return virtual_time.run(play())


def names(consulted: Consulted) -> list[str]:
    return [passage.passage for passage in consulted.passages]


def test_the_passage_that_answers_comes_first() -> None:
    consulted = found(consult("when will my parcel arrive"))
    assert (consulted.request, consulted.engine) == (7, "hybrid")
    assert names(consulted)[0] == "delivery#opening"
    assert consulted.passages[0].score == max(passage.score for passage in consulted.passages)
    assert consulted.passages[0].meaning is not None


def test_the_question_of_an_article_brings_it_nearer() -> None:
    with_question = found(consult("money back"))
    assert names(with_question)[0] == "returns#opening"


def test_what_is_for_others_is_not_found() -> None:
    late = "late fee"
    assert "late#opening" not in names(found(consult(late)))
    assert "late#opening" not in names(found(consult(late, channel="text")))
    assert "late#opening" in names(found(consult(late, channel="text", audience="customers")))


def test_only_articles_of_the_language_are_found() -> None:
    assert names(found(consult("¿cuándo llega el envío?", language="es"))) == ["envios#opening"]
    assert "envios#opening" not in names(found(consult("envío")))


def test_an_article_is_found_while_it_is_valid() -> None:
    assert "sale#opening" in names(found(consult("tents price", on="2026-05-31")))
    assert "sale#opening" not in names(found(consult("tents price", on="2026-06-01")))
    assert "sale#opening" not in names(found(consult("tents price")))


def test_without_an_embedding_words_alone_decide() -> None:
    consulted = found(consult("when do parcels arrive"), down_later=True)
    assert consulted.engine == "words"
    assert names(consulted)[0] == "delivery#opening"
    assert consulted.passages[0].meaning is None


def test_without_any_embeddings_nothing_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    engine = TopicEmbedder()
    engine.down = True
    consulted = found(consult("when do parcels arrive"), engine)
    assert consulted.engine == "words"
    assert consulted.engine_us == 0
    assert "have no embedding yet" in caplog.text


def test_a_slow_embedding_is_not_waited_for_long() -> None:
    class Slow(TopicEmbedder):
        async def embed(self, texts: Sequence[str], *, deadline_us: int) -> npt.NDArray[np.float32]:
            self.takes_s = 0.01 if texts[0].startswith(PASSAGE) else 60.0
            return await super().embed(texts, deadline_us=deadline_us)

    consulted = found(consult("parcels"), Slow())
    assert consulted.engine == "words"
    assert consulted.engine_us == EMBED_US


def test_a_question_without_words_finds_something_or_nothing_but_does_not_fail() -> None:
    assert found(consult("?!")).request == 7
    assert found(consult('" OR * NEAR(')).engine == "hybrid"


def test_before_it_is_prepared_nothing_can_be_found() -> None:
    async def play() -> None:
        retriever = Retriever(articles(), TopicEmbedder(), LoopClock(), executor=AtOnce())
        with pytest.raises(StoreError, match="not indexed yet"):
            await retriever.consult(consult("x"), deadline_us=1_000_000)

    virtual_time.run(play())


def prepared(path: Path, files: dict[str, str], engine: TopicEmbedder | None = None) -> tuple[list[str], int]:
    """What was embedded to bring the index up to date, and how many texts are left without."""
    embedder = TopicEmbedder() if engine is None else engine

    async def play() -> int:
        retriever = Retriever(articles(files), embedder, LoopClock(), path=path, executor=AtOnce())
        left = await retriever.prepare(LoopClock().now_us() + 10_000_000)
        await retriever.close()
        return left

    return embedder.embedded, virtual_time.run(play())


def test_only_what_has_changed_is_embedded_again(tmp_path: Path) -> None:
    path = tmp_path / "cache" / "articles.db"
    assert len(prepared(path, FILES)[0]) == 7  # six passages and a question
    assert prepared(path, FILES) == ([], 0)
    changed = {**FILES, "returns": FILES["returns"].replace("thirty", "forty")}
    assert prepared(path, changed)[0] == [f"{PASSAGE}Returns\nReturns are free for forty days."]
    assert prepared(path, {"late": FILES["late"]}) == ([], 0)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT passage FROM passages").fetchall() == [("late#opening",)]
        assert connection.execute("SELECT count(*) FROM words_en").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM words_es").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM vectors").fetchone() == (1,)
    connection.close()


def test_what_could_not_be_embedded_in_time_is_embedded_the_next_time(tmp_path: Path) -> None:
    path, engine = tmp_path / "articles.db", TopicEmbedder()
    engine.down = True
    assert prepared(path, FILES, engine) == ([], 7)
    assert len(prepared(path, FILES)[0]) == 7


def test_an_index_that_cannot_be_written_is_kept_in_memory(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("in the way")
    consulted = found(consult("when do parcels arrive"), path=tmp_path / "file" / "articles.db")
    assert names(consulted)[0] == "delivery#opening"
    assert "indexed in memory" in caplog.text


def test_a_file_that_is_no_index_is_made_anew(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "articles.db"
    path.write_bytes(b"not a database at all" * 100)
    assert names(found(consult("when do parcels arrive"), path=path))[0] == "delivery#opening"
    assert "is made anew" in caplog.text
    assert prepared(path, FILES) == ([], 0)


def test_an_index_of_another_version_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "articles.db"
    prepared(path, FILES)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    assert len(prepared(path, FILES)[0]) == 7


def test_a_question_that_names_something_is_about_what_has_it() -> None:
    files = {
        "plans": "---\ntitle: Plans\n---\nMax 1000 is the fastest.",
        "fast": "---\ntitle: Being fast\n---\nFamily 250 is fast.",
    }
    shelf = Shelf(articles(files), ("Max 1000", "Ultra 5000"))
    passages = ("plans#opening", "fast#opening")
    assert shelf.named("How much is max 1000?", "en", passages) == {"plans#opening": 1, "fast#opening": -1}
    assert shelf.named("how much is the fastest", "en", passages) == {}
    assert shelf.named("what about Ultra 5000", "en", passages) == {}
