"""The transaction and call tables as Markdown, so that documentation can be generated and never drifts.

as_markdown()    # "## INVITE server transaction ..."
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeVar

from telephony.sip import (
    transaction_client_invite,
    transaction_client_non_invite,
    transaction_server_invite,
    transaction_server_non_invite,
)
from telephony.sip.call import REFER_TRANSITIONS
from telephony.sip.call import TRANSITIONS as CALL_TRANSITIONS
from telephony.sip.timers import Timer
from telephony.sip.transaction import TransactionTable, Transition

StateT = TypeVar("StateT", bound=StrEnum)
TriggerT = TypeVar("TriggerT", bound=StrEnum)

_HEADER: Final = "| state | event | next state | does |\n|---|---|---|---|"


def as_markdown() -> str:
    """Every table of the stack, one section each."""
    sections = [
        transaction_markdown(transaction_server_invite.TABLE),
        transaction_markdown(transaction_server_non_invite.TABLE),
        transaction_markdown(transaction_client_invite.TABLE),
        transaction_markdown(transaction_client_non_invite.TABLE),
        _plain_markdown("call", CALL_TRANSITIONS),
        _plain_markdown("transfer by REFER", REFER_TRANSITIONS),
    ]
    return "\n\n".join(sections) + "\n"


def transaction_markdown(table: TransactionTable[StateT]) -> str:
    """One transaction machine: a heading, its source and a row a transition."""
    rows = [f"## {table.name}", "", f"{table.section}; begins in {table.initial}.", "", _HEADER]
    for (state, trigger), transition in table.transitions.items():
        event = f"timer {trigger}" if isinstance(trigger, Timer) else str(trigger)
        rows.append(f"| {state} | {event} | {transition.state} | {_effects(transition)} |")
    return "\n".join(rows)


def _effects(transition: Transition[StateT]) -> str:
    parts = [str(step) for step in transition.do]
    parts += [f"start {timer}" for timer in transition.start]
    parts += [f"re-arm {timer}" for timer in transition.again]
    return ", ".join(parts)


def _plain_markdown(name: str, transitions: Mapping[tuple[StateT, TriggerT], StateT]) -> str:
    rows = [f"## {name}", "", "| state | event | next state |", "|---|---|---|"]
    rows += [f"| {state} | {trigger} | {after} |" for (state, trigger), after in transitions.items()]
    return "\n".join(rows)
