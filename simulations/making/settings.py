"""How a scenario makes parts of conditions hold or fail: what a tool says, what the caller answers. Pure.

    Settings(journey, customer="find_customer").of({"get_bill.paid": True, "days(today, from_day) < 0": True})
    # Set({"get_bill": {"paid": True}}, {"from_day": "Yesterday."}, ())

Values lie at the edge of what is compared: of `days(...) <= 30` the 30th day and the 31st. What nothing is known to set
for is left as the data have it, and told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from simulations.making.conditions import Way
from voice_agent.journeys.pack import Journey, Slot

_PATH: Final = r"(?P<path>\w+(?:\.\w+)?)"
_HAS: Final = re.compile(rf"has\({_PATH}\)")
_EMPTY: Final = re.compile(rf"size\({_PATH}\) == 0")
_IS: Final = re.compile(rf"{_PATH} == (?P<value>'[^']*'|\"[^\"]*\"|-?\d+(?:\.\d+)?)")
_BELOW: Final = re.compile(rf"{_PATH} (?P<sign><=?) (?P<bound>-?\d+)")
_DAYS: Final = re.compile(
    rf"days\((?:today, {_PATH}|(?P<since>\w+(?:\.\w+)?), today)\) (?P<sign><=?|==) (?P<bound>-?\d+)"
)
_NEAR_DAYS: Final = {-1: "Yesterday.", 0: "Today.", 1: "Tomorrow."}


class Set(msgspec.Struct, frozen=True):
    """`fields` by tool, `said` by slot; `unknown` are parts of conditions that nothing is known to set for."""

    fields: dict[str, dict[str, Any]] = {}
    said: dict[str, str] = {}
    unknown: tuple[str, ...] = ()


class Settings:
    """Of one journey. `customer` is the tool whose result it knows as `customer`."""

    def __init__(self, journey: Journey, others: Iterable[Journey] = (), *, customer: str | None = None) -> None:
        self._journey = journey
        self._tools = {tool.name for one in (journey, *others) for tool in one.tools}
        self._customer = customer

    def of(self, way: Way) -> Set | None:
        """What to set for it; None where a field would have to be two things at once."""
        fields: dict[str, dict[str, Any]] = {}
        said: dict[str, str] = {}
        unknown: list[str] = []
        compared = _Compared(way)
        for part, held in way.items():
            found = self._value(part, held, compared)
            if found is None:
                unknown.append(part)
                continue
            for path, value in found.items():
                if not self._put(path, value, fields, said):
                    return None
        return Set(fields, said, tuple(unknown))

    def _put(self, path: str, value: Any, fields: dict[str, dict[str, Any]], said: dict[str, str]) -> bool:
        """Whether nothing else was there."""
        slot, _, field = path.partition(".")
        tool = self._tool(path)
        if tool is None:
            return said.setdefault(slot, value) == str(value)
        kept = fields.setdefault(tool, {})
        name = self._field(slot, field)
        if name in kept and kept[name] != value:
            return False
        kept[name] = value
        return True

    def _value(self, part: str, held: bool, compared: _Compared) -> dict[str, Any] | None:
        """Values by path, none where the data will do; None for what isn't known."""
        if (found := _HAS.fullmatch(part)) is not None:
            return self._of_tool(found["path"], {} if held else {found["path"]: None})
        if (found := _EMPTY.fullmatch(part)) is not None:
            return self._of_tool(found["path"], {found["path"]: []} if held else {})
        if (found := _IS.fullmatch(part)) is not None:
            return self._equal(found["path"], found["value"].strip("'\""), held, compared)
        if (found := _DAYS.fullmatch(part)) is not None:
            return self._days(found, held)
        if (found := _BELOW.fullmatch(part)) is not None:
            return self._of_tool(found["path"], {found["path"]: _edge(found["sign"], int(found["bound"]), held)})
        if re.fullmatch(_PATH, part) is None:
            return None
        slot = self._journey.slot(part)
        if slot is not None:
            return {part: "Yes." if held else "No."} if slot.slot_type == "yes_no" else None
        return self._of_tool(part, {part: held})

    def _equal(self, path: str, value: str, held: bool, compared: _Compared) -> dict[str, Any] | None:
        if not held and path in compared.equal:
            return {}
        slot = self._journey.slot(path)
        if slot is not None:
            labels = {str(choice.value): choice.labels[0].capitalize() for choice in slot.choices}
            fit = [name for name in labels if (name == value if held else name not in compared.unequal[path])]
            return {path: labels[fit[0]]} if fit else None
        return self._of_tool(path, {path: _figure(value) if held else compared.another(path)})

    def _days(self, found: re.Match[str], held: bool) -> dict[str, Any] | None:
        """A day so far from today, in either direction."""
        count = _edge(found["sign"], int(found["bound"]), held)
        path = found["path"] if found["path"] is not None else found["since"]
        ahead = count if found["path"] is not None else -count
        slot = self._journey.slot(path)
        if slot is not None:
            return {path: _NEAR_DAYS[ahead]} if slot.slot_type == "date" and ahead in _NEAR_DAYS else None
        return self._of_tool(path, {path: f"{{today{ahead:+d}}}" if ahead else "{today}"})

    def _of_tool(self, path: str, values: dict[str, Any]) -> dict[str, Any] | None:
        return None if self._tool(path) is None else values

    def _tool(self, path: str) -> str | None:
        """The tool that a field comes from; a slot chosen from a list has the fields of its item."""
        root, _, field = path.partition(".")
        if not field:
            return None
        if root == "customer":
            return self._customer
        listed = self._listed(root)
        root = listed.source.path[0] if listed is not None and listed.source is not None else root
        root = self._customer if root == "customer" and self._customer is not None else root
        return root if root in self._tools else None

    def _field(self, root: str, field: str) -> str:
        listed = self._listed(root)
        if listed is None or listed.source is None:
            return field
        return f"{'.'.join(listed.source.path[1:])}[].{field}"

    def _listed(self, root: str) -> Slot | None:
        slot = self._journey.slot(root)
        return slot if slot is not None and slot.source is not None else None


def _edge(sign: str, bound: int, held: bool) -> int:
    """The number next to `bound` for which the comparison holds, or fails."""
    if sign == "<":
        return bound - 1 if held else bound
    return bound if held else bound + 1


def _figure(value: str) -> str | int:
    return int(value) if re.fullmatch(r"-?\d+", value) is not None else value


class _Compared:
    """What fields are to be, and what they are not to be, by path."""

    def __init__(self, way: Way) -> None:
        self.equal: dict[str, str] = {}
        self.unequal: dict[str, set[str]] = {}
        for part, held in way.items():
            found = _IS.fullmatch(part)
            if found is not None:
                value = found["value"].strip("'\"")
                if held:
                    self.equal[found["path"]] = value
                else:
                    self.unequal.setdefault(found["path"], set()).add(value)

    def another(self, path: str) -> str | int:
        """A value that is none of those that it is not to be."""
        figures = [value for each in self.unequal[path] if isinstance(value := _figure(each), int)]
        return max(figures) + 1 if figures else "something_else"
