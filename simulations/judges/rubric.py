"""What is asked about a call that no rule can tell: items of a rubric, each with when it holds and when it is broken.

    read_rubric(SERVICE).item("politeness").broken_when

A rubric is a YAML file: `simulations/judges/service.yaml` is the one that comes along. docs/judging.md has every key.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta

from simulations.strict_yaml import parse_yaml, read_text

SERVICE: Final = Path(__file__).with_name("service.yaml")
_HINT: Final = "docs/judging.md lists every key of a rubric"

Speaker: TypeAlias = Literal["agent", "caller", "tool"]
ItemName: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
_Text: TypeAlias = Annotated[str, Meta(min_length=1, max_length=600)]


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question. `evidence` is whose words show it: a quote of anybody else's is none."""

    name: ItemName
    asks: _Text
    holds_when: _Text
    broken_when: _Text
    evidence: tuple[Speaker, ...] = ("agent",)


class Rubric(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    v: Literal[1]
    rubric: ItemName
    items: Annotated[tuple[Item, ...], Meta(min_length=1)]
    about: str = ""

    def __post_init__(self) -> None:
        names = [item.name for item in self.items]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"has more than one item {twice[0]!r}")
        silent = [item.name for item in self.items if not item.evidence]
        if silent:
            raise ValueError(f"item {silent[0]!r} allows nobody's words as evidence")

    def item(self, name: str) -> Item:
        """Raises KeyError where there is none."""
        found = next((item for item in self.items if item.name == name), None)
        if found is None:
            raise KeyError(name)
        return found


def read_rubric(path: Path) -> Rubric:
    """Raises AgentFolderError, with file and line, for what is no rubric."""
    return parse_yaml(read_text(path), Rubric, name=str(path), hint=_HINT)
