"""Reads the agent's data for judging: every row of every table, as it is now. A shell."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from simulations.judging.rows import Tables


def read_tables(path: Path) -> Tables:
    """Of the SQLite database in `path`. A table without a primary key is read in the order that it keeps."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        )
        return {name: _rows(connection, name) for (name,) in names.fetchall()}


def read_columns(path: Path) -> dict[str, tuple[str, ...]]:
    """The names of each table's columns."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: tuple(column[1] for column in _columns(connection, name)) for (name,) in names}


def _rows(connection: sqlite3.Connection, table: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    keys = [column[1] for column in sorted(_columns(connection, table), key=lambda column: column[5]) if column[5] > 0]
    rows = [dict(row) for row in connection.execute(f"SELECT * FROM {_quoted(table)}")]
    return {tuple(row[key] for key in keys) if keys else (at,): row for at, row in enumerate(rows)}


def _columns(connection: sqlite3.Connection, table: str) -> list[Any]:
    return connection.execute(f"PRAGMA table_info({_quoted(table)})").fetchall()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
