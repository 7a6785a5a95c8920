"""How long a caller must have been silent before what was said is taken as the turn, counted from the end of voice.

Three steps, each of which leaves its votes (docs/turn-taking.md has the numbers and the reasons):

1. `endpoint_table`: the first line that applies gives the delay; all that apply are reported, the deciding one first.
2. `endpoint_adjustments`: prosody, this caller's own pauses, the line's noise and an answer on its way change it where
    the words alone don't settle the matter. What was changed is reported as the vote that it came to.
3. The whole is scaled by `patience` and bounded by `longest_us`.

Pure and total. It doesn't know what a complete value is: the owner hands in a judgement.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import msgspec

from voice_agent.conversation.expectation import Expectation
from voice_agent.conversation.votes import Vote
from voice_agent.turns.endpoint_adjustments import adjust
from voice_agent.turns.endpoint_table import decide
from voice_agent.turns.evidence import Completeness, Evidence, has_words
from voice_agent.turns.settings import EndpointSettings

JudgeCompleteness: TypeAlias = Callable[[str, Expectation], Completeness]


class Endpoint(msgspec.Struct, frozen=True):
    """`delay_us` from the end of voice. `votes` are the adjustments that were made, the last first, then the lines.

    `explained`: the words say why the caller would go on after this pause, or that there are none.
    """

    delay_us: int
    votes: tuple[Vote, ...]
    explained: bool = False


def endpoint(evidence: Evidence, settings: EndpointSettings) -> Endpoint:
    """The delay before a turn is taken, as far as is known now."""
    line, votes = decide(evidence, settings)
    if line.waits_for_recogniser:
        return Endpoint(votes[0].delay_us, votes, explained=True)
    delay_us = votes[0].delay_us
    changed: list[Vote] = []
    if not line.settled:
        for vote in adjust(evidence, line, delay_us, settings):
            changed.append(vote)
            delay_us = vote.delay_us
    scaled_us = min(round(delay_us * settings.patience), settings.longest_us)
    explained = line.more_is_coming or not has_words(evidence.text)
    return Endpoint(scaled_us, (*reversed(changed), *votes), explained)
