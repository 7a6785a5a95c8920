"""The architecture's page shows the state machines that the code runs on."""

from __future__ import annotations

import pytest

from tools import state_tables


def test_the_page_shows_the_tables_of_the_code() -> None:
    page = state_tables.PAGE.read_text(encoding="utf-8")
    assert state_tables.with_tables(page) == page, "run: python -m tools.state_tables"


def test_every_machine_is_found() -> None:
    found = {module.__name__ for module, _ in state_tables.machines()}
    assert {
        "telephony.sip.call",
        "telephony.sip.transaction_client_invite",
        "telephony.rtp.source_latch",
        "voice_agent.turns.transitions",
    } <= found


def test_timers_and_effects_are_shown() -> None:
    page = state_tables.PAGE.read_text(encoding="utf-8")
    assert "timer A \u2192 Calling (transmit, re-arm A)" in page
    assert "CANCEL received \u2192 ended" in page


def test_a_page_without_a_place_for_them_is_refused() -> None:
    with pytest.raises(ValueError, match="must hold one line"):
        state_tables.with_tables("# A page\n")
