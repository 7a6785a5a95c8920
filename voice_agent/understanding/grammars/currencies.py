"""The words for currencies and their hundredths in English and Spanish, and which of several is meant where."""

from __future__ import annotations

from typing import Final

from voice_agent.canonical.amounts import currency_of

_DOLLARS: Final = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD"})
_PESOS: Final = frozenset({"MXN", "ARS", "CLP", "COP", "UYU", "PHP"})
_POUNDS: Final = frozenset({"GBP"})
UNITS: Final[dict[str, frozenset[str] | str]] = {
    **dict.fromkeys(("dollar", "dollars", "buck", "bucks", "$", "dolar", "dolares"), _DOLLARS),
    **dict.fromkeys(("pound", "pounds", "quid", "\u00a3", "libra", "libras", "sterling"), _POUNDS),
    **dict.fromkeys(("euro", "euros", "\u20ac"), "EUR"),
    **dict.fromkeys(("yen", "\u00a5"), "JPY"),
    **dict.fromkeys(("yuan", "renminbi"), "CNY"),
    **dict.fromkeys(("rupee", "rupees", "\u20b9"), "INR"),
    **dict.fromkeys(("peso", "pesos"), _PESOS),
    **dict.fromkeys(("franc", "francs", "franco", "francos"), "CHF"),
    "won": "KRW",
}
FRACTIONS: Final = frozenset("cent cents penny pence p centimo centimos centavo centavos penique peniques".split())
_FIRST: Final = {_DOLLARS: "USD", _POUNDS: "GBP", _PESOS: "MXN"}


def currency_for(word: str, region: str) -> str:
    """The currency that `word`, one of UNITS, means in a country."""
    meant = UNITS[word]
    if isinstance(meant, str):
        return meant
    own = currency_of(region)
    return own if own in meant else _FIRST[meant]
