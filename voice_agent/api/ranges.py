"""Which bytes of a recording a Range header asks for (RFC 9110 section 14): pure.

Several ranges at once are answered with the whole, as the RFC allows: players ask for one.
"""

from __future__ import annotations

import re
from typing import Final

_ONE: Final = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.IGNORECASE | re.ASCII)


class Unsatisfiable(Exception):
    """The range lies outside of the recording: 416."""


def byte_range(header: str | None, size: int) -> range | None:
    """Positions within `size` bytes that `header` asks for, None for all. Raises Unsatisfiable.

    What is not understood is ignored (section 14.2).
    """
    found = None if header is None else _ONE.fullmatch(header)
    if found is None or found[0].strip().endswith("=-"):
        return None
    first, last = found[1], found[2]
    if first == "":
        start, stop = max(0, size - int(last)), size
    else:
        start = int(first)
        stop = size if last == "" else min(size, int(last) + 1)
        if last != "" and int(last) < start:
            return None
    if start >= size or (first == "" and int(last) == 0):
        raise Unsatisfiable
    return range(start, stop)
