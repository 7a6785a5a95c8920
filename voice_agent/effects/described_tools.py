"""What tools have in common that are described by a JSON schema: arguments are held against it before anything is sent.

The schema of a tool is that of the agent folder. An answer that doesn't fit the schema of answers is refused too.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from voice_agent.effects.tool_functions import ToolSpec
from voice_agent.errors import ToolError, ToolUncertain

_SHOWN: Final = 200


class Schema:
    """A JSON schema, compiled when it is first used. A `$ref` leads nowhere outside of it."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.schema = dict(schema)

    @cached_property
    def _validator(self) -> Any:
        from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
        from referencing import Registry

        return Draft202012Validator(self.schema, registry=Registry())

    def complaint(self, value: Any) -> str | None:
        """Why `value` does not fit, None where it does."""
        from jsonschema.exceptions import best_match  # type: ignore[import-untyped]
        from referencing.exceptions import Unresolvable

        try:
            error = best_match(self._validator.iter_errors(value))
        except (Unresolvable, RecursionError) as problem:
            return f"its schema can't be used: {problem}"
        if error is None:
            return None
        where = ".".join(map(str, error.absolute_path))
        return f"{where}: {error.message[:_SHOWN]}" if where else str(error.message)[:_SHOWN]


def checked(spec: ToolSpec, schema: Schema, arguments: dict[str, Any]) -> dict[str, Any]:
    """`arguments`, or ToolError: nothing has been sent."""
    complaint = schema.complaint(arguments)
    if complaint is not None:
        wanted = ", ".join(spec.parameters.get("properties", {}))
        raise ToolError(f"{spec.name}: {complaint}", hint=f"it takes: {wanted}")
    return arguments


def checked_answer(spec: ToolSpec, schema: Schema | None, answer: object) -> object:
    """`answer`, or ToolUncertain: something was done, and what came back is of no use."""
    complaint = None if schema is None else schema.complaint(answer)
    if complaint is not None:
        raise ToolUncertain(f"{spec.name}: its answer is not of the form that it should have: {complaint}")
    return answer
