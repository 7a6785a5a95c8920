"""Writes the state machines into ARCHITECTURE.md as tables, from the tables that the code itself runs on.

    python -m tools.state_tables            # writes them
    python -m tools.state_tables --check    # exit 1 where the page and the code differ

A machine is a module's `TABLE`, a `TransactionTable`, or what a module calls `TRANSITIONS` or `..._TRANSITIONS`:
`(state, trigger) -> state` or `state -> trigger -> state`. Every one below `PACKAGES` is found by itself.
"""

from __future__ import annotations

import ast
import difflib
import importlib
import inspect
import sys
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from telephony.sip.timers import Timer
from telephony.sip.transaction import TransactionTable, Transition

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = ROOT / "ARCHITECTURE.md"
PACKAGES: Final = ("telephony", "voice_agent", "models", "simulations")
BEGIN: Final = "<!-- state machines: written by `python -m tools.state_tables` -->"
END: Final = "<!-- end of state machines -->"


def machines() -> Iterator[tuple[ModuleType, str]]:
    """Every module of ours that runs on a table, and the name of the table, in order."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for name in _assigned(path):
                if name == "TABLE" or name == "TRANSITIONS" or name.endswith("_TRANSITIONS"):
                    yield importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts)), name


def _assigned(path: Path) -> list[str]:
    """Names that a module gives a value at its top level, in order."""
    targets: list[ast.expr] = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.AnnAssign):
            targets.append(node.target)
        elif isinstance(node, ast.Assign):
            targets += node.targets
    return [target.id for target in targets if isinstance(target, ast.Name)]


def section(module: ModuleType, table: str) -> str:
    """One machine: its module, what it is (the first paragraph of the module's docstring), and a row a state."""
    name = module.__name__ if table in ("TABLE", "TRANSITIONS") else f"{module.__name__}.{table}"
    summary = " ".join((inspect.getdoc(module) or "").split("\n\n", 1)[0].split())
    rows = [f"### `{name}`", "", summary, "", "| state | what may happen \u2192 next state |", "|---|---|"]
    for state, changes in _changes(getattr(module, table)).items():
        cell = "<br>".join(f"{trigger} \u2192 {after}" for trigger, after in changes)
        rows.append(f"| {state} | {cell if cell else 'the end'} |")
    return "\n".join(rows)


def _changes(table: Any) -> dict[str, list[tuple[str, str]]]:
    pairs: list[tuple[Enum, Any, Any]]
    if isinstance(table, TransactionTable):
        pairs = [(state, trigger, _effect(change)) for (state, trigger), change in table.transitions.items()]
    else:
        pairs = list(_flat(table))
    states: type[Enum] = type(pairs[0][0])
    changes: dict[str, list[tuple[str, str]]] = {_word(state): [] for state in states}
    for state, trigger, after in pairs:
        changes[_word(state)].append((_word(trigger), _word(after)))
    return changes


def _flat(transitions: Mapping[Any, Any]) -> Iterator[tuple[Enum, Any, Any]]:
    for key, value in transitions.items():
        if isinstance(value, Mapping):
            yield from ((key, trigger, after) for trigger, after in value.items())
        else:
            yield (*key, value)


def _effect(change: Transition[Any]) -> str:
    does = [str(step) for step in change.do]
    does += [f"start {timer}" for timer in change.start]
    does += [f"re-arm {timer}" for timer in change.again]
    return f"{change.state} ({', '.join(does)})" if does else str(change.state)


def _word(value: Any) -> str:
    """How a state or trigger reads: its text, else its name in small letters."""
    if isinstance(value, Timer):
        return f"timer {value}"
    if isinstance(value, Enum):
        return value.value if isinstance(value.value, str) else value.name.lower().replace("_", " ")
    return str(value)


def with_tables(page: str) -> str:
    """`page` with the tables of now. Raises ValueError where the page has no place for them."""
    if page.count(BEGIN) != 1 or page.count(END) != 1:
        raise ValueError(f"{PAGE.name} must hold one line {BEGIN} and one line {END}")
    head, rest = page.split(BEGIN)
    _, tail = rest.split(END)
    return (
        f"{head}{BEGIN}\n\n" + "\n\n".join(section(module, table) for module, table in machines()) + f"\n\n{END}{tail}"
    )


def main(arguments: list[str]) -> int:
    before = PAGE.read_text(encoding="utf-8")
    after = with_tables(before)
    if "--check" in arguments:
        sys.stdout.writelines(difflib.unified_diff(before.splitlines(True), after.splitlines(True), "page", "code"))
        return 0 if before == after else 1
    PAGE.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
