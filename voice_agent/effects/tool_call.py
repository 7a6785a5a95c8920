"""What a tool knows of the call that it is run for: until when, under which key, and whom to tell how far it is."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from voice_agent.errors import DeadlineExceeded

Progress: TypeAlias = Callable[[float, float | None], None]
"""Done and of how much; may be called from any thread."""

DEFAULT_MS: Final = 8_000


def nobody(done: float, of: float | None) -> None:
    """Progress that is told to nobody."""


@dataclass(frozen=True)
class ToolCall:
    """One attempt. `key` is the same for each repetition of a write, and empty for a read. `ends_s` is monotonic."""

    key: str = ""
    ends_s: float = field(default_factory=lambda: time.monotonic() + DEFAULT_MS / 1_000)
    progress: Progress = nobody

    @property
    def public_key(self) -> str:
        """The key for other systems: it tells writes apart and nothing about the caller."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:40] if self.key else ""

    def left_s(self) -> float:
        """Seconds until the deadline. Raises DeadlineExceeded where there are none."""
        left = self.ends_s - time.monotonic()
        if left <= 0:
            raise DeadlineExceeded("the time for this tool is over")
        return left
