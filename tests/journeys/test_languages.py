"""An agent of two languages: it speaks the caller's, changes over in mid-call, and `check` misses no translation."""

from __future__ import annotations

import pytest

from tests.journeys.dialogue import START, Dialogue, gives, wants
from tests.journeys.packs import AGENT, IDENTIFY, SHOP_TOOLS
from voice_agent.app.office import examples_of
from voice_agent.conversation.actions import CallTool, Say
from voice_agent.conversation.commands import Affirm, AnyCommand, Deny, NotUnderstood, Repeat, SetSlot
from voice_agent.conversation.events import CallStarted
from voice_agent.journeys.engine_events import TurnUnderstood
from voice_agent.journeys.load import check, load
from voice_agent.journeys.templates import Values, parse_template, render, wordings
from voice_agent.journeys.texts import BUILT_IN, GAPS
from voice_agent.journeys.texts_es import SPANISH

AGENT_2 = """
name: Meadow Shop
languages: [en, es]
greeting: {en: "Hello, this is Meadow Shop.", es: "Hola, soy Meadow Shop."}
disclosure: {en: I'm an automated assistant., es: Soy un asistente automático.}
transfer: {to: callbacks}
identification: identify
texts:
  window_refusal: {en: That order is too old., es: Ese pedido es demasiado antiguo.}
  opening: {en: [How can I help?, What can I do?], es: "¿En qué le ayudo?"}
"""

IDENTIFY_2 = IDENTIFY.replace(
    "otherwise: I can't find that number.",
    "otherwise: {en: I can't find that number., es: No encuentro ese número.}",
).replace(
    "ask: [What's your number?, Could you say the four digits again?]",
    "ask: {en: [What's your number?, Could you say the four digits again?], es: ¿Cuál es su número?}",
)

RETURN_2 = """
journey: return_item
goal: The return is booked, or fairly refused
when: {examples: {en: [I want to return my router], es: [quiero devolver mi router, devolver algo]}}
needs: [identity.verified]
slots:
  order:
    type: reference
    from: {list: customer.orders, value: id, labels: [item]}
    ask: {en: "Which order: {order:choices}?", es: "¿Qué pedido: {order:choices}?"}
  reason:
    type: choice
    values:
      damaged: {en: [broken, cracked], es: [roto]}
      other: {en: [something else], es: [otra cosa]}
    ask: {en: Why?, es: "¿Por qué?"}
  urgent: {type: yes_no, ask: {en: Is it urgent?, es: ¿Es urgente?}}
tools:
  get_order: {effect: read}
  create_return: {effect: write, requires: [policy.window, confirmed], idempotency: order}
policies:
  window: {check: "days(get_order.delivered_on, today) <= 30", say: window_refusal}
steps:
  - collect: [order, reason, urgent]
  - do: get_order
    with: {order: "{order}"}
  - confirm:
      en: "Return the {order.item} because it is {reason}, urgent: {urgent}?"
      es: "¿Devuelvo {order.item} porque está {reason}, urgente: {urgent}?"
  - do: create_return
  - say: {en: "Done, number {create_return.number}.", es: "Hecho, número {create_return.number}."}
outcomes:
  resolved: {evidence: create_return.ok}
"""

HOURS_EN = """
journey: opening_hours
goal: The caller knows when the shop is open
languages: [en]
when: {examples: [when are you open]}
steps:
  - say: We are open until six.
"""

BILINGUAL = {
    "agent.yaml": AGENT_2,
    "journeys/identify.yaml": IDENTIFY_2,
    "journeys/return_item.yaml": RETURN_2,
    "journeys/opening_hours.yaml": HOURS_EN,
}
PACK = load(BILINGUAL)


def say_es(call: Dialogue, turn: int, text: str, *commands: AnyCommand) -> str:
    said = tuple(command.raw for command in commands if isinstance(command, SetSlot))
    return call.feed(TurnUnderstood(turn, text, commands, None, "es", said))


def test_every_text_of_the_agent_is_there_in_spanish_with_the_same_gaps() -> None:
    assert SPANISH.keys() == BUILT_IN.keys()
    for name, texts in SPANISH.items():
        allowed = {"agent.name", *GAPS.get(name, ())}
        for text in texts:
            assert {".".join(gap.path) for gap in parse_template(text).gaps()} <= allowed, name
        english = {gap.path for text in BUILT_IN[name] for gap in parse_template(text).gaps()}
        assert english == {gap.path for text in texts for gap in parse_template(text).gaps()}, name


def test_a_whole_return_in_spanish() -> None:
    call = Dialogue(PACK, SHOP_TOOLS, channel="text")
    call.starts()
    assert say_es(call, 1, "quiero devolver algo", wants("return_item")) == "¿Cuál es su número?"
    assert say_es(call, 2, "1234", gives("account", "1234")) == "He entendido 1234. ¿Es correcto?"
    assert say_es(call, 3, "sí", Affirm()) == "¿Qué pedido: lamp o rug?"
    assert say_es(call, 4, "lamp", gives("order", "101")) == "Lamp, gracias. ¿Por qué?"
    asked = call.engine.expectation.slot
    assert asked is not None
    assert asked.choices[0].labels == ("roto", "damaged")
    assert say_es(call, 5, "está roto", gives("reason", "damaged")) == "¿Es urgente?"
    assert say_es(call, 6, "no", Deny()) == "¿Devuelvo lamp porque está roto, urgente: no?"
    assert say_es(call, 7, "sí", Affirm()) == "Hecho, número 7101. ¿Puedo ayudarle en algo más?"
    assert {action.language for action in call.actions if isinstance(action, Say)} == {"en", "es"}


