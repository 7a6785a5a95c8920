"""The index of an agent's articles in one SQLite file: words by FTS5's BM25, vectors by the content they are of.

What is already in it stays: a passage is written anew only where its digest has changed, a vector is made once for each
text and model. Words go in as `word_forms`, so that FTS5 needs to know no language; each language has a table of its
own, for how rare a word is depends on it. Blocking: use it from one thread at a time.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from voice_agent.journeys.word_forms import word_forms

logger = logging.getLogger(__name__)

VERSION: Final = 1
"""Of the tables and of `word_forms`: an index of another version is made anew."""
BUSY_MS: Final = 5_000
WEIGHTS: Final = (0.0, 2.0, 2.0, 1.0)
"""Of passage (which is not searched), title with questions, heading, and text: `docs/measurements.md` says why."""

Vector = npt.NDArray[np.float32]


class Entry(msgspec.Struct, frozen=True):
    """What is indexed of a passage, as plain text. `title` holds the article's questions too."""

    passage: str
    language: str
    title: str
    heading: str
    text: str

    def digest(self) -> bytes:
        return hashlib.sha256(msgspec.json.encode((self.language, self.title, self.heading, self.text))).digest()


class PassageIndex:
    """Open one a process; close it at the end."""

    def __init__(self, path: Path | None) -> None:
        """In memory where `path` is None or can't be written, which is logged: then all is made anew each time."""
        self._connection = _open(path)

    def close(self) -> None:
        self._connection.close()

    def update(self, entries: Sequence[Entry]) -> int:
        """Makes the index hold just these. Returns how many were written."""
        wanted = {entry.passage: entry for entry in entries}
        with self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            known: dict[str, tuple[bytes, str]] = {
                row[0]: (row[1], row[2]) for row in connection.execute("SELECT passage, digest, language FROM passages")
            }
            stale = [
                name for name, (digest, _) in known.items() if name not in wanted or wanted[name].digest() != digest
            ]
            for name in stale:
                connection.execute("DELETE FROM passages WHERE passage = ?", (name,))
                connection.execute(f"DELETE FROM {_table(known[name][1])} WHERE passage = ?", (name,))
            fresh = [entry for name, entry in wanted.items() if name not in known or name in stale]
            for language in {entry.language for entry in fresh}:
                connection.execute(
                    f"CREATE VIRTUAL TABLE IF NOT EXISTS {_table(language)} "
                    "USING fts5(passage UNINDEXED, title, heading, body, tokenize = 'unicode61')"
                )
            for entry in fresh:
                self._insert(entry)
        return len(fresh)

    def by_words(self, forms: Iterable[str], language: str, limit: int) -> dict[str, float]:
        """The passages with any of these words, by BM25, best first; higher is better."""
        words = list(dict.fromkeys(forms))
        known = "SELECT 1 FROM sqlite_master WHERE name = ?"
        if not words or self._connection.execute(known, (_table(language),)).fetchone() is None:
            return {}
        table = _table(language)
        match = " OR ".join('"' + word.replace('"', '""') + '"' for word in words)
        rows = self._connection.execute(
            f"SELECT passage, -bm25({table}, {', '.join(map(str, WEIGHTS))}) AS score FROM {table} "
            f"WHERE {table} MATCH ? ORDER BY score DESC, passage LIMIT ?",
            (match, limit),
        )
        return {row[0]: float(row[1]) for row in rows}

    def vectors(self, model: str, texts: Iterable[str]) -> dict[str, Vector]:
        """The vectors that `model` has made of any of these texts."""
        found: dict[str, Vector] = {}
        for text in texts:
            row = self._connection.execute(
                "SELECT vector FROM vectors WHERE model = ? AND digest = ?", (model, _digest(text))
            ).fetchone()
            if row is not None:
                found[text] = np.frombuffer(row[0], np.float32)
        return found

    def keep_vectors(self, model: str, vectors: Mapping[str, Vector]) -> None:
        """Keeps what `model` made of texts. Nothing is lost but time where that fails, which is logged."""
        rows = [(model, _digest(text), vector.astype(np.float32).tobytes()) for text, vector in vectors.items()]
        try:
            with self._connection as connection:
                connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)
        except sqlite3.Error as problem:
            logger.warning("vectors of articles can't be kept: %s", problem)

    def forget_vectors(self, model: str, texts: Iterable[str]) -> None:
        """Drops every vector but those `model` made of `texts`."""
        wanted = {_digest(text) for text in texts}
        with self._connection as connection:
            rows = connection.execute("SELECT model, digest FROM vectors").fetchall()
            gone = [row for row in rows if row[0] != model or row[1] not in wanted]
            connection.executemany("DELETE FROM vectors WHERE model = ? AND digest = ?", gone)

    def _insert(self, entry: Entry) -> None:
        row = (entry.passage, entry.digest(), entry.language)
        self._connection.execute("INSERT INTO passages VALUES (?, ?, ?)", row)
        forms = (" ".join(word_forms(text, entry.language)) for text in (entry.title, entry.heading, entry.text))
        self._connection.execute(f"INSERT INTO {_table(entry.language)} VALUES (?, ?, ?, ?)", (entry.passage, *forms))


def _table(language: str) -> str:
    """Languages are two lower-case letters, as `read_article` allows."""
    if not (len(language) == 2 and language.isascii() and language.islower()):
        raise ValueError(f"{language!r} is no language")
    return f"words_{language}"


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _open(path: Path | None) -> sqlite3.Connection:
    if path is None:
        return _prepared(sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _prepared(sqlite3.connect(path, check_same_thread=False, isolation_level=None))
        except sqlite3.DatabaseError as problem:
            if isinstance(problem, sqlite3.OperationalError):
                raise  # the place, not the file
            logger.warning("%s is no index of articles any more and is made anew: %s", path, problem)
            path.unlink()
            return _prepared(sqlite3.connect(path, check_same_thread=False, isolation_level=None))
    except (sqlite3.Error, OSError) as problem:
        logger.warning("%s can't be written, articles are indexed in memory: %s", path, problem)
        return _open(None)


def _prepared(connection: sqlite3.Connection) -> sqlite3.Connection:
    """With tables of this version, and proven to be writable."""
    try:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        connection.execute("BEGIN IMMEDIATE")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version != VERSION:
            tables = "SELECT name FROM sqlite_master WHERE name IN ('passages', 'vectors') OR name GLOB 'words_??'"
            for (name,) in connection.execute(tables).fetchall():
                connection.execute(f"DROP TABLE {name}")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS passages (passage TEXT PRIMARY KEY, digest BLOB NOT NULL, "
            "language TEXT NOT NULL) WITHOUT ROWID"
        )
        connection.execute(
            "CREATE TABLE IF NOT EXISTS vectors (model TEXT NOT NULL, digest BLOB NOT NULL, vector BLOB NOT NULL, "
            "PRIMARY KEY (model, digest)) WITHOUT ROWID"
        )
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except sqlite3.Error:
        connection.close()
        raise
    return connection
