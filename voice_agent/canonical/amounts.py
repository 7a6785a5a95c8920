"""Amounts of money in the form they are kept in: "12.50 USD", with as many decimals as the currency has."""

from __future__ import annotations

import decimal
import re
from typing import Final

from babel.core import UnknownLocaleError
from babel.numbers import get_currency_precision, get_territory_currencies, is_currency

_FIGURES: Final = 15
_AMOUNT: Final = re.compile(rf"(\d{{1,{_FIGURES}}}(?:\.\d+)?) ([A-Z]{{3}})\Z")
FALLBACK: Final = "USD"


def amount_text(amount: decimal.Decimal, currency: str) -> str | None:
    """None where the currency has no such fraction, or the amount is below nothing or of more than 15 figures."""
    if not amount.is_finite() or amount.adjusted() >= _FIGURES:
        return None
    unit = decimal.Decimal(1).scaleb(-get_currency_precision(currency))
    rounded = amount.quantize(unit)
    return f"{rounded} {currency}" if rounded == amount and amount >= 0 else None


def amount_of(text: str) -> tuple[decimal.Decimal, str] | None:
    """Amount and currency; None where `text` is not in the form they are kept in."""
    match = _AMOUNT.match(text)
    if match is None or not is_currency(match.group(2)):
        return None
    amount = decimal.Decimal(match.group(1))
    return (amount, match.group(2)) if amount_text(amount, match.group(2)) == text else None


def currency_of(region: str) -> str:
    """What is paid with in a country."""
    try:
        current = get_territory_currencies(region)
    except (UnknownLocaleError, KeyError, ValueError):
        return FALLBACK
    return current[0] if current else FALLBACK
