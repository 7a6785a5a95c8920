"""The `secure` key of a journey: which of its slots are keyed in confidence, and what a number has to look like.

secure:
  card_number: {entry: keypad_only, check: luhn}
  security_code: {entry: keypad_only, lengths: [3, 4]}
  pin: keypad_only
"""

from __future__ import annotations

from typing import Final

import msgspec

from voice_agent.journeys.keyed import Keyed
from voice_agent.journeys.pack import Slot
from voice_agent.journeys.problems import Problems
from voice_agent.journeys.reading import Reading
from voice_agent.journeys.source import Entry, Node
from voice_agent.journeys.vocabulary import BOUNDS, SECURE, SECURE_CHECKS, SECURE_ENTRY

_CARD: Final = tuple(range(13, 20))
_TIMEOUT_S: Final = 20


def with_secure(slots: tuple[Slot, ...], node: Node | None, reading: Reading) -> tuple[Slot, ...]:
    """`slots`, those that `node` names made secure."""
    if node is None:
        return slots
    entries = reading.named(node, "secure")
    for name, entry in entries.items():
        if all(slot.name != name for slot in slots):
            reading.problems.unknown(entry.place, "in secure the slot", name, [slot.name for slot in slots])
    return tuple(_secure(slot, entries[slot.name], reading) if slot.name in entries else slot for slot in slots)


def _secure(slot: Slot, entry: Entry, reading: Reading) -> Slot:
    _check_slot(slot, reading.problems)
    if not isinstance(entry.node.content, dict):
        reading.one_of(entry.node, f"for {slot.name} in secure", SECURE_ENTRY)
        keys: dict[str, Node] = {}
    else:
        keys = reading.keys(entry.node, SECURE)
    if "entry" in keys:
        reading.one_of(keys["entry"], "the entry", SECURE_ENTRY)
    luhn = "check" in keys and reading.one_of(keys["check"], "the check", SECURE_CHECKS) == "luhn"
    timeout_s = reading.number(keys["timeout"], "timeout", *BOUNDS["timeout"]) if "timeout" in keys else _TIMEOUT_S
    secure = Keyed(_lengths(slot, keys, luhn, reading), "luhn" if luhn else "none", timeout_s * 1_000_000)
    return msgspec.structs.replace(slot, confirm="never", secure=secure)


def _check_slot(slot: Slot, problems: Problems) -> None:
    if slot.slot_type != "digits":
        message = f"found the secure slot '{slot.name}' of type '{slot.slot_type}'; allowed: digits"
        problems.add(slot.place, message, "Only keys are taken in confidence.")
    if slot.readback is not None or slot.confirm in ("implicit", "explicit"):
        problems.add(
            slot.place, f"found 'confirm' or 'readback' in the secure slot '{slot.name}'; allowed: it is never said"
        )


def _lengths(slot: Slot, keys: dict[str, Node], luhn: bool, reading: Reading) -> tuple[int, ...]:
    """How many keys will do: as said, or as cards have them, or any number."""
    node = keys.get("lengths")
    if node is None:
        if slot.length is not None:
            return (slot.length,)
        return _CARD if luhn else tuple(range(1, BOUNDS["lengths"][1] + 1))
    if slot.length is not None:
        reading.problems.add(node.place, f"found 'lengths' besides 'length' of '{slot.name}'; allowed: one of them")
    items = node.content if isinstance(node.content, tuple) else (node,)
    found = sorted({reading.number(item, "lengths", *BOUNDS["lengths"]) for item in items})
    if not found:
        reading.problems.add(node.place, "found no lengths; allowed: at least one")
    return tuple(found)
