"""How much a recognition is wanted: one word, in the log and on its way to an engine."""

from __future__ import annotations

from typing import Literal, TypeAlias

Urgency: TypeAlias = Literal["final", "early"]
"""`final`: a caller waits for it. `early`: it may turn out to be for nothing, so that it must not make anybody wait."""
