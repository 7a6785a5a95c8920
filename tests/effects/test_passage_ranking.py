"""Evidence to likelihood: more of either is never worth less, and equals are ordered the same every time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from voice_agent.effects.passage_ranking import HYBRID, WORDS, Rarity, rank

SHARES = st.floats(0, 1)
COSINES = st.floats(-1, 1)


@given(SHARES, SHARES, COSINES, COSINES)
def test_more_evidence_is_worth_more(share: float, other: float, cosine: float, near: float) -> None:
    low, high = sorted((share, other))
    less, more = sorted((cosine, near))
    assert 0 <= HYBRID.likelihood(low, less) <= HYBRID.likelihood(high, more) <= 1
    assert WORDS.likelihood(low, 0.0) <= WORDS.likelihood(high, 0.0)


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    rarity = Rarity([frozenset({"card", "fee"}), frozenset({"card"}), frozenset({"card", "limit"})])
    assert rarity.of("fee") > rarity.of("card")
    assert rarity.of("unheard") == rarity.of("fee")
    assert rarity.share(["card", "fee"], frozenset({"card", "fee"})) == 1.0
    assert 0 < rarity.share(["card", "fee"], frozenset({"card"})) < rarity.share(["card", "fee"], frozenset({"fee"}))
    assert rarity.share([], frozenset({"card"})) == 0.0


def test_equals_are_told_apart_by_their_words_and_then_by_name() -> None:
    shares = {"b#x": 0.5, "a#x": 0.5, "c#x": 0.5}
    found = rank(shares, dict.fromkeys(shares, 0.8), {"c#x": 3.0})
    assert [passage.passage for passage in found] == ["c#x", "a#x", "b#x"]


def test_a_passage_without_an_embedding_is_judged_by_its_words() -> None:
    (found,) = rank({"a#x": 1.0}, {"b#x": 0.9}, {})
    assert found.meaning is None
    assert found.score == round(WORDS.likelihood(1.0, 0.0), 6)


def test_a_passage_with_what_the_question_names_goes_before_and_is_likelier() -> None:
    shares = {"a#x": 0.5, "b#x": 0.5}
    cosines = dict.fromkeys(shares, 0.84)
    first, second = rank(shares, cosines, {}, {"a#x": -1, "b#x": 1})
    (neutral, _) = rank(shares, cosines, {})
    assert (first.passage, second.passage) == ("b#x", "a#x")
    assert first.score > neutral.score > second.score
