"""Digits in confidence: nothing that shows them shows them, and nothing that a tool says has them."""

from __future__ import annotations

import copy
import pickle

import msgspec
import pytest

from voice_agent.errors import SecureValueGone
from voice_agent.secure_digits import SecureDigits, scrubbed, scrubbed_text

CARD = "4111111111111111"


def test_only_reveal_shows_them() -> None:
    digits = SecureDigits(bytearray(CARD, "ascii"))
    shown = (repr(digits), str(digits), f"{digits}", f"{digits:>30}", repr({"card": digits}), f"{digits!r}")
    assert all(CARD[:6] not in text for text in shown)
    assert digits.reveal() == CARD
    assert len(digits) == 16


def test_they_are_neither_copied_nor_encoded() -> None:
    digits = SecureDigits(bytearray(CARD, "ascii"))
    for copied in (copy.copy, copy.deepcopy, pickle.dumps, msgspec.json.encode):
        with pytest.raises(TypeError):
            copied(digits)


def test_after_a_wipe_nothing_is_left_in_memory_that_we_hold() -> None:
    kept = bytearray(CARD, "ascii")
    digits = SecureDigits(kept)
    digits.wipe()
    digits.wipe()
    assert kept == bytes(16)
    with pytest.raises(SecureValueGone, match="not kept any more"):
        digits.reveal()


def test_a_result_is_scrubbed_in_texts_numbers_and_keys() -> None:
    result = {
        "message": f"charged 4111 1111-1111.1111 ({CARD})",
        "card": int(CARD),
        CARD: [f"x{CARD}y", 4.5, True, None],
        "receipt": "R-17",
    }
    left = scrubbed(result, [CARD])
    assert left == {
        "message": "charged **** (****)",
        "card": "****",
        "****": ["x****y", 4.5, True, None],
        "receipt": "R-17",
    }


def test_a_short_code_is_hidden_where_it_stands_alone() -> None:
    assert scrubbed_text("code 123, receipt 91234, 1-2-3", ["123"]) == "code ****, receipt 91234, ****"
    assert scrubbed(123, ["123"]) == "****"
    assert scrubbed("123", []) == "123"
