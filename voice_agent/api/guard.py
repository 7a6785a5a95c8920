"""Around every request: headers that keep browsers from harm, no body, an access line, no error without an answer."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from voice_agent.api.problems import ApiProblem

ASKER: Final = "voice_agent.asker"
"""Where in a request's scope the name of the token stands once it is known."""

SECURITY: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-cache",
    "Vary": "Authorization",
}

_log = logging.getLogger("voice_agent.api")


class Guard:
    """The outermost layer of the application. Says who asked what, never with which token or which search words."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        status: int | None = None

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            if _has_body(Headers(scope=scope)):
                await _no_body().response()(scope, receive, answer)
            else:
                await self._app(scope, receive, answer)
        except Exception:
            _log.exception("request failed", extra=_about(scope, status))
            if status is None:
                await _internal().response()(scope, receive, answer)
            else:
                raise  # the connection is closed: what was promised can't be sent
        finally:
            _log.info("access", extra=_about(scope, status))


def _about(scope: Scope, status: int | None) -> dict[str, object]:
    return {"token": scope.get(ASKER), "method": scope["method"], "path": scope["path"][:200], "status": status}


def _has_body(headers: Headers) -> bool:
    return headers.get("content-length", "0").strip() != "0" or "transfer-encoding" in headers


def _no_body() -> ApiProblem:
    return ApiProblem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "too_large",
        "requests have no body here",
        place="body",
        remedy="ask with the path and the query alone",
        headers={"Connection": "close"},
    )


def _internal() -> ApiProblem:
    return ApiProblem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal",
        "the request could not be answered",
        remedy="look at the log of the api process",
    )
