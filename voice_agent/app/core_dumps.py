"""Keeps what callers key in confidence out of core dumps: of this process, and of all that it starts."""

from __future__ import annotations

import contextlib
import resource
from pathlib import Path
from typing import Final

_FILTER: Final = Path("/proc/self/coredump_filter")
_NO_MEMORY: Final = "0"


def forbid_core_dumps() -> None:
    """No dump to a file; and where the system pipes dumps to a program, which no limit holds, none of the memory
    (core(5)). Both are inherited by processes that are started."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):  # a kernel without it has no pipe either
        _FILTER.write_text(_NO_MEMORY, encoding="ascii")
