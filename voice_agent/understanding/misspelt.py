"""Yes and no as recognisers misspell them: "Know, the second one" is no, "Note." is nope, "Yet." is yeah.

Only where yes, no or a choice was asked for: in open speech the same words mean themselves. What is heard in the place
of yes must be all that was said, for something may be done upon it. Yes and no in another language are put into that of
the conversation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from voice_agent.conversation.actions import Understand
from voice_agent.conversation.commands import AnyCommand, CorrectSlot, SetSlot
from voice_agent.understanding.other_tongue import in_own_tongue
from voice_agent.understanding.words import normalise

_NO: Final = re.compile(
    r"^(?P<before>\W*(?:(?:um|uh|er|oh|well|sorry|wait)\W+)*)know\b(?!\W+(?:what|how|why|where|when|who|which|if|"
    r"whether|about|of|anything|any)\b)",
    re.IGNORECASE,
)
_WHOLE: Final = {
    "note": "nope",
    "yet": "yeah",
    "yet yet": "yeah",
    "yeah yet": "yeah",
    "write": "right",
    "rite": "right",
} | {
    f"{before} {word}": f"{before} right"
    for before in ("thats", "that is", "yes", "yeah")
    for word in ("write", "rite")
}

_YES_OR_NO: Final = frozenset({"yes", "no", "si"})
"""What such an answer in another language is read as."""


def as_meant(asked: Understand) -> Understand:
    """`asked` with yes and no spelled as they were meant; itself where they are."""
    text = meant(asked.text, asked.expectation.kind, asked.language)
    return asked if text == asked.text else msgspec.structs.replace(asked, text=text)


def meant(text: str, kind: str, language: str) -> str:
    """`text` with yes and no spelled as they were meant where that `kind` of answer is expected."""
    if kind == "yes_no":
        text = in_own_tongue(text, language)
    if language != "en" or kind not in ("yes_no", "choice"):
        return text
    text = _NO.sub(lambda found: f"{found['before']}no", text)
    return _WHOLE.get(normalise(text), text) if kind == "yes_no" else text


def as_heard(commands: Sequence[AnyCommand], text: str) -> tuple[AnyCommand, ...]:
    """Commands whose values were read from what was meant, with the words of `text`, which is what was heard."""
    return tuple(_as_heard(command, text) for command in commands)


def _as_heard(command: AnyCommand, text: str) -> AnyCommand:
    if not isinstance(command, SetSlot | CorrectSlot):
        return command
    if command.raw in _YES_OR_NO or command.raw == _WHOLE.get(normalise(text)):
        return msgspec.structs.replace(command, raw=text)
    heard = _NO.search(text)
    if heard is None:
        return command
    meant = f"{heard['before']}no"
    if not command.raw.startswith(meant):
        return command
    return msgspec.structs.replace(command, raw=heard.group() + command.raw[len(meant) :])
