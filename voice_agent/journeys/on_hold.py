"""When a caller who waits for a tool is put on hold: where the agent's folder says so, and it takes long.

The engine decides that and when it is over; when music sounds in between is left to whoever plays it, because it is
never played over words, the agent's or the caller's.
"""

from __future__ import annotations

from voice_agent.conversation.actions import AnyAction, HoldMusic
from voice_agent.journeys.talk import Kind, Phase, Talk


def hold_due(talk: Talk) -> int | None:
    """When the caller is put on hold; None where they need not be, or are."""
    hold = talk.pack.agent.hold
    if hold is None or talk.on_hold is not None or not _waits(talk) or talk.surroundings.channel != "phone":
        return None
    return talk.patience_us + hold.after_s * 1_000_000


def change_of_hold(talk: Talk, now_us: int) -> list[AnyAction]:
    """What follows from what is waited for now."""
    held = talk.on_hold
    if held is not None and not _waits(talk):
        talk.on_hold = None
        return [HoldMusic(held, on=False)]
    due_us = hold_due(talk)
    if due_us is None or due_us > now_us or talk.waiting.call is None:
        return []
    talk.on_hold = talk.waiting.call
    return [HoldMusic(talk.waiting.call, on=True)]


def _waits(talk: Talk) -> bool:
    return talk.phase is Phase.LIVE and talk.waiting.kind is Kind.TOOL and talk.waiting.call is not None
