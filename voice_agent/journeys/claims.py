"""Whether what a model wrote may be said: every claim in it must be supported by what a tool, the caller, an article or
the journey's author said. Pure; it repairs nothing.

    facts = Facts.of({"get_order": {"total": "12.50 USD"}}, (), claims_in, setting)
    judge("That's $12.50.", facts, claims_in, setting).supported       # True; "$12.60" would not be
"""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from voice_agent.canonical.amounts import amount_of
from voice_agent.conversation.claims import Claim, Reads
from voice_agent.conversation.expectation import Setting

_OF_MONEY: Final = frozenset(
    "amount total price cost fee charge balance due paid bill sum payment importe precio coste cuota saldo pago".split()
)
"""Words in the name of a field whose bare number is an amount."""
_OF_SHARES: Final = frozenset("percent percentage pct rate porcentaje".split())
_DEEPEST: Final = 5


class Verdict(msgspec.Struct, frozen=True):
    """`reasons` name each claim that nothing supports; none: it may be said."""

    reasons: tuple[str, ...] = ()

    @property
    def supported(self) -> bool:
        return not self.reasons


def judge(text: str, facts: Facts, reads: Reads, setting: Setting) -> Verdict:
    """Looks at every claim in `text`."""
    unsupported = [claim for claim in reads(text, setting) if not facts.support(claim)]
    return Verdict(tuple(f"nothing supports the {claim.kind} '{claim.raw}'" for claim in unsupported))


@dataclass(slots=True)
class Facts:
    """What may be claimed, normalised."""

    numbers: set[decimal.Decimal] = field(default_factory=set)
    amounts: set[tuple[decimal.Decimal, str]] = field(default_factory=set)
    shares: set[decimal.Decimal] = field(default_factory=set)
    days: set[datetime.date] = field(default_factory=set)
    texts: set[tuple[str, str]] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, values: Mapping[str, Any], texts: Iterable[str], reads: Reads, setting: Setting) -> Facts:
        """`values` are results and slots by name, `texts` what an author or an article says."""
        facts = cls()
        for name, value in _leaves(values):
            facts._take(name, value, reads, setting)
        for text in texts:
            facts._read(text, reads, setting)
        return facts

    def support(self, claim: Claim) -> bool:
        """Whether it is among them. Only the very same counts: no sum, no rounding, no part of a number."""
        if (claim.kind, claim.value) in self.texts:
            return True
        match claim.kind:
            case "number":
                value = decimal.Decimal(claim.value)
                return value in self.numbers or any(value == amount for amount, _ in self.amounts)
            case "ordinal":
                value = decimal.Decimal(claim.value)
                return value in self.numbers or any(day.day == value for day in self.days)
            case "money":
                return self._supports_amount(claim.value)
            case "percent":
                return decimal.Decimal(claim.value) in self.shares
            case "date":
                return any(day.isoformat().endswith(claim.value) for day in self.days)
            case "weekday":
                return any(day.weekday() == int(claim.value) for day in self.days)
            case "time":
                return any(kind == "time" and set(said.split()) & set(claim.value.split()) for kind, said in self.texts)
            case "identifier":
                return claim.value in self.names
            case "quantity" | "promise":
                return False

    def _supports_amount(self, value: str) -> bool:
        number, _, currency = value.partition(" ")
        amount = decimal.Decimal(number)
        return any(amount == known and (own == currency or "?" in (own, currency)) for known, own in self.amounts)

    def _take(self, name: str, value: Any, reads: Reads, setting: Setting) -> None:
        match value:
            case bool() | None:
                return
            case int() | float():
                self._number(name, decimal.Decimal(str(value)))
            case str():
                self._text(value, reads, setting)

    def _number(self, name: str, value: decimal.Decimal) -> None:
        self.numbers.add(value)
        self.names.add("".join(sign for sign in str(value) if sign.isalnum()))
        words = set(name.lower().split("_"))
        if words & _OF_MONEY:
            self.amounts.add((value, "?"))
        if words & _OF_SHARES:
            self.shares.add(value)

    def _text(self, value: str, reads: Reads, setting: Setting) -> None:
        self.names.add(closed_up(value))
        moment = _moment(value)
        if moment is not None:
            self.days.add(moment.date())
            self.texts |= {("time", f"{moment:%H:%M}")} if "T" in value or " " in value else set()
        amount = amount_of(value)
        if amount is not None:
            self.amounts.add(amount)
        elif value.isdecimal():
            self.numbers.add(decimal.Decimal(value))
        if moment is None:
            self._read(value, reads, setting)

    def _read(self, text: str, reads: Reads, setting: Setting) -> None:
        for claim in reads(text, setting):
            self.texts.add((claim.kind, claim.value))
            if claim.kind == "money":
                number, _, currency = claim.value.partition(" ")
                self.amounts.add((decimal.Decimal(number), currency))
            elif claim.kind == "identifier":
                self.names.add(claim.value)
            elif claim.kind == "date" and len(claim.value) == len("2026-03-04"):
                self.days.add(datetime.date.fromisoformat(claim.value))


def closed_up(text: str) -> str:
    """Letters and figures alone, in capitals."""
    return "".join(sign for sign in text if sign.isalnum()).upper()


def _moment(text: str) -> datetime.datetime | None:
    if len(text) < len("2026-03-04") or not text[:4].isdecimal():
        return None
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        return None


def _leaves(value: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Every text and number with the name of its field; of a list also how long it is."""
    match value:
        case _ if depth > _DEEPEST:
            return
        case Mapping():
            for key, item in value.items():
                yield from _leaves(item, str(key), depth + 1)
        case list() | tuple():
            yield name + "_count", len(value)
            for item in value:
                yield from _leaves(item, name, depth + 1)
        case _:
            yield name, value
