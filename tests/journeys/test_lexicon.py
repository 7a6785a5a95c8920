"""lexicon.yaml: which words are pronounced otherwise than they are written, and what is told about mistakes in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.journeys.packs import SHOP
from voice_agent.journeys.lexicon import Lexicon
from voice_agent.journeys.load import check, load

FILE = "en:\n  siobhan: shi-vawn\n  Wi-Fi: why fye\n  IT: eye tee\n  Rio Grande: ree oh grand\n  rio: reeyo\n"


def told(text: str) -> list[str]:
    return [str(problem) for problem in check({**SHOP, "lexicon.yaml": text})]


def said(text: str, language: str = "en") -> tuple[str, ...]:
    return load({**SHOP, "lexicon.yaml": FILE}).lexicon.sounded(text.split(), language)


def test_without_a_file_words_are_said_as_written() -> None:
    lexicon = load(SHOP).lexicon
    assert lexicon == Lexicon()
    assert lexicon.sounded(("Wi-Fi.",), "en") == ("Wi-Fi.",)


def test_punctuation_and_a_possessive_stay_around_a_respelling() -> None:
    assert said('"Siobhan\'s Wi-Fi, please."') == ("\"shi-vawn's", "why fye,", 'please."')


def test_an_entry_with_capitals_is_meant_as_it_stands_and_one_without_anyhow() -> None:
    assert said("IT fixed it. SIOBHAN, wi-fi") == ("eye tee", "fixed", "it.", "shi-vawn,", "wi-fi")


def test_the_longest_entry_wins_and_is_heard_as_one() -> None:
    assert said("to Rio Grande now, Rio") == ("to", "ree oh grand", "", "now,", "reeyo")


def test_a_pause_parts_a_phrase() -> None:
    assert said("Rio, Grande") == ("reeyo,", "Grande")


def test_another_language_has_words_of_its_own() -> None:
    assert said("Wi-Fi", "es") == ("Wi-Fi",)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("en:\n  router: rooter\nes:\n  router: ruter\n", 3, "found in lexicon.yaml the language 'es'; allowed: en"),
        ("en:\n  - router\n", 2, "found a list for the words of 'en'; allowed: keys with values"),
        ("en:\n  wi-fi,: why fye\n", 2, "found 'wi-fi,' as a word; allowed: one to four words without punctuation"),
        ("en:\n  one two three four five: six\n", 2, "allowed: one to four words"),
        ("en:\n  siobhan: /sh@von/\n", 2, "allowed: words of letters and figures, with hyphens and commas"),
        ("en:\n  siobhan: '<break/>'\n", 2, "found '<break/>' for how 'siobhan' is said"),
        ("en:\n  siobhan: ''\n", 2, "found nothing for how 'siobhan' is said; allowed: text"),
        ("en:\n  rio grande: one\n  rio  grande: two\n", 3, "found 'rio  grande', which is there as 'rio grande'"),
        ("- en\n", 1, "found a list for lexicon.yaml"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, line: int, message: str) -> None:
    problems = told(text)
    assert any(problem.startswith(f"lexicon.yaml:{line}: ") and message in problem for problem in problems), problems


@given(st.lists(st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1), max_size=8))
def test_property_each_written_word_has_its_place_and_words_that_are_not_entries_stay(words: list[str]) -> None:
    lexicon = Lexicon({"en": {"a b": "see", "a": "eh"}})
    sounded = lexicon.sounded(words, "en")
    assert len(sounded) == len(words)
    touched = [word for word, out in zip(words, sounded, strict=True) if out != word]
    assert all("a" in word.lower() or "b" in word.lower() for word in touched)
