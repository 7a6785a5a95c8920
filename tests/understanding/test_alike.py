"""Examples of two journeys that are too close: by meaning where there are vectors, by words where there are none."""

from __future__ import annotations

import numpy as np

from voice_agent.understanding.alike import BY_MEANING, alike
from voice_agent.understanding.examples import Example
from voice_agent.understanding.router import Vector

ORDER = Example("track", "Where is my order?")


def turned(cosine: float) -> Vector:
    """A unit vector at that cosine from the first axis."""
    return np.array([cosine, np.sqrt(1 - cosine**2)], np.float32)


def test_the_same_words_are_the_same_whatever_their_case_and_marks() -> None:
    other = Example("bill", "where is MY order")
    (pair,) = alike((ORDER, other), None)
    assert (pair.one, pair.other, pair.similarity) == (ORDER, other, 1.0)


def test_nearly_the_same_words_are_found_and_others_are_not() -> None:
    near, far = Example("bill", "Where is my order now?"), Example("bill", "I want to pay my invoice")
    (pair,) = alike((ORDER, near, far), None)
    assert pair.other == near
    assert 0.65 <= pair.similarity < 1


def test_a_journey_may_repeat_itself_and_languages_are_apart() -> None:
    again = Example("track", "Where is my order now?")
    spanish = Example("bill", "Where is my order?", "es")
    assert alike((ORDER, again, spanish), None) == ()


def test_meaning_decides_where_there_are_vectors() -> None:
    far_words, near_words = Example("bill", "Has my parcel left?"), Example("bill", "Where is my order now?")
    vectors = {ORDER.text: turned(1.0), far_words.text: turned(BY_MEANING + 0.01), near_words.text: turned(0.5)}
    (pair,) = alike((ORDER, far_words, near_words), vectors)
    assert (pair.other, pair.similarity) == (far_words, 0.96)


def test_each_example_is_told_once_with_the_closest_of_those_before() -> None:
    one, two, three = Example("a", "x"), Example("b", "y"), Example("c", "z")
    vectors = {"x": turned(1.0), "y": turned(0.97), "z": turned(0.98)}
    pairs = alike((one, two, three), vectors)
    assert [(pair.one.journey, pair.other.journey) for pair in pairs] == [("a", "b"), ("b", "c")]


def test_no_examples_are_alike() -> None:
    assert alike((), None) == ()
