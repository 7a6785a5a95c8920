"""The log of one conversation while it runs: the single source of truth that everything else is folded from.

Append-only and in memory; whoever must keep it (a store) or watch it (a console) follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from voice_agent.conversation.records import Entry, Header, Record, record_of
from voice_agent.conversation.redaction import redacted

Follower = Callable[[Record], None]


class ConversationLog:
    """Records in order, numbered from 1.

    Example:
        log = ConversationLog(header)
        stop = log.follow(store.write)
        log.append(CallStarted(...), t_us=0)
    """

    def __init__(self, header: Header, records: Iterable[Record] = ()) -> None:
        """`records` are those that another process wrote."""
        self.header = header
        self._records = list(records)
        self._followers: list[Follower] = []

    def append(self, entry: Entry, t_us: int) -> Record:
        """Adds `entry`, without its secrets, and tells every follower before returning.

        `t_us` may not be before the last record's.
        """
        if self._records and t_us < self._records[-1].t_us:
            raise ValueError(f"time went back from {self._records[-1].t_us} us to {t_us} us")
        record = record_of(len(self._records) + 1, t_us, redacted(entry))
        self._records.append(record)
        for follower in self._followers:
            follower(record)
        return record

    def read(self, after: int = 0) -> Iterator[Record]:
        """Records whose sequence number is above `after`, in order."""
        yield from self._records[after:]

    def follow(self, follower: Follower, *, after: int = 0) -> Callable[[], None]:
        """Calls `follower` with each record above `after`, the past ones now. Returns what ends that."""
        for record in self.read(after):
            follower(record)
        self._followers.append(follower)
        return lambda: self._followers.remove(follower)

    def __len__(self) -> int:
        return len(self._records)
