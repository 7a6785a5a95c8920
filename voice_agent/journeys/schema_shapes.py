"""Shapes of values as JSON Schema (draft 2020-12): what the readers of a folder take, for editors.

A mapping's keys are those of `vocabulary`, by construction: `mapping` refuses shapes for any other set of keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from voice_agent.journeys.vocabulary import BOUNDS, LANGUAGES, Keys

Shape: TypeAlias = dict[str, Any]

NAME_PATTERN: Final = "^[a-z][a-z0-9_]*$"
NAME: Final[Shape] = {"type": "string", "pattern": NAME_PATTERN}
TEXT: Final[Shape] = {"type": ["string", "number", "boolean"], "minLength": 1}
"""YAML tells numbers from words; a journey doesn't."""
FLAG: Final[Shape] = {"type": "boolean"}
EXPRESSION: Final[Shape] = {**TEXT, "description": "An expression (docs/expressions.md)."}


def mapping(keys: Keys, shapes: Mapping[str, Shape], **more: Any) -> Shape:
    """Keys with values, of which `shapes` has one for each that `keys` allows. Raises ValueError where it doesn't."""
    if set(shapes) != set(keys.allowed()):
        raise ValueError(f"{keys.where}: {sorted(set(shapes) ^ set(keys.allowed()))} stand on one side only")
    return {
        "type": "object",
        "title": keys.where,
        "properties": {name: shapes[name] for name in keys.allowed()},
        "required": list(keys.required),
        "additionalProperties": False,
        **more,
    }


def named(shape: Shape) -> Shape:
    """Names that the author chooses, each with a value of one shape."""
    return {"type": "object", "propertyNames": {"pattern": NAME_PATTERN}, "additionalProperties": shape}


def words(allowed: Iterable[str]) -> Shape:
    return {"enum": list(allowed)}


def whole_number(key: str) -> Shape:
    least, most = BOUNDS[key]
    return {"type": "integer", "minimum": least, "maximum": most}


def many(shape: Shape, least: int = 0) -> Shape:
    return {"type": "array", "items": shape, "minItems": least}


def one_or_many(shape: Shape) -> Shape:
    return {"anyOf": [shape, many(shape)]}


def by_language(shape: Shape) -> Shape:
    """As it is, or once for each language."""
    said = dict.fromkeys(LANGUAGES, shape)
    return {"anyOf": [shape, {"type": "object", "properties": said, "additionalProperties": False, "minProperties": 1}]}


def exactly_one_of(names: Iterable[str]) -> Shape:
    """Of these keys one is there."""
    return {"oneOf": [{"required": [name]} for name in names]}


SAID: Final = by_language(TEXT)
"""A text with gaps."""
WORDINGS: Final[Shape] = {"anyOf": [*by_language(one_or_many(TEXT))["anyOf"], many(SAID)]}
"""One text or several, used in turn."""
