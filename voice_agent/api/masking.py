"""What a viewer sees of a call: everything but whom it was with and what values were given. A pure fold over the log.

Of a record's body only fields that are known to hold nothing personal are shown as they are; text that was said keeps
its words except values that appear anywhere in the log, digits and words for figures; whatever else is text is hidden.
A field that is new is hidden until it is listed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from voice_agent.api.views import CallDetail, RecordShown
from voice_agent.conversation import actions as act
from voice_agent.conversation import commands as cmd
from voice_agent.conversation import events as ev
from voice_agent.conversation.records import Record
from voice_agent.insights.shown import CallRow, Line, ToolLine, TransferLine
from voice_agent.understanding.number_words import ENGLISH

HIDDEN: Final = "•••"

SAID: Final = frozenset({"text", "alternatives", "heard", "clauses", "summary"})
PLAIN: Final = frozenset(
    "by channel civil_now civil_start code command confirming direction effect engine event evidence journey"
    " kind name now outcome process purpose reason region scores slot slot_type tag target tense tool".split()
)
VALUES: Final = frozenset({"arguments", "result", "value", "choices", "raw", "likely"})
"""Below these, numbers are hidden too."""

_FIGURES: Final = frozenset(
    {*ENGLISH.digits, *ENGLISH.teens, *ENGLISH.tens, *ENGLISH.times, ENGLISH.hundred, ENGLISH.thousand}
)


class Mask:
    """Hides what one conversation's log says is a value."""

    def __init__(self, records: Iterable[Record]) -> None:
        values = {value for record in records for value in _values(record.entry) if len(value.strip()) > 1}
        words = values | {name for value in values for name in _names(value)} | _FIGURES
        ordered = sorted(words, key=len, reverse=True)
        self._words = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, ordered))})(?!\w)", re.IGNORECASE)

    def text(self, said: str) -> str:
        """`said` without values, digits and words for figures."""
        return re.sub(r"\d", "•", self._words.sub(HIDDEN, said))

    def body(self, value: Any, key: str = "", *, within_values: bool = False) -> Any:
        """A JSON value that stands under `key`."""
        match value:
            case dict():
                return {
                    name: self.body(part, name, within_values=within_values or name in VALUES)
                    for name, part in value.items()
                }
            case list() | tuple():
                return [self.body(part, key, within_values=within_values) for part in value]
            case None:
                return None
            case _ if within_values:
                return HIDDEN
            case str() if key == "expects":
                kind, named, _ = value.partition("choice:")
                return f"{kind}{named}{HIDDEN}" if named else value
            case str():
                return value if key in PLAIN else self.text(value) if key in SAID else HIDDEN
            case _:
                return value


def masked_row(shown: CallRow) -> CallRow:
    return msgspec.structs.replace(shown, caller=masked_number(shown.caller))


def masked_number(text: str) -> str:
    """The last two digits stay, where there are so many that they tell little."""
    digits = re.sub(r"\D", "", text.partition("@")[0], flags=re.ASCII)
    return "" if text == "" else HIDDEN + digits[-2:] if len(digits) >= 6 else HIDDEN


def masked_detail(shown: CallDetail, records: Iterable[Record]) -> CallDetail:
    """`shown` for a viewer; `records` is the whole log."""
    mask = Mask(records)
    return msgspec.structs.replace(
        shown,
        masked=True,
        call=masked_row(shown.call),
        transcript=tuple(_line(line, mask) for line in shown.transcript),
        tools=tuple(_tool(tool, mask) for tool in shown.tools),
        transfers=tuple(TransferLine(t.target, mask.text(t.reason), mask.text(t.summary)) for t in shown.transfers),
        records=tuple(_record(record, mask) for record in shown.records),
    )


def _line(line: Line, mask: Mask) -> Line:
    return msgspec.structs.replace(
        line, text=mask.text(line.text), heard=None if line.heard is None else mask.text(line.heard)
    )


def _tool(tool: ToolLine, mask: Mask) -> ToolLine:
    return msgspec.structs.replace(
        tool,
        arguments=mask.body(tool.arguments, within_values=True),
        result=mask.body(tool.result, within_values=True),
        error=None if tool.error is None else tool.error.partition(":")[0],
    )


def _record(record: RecordShown, mask: Mask) -> RecordShown:
    return msgspec.structs.replace(record, body=mask.body(record.body))


def _names(value: str) -> Iterator[str]:
    """Parts of a value that may be said alone: "Maya" of "Maya Ferrin"."""
    yield from (word for word in re.findall(r"\w+", value) if len(word) > 1 and word[0].isupper())


def _values(entry: object) -> Iterator[str]:
    """Texts in one record that are values and not words of the agent's own."""
    match entry:
        case ev.CallStarted(caller=caller, called=called, customer=customer):
            yield from _leaves([caller, called, customer])
        case ev.Understood(commands=commands):
            for command in commands:
                if isinstance(command, cmd.SetSlot | cmd.CorrectSlot):
                    yield from _leaves([command.value, command.raw])
        case ev.ToolReturned(result=result):
            yield from _leaves(result)
        case act.CallTool(arguments=arguments):
            yield from _leaves(arguments)
        case act.UnderstandAhead(asked=asked) | act.PrefetchTool(asked=asked):
            yield from _values(asked)
        case act.Understand(expectation=expected):
            yield from _leaves(msgspec.to_builtins([expected.slot, expected.correctable]), under=("value", "choices"))
        case _:
            pass


def _leaves(value: Any, *, under: tuple[str, ...] = ()) -> Iterator[str]:
    """Texts and numbers anywhere in a JSON value; with `under`, only below these keys."""
    match value:
        case dict():
            for key, part in value.items():
                yield from _leaves(part, under=() if key in under else under)
        case list() | tuple():
            for part in value:
                yield from _leaves(part, under=under)
        case bool() | None:
            pass
        case str() | int() | float() if under == ():
            yield str(value)
        case _:
            pass
