"""Running tools: deadlines, retries, and writes that happen once."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest

from voice_agent.clock import MonotonicClock
from voice_agent.conversation.actions import CallTool
from voice_agent.effects.database import AgentDatabase
from voice_agent.effects.tool_functions import Tool, ToolSpec
from voice_agent.effects.tools import ToolRunner
from voice_agent.errors import AgentFolderError, DeadlineExceeded, ToolError

SEED = "CREATE TABLE orders (id TEXT PRIMARY KEY, state TEXT); INSERT INTO orders VALUES ('7', 'sent');"
CLOCK = MonotonicClock()


class Order(msgspec.Struct):
    order: str = "7"


class Pack:
    """A runner over the functions of a test, and what happened in them."""

    def __init__(self, directory: Path) -> None:
        seed = directory / "seed.sql"
        seed.write_text(SEED)
        self.database = AgentDatabase(directory / "data", "demo", seed=seed)
        self.tools: dict[str, Tool] = {}
        self.runner = ToolRunner(self.tools, self.database, CLOCK)
        self.calls = 0

    def add(
        self,
        function: Callable[..., Any],
        effect: Literal["read", "write"] = "read",
        *,
        idempotent: bool = False,
        database: bool = False,
    ) -> None:
        spec = ToolSpec(function.__name__, "A tool.", {}, effect, idempotent)
        self.tools[function.__name__] = Tool(spec, function, Order, database)

    def run(self, tool: str, key: str = "", *, effect: Literal["read", "write"] = "read", within_s: float = 5) -> Any:
        action = CallTool(1, tool, {"order": "7"}, effect, key)
        return asyncio.run(self.runner.run(action, CLOCK.now_us() + round(within_s * 1_000_000)))

    def state(self) -> str:
        with self.database.reading() as connection:
            return str(connection.execute("SELECT state FROM orders").fetchone()["state"])


@pytest.fixture
def pack(tmp_path: Path) -> Iterator[Pack]:
    pack = Pack(tmp_path)
    yield pack
    pack.runner.close()


def test_a_tool_reads_the_seeded_database_in_a_named_thread(pack: Pack) -> None:
    def get_order(order: str, *, database: sqlite3.Connection) -> dict[str, object]:
        row = database.execute("SELECT state FROM orders WHERE id = ?", (order,)).fetchone()
        return {"state": row["state"], "thread": threading.current_thread().name}

    pack.add(get_order, database=True)
    result = pack.run("get_order")
    assert result["state"] == "sent"
    assert result["thread"].startswith("tool")


def test_a_failing_read_is_tried_twice(pack: Pack) -> None:
    def flaky(order: str) -> dict[str, object]:
        pack.calls += 1
        if pack.calls == 1:
            raise ConnectionError("try again")
        return {"calls": pack.calls}

    pack.add(flaky)
    assert pack.run("flaky") == {"calls": 2}


@pytest.mark.parametrize(("idempotent", "calls"), [(False, 1), (True, 2)])
def test_a_failing_write_is_tried_again_only_if_declared_idempotent(pack: Pack, idempotent: bool, calls: int) -> None:
    def broken(order: str, *, database: sqlite3.Connection) -> dict[str, object]:
        pack.calls += 1
        database.execute("UPDATE orders SET state = 'half'")
        raise RuntimeError("no luck")

    pack.add(broken, "write", idempotent=idempotent, database=True)
    with pytest.raises(ToolError, match="broken: RuntimeError: no luck"):
        pack.run("broken", "k")
    assert pack.calls == calls
    assert pack.state() == "sent"


def test_a_repeated_write_gives_the_first_result_and_happens_once(pack: Pack) -> None:
    def cancel(order: str, *, database: sqlite3.Connection) -> dict[str, object]:
        pack.calls += 1
        with database:
            database.execute("UPDATE orders SET state = ?", (f"cancelled {pack.calls}",))
        database.commit()
        return {"number": pack.calls}

    pack.add(cancel, "write", database=True)
    assert pack.run("cancel", "a", effect="write") == {"number": 1}
    assert pack.run("cancel", "a", effect="write") == {"number": 1}
    assert (pack.calls, pack.state()) == (1, "cancelled 1")
    assert pack.run("cancel", "b", effect="write") == {"number": 2}


def test_a_write_and_its_result_are_stored_together_or_not_at_all(pack: Pack) -> None:
    def bad_result(order: str, *, database: sqlite3.Connection) -> object:
        database.execute("UPDATE orders SET state = 'changed'")
        database.commit()
        return ["no", "object"]

    pack.add(bad_result, "write", database=True)
    with pytest.raises(ToolError, match="must be a JSON object, not list"):
        pack.run("bad_result", "k")
    assert pack.state() == "sent"


def test_a_tool_that_ends_the_transaction_itself_is_refused(pack: Pack) -> None:
    def commits(order: str, *, database: sqlite3.Connection) -> dict[str, object]:
        database.execute("ROLLBACK")
        return {}

    pack.add(commits, "write", database=True)
    with pytest.raises(ToolError, match="ended the transaction"):
        pack.run("commits", "k")


def test_a_write_to_another_system_is_done_once_too(pack: Pack) -> None:
    def send(order: str) -> dict[str, object]:
        pack.calls += 1
        return {"sent": pack.calls}

    pack.add(send, "write")
    assert [pack.run("send", "k"), pack.run("send", "k")] == [{"sent": 1}, {"sent": 1}]


def test_what_the_journey_calls_a_write_is_one(pack: Pack) -> None:
    def count(order: str) -> dict[str, object]:
        pack.calls += 1
        return {"n": pack.calls}

    pack.add(count)
    with pytest.raises(ToolError, match="needs an idempotency key"):
        pack.run("count", effect="write")
    assert [pack.run("count", "k", effect="write") for _ in range(2)] == [{"n": 1}, {"n": 1}]


def test_a_reading_tool_can_not_write(pack: Pack) -> None:
    def sneaky(order: str, *, database: sqlite3.Connection) -> dict[str, object]:
        database.execute("UPDATE orders SET state = 'gone'")
        return {}

    pack.add(sneaky, database=True)
    with pytest.raises(ToolError, match="readonly"):
        pack.run("sneaky")
    assert pack.state() == "sent"


def test_a_slow_write_misses_its_deadline_but_is_done_once(pack: Pack) -> None:
    go_on = threading.Event()

    def slow(order: str, *, database: sqlite3.Connection) -> dict[str, object]:
        pack.calls += 1
        go_on.wait(10)
        return {"calls": pack.calls}

    pack.add(slow, "write", database=True)
    with pytest.raises(DeadlineExceeded):
        pack.run("slow", "k", within_s=0.05)
    go_on.set()
    assert pack.run("slow", "k") == {"calls": 1}


def test_a_deadline_in_the_past_starts_nothing(pack: Pack) -> None:
    def never(order: str) -> dict[str, object]:
        pack.calls += 1
        return {}

    pack.add(never)
    with pytest.raises(DeadlineExceeded):
        pack.run("never", within_s=-1)
    assert pack.calls == 0


def test_a_tools_own_timeout_is_its_failure_not_our_deadline(pack: Pack) -> None:
    def times_out(order: str) -> dict[str, object]:
        raise TimeoutError("the other side is slow")

    pack.add(times_out)
    with pytest.raises(ToolError, match="the other side is slow"):
        pack.run("times_out")


def test_unknown_tools_and_results_without_json_form_are_errors(pack: Pack) -> None:
    def odd(order: str) -> object:
        return {"lock": threading.Lock()}

    pack.add(odd)
    with pytest.raises(ToolError, match="no tool 'missing'"):
        pack.run("missing")
    with pytest.raises(ToolError, match="has no JSON form"):
        pack.run("odd")


def test_no_more_calls_are_accepted_than_can_wait(pack: Pack) -> None:
    go_on = threading.Event()

    def blocks(order: str) -> dict[str, object]:
        go_on.wait(10)
        return {}

    pack.add(blocks)

    async def scenario() -> list[object]:
        deadline_us = CLOCK.now_us() + 10_000_000
        calls = [pack.runner.run(CallTool(n, "blocks", {}, "read", ""), deadline_us) for n in range(40)]
        tasks = [asyncio.ensure_future(call) for call in calls]
        await asyncio.sleep(0)
        go_on.set()
        return list(await asyncio.gather(*tasks, return_exceptions=True))

    results = asyncio.run(scenario())
    assert results.count({}) == 36
    assert sum(isinstance(result, ToolError) for result in results) == 4


def test_a_database_is_seeded_once(pack: Pack, tmp_path: Path) -> None:
    with pack.database.writing() as connection:
        connection.execute("UPDATE orders SET state = 'lost'")
    again = AgentDatabase(tmp_path / "data", "demo", seed=tmp_path / "seed.sql")
    with again.reading() as connection:
        assert connection.execute("SELECT state FROM orders").fetchone()["state"] == "lost"
    again.close()
    assert [path.name for path in (tmp_path / "data").glob("*.part")] == []


def test_a_broken_seed_leaves_no_database(tmp_path: Path) -> None:
    seed = tmp_path / "seed.sql"
    seed.write_text("CREATE TABLE orders (id TEXT); INSERT INTO nowhere VALUES (1);")
    database = AgentDatabase(tmp_path / "data", "demo", seed=seed)
    with pytest.raises(AgentFolderError, match=r"seed\.sql:1: the seed can't be loaded: no such table"):
        database.connection()
    assert list((tmp_path / "data").iterdir()) == []