def test_a_conversation_begins_in_the_language_it_is_started_in() -> None:
    call = Dialogue(PACK, SHOP_TOOLS)
    said = call.feed(CallStarted("text", "", "", START, language="es"))
    assert said == "Hola, soy Meadow Shop. Soy un asistente automático. ¿En qué le ayudo?"
    assert call.engine.language == "es"
    assert Dialogue(PACK).engine.language == "en"


def test_a_language_the_agent_does_not_have_changes_nothing() -> None:
    call = Dialogue(PACK, SHOP_TOOLS)
    call.starts()
    call.feed(TurnUnderstood(1, "bonjour", (NotUnderstood("unclear"),), None, "fr"))
    assert call.engine.language == "en"


def test_changing_over_in_the_middle_asks_nothing_twice_and_keeps_the_agreement() -> None:
    call = Dialogue(PACK, SHOP_TOOLS, channel="text")
    call.starts()
    call.says("return", wants("return_item"), gives("account", "1234"))
    call.says("yes", Affirm())
    call.says("lamp, broken, urgent", gives("order", "101"), gives("reason", "damaged"))
    assert call.says("yes", Affirm()) == "Return the lamp because it is broken, urgent: yes?"
    said = say_es(call, 9, "sí, claro", Affirm())
    assert said == "Hecho, número 7101. ¿Puedo ayudarle en algo más?"
    assert [action.tool for action in call.actions if isinstance(action, CallTool)][-1] == "create_return"


def test_say_that_again_in_another_language_asks_again_in_it() -> None:
    call = Dialogue(PACK, SHOP_TOOLS, channel="text")
    call.starts()
    call.says("return", wants("return_item"))
    assert say_es(call, 5, "¿cómo?", Repeat()) == "¿Cuál es su número?"


def test_examples_are_known_by_language_and_together() -> None:
    journey = PACK.journey("return_item")
    assert journey is not None
    assert journey.examples == ("I want to return my router", "quiero devolver mi router", "devolver algo")
    assert dict(journey.examples_in)["es"] == ("quiero devolver mi router", "devolver algo")
    assert journey.languages == ("en", "es")
    assert examples_of(PACK)["return_item"] == dict(journey.examples_in)


def test_a_journey_of_one_language_is_told_in_it() -> None:
    call = Dialogue(PACK, SHOP_TOOLS, channel="text")
    call.starts()
    said = say_es(call, 1, "when are you open", wants("opening_hours"))
    assert said == "We are open until six. ¿Puedo ayudarle en algo más?"


def test_an_agent_of_another_language_alone_needs_no_variants() -> None:
    files = {"agent.yaml": AGENT.replace("language: en", "language: es"), "journeys/identify.yaml": IDENTIFY}
    files["journeys/opening_hours.yaml"] = HOURS_EN.replace("languages: [en]\n", "")
    call = Dialogue(load({**files, "agent.yaml": files["agent.yaml"].partition("texts:")[0]}))
    assert call.starts().endswith("¿En qué puedo ayudarle?")
    assert [action.language for action in call.actions if isinstance(action, Say)] == ["es"]


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("agent.yaml", 'es: "Hola, soy Meadow Shop."', "", "found greeting without 'es'; allowed: with it"),
        ("agent.yaml", "es: Soy un", "fr: Soy un", "found for disclosure the language 'fr'; allowed: en, es"),
        ("agent.yaml", "[en, es]", "[en, ex]", "found the language 'ex'; allowed: en, es"),
        ("agent.yaml", "languages: [en, es]", "languages: []", "found no language; allowed: en, es"),
        ("agent.yaml", "languages:", "language: en\nlanguages:", "found both 'language' and 'languages'"),
        ("agent.yaml", "languages: [en, es]\n", "", "found agent.yaml without 'language'"),
        ("journeys/opening_hours.yaml", "languages: [en]\n", "", "found say in one language, 'We are open"),
        ("journeys/opening_hours.yaml", "languages: [en]\n", "", "found examples in one language"),
        ("journeys/opening_hours.yaml", "[en]", "[de]", "found the language 'de'; allowed: en, es"),
        ("journeys/return_item.yaml", "damaged: {en: [broken, cracked], es: [roto]}", "damaged: [broken]", "'damaged'"),
        ("journeys/return_item.yaml", "es: [otra cosa]", "", "found the words for a value without 'es'"),
        ("journeys/return_item.yaml", "{order.item} porque", "{ordre.item} porque", "found the unknown name 'ordre'"),
        ("journeys/return_item.yaml", 'es: "Hecho, número {create_return.number}."', "", "found say without 'es'"),
    ],
)
def test_missing_and_strange_translations_are_found(file: str, old: str, new: str, message: str) -> None:
    assert old in BILINGUAL[file]
    problems = check({**BILINGUAL, file: BILINGUAL[file].replace(old, new, 1)})
    assert any(message in str(problem) for problem in problems), [str(problem) for problem in problems]


def test_dates_lists_and_yes_in_spanish() -> None:
    names = {"day": "2026-03-05", "far": "2027-01-01", "ok": True, "all": ["pan", "hilo"], "today": "2026-03-04"}
    phone, text = Values(names, language="es"), Values(names, channel="text", language="es")
    assert render(parse_template("{day:when}, {far:spoken}"), phone) == "mañana, viernes primero de enero de 2027"
    assert render(parse_template("{far:when}"), text) == "el viernes 1 de enero de 2027"
    assert render(parse_template("{ok}: {all}"), phone) == "sí: pan e hilo"


def test_a_language_with_fewer_wordings_says_its_last_again() -> None:
    said = {"en": [parse_template("a"), parse_template("b")], "es": [parse_template("c")]}
    assert [wording.within("es").source for wording in wordings(said, ("en", "es"))] == ["c", "c"]
    assert wordings({}, ("en", "es")) == ()
