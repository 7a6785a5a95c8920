"""Reads an OpenAPI 3.0 or 3.1 document: one operation as what a tool needs. Pure; it fetches nothing.

Path, query and header parameters and the fields of a JSON body become arguments of one flat object; two of the same
name are an error. `$ref` may point into the same document only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, TypeAlias, cast

import msgspec

from voice_agent.errors import AgentFolderError

Where: TypeAlias = Literal["path", "query", "header", "body"]
METHODS: Final = ("get", "put", "post", "delete", "patch", "head", "options")
_JSON: Final = "application/json"
_DEPTH: Final = 30


class Operation(msgspec.Struct, frozen=True):
    """`places` tells for each argument where it goes; `parameters` is the JSON schema of all of them.

    `answer` is the schema of the JSON of a 2xx answer, None where the document states none.
    """

    name: str
    description: str
    method: str
    path: str
    places: dict[str, Where]
    parameters: dict[str, Any]
    answer: dict[str, Any] | None


class Document:
    """A decoded document. `file` stands in front of every complaint."""

    def __init__(self, file: str, content: object) -> None:
        """Raises AgentFolderError where it is no OpenAPI document of a version that is read."""
        self._file = file
        if not isinstance(content, dict) or not str(content.get("openapi", "")).startswith("3."):
            raise AgentFolderError(f"{file}:1: found no 'openapi: 3.x'; allowed: OpenAPI 3.0 and 3.1")
        self._content: dict[str, Any] = content

    def server(self) -> str | None:
        """The first server's URL, where the document names one."""
        servers = self._content.get("servers")
        first = servers[0] if isinstance(servers, list) and servers else None
        url = first.get("url") if isinstance(first, dict) else None
        return url if isinstance(url, str) else None

    def names(self) -> list[str]:
        """All operations that have an operationId, sorted."""
        return sorted(str(found["operationId"]) for _, _, _, found in self._operations() if "operationId" in found)

    def operation(self, name: str) -> Operation:
        """Raises AgentFolderError for one that there isn't, or that can't be called with a flat JSON object."""
        for path, method, shared, found in self._operations():
            if found.get("operationId") == name:
                return self._operation(name, path, method, [*shared, *self._list(found.get("parameters"))], found)
        raise AgentFolderError(f"{self._file}:1: found no operation '{name}'; it has {', '.join(self.names())}")

    def _operations(self) -> Iterator[tuple[str, str, list[Any], dict[str, Any]]]:
        paths = self._content.get("paths")
        for path, item in paths.items() if isinstance(paths, dict) else ():
            if not isinstance(item, dict):
                continue
            for method in METHODS:
                if isinstance(item.get(method), dict):
                    yield str(path), method, self._list(item.get("parameters")), item[method]

    def _operation(
        self, name: str, path: str, method: str, parameters: list[Any], found: Mapping[str, Any]
    ) -> Operation:
        places: dict[str, Where] = {}
        properties: dict[str, Any] = {}
        required: list[str] = []
        for parameter in (self._resolved(item) for item in parameters):
            place, argument = parameter.get("in"), str(parameter.get("name"))
            if place not in ("path", "query", "header"):
                self._complain(name, f"the parameter '{argument}' in '{place}'", "path, query, header")
            if places.get(argument) == place:  # the operation's own goes before its path's
                required = [other for other in required if other != argument]
            elif argument in places:
                self._complain(name, f"two parameters called '{argument}'", "one")
            places[argument] = cast(Where, place)
            properties[argument] = self._schema(parameter.get("schema", {}))
            if parameter.get("required") is True or place == "path":
                required.append(argument)
        for argument, schema, needed in self._body(name, found):
            if argument in places:
                self._complain(name, f"'{argument}' as a parameter and in the body", "one of them")
            places[argument] = "body"
            properties[argument] = schema
            required += [argument] if needed else []
        schema = self._with_components(
            {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
        )
        text = str(found.get("description") or found.get("summary") or name)
        return Operation(name, text, method.upper(), path, places, schema, self._answer(found))

    def _body(self, name: str, found: Mapping[str, Any]) -> Iterator[tuple[str, Any, bool]]:
        if "requestBody" not in found:
            return
        body = self._resolved(found["requestBody"])
        media = body.get("content", {}).get(_JSON)
        if media is None:
            self._complain(name, "a body that is not JSON", _JSON)
        schema = self._resolved(media.get("schema", {}))
        if "properties" not in schema:
            self._complain(name, "a body without fields", "an object with 'properties'")
        needed = schema.get("required", []) if body.get("required") is True else []
        for field, part in schema["properties"].items():
            yield str(field), self._schema(part), field in needed

    def _answer(self, found: Mapping[str, Any]) -> dict[str, Any] | None:
        answers = found.get("responses")
        for status in ("200", "201", "202", "2XX", "default") if isinstance(answers, dict) else ():
            media = self._resolved(cast(dict[str, Any], answers).get(status, {})).get("content", {}).get(_JSON)
            if isinstance(media, dict) and "schema" in media:
                return self._with_components(self._schema(media["schema"]))
        return None

    def _with_components(self, schema: dict[str, Any]) -> dict[str, Any]:
        """References keep their meaning: what they point to stands beside the schema."""
        components = self._content.get("components", {}).get("schemas")
        return schema if components is None else {**schema, "components": {"schemas": self._schema(components)}}

    def _resolved(self, node: Any) -> dict[str, Any]:
        for _ in range(_DEPTH):
            if not isinstance(node, dict) or "$ref" not in node:
                return node if isinstance(node, dict) else {}
            target: Any = self._content
            reference = str(node["$ref"])
            if not reference.startswith("#/"):
                raise AgentFolderError(f"{self._file}:1: found '$ref: {reference}'; allowed: #/... in the same file")
            for part in reference.removeprefix("#/").split("/"):
                key = part.replace("~1", "/").replace("~0", "~")
                target = target.get(key) if isinstance(target, dict) else None
            if target is None:
                raise AgentFolderError(f"{self._file}:1: found '$ref: {reference}', which leads nowhere")
            node = target
        raise AgentFolderError(f"{self._file}:1: found a '$ref' that leads back to itself")

    def _schema(self, node: Any, depth: int = 0) -> Any:
        """As JSON Schema: OpenAPI 3.0 says `nullable`, and bounds by flags."""
        if depth > _DEPTH:
            raise AgentFolderError(f"{self._file}:1: found a schema more than {_DEPTH} deep")
        if isinstance(node, list):
            return [self._schema(item, depth + 1) for item in node]
        if not isinstance(node, dict):
            return node
        reference = node.get("$ref")
        if isinstance(reference, str):
            self._resolved(node)
        out = {key: self._schema(part, depth + 1) for key, part in node.items() if not _is_flag(key, part)}
        if node.get("nullable") is True and isinstance(node.get("type"), str):
            out["type"] = [node["type"], "null"]
        for flag, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if isinstance(out.get(flag), bool):
                exclusive = out.pop(flag)
                if exclusive and bound in out:
                    out[flag] = out.pop(bound)
        return out

    @staticmethod
    def _list(value: Any) -> list[Any]:
        return value if isinstance(value, list) else []

    def _complain(self, operation: str, found: str, allowed: str) -> None:
        raise AgentFolderError(f"{self._file}:1: operation '{operation}' has {found}; allowed: {allowed}")


def _is_flag(key: str, value: Any) -> bool:
    """OpenAPI 3.0's `nullable`; a property of that name holds a schema."""
    return key == "nullable" and isinstance(value, bool)
