"""Takes a conversation up where another process left it: feeds a fresh core the log, and says what is still owed.

The log may end anywhere in its last step: what the core decided there but nobody wrote is decided again, the same.
What was asked of the world and not answered is asked again; tools that write know the call by its idempotency key. For
a plan and a verdict the conversation waits by its own clock, and goes on by rule: they are not asked for again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, cast

import msgspec

from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation import knowledge as kn
from voice_agent.conversation import secure_events as sec
from voice_agent.conversation.actions import AnyAction
from voice_agent.conversation.events import AnyEvent, Woken
from voice_agent.conversation.records import Entry, Record
from voice_agent.conversation.redaction import redacted
from voice_agent.conversation.secure_actions import StartSecureCapture
from voice_agent.errors import ReplayDiverged
from voice_agent.machine import Machine

_Key: TypeAlias = tuple[str, int | str]


class Refolded(msgspec.Struct, frozen=True):
    """`unwritten` are actions of the last step that the log lacks; `owed` all that nothing has come of, in order.

    `unwritten` ones are among `owed`.
    """

    unwritten: tuple[AnyAction, ...]
    owed: tuple[AnyAction, ...]


def refold(records: Sequence[Record], machine: Machine[AnyEvent, AnyAction]) -> Refolded:
    """`machine` is fresh, and stands where the log ends afterwards.

    Raises ReplayDiverged where it takes other actions than the log says: it is not the core that this one began with.
    """
    position, decided, written = 0, [], 0
    calls: dict[int, AnyAction] = {}
    while position < len(records):
        event, decided = records[position], _decided(records[position], machine)
        end = position + 1
        while end < len(records) and records[end].kind == "action":
            end += 1
        logged = [record.entry for record in records[position + 1 : end]]
        written = len(logged)
        calls |= {action.call: action for action in decided if isinstance(action, act.CallTool)}
        if logged != [redacted(action) for action in decided[:written]] or (
            end < len(records) and written != len(decided)
        ):
            raise ReplayDiverged(f"record {event.seq} ({event.tag}): the log says otherwise than is decided now")
        position = end
    unwritten = tuple(decided[written:])
    # What the log keeps without its secrets, is owed with them.
    asked = (calls.get(one.call, one) if isinstance(one, act.CallTool) else one for one in unanswered(records))
    return Refolded(unwritten, (*asked, *(one for one in unwritten if _asked(one) is not None)))


def unanswered(records: Sequence[Record]) -> tuple[AnyAction, ...]:
    """What was asked of the world and has not come back, in the order of asking."""
    waiting: dict[_Key, AnyAction] = {}
    for record in records:
        match record.entry:
            case ev.CallEnded():
                waiting.clear()
            case act.CancelTool(call=number) if ("tool", number) not in waiting:
                pass
            case entry if isinstance(entry, act.Action) and (key := _asked(entry)) is not None:
                waiting[key] = entry
            case entry:
                for key in _answered(entry):
                    waiting.pop(key, None)
    return tuple(waiting.values())


def _asked(action: AnyAction) -> _Key | None:
    """What of the world is asked for by it."""
    match action:
        case act.Say(utterance=number):
            return "say", number
        case act.Understand(request=number):
            return "understand", number
        case act.Consult(request=number):
            return "consult", number
        case act.CallTool(call=number):
            return "tool", number
        case act.CancelTool(call=number):
            return "cancel", number
        case StartSecureCapture(capture=number):
            return "secure", number
        case act.Transfer(target=target) | act.Connect(target=target):
            return "transfer", target
        case act.HangUp():
            return "end", 0
        case _:
            return None


def _answered(entry: Entry | None) -> tuple[_Key, ...]:
    """What it is the answer to."""
    match entry:
        case ev.PlaybackFinished(utterance=number):
            return (("say", number),)
        case ev.Understood(request=number) | ev.UnderstandingFailed(request=number):
            return (("understand", number),)
        case kn.Consulted(request=number) | kn.ConsultFailed(request=number):
            return (("consult", number),)
        case ev.ToolReturned(call=number) | ev.ToolFailed(call=number):
            return ("tool", number), ("cancel", number)
        case sec.SecureCaptured(capture=number) | sec.SecureCaptureFailed(capture=number):
            return (("secure", number),)
        case ev.Transferred(target=to) | ev.TransferFailed(target=to):
            return (("transfer", to),)
        case ev.Connected(target=to) | ev.ConnectFailed(target=to):
            return (("transfer", to),)
        case _:
            return ()


def _decided(event: Record, machine: Machine[AnyEvent, AnyAction]) -> list[AnyAction]:
    if event.kind != "event" or event.entry is None:
        raise ReplayDiverged(f"record {event.seq} ({event.tag}) is no event that can be handled again")
    entry = cast(AnyEvent, event.entry)
    return machine.wake(event.t_us) if isinstance(entry, Woken) else machine.handle(entry, event.t_us)
