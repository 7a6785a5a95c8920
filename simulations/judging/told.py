"""Facts in any spoken form, and digits that must be nowhere. Pure.

A fact is read as the product itself reads what commits it: "$42.50" was told by "forty-two dollars and fifty cents",
"2026-03-05" by "tomorrow" the day before, "48290" by "4 8 2, 9 0".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from simulations.judging.evidence import Evidence
from simulations.matching import plain_text
from simulations.runs.records import Check
from voice_agent.conversation.claims import Claim
from voice_agent.conversation.events import DigitPressed
from voice_agent.conversation.expectation import Setting
from voice_agent.conversation.records import encode_log
from voice_agent.understanding.claims import claims_in

_GAPS: Final = re.compile(rb"[\s,.\-_/\"']+")
"""What may stand between the digits of one number."""
_SHORT: Final = 8
"""A shorter number is looked for where it stands alone: a code of three figures is part of many numbers."""


def told_checks(facts: Sequence[str], evidence: Evidence) -> Iterator[Check]:
    """Each of `facts` was told, whole."""
    said, setting = evidence.said(), evidence.setting
    claimed = [claim for text in said for claim in claims_in(text, setting)]
    for fact in map(evidence.dated, facts):
        where = _told(fact, said, claimed, setting)
        yield Check("told", where is not None, fact, "it was not told" if where is None else where)


def secret_checks(secrets: Sequence[str], evidence: Evidence) -> Iterator[Check]:
    """None of `secrets` is in the log, in what was said or shown, in the data, or in any further place."""
    places = dict(_places(evidence))
    for secret in secrets:
        shown = f"{'*' * (len(secret) - 2)}{secret[-2:]}"
        leaks = [place for place, content in places.items() if _holds(content, secret.encode())]
        found = f"found in {', '.join(leaks)}" if leaks else f"in none of: {', '.join(places)}"
        yield Check("secrets", not leaks, f"{shown} is nowhere", found)


def _places(evidence: Evidence) -> Iterator[tuple[str, bytes]]:
    if evidence.header is not None:
        yield "the log", encode_log(evidence.header, list(evidence.records))
        pressed = (record.entry.digit for record in evidence.records if isinstance(record.entry, DigitPressed))
        yield "the keys", "".join(pressed).encode()
    yield "what was said", "\n".join(evidence.said()).encode()
    if evidence.state is not None:
        heard = [f"{turn.text}\n{turn.keys}" for turn in evidence.state.caller_turns]
        yield "the transcript", "\n".join(heard).encode()
    if evidence.rows is not None:
        yield "the data", repr(evidence.rows[1]).encode()
    yield from evidence.sinks


def _holds(content: bytes, secret: bytes) -> bool:
    if len(secret) < _SHORT:
        return re.search(rb"(?<!\d)" + secret + rb"(?!\d)", content) is not None
    return secret in content or secret in _GAPS.sub(b"", content)


def _told(fact: str, said: Sequence[str], claimed: Sequence[Claim], setting: Setting) -> str | None:
    wanted = claims_in(fact, setting)
    if not wanted:
        plain = plain_text(fact).casefold()
        return next((text for text in said if plain in plain_text(text).casefold()), None)
    found = [next((claim.raw for claim in claimed if _same(claim, want)), None) for want in wanted]
    return None if None in found else ", ".join(f"{raw!r}" for raw in found)


def _same(said: Claim, wanted: Claim) -> bool:
    """Whether one claim tells the other: a day without its year, an amount without its currency, one of two times."""
    kinds = {said.kind, wanted.kind}
    if kinds == {"money"}:
        amounts = [claim.value.split(" ") for claim in (said, wanted)]
        return amounts[0][0] == amounts[1][0] and ("?" in (amounts[0][1], amounts[1][1]) or amounts[0] == amounts[1])
    if kinds == {"money", "number"}:
        return said.value.split(" ")[0] == wanted.value.split(" ")[0]
    if said.kind != wanted.kind:
        return False
    if said.kind == "date":
        return said.value.endswith(wanted.value) or wanted.value.endswith(said.value)
    if said.kind == "time":
        return bool(set(said.value.split()) & set(wanted.value.split()))
    return said.value == wanted.value
