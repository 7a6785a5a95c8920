"""What of a passage is quoted: the sentence that answers, as it stands, and not more than can be listened to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.journeys.articles import Passage
from voice_agent.journeys.passages import passages
from voice_agent.journeys.plain_text import plain_text
from voice_agent.journeys.quoting import LIST_ROOM, quote
from voice_agent.journeys.sentences import sentence_spans
from voice_agent.journeys.word_forms import word_forms
from voice_agent.journeys.wording import Channel

FEES = (
    "We bill on the first of the month. If you pay late, a fee of 5 euros is charged. "
    "It is taken off once in a year. Ask us before the due date if you need more time to pay. "
    "We send a reminder first."
)
STEPS = """Restart your router this way:

1. Pull the **plug**.
2. Wait ten seconds.
3. Put it back.

The light turns green after a minute. See https://help.example/router/restart for pictures."""


def passage(text: str, start: int = 0) -> Passage:
    return Passage("any#opening", "any", "", start, start + len(text), text)


def test_the_sentence_with_the_words_of_the_question_is_quoted() -> None:
    said = quote(passage(FEES), "what is the fee when I pay late", "en", "phone")
    assert said.text == "If you pay late, a fee of 5 euros is charged. It is taken off once in a year."


def test_the_range_is_that_of_the_words_in_the_file() -> None:
    text = f"---\ntitle: x\n---\n{FEES}"
    said = quote(passage(FEES, text.index(FEES)), "reminder", "en", "phone")
    assert text[said.start : said.end] == said.text == "We send a reminder first."


def test_without_a_word_in_common_the_beginning_is_quoted() -> None:
    assert quote(passage(FEES), "cuánto cuesta", "en", "phone").text.startswith("We bill on the first")


def test_steps_go_with_the_sentence_that_introduces_them() -> None:
    said = quote(passage(STEPS), "how do I restart", "en", "phone")
    assert said.text == "Restart your router this way: Pull the plug. Wait ten seconds. Put it back."
    assert quote(passage(STEPS), "pull the plug", "en", "phone").text == said.text


def test_a_sentence_that_leans_on_the_one_before_goes_with_it() -> None:
    text = "Contracts last a year. Within it, leaving early costs 60 dollars. We are sorry to see you go."
    said = quote(passage(text), "what does leaving early cost", "en", "phone")
    assert said.text == "Contracts last a year. Within it, leaving early costs 60 dollars."
    spanish = "El contrato dura un año. Después, la baja es gratuita. Avísenos antes."
    assert quote(passage(spanish), "¿es gratuita la baja?", "es", "phone").text.startswith("El contrato dura un año.")


def test_a_sentence_that_leans_is_quoted_alone_where_there_is_no_room() -> None:
    text = f"{'Contracts last a year and more, ' * 8}always. It ends by itself after two years."
    assert quote(passage(text), "does it end by itself", "en", "phone").text == "It ends by itself after two years."


def test_a_chat_has_more_room_and_keeps_addresses() -> None:
    said = quote(passage(STEPS), "how do I restart", "en", "text")
    assert said.text.endswith("a minute. See https://help.example/router/restart for pictures.")
    assert quote(passage(STEPS), "pictures", "en", "phone").text == "See help.example for pictures."


def test_spanish_words_are_compared_by_their_spanish_forms() -> None:
    text = "Los envíos tardan tres días. Las devoluciones son gratuitas. Escríbanos antes."
    said = quote(passage(text), "¿es gratuita la devolución?", "es", "phone")
    assert said.text.startswith("Las devoluciones son gratuitas.")


@pytest.mark.parametrize(
    ("text", "language", "forms"),
    [
        ("Where are my orders?", "en", ["order"]),
        ("shipping, shipped, ships", "en", ["ship", "ship", "ship"]),
        ("deliveries of boxes", "en", ["delivery", "box"]),
        ("don't", "en", ["don"]),
        ("¿Cuánto tardan los envíos?", "es", ["tardan", "envi"]),
        ("devoluciones devolución", "es", ["devolucion", "devolucion"]),
        ("luces luz", "es", ["luz", "luz"]),
        ("die Rechnungen", "de", ["die", "rechnungen"]),
        ("the of", "en", ["the", "of"]),
        ("", "en", []),
    ],
)
def test_words_have_forms_by_language(text: str, language: str, forms: list[str]) -> None:
    assert word_forms(text, language) == forms


CHANNELS: tuple[Channel, ...] = ("phone", "text")


@given(st.text("ab.!?: \n#*-|1é", max_size=300), st.text("ab e", max_size=20), st.sampled_from(CHANNELS))
def test_a_quote_is_a_stretch_of_the_file_and_fits(text: str, question: str, channel: Channel) -> None:
    for found in passages("any", text, 0):
        said = quote(found, question, "en", channel)
        assert found.start <= said.start < said.end <= found.end
        assert said.text == plain_text(text[said.start : said.end], addresses=channel == "text")
        longest = max((end - start for start, end in sentence_spans(found.text)), default=len(found.text))
        assert len(said.text) <= max(LIST_ROOM[channel].characters, longest)


PLANS = "Small has 50 and costs 24 dollars.\n\nLarge has 250 and costs 44 dollars. Huge has 1,000 and costs 59."


@pytest.mark.parametrize(
    ("question", "language", "all_of_it"),
    [
        ("what does the fastest plan cost", "en", True),
        ("which one is the most expensive", "en", True),
        ("what does Huge cost", "en", False),
        ("I request the cost of Huge, it is in my interest", "en", False),
        ("¿cuál es la tarifa más barata?", "es", True),
        ("¿cuánto cuesta Huge?", "es", False),
    ],
)
def test_what_only_a_comparison_answers_is_quoted_whole(question: str, language: str, all_of_it: bool) -> None:
    said = quote(passage(PLANS), question, language, "phone").text
    assert (said == " ".join(PLANS.split())) is all_of_it
    assert "Huge has 1,000" in said


def test_a_passage_too_long_to_listen_to_is_not_quoted_whole() -> None:
    said = quote(passage(PLANS + " And so on." * 40), "which is the cheapest", "en", "phone")
    assert len(said.text) < LIST_ROOM["phone"].characters
