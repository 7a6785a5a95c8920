"""What callers asked and no article answered: a fold over the records of gaps."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import msgspec

from voice_agent.conversation.actions import RecordGap
from voice_agent.conversation.records import Header, Record


class GapRow(msgspec.Struct, frozen=True):
    """One question, however often it was asked; in the words it was asked in last.

    `last` is civil time, ISO 8601 with offset. `nearest` is the passage that came closest when it was asked last, with
    its `score`; empty where there was none.
    """

    question: str
    language: str
    times: int
    last: str
    conversations: tuple[str, ...]
    nearest: str
    score: float


def gap_rows(records: Iterable[tuple[Header, Record]]) -> list[GapRow]:
    """The gaps of `records`, which are in the order of time: what was asked most often first, then what last."""
    rows: dict[tuple[str, str], GapRow] = {}
    for header, record in records:
        gap = record.entry
        if not isinstance(gap, RecordGap):
            continue
        key = (gap.language, " ".join(gap.question.casefold().split()).strip(" ?!.¿¡"))
        known = rows.get(key)
        earlier = () if known is None else known.conversations
        rows[key] = GapRow(
            gap.question,
            gap.language,
            1 if known is None else known.times + 1,
            _civil(header.civil_start, record.t_us),
            earlier if header.conversation in earlier else (*earlier, header.conversation),
            gap.nearest,
            gap.score,
        )
    latest = sorted(rows.values(), key=lambda row: row.last, reverse=True)
    return sorted(latest, key=lambda row: -row.times)


def _civil(civil_start: str, t_us: int) -> str:
    try:
        start = datetime.datetime.fromisoformat(civil_start)
    except ValueError:
        return civil_start
    return (start + datetime.timedelta(microseconds=t_us)).isoformat(timespec="seconds")
