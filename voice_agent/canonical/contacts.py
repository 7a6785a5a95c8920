"""E-mail addresses and telephone numbers in the form they are kept in: lower case; E.164."""

from __future__ import annotations

import re
from typing import Final

import phonenumbers

_EMAIL: Final = re.compile(r"[a-z0-9]+(?:[._%+\-][a-z0-9]+|_)*@(?:[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?\.)+[a-z]{2,24}\Z")


def is_email(text: str) -> bool:
    """Whether mail could be sent there, as far as its form tells (RFC 5321's common part), in lower case."""
    return len(text) <= 254 and _EMAIL.match(text) is not None


def phone_number(figures: str, region: str) -> str | None:
    """`figures`, perhaps after a plus, as E.164; None where it is no number that is given out."""
    try:
        number = phonenumbers.parse(figures, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_phone(text: str) -> bool:
    return text.startswith("+") and phone_number(text, "ZZ") == text


def is_whole_phone(figures: str, region: str) -> bool:
    """Whether no figure is missing: it is valid, or too long to become so."""
    if phone_number(figures, region) is not None:
        return True
    try:
        reason = phonenumbers.is_possible_number_with_reason(phonenumbers.parse(figures, region))
    except phonenumbers.NumberParseException:
        return False
    return reason == phonenumbers.ValidationResult.TOO_LONG


def national(number: str, region: str) -> str:
    """An E.164 number as people of `region` write it: without the country's code where it is theirs."""
    parsed = phonenumbers.parse(number, None)
    own = phonenumbers.region_code_for_number(parsed) == region
    form = phonenumbers.PhoneNumberFormat.NATIONAL if own else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(parsed, form))
