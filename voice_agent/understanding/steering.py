"""What steers the conversation, as commands: again, a moment, a person, cancel, good-bye."""

from __future__ import annotations

from typing import Final

from voice_agent.conversation import commands as c
from voice_agent.conversation.commands import AnyCommand
from voice_agent.understanding.act_kinds import Act
from voice_agent.understanding.dialogue_acts import ActReading

SENTENCE: Final = 3
"""Words with content that make a sentence worth routing, or out of scope, rather than a fragment."""

_WISHING: Final = frozenset("id want need quiero quisiera".split())
"""What is left of "I'd like to" once an act was read."""


def steering_in(acts: ActReading) -> list[AnyCommand]:
    out: list[AnyCommand] = []
    for act in acts.acts:
        match act:
            case Act.WANT_HUMAN:
                out.append(c.WantHuman())
            case Act.CALL_BACK:
                out.append(c.WantHuman(call_back=True))
            case Act.OFFERS if not acts.rest:
                out.append(c.AskWhatIsOffered())
            case Act.WHO:
                out.append(c.AskWhoSpeaks())
            case Act.REPEAT:
                out.append(c.Repeat(Act.SLOWER in acts.acts, Act.SPELL in acts.acts))
            case Act.HOLD_ON:
                out.append(c.HoldOn())
            case Act.CANCEL:
                out.append(c.Cancel(wished=not _WISHING.isdisjoint(acts.rest.split())))
            case Act.GOODBYE:
                out.append(c.Goodbye())
            case _:
                pass
    # "Sorry?" before a wish, "wait" before words: only what stands alone asks for a pause or a repetition.
    return [
        command
        for command in out
        if not (isinstance(command, c.HoldOn | c.Repeat) and len(acts.rest.split()) >= SENTENCE)
    ]
