"""What the API is, as OpenAPI 3.1; schemas are those of the types that are answered with."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from voice_agent import __version__
from voice_agent.api.problems import MEDIA_TYPE, Problem
from voice_agent.api.queries import (
    CHANNELS,
    CURSOR,
    ENDERS,
    ID,
    LONGEST,
    OUTCOMES_LIMIT,
    PAGE,
    PAGE_LIMIT,
    RECORDS,
    RECORDS_LIMIT,
    STATUSES,
)
from voice_agent.api.views import CallDetail, CallPage, Health, OutcomePage
from voice_agent.insights.trace import Trace

_SHOWN: Final = (CallPage, CallDetail, Health, OutcomePage, Problem, Trace)
_SECURED: Final[list[dict[str, list[str]]]] = [{"bearer": []}]

_TIME: Final = {"type": "string", "format": "date-time"}
_NAME: Final = {"type": "string", "minLength": 1, "maxLength": LONGEST}

_FILTERS: Final = (
    ("since", _TIME, "calls that began then or later"),
    ("until", _TIME, "calls that began before"),
    ("journey", _NAME, "calls in which this journey came to an outcome"),
    ("outcome", _NAME, "calls with this outcome; with `journey`, of that journey"),
    ("ended_by", {"type": "string", "enum": list(ENDERS)}, "who ended the call"),
    ("channel", {"type": "string", "enum": list(CHANNELS)}, "how the caller came"),
    ("caller", _NAME, "text within the caller's number; not for viewers"),
    ("limit", {"type": "integer", "minimum": 1, "maximum": PAGE_LIMIT, "default": PAGE}, "calls on a page"),
    ("cursor", {"type": "string", "pattern": CURSOR}, "the `next` of the page before"),
)
_OUTCOMES: Final = (
    ("since", _TIME, "outcomes of conversations that began then or later; 30 days ago where not given"),
    ("until", _TIME, "outcomes before"),
    ("journey", _NAME, "of this journey"),
    ("outcome", _NAME, "with this name"),
    ("status", {"type": "string", "enum": list(STATUSES)}, "how it stands now"),
    (
        "limit",
        {"type": "integer", "minimum": 1, "maximum": OUTCOMES_LIMIT, "default": OUTCOMES_LIMIT},
        "how many are shown; sums are over all",
    ),
)
_WINDOW: Final = (
    (
        "records_after",
        {"type": "integer", "minimum": 0, "maximum": 2**31, "default": 0},
        "records numbered higher",
    ),
    (
        "records_limit",
        {"type": "integer", "minimum": 0, "maximum": RECORDS_LIMIT, "default": RECORDS},
        "how many records of the log are shown",
    ),
)


def document() -> dict[str, Any]:
    """The whole document."""
    schemas, components = msgspec.json.schema_components(_SHOWN, ref_template="#/components/schemas/{name}")
    shown = dict(zip(_SHOWN, schemas, strict=True))
    problem = shown[Problem]
    refused = {"description": "Refused; `code` says why.", "content": {MEDIA_TYPE: {"schema": problem}}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "voice-agent API",
            "version": __version__,
            "description": "Calls as they were logged. Read-only. Roles: docs/api.md.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            "/health": _get(
                "health",
                "Whether the store can be read.",
                _ok(shown[Health], {"503": _as_json(shown[Health])}),
                refused,
            ),
            "/openapi.json": _get("document", "This document.", _ok({"type": "object"}, {}), refused),
            **_calls(shown, refused),
        },
        "components": {"schemas": components, "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
    }


def _calls(shown: dict[Any, dict[str, Any]], refused: dict[str, Any]) -> dict[str, Any]:
    """Paths that need a token."""
    ident = _parameter("id", {"type": "string", "pattern": ID}, "a call, as in `id` of a list", within="path")
    sound = {"audio/wav": {"schema": {"type": "string", "contentMediaType": "audio/wav"}}}
    kept = {"304": {"description": "As the `If-None-Match` of an ended call has it."}}
    page, call, trace = _ok(shown[CallPage], {}), _ok(shown[CallDetail], kept), _ok(shown[Trace], kept)
    asked = ("400", "401", "403", "404", "500", "503")
    why = "Why each word of a call was said."
    ended = _ok(shown[OutcomePage], {})
    return {
        "/outcomes": _get(
            "list_outcomes", "How journeys ended, and what is billed.", ended, refused, _OUTCOMES, refusals=asked
        ),
        "/calls": _get("list_calls", "Calls, newest first.", page, refused, _FILTERS, refusals=asked),
        "/calls/{id}": _get("show_call", "One call.", call, refused, _WINDOW, ident, refusals=asked),
        "/calls/{id}/trace": _get("trace_call", why, trace, refused, (), ident, refusals=asked),
        "/calls/{id}/audio": _get(
            "play_call",
            "The recording: left the caller, right the agent. `Range` is answered with 206.",
            {
                "200": {"description": "All of it.", "content": sound},
                "206": {"description": "A part of it.", "content": sound},
            },
            refused,
            (),
            ident,
            refusals=(*asked, "410", "416"),
        ),
    }


def _get(
    name: str,
    summary: str,
    answers: dict[str, Any],
    refused: dict[str, Any],
    parameters: tuple[tuple[str, dict[str, Any], str], ...] = (),
    *path: dict[str, Any],
    refusals: tuple[str, ...] = ("400",),
) -> dict[str, Any]:
    """A path with its one operation; those with refusals of their own need a token."""
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        "parameters": [*path, *(_parameter(*parameter) for parameter in parameters)],
        "responses": {**answers, **dict.fromkeys((*refusals, "413"), refused)},
    }
    if "401" in refusals:
        operation["security"] = _SECURED
    return {"get": operation}


def _parameter(name: str, schema: dict[str, Any], summary: str, within: str = "query") -> dict[str, Any]:
    return {"name": name, "in": within, "required": within == "path", "description": summary, "schema": schema}


def _as_json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": "As asked.", "content": {"application/json": {"schema": schema}}}


def _ok(schema: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    return {"200": _as_json(schema), **others}
