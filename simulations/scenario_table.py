"""One scenario file becomes many variants: `{name}` in its texts stands for a variable's value or a row's. Pure.

    variables: {account: "five five oh one two four seven nine"}
    table:
      - {name: router, item: fibre router}
      - {name: socket, item: wall socket}

Works on the file as it was read, before anything is made of it, so that what comes out is checked like any other file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from voice_agent.errors import VoiceAgentError

ROWS: Final = "table"
VARIABLES: Final = "variables"
NAME: Final = "name"
KEPT: Final = frozenset({"today"})
"""`{today+3}` is a date, whatever variables there are."""
PATTERNS: Final = frozenset({"when", "if", "said", "never_said", "heard"})
"""Keys whose texts are regular expressions: a value stands in them for itself."""
_FIELD: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


class TableError(VoiceAgentError):
    """Something in `variables` or `table` can't be used; `path` leads to it."""

    def __init__(self, message: str, path: tuple[str | int, ...]) -> None:
        super().__init__(message)
        self.path = path


def expanded(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The file once for each row by the row's name, or once, without a name. Raises TableError."""
    variables, rows = document.get(VARIABLES, {}), document.get(ROWS, [])
    if not isinstance(variables, dict) or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return {"": dict(document)}  # said by who checks the file's form
    rest = {key: value for key, value in document.items() if key not in (VARIABLES, ROWS)}
    kept = {key: document[key] for key in (VARIABLES, ROWS) if key in document}
    if not rows:
        return {"": {**_filled(rest, variables, ()), **kept}} if variables else {"": dict(document)}
    variants: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(rows):
        name = _name(row, number)
        if name in variants:
            raise TableError(f"two rows are called {name!r}", (ROWS, number))
        values = {key: value for key, value in row.items() if key != NAME}
        variants[name] = {**_filled(rest, {**variables, **values}, ()), **kept}
    return variants


def _name(row: Mapping[str, Any], number: int) -> str:
    name = row.get(NAME, f"row_{number + 1}")
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        raise TableError(f"name: {name!r} is no name; use lower-case letters, figures and _", (ROWS, number))
    return name


def _filled(node: Any, values: Mapping[str, Any], path: tuple[str | int, ...]) -> Any:
    if isinstance(node, dict):
        return {key: _filled(value, values, (*path, key)) for key, value in node.items()}
    if isinstance(node, list):
        return [_filled(value, values, (*path, at)) for at, value in enumerate(node)]
    if not isinstance(node, str) or "{" not in node:
        return node
    whole = _FIELD.fullmatch(node)
    if whole is not None and whole[1] in values and not isinstance(values[whole[1]], str):
        return values[whole[1]]
    pattern = any(step in PATTERNS for step in path if isinstance(step, str))

    def value(found: re.Match[str]) -> str:
        if found[1] in KEPT and found[1] not in values:
            return found[0]
        if found[1] not in values:
            known = ", ".join(sorted(values)) or "none"
            raise TableError(f"{found[0]} is no variable; there are: {known}", path)
        text = str(values[found[1]])
        return re.escape(text) if pattern else text

    return _FIELD.sub(value, node)
