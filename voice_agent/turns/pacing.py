"""How fast the agent speaks and how long it pauses between clauses. Pure.

A voice makes the pauses inside a clause by itself, at its commas; it knows nothing of the next clause, so that the
pause between two is silence that the playout sends. Said slowly, a reply has been cut at every comma, and every cut is
a pause.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from voice_agent.audio import RATE_HZ

Pace: TypeAlias = Literal["normal", "slow"]

SPEEDS: Final[Mapping[Pace, float]] = {"normal": 1.0, "slow": 0.8}
_SENTENCE_MS: Final[Mapping[Pace, int]] = {"normal": 150, "slow": 450}
_CLAUSE_MS: Final[Mapping[Pace, int]] = {"normal": 40, "slow": 300}
"""On top of the 100 ms that the edges of two clauses have by themselves."""
_ENDS: Final = (".", "!", "?")
_CLOSING: Final = "\"')]\u201d\u2019"


def pause_samples(clause: str, pace: Pace) -> int:
    """The silence after `clause`, at 8 kHz: longer where a sentence ends."""
    ended = clause.rstrip(_CLOSING).endswith(_ENDS)
    return (_SENTENCE_MS if ended else _CLAUSE_MS)[pace] * RATE_HZ // 1_000
