"""Errors as they go over the wire: `application/problem+json` (RFC 9457) with a stable code, the place and a remedy."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import msgspec
from starlette.responses import Response

MEDIA_TYPE: Final = "application/problem+json"


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """`code` never changes its meaning. `place` names the parameter or header at fault, `remedy` says what to do."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    place: str | None = None
    remedy: str | None = None


class ApiProblem(Exception):
    """Ends a request with a problem. `headers` go with the answer."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        detail: str,
        *,
        place: str | None = None,
        remedy: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.problem = Problem(
            f"urn:voice-agent:problem:{code}", status.phrase, status.value, detail, code, place, remedy
        )
        self.headers = {} if headers is None else dict(headers)

    def response(self) -> Response:
        body = msgspec.json.encode(self.problem)
        return Response(body, self.problem.status, headers=self.headers, media_type=MEDIA_TYPE)


def bad_parameter(name: str, detail: str, remedy: str) -> ApiProblem:
    """A query parameter that can't be used."""
    return ApiProblem(
        HTTPStatus.BAD_REQUEST, "bad_parameter", f"{name}: {detail}", place=f"query:{name}", remedy=remedy
    )
