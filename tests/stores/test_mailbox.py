"""The mailbox: a message is new once, its words go when a log has it, and erasing a conversation takes what is left."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.testkit import HEADER
from voice_agent.errors import StoreError
from voice_agent.stores.mailbox import Arrived, Delivered, Mailbox
from voice_agent.stores.schema import database_path
from voice_agent.stores.sqlite import Store, erase_records

FIRST = Arrived("m1", "15550100101", "text", "hello", 2_000)
SECOND = Arrived("m2", "15550100101", "image", "", 1_000)


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    opened = Mailbox(tmp_path, "whatsapp")
    yield opened
    opened.close()


def test_a_message_is_new_once_and_waits_in_the_order_of_sending(mailbox: Mailbox, tmp_path: Path) -> None:
    assert mailbox.keep([FIRST, SECOND, FIRST], now_ms=5) == [FIRST, SECOND]
    assert mailbox.keep([SECOND], now_ms=6) == []
    assert mailbox.waiting() == [SECOND, FIRST]
    other = Mailbox(tmp_path, "telegram")
    assert other.keep([FIRST], now_ms=7) == [FIRST]
    other.close()


def test_of_what_a_log_has_only_the_id_stays_and_that_for_a_time(mailbox: Mailbox, tmp_path: Path) -> None:
    mailbox.keep([FIRST], now_ms=5)
    mailbox.taken(("m1",))
    assert mailbox.waiting() == []
    assert mailbox.keep([FIRST], now_ms=6) == []
    with sqlite3.connect(database_path(tmp_path)) as connection:
        assert connection.execute("SELECT id, address, body FROM inbox").fetchall() == [("m1", "", "")]
    connection.close()
    mailbox.forget(6)
    assert mailbox.keep([FIRST], now_ms=7) == [FIRST]


def test_how_far_a_conversation_was_delivered_is_known_to_the_next_process(mailbox: Mailbox, tmp_path: Path) -> None:
    mailbox.begin("c-1", "15550100101")
    mailbox.begin("c-2", "15550100102")
    mailbox.shown("c-1", 4)
    mailbox.sending("c-1", 7)
    mailbox.over("c-2")
    again = Mailbox(tmp_path, "whatsapp")
    assert again.open() == [Delivered("c-1", "15550100101", 7, 4)]
    again.close()


def test_erasing_a_conversation_takes_its_number_and_what_waits(mailbox: Mailbox, tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.begin(HEADER)
    store.close()
    mailbox.begin(HEADER.conversation, FIRST.address)
    mailbox.keep([FIRST], now_ms=5)
    erase_records(tmp_path, HEADER.conversation)
    assert mailbox.open() == []
    assert mailbox.waiting() == []
    assert b"15550100101" not in database_path(tmp_path).read_bytes()


def test_a_database_that_refuses_keeps_nothing_and_says_so(mailbox: Mailbox, tmp_path: Path) -> None:
    with sqlite3.connect(database_path(tmp_path)) as connection:
        connection.execute("DROP TABLE inbox")
    connection.close()
    with pytest.raises(StoreError, match="mailbox of whatsapp"):
        mailbox.keep([FIRST], now_ms=5)
