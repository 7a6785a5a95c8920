"""What else than words changes how long to wait: prosody, the caller's own pauses, the line, the answer under way.

Each is asked in turn, is told what the delay has come to, and says what it should be; who has nothing to say is silent.
Only what `endpoint_table` leaves open is adjusted. Pure and total.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from voice_agent.conversation.votes import Vote
from voice_agent.turns.endpoint_table import Line
from voice_agent.turns.evidence import Evidence
from voice_agent.turns.settings import EndpointSettings


def adjust(evidence: Evidence, line: Line, delay_us: int, settings: EndpointSettings) -> Iterator[Vote]:
    """The changes, in order; the last one stands. Where more is coming, or may be, none shortens what `line` says."""
    for adjustment in _ADJUSTMENTS:
        vote = adjustment(evidence, delay_us, settings)
        if vote is None or vote.delay_us == delay_us or (line.is_least and vote.delay_us < delay_us):
            continue
        delay_us = vote.delay_us
        yield vote


def _prosody(evidence: Evidence, delay_us: int, settings: EndpointSettings) -> Vote | None:
    """Of use where words may or may not be all. Values are told by their grammar: half a number may sound like any."""
    if evidence.finished is None or evidence.kind not in ("open", "yes_no"):
        return None
    if evidence.finished >= settings.finished_from and evidence.kind == "open":
        return Vote("sounds finished", round(delay_us * settings.finished_factor))
    if evidence.finished < settings.unfinished_below:
        longer_us = min(round(delay_us * settings.unfinished_factor), settings.unfinished_limit_us)
        return Vote("sounds unfinished", max(delay_us, longer_us))
    return None


def _own_pauses(evidence: Evidence, delay_us: int, settings: EndpointSettings) -> Vote | None:
    """Who pauses long gets the time they take. Who doesn't is not hurried: people slow down where it gets difficult."""
    unclear = evidence.kind == "open" or (evidence.kind == "yes_no" and evidence.completeness != "complete")
    if evidence.own_pause_us is None or not unclear:
        return None
    if evidence.finished is not None and evidence.finished >= settings.finished_from:
        return None
    wanted_us = min(evidence.own_pause_us + settings.own_pause_margin_us, settings.own_pause_limit_us)
    return Vote("own pauses", wanted_us) if wanted_us > delay_us else None


def _noise(evidence: Evidence, delay_us: int, settings: EndpointSettings) -> Vote | None:
    """In noise the ends of words are lost first: voice seems to end before it does."""
    if evidence.snr_db is None or evidence.snr_db >= settings.noisy_below_db:
        return None
    return Vote("noisy line", delay_us + settings.noisy_us)


def _answer(evidence: Evidence, delay_us: int, settings: EndpointSettings) -> Vote | None:
    """Nothing is lost by listening on while the answer isn't there yet."""
    if evidence.answer != "preparing" or evidence.completeness == "complete":
        return None
    return Vote("answer not ready", delay_us + settings.preparing_us)


_ADJUSTMENTS: Final[tuple[Callable[[Evidence, int, EndpointSettings], Vote | None], ...]] = (
    _prosody,
    _own_pauses,
    _noise,
    _answer,
)
