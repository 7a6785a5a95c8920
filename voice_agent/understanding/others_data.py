"""Who asks to be told what is somebody else's: "can you give me another customer's address?". No journey is for that.

Not who calls for somebody whom they name (my mother's bill), nor who has got what isn't theirs.
"""

from __future__ import annotations

import re
from typing import Final

from voice_agent.understanding.words import fold_accents, normalise

_DATA: Final = {
    "en": r"(?:address|account|numbers?|phone|email|mail|bills?|invoices?|orders?|details|data|information|name|"
    r"password|card|contract|records?)",
    "es": r"(?:direccion|cuenta|numero|telefono|correo|factura|pedido|datos|informacion|nombre|contrasena|contrato)",
}
_OTHERS: Final = {
    "en": r"(?:(?:another|a different|some other|any other|the other|other) (?:customers?|persons?|people|clients?|"
    r"users?|callers?|account holders?|peoples|households?)|(?:some|any)(?:one|body) elses?|"
    r"(?:my|the|a) neighbou?rs?)",
    "es": r"de (?:(?:otro|otra|otros|otras) (?:clientes?|personas?|usuarios?)|(?:mi|mis|un|los) vecin[oa]s?)",
}
_TELL: Final = {
    "en": r"(?:(?:give|tell|show|read|send|find|look up|share)\b|i (?:have|get|see|know|need)\b|"
    r"what(?: i)?s\b|what are\b)",
    "es": r"(?:dar|dame|deme|darme|decir|decirme|digame|dime|mostrar|mostrarme|enviarme|saber|cual es)\b",
}
_ASKED: Final = {
    "en": re.compile(
        rf"\b{_TELL['en']}.{{0,30}}?(?:\b{_OTHERS['en']} (?:\w+ )?{_DATA['en']}\b|"
        rf"\b{_DATA['en']} (?:of|for|from) {_OTHERS['en']}\b)"
    ),
    "es": re.compile(rf"\b{_TELL['es']}.{{0,30}}?\b{_DATA['es']} {_OTHERS['es']}\b"),
}
_HAVE: Final = re.compile(r"^(?:\w+ ){0,2}i (?:have|get)\b")
"""Who has it already asks for nothing: "I have my neighbour's order here"."""


def asks_for_others_data(text: str, language: str = "en") -> bool:
    plain = fold_accents(normalise(text))
    found = _ASKED.get(language, _ASKED["en"]).search(plain)
    return found is not None and (
        _HAVE.search(found.group()) is None or plain.startswith(("can i", "could i", "may i"))
    )
