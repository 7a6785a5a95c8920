"""Whatever is asked, there is an end to the work: calls looked at, time taken, connections that only read."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.api.conftest import Client
from voice_agent.api.problems import ApiProblem
from voice_agent.api.queries import call_query, cursor_of
from voice_agent.api.reading import EXAMINED, CallReader
from voice_agent.errors import LogCorrupt
from voice_agent.stores.schema import connect

MANY = 2 * EXAMINED + 10


@pytest.fixture(scope="module")
def many_calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One every minute; the oldest is the only one that a caller ended."""
    data_dir = tmp_path_factory.mktemp("many")
    connection = connect(data_dir, create=True)
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO calls (conversation, started_ms, channel, agent, civil_start, ended_by) "
        "VALUES (?, ?, 'phone', 'a', '2026-03-04T10:00:00+00:00', ?)",
        [(f"c-{number:06d}", number * 60_000, "agent" if number else "caller") for number in range(MANY)],
    )
    connection.execute("COMMIT")
    connection.close()
    return data_dir


def test_a_rare_call_is_found_over_pages_that_each_look_at_so_many(
    many_calls: Path, client_on: Callable[[Path], Client]
) -> None:
    client, target, sizes = client_on(many_calls), "/calls?ended_by=caller", []
    while True:
        page = client.get(target).json
        sizes.append(len(page["calls"]))
        if page["next"] is None:
            break
        target = f"/calls?ended_by=caller&cursor={page['next']}"
    assert sizes == [0, 0, 1]


def test_every_call_is_seen_once_by_who_turns_all_pages(many_calls: Path) -> None:
    async def walk() -> list[str]:
        reader, seen, query = CallReader(many_calls, retention_days=0), [], [("limit", "200")]
        while True:
            page = await reader.page(call_query(query))
            seen += [found.conversation for found in page.calls]
            if page.after is None:
                return seen
            query = [("limit", "200"), ("cursor", cursor_of(page.after))]

    assert asyncio.run(walk()) == [f"c-{number:06d}" for number in reversed(range(MANY))]


def test_a_query_that_takes_too_long_is_given_up(many_calls: Path) -> None:
    async def ask() -> None:
        await CallReader(many_calls, retention_days=0, query_s=0.0).page(call_query([("ended_by", "caller")]))

    with pytest.raises(ApiProblem) as raised:
        asyncio.run(ask())
    assert (raised.value.problem.status, raised.value.problem.code) == (503, "timeout")
    assert raised.value.headers["Retry-After"] == "5"


def test_a_log_beyond_all_measure_is_refused_with_another_way_to_read_it(stored_calls: Path) -> None:
    connection = sqlite3.connect(f"{(stored_calls / 'conversations.db').as_uri()}?mode=ro", uri=True)
    conversation, count = connection.execute(
        "SELECT conversation, count(*) FROM records GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
    ).fetchone()
    connection.close()
    reader = CallReader(stored_calls, retention_days=0, records_read=count - 1)
    with pytest.raises(LogCorrupt, match="more than"):
        asyncio.run(reader.call(conversation))
    reader = CallReader(stored_calls, retention_days=0, records_read=count)
    assert len(asyncio.run(reader.call(conversation))[2]) == count
