"""A link is read out on the phone and sent as it is in text."""

from __future__ import annotations

import pytest

from voice_agent.journeys.links import spoken_links
from voice_agent.journeys.templates import Values, parse_template, render


@pytest.mark.parametrize(
    ("text", "language", "spoken"),
    [
        ("See https://www.example.com/track-it.", "en", "See example dot com slash track dash it."),
        ("See http://a.b/?id=4, please", "en", "See a dot b slash question mark id equals 4, please"),
        ("Vea https://ejemplo.es/mi_pedido/", "es", "Vea ejemplo punto es barra mi guion bajo pedido"),
        ("(https://example.com)", "xx", "(example dot com)"),
        ("no link: a.b/c", "en", "no link: a.b/c"),
    ],
)
def test_a_link_in_words(text: str, language: str, spoken: str) -> None:
    assert spoken_links(text, language) == spoken


def test_only_the_phone_says_it_in_words() -> None:
    template, names = parse_template("Here: {order.link}"), {"order": {"link": "https://example.com/48213"}}
    assert render(template, Values(names, channel="phone")) == "Here: example dot com slash 48213"
    assert render(template, Values(names, channel="text")) == "Here: https://example.com/48213"
