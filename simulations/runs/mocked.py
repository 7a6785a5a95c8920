"""Tools and data as a scenario changes them for its call. A thin shell over the world of one run.

A tool that the scenario has answers for gives them in order, each as often as it says, and then answers for itself.
What a scenario changes in the data is changed in the run's own copy, all of it or nothing.
"""

from __future__ import annotations

import asyncio
import datetime
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import msgspec

from simulations.scenario import Scenario
from simulations.scenario_world import Mock, RowChange
from voice_agent.clock import Clock
from voice_agent.conversation.actions import CallTool
from voice_agent.errors import AgentFolderError, DeadlineExceeded, ToolError, ToolUncertain, ToolUnreached
from voice_agent.session.world import Progress, Tools

_DAY: Final = re.compile(r"\{today(?:([+-]\d{1,4}))?\}")
_FAILURES: Final = {"failed": ToolError, "unreached": ToolUnreached, "uncertain": ToolUncertain}


class MockedTools:
    """`tools` with a scenario's answers before them. Delays are of `clock`: in virtual time they take no real time."""

    def __init__(self, tools: Tools, mocks: Mapping[str, tuple[Mock, ...]], clock: Clock, *, civil_start: str) -> None:
        """`civil_start` is when the call begins: dates in answers count from it."""
        self._tools = tools
        self._clock = clock
        self._mocks = {
            tool: [(_dated(mock, civil_start), mock.times) for mock in answers] for tool, answers in mocks.items()
        }

    async def run(self, asked: CallTool, /, *, deadline_us: int, progress: Progress) -> dict[str, Any]:
        """As the port says. Raises ToolError, DeadlineExceeded."""
        mock = self._next(asked)
        if mock is None:
            return await self._tools.run(asked, deadline_us=deadline_us, progress=progress)
        await self._delay(mock.delay_ms * 1_000, deadline_us)
        if mock.error is not None:
            raise _FAILURES[mock.failing](f"{asked.tool}: {mock.error}")
        if mock.result is not None:
            return mock.result
        return with_fields(await self._tools.run(asked, deadline_us=deadline_us, progress=progress), mock.set)

    def _next(self, asked: CallTool) -> Mock | None:
        waiting = self._mocks.get(asked.tool, [])
        for at, (mock, left) in enumerate(waiting):
            if mock.when.items() <= asked.arguments.items():
                if left != "always":
                    waiting[at : at + 1] = [(mock, left - 1)] if left > 1 else []
                return mock
        return None

    async def _delay(self, delay_us: int, deadline_us: int) -> None:
        left_us = max(0, deadline_us - self._clock.now_us())
        await asyncio.sleep(min(delay_us, left_us) / 1_000_000)
        if delay_us > left_us:
            raise DeadlineExceeded(f"the tool did not end within {left_us / 1_000_000:.1f} s")


def with_fields(result: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """`result` with other values in `fields`, None for none at all; `list[].field` is one of each item that is a
    mapping."""
    out = dict(result)
    for name, value in fields.items():
        within, _, inner = name.partition("[].")
        if inner:
            items = out.get(within)
            if isinstance(items, list | tuple):
                out[within] = [with_fields(item, {inner: value}) if isinstance(item, dict) else item for item in items]
        elif value is None:
            out.pop(name, None)
        else:
            out[name] = value
    return out


def dated(value: Any, civil_start: str) -> Any:
    """`value` with dates where `{today}` or `{today+3}` stand in its texts, counted from the day of the call."""
    if isinstance(value, dict):
        return {key: dated(inner, civil_start) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [dated(inner, civil_start) for inner in value]
    if not isinstance(value, str):
        return value
    today = datetime.datetime.fromisoformat(civil_start).date()
    return _DAY.sub(lambda found: (today + datetime.timedelta(days=int(found[1] or "0"))).isoformat(), value)


def _dated(mock: Mock, civil_start: str) -> Mock:
    texts = {name: dated(getattr(mock, name), civil_start) for name in ("result", "set", "when")}
    return msgspec.structs.replace(mock, **texts)


def change_data(path: Path, scenario: Scenario, civil_start: str) -> None:
    """Changes the rows that `scenario` says, in the database at `path`. Raises AgentFolderError, naming the table."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("BEGIN")
        for table, changes in scenario.data.items():
            for number, change in enumerate(changes):
                place = f"scenario {scenario.scenario!r}, data.{table}[{number}]"
                try:
                    changed = _change(connection, table, change, civil_start)
                except sqlite3.Error as problem:
                    raise AgentFolderError(
                        f"{place}: {problem}", hint="tables and columns are those of tools/seed.sql"
                    ) from problem
                if changed == 0:
                    raise AgentFolderError(f"{place}: no row is like {change.where}", hint="see tools/seed.sql")
        connection.execute("COMMIT")


def _change(connection: sqlite3.Connection, table: str, change: RowChange, civil_start: str) -> int:
    where = dated(change.where, civil_start)
    if change.insert:
        row = dated(change.insert, civil_start)
        names, marks = ", ".join(map(_quoted, row)), ", ".join("?" for _ in row)
        statement, values = f"INSERT INTO {_quoted(table)} ({names}) VALUES ({marks})", [*row.values()]
    else:
        found = " AND ".join(f"{_quoted(name)} IS ?" for name in where)
        columns = dated(change.set, civil_start)
        what = "DELETE FROM" if change.delete else "UPDATE"
        setting = "" if change.delete else " SET " + ", ".join(f"{_quoted(name)} = ?" for name in columns)
        statement = f"{what} {_quoted(table)}{setting} WHERE {found}"
        values = [*columns.values(), *where.values()]
    return connection.execute(statement, values).rowcount


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
