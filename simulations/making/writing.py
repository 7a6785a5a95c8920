"""A scenario as a file: what is read from it again is the same scenario. Pure."""

from __future__ import annotations

import io
from typing import Any

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from simulations.scenario import Scenario

WHOLE = ("lines", "whenever", "table", "tools")
"""Lists whose items are written a line each."""


def written(scenario: Scenario, *, comment: str = "") -> str:
    """YAML; `comment` goes before it."""
    yaml = YAML()
    yaml.width = 120
    out = io.StringIO()
    yaml.dump(_shaped(msgspec.to_builtins(scenario), top=True), out)
    head = "".join(f"# {line}\n" for line in comment.splitlines())
    return head + out.getvalue()


def _shaped(node: Any, *, top: bool = False) -> Any:
    """In flow style below the first level, and texts in quotes wherever they could be read as something else."""
    if isinstance(node, dict):
        shaped = CommentedMap((key, _shaped(value)) for key, value in node.items())
        if top:
            for key in WHOLE:
                if isinstance(shaped.get(key), CommentedSeq):
                    shaped[key].fa.set_block_style()
            if isinstance(shaped.get("expect"), CommentedMap):
                shaped["expect"].fa.set_block_style()
        else:
            shaped.fa.set_flow_style()
        return shaped
    if isinstance(node, list | tuple):
        items = CommentedSeq(_shaped(value) for value in node)
        items.fa.set_flow_style()
        return items
    if isinstance(node, str):
        plain = node.replace("_", "").isalpha() and node not in ("true", "false", "null", "yes", "no", "on", "off")
        return node if plain else DoubleQuotedScalarString(node)
    return node
