"""Tools that are operations of an OpenAPI document: arguments to one HTTP request, its JSON answer to a result."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

import msgspec

from voice_agent.effects.described_tools import Schema, checked, checked_answer
from voice_agent.effects.guarded_http import Response, request
from voice_agent.effects.guarded_network import AllowedHosts
from voice_agent.effects.openapi import Operation, Where
from voice_agent.effects.tool_call import ToolCall
from voice_agent.effects.tool_functions import ToolSpec
from voice_agent.errors import ToolError

KEY_HEADER: Final = "Idempotency-Key"
_FIELD: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_SHOWN: Final = 200


class OpenApiTool:
    """One operation. `server` is the URL that paths are appended to; `headers` go with each request."""

    wants_database = False

    def __init__(
        self, spec: ToolSpec, operation: Operation, server: str, allowed: AllowedHosts, headers: Mapping[str, str]
    ) -> None:
        self.spec = spec
        self._operation = operation
        self._server = server.rstrip("/")
        self._allowed = allowed
        self._headers = dict(headers)
        self._parameters = Schema(operation.parameters)
        self._answer = None if operation.answer is None else Schema(operation.answer)

    def checked(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Raises ToolError for arguments that don't fit the document."""
        return checked(self.spec, self._parameters, arguments)

    def invoke(self, arguments: dict[str, Any], call: ToolCall, database: object = None) -> object:
        """The JSON object of the answer; `{}` for an empty one. Raises ToolError and its kinds, DeadlineExceeded."""
        headers = dict(self._headers)
        content = b""
        body = self._of(arguments, "body")
        if "body" in self._operation.places.values():
            content = msgspec.json.encode(body)
            headers["Content-Type"] = "application/json"
        if call.key:
            headers[KEY_HEADER] = call.public_key
        headers.update({name: _header(name, value) for name, value in self._of(arguments, "header").items()})
        answer = request(self._allowed, call, self._operation.method, self._url(arguments), headers, content)
        if answer.status >= 400:
            raise ToolError(f"{self.spec.name}: refused with {answer.status}{_reason(answer)}")
        body_of_answer = {} if answer.body is None else answer.body
        return body_of_answer if answer.body is None else checked_answer(self.spec, self._answer, body_of_answer)

    def _url(self, arguments: Mapping[str, Any]) -> str:
        path = self._operation.path
        for name, value in self._of(arguments, "path").items():
            text = _text(value)
            if text in ("", ".", ".."):
                raise ToolError(f"{self.spec.name}: {name} is {text!r}, which can't stand in a path")
            path = path.replace(f"{{{name}}}", quote(text, safe=""))
        query = self._of(arguments, "query")
        pairs = [
            (name, _text(item))
            for name, value in query.items()
            for item in (value if isinstance(value, list) else [value])
        ]
        return f"{self._server}{path}{'?' + urlencode(pairs) if pairs else ''}"

    def _of(self, arguments: Mapping[str, Any], place: Where) -> dict[str, Any]:
        return {name: value for name, value in arguments.items() if self._operation.places.get(name) == place}


def _text(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case _:
            return msgspec.json.encode(value).decode()


def _header(name: str, value: object) -> str:
    text = _text(value)
    if _FIELD.match(name) is None or not text.isascii() or not text.isprintable():
        raise ToolError(f"the header {name} can't hold {text!r}")
    return text


def _reason(answer: Response) -> str:
    """What the other side says of it, cut: it is for the log only."""
    found = answer.body
    said = (
        next((found[key] for key in ("detail", "message", "title", "error") if key in found), None)
        if isinstance(found, dict)
        else None
    )
    return f": {str(said)[:_SHOWN]}" if said is not None else ""
