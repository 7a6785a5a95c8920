"""The API as an application: what is asked where, by whom it may be asked, and with what it is answered."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Final

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from voice_agent.api.audio import recording_response
from voice_agent.api.guard import ASKER, Guard
from voice_agent.api.masked_trace import masked_trace
from voice_agent.api.masking import masked_detail, masked_row
from voice_agent.api.openapi import document
from voice_agent.api.problems import ApiProblem
from voice_agent.api.queries import ID, call_query, cursor_of, no_parameters, outcome_query, record_window
from voice_agent.api.reading import CallReader, Sound
from voice_agent.api.refusals import forbidden, no_sound, no_such_path, of_error, unauthorized
from voice_agent.api.tokens import Role, Token, bearer, token_of
from voice_agent.api.views import CallPage, Health, OutcomePage, RecordingShown, detail
from voice_agent.conversation.notes import Explanation
from voice_agent.conversation.records import Header, Record
from voice_agent.errors import ConversationUnknown, VoiceAgentError
from voice_agent.insights.outcomes import Dated, OutcomeRow, Rules, outcomes, sums
from voice_agent.insights.trace import trace

Handler = Callable[[Request, Role], Awaitable[Response]]
Explain = Callable[[Header, Sequence[Record]], Explanation]


USUAL: Final = timedelta(days=30)
"""How far back outcomes are looked at where nobody says."""


class ApiSettings(msgspec.Struct, frozen=True):
    """`pause_us` is what latencies are measured with (`insights.latency`)."""

    data_dir: Path
    retention_days: int
    pause_us: int


def api_app(
    settings: ApiSettings,
    tokens: Callable[[], tuple[Token, ...]],
    explain: Explain = lambda header, records: Explanation("unknown"),
    rules: Callable[[Header], Rules] = lambda header: Rules(),
) -> ASGIApp:
    """`tokens` is asked at every request, so that one that is taken away opens nothing any more.

    `explain` says what the journeys looked at in a call, `rules` what outcomes of it mean; both are called in a thread.
    """
    api = _Api(settings, tokens, explain, rules)
    app = Starlette(
        routes=[
            Route("/health", api.health, methods=["GET"]),
            Route("/openapi.json", _show_document, methods=["GET"]),
            Route("/calls", api.secured(api.calls), methods=["GET"]),
            Route("/calls/{id}", api.secured(api.call), methods=["GET"]),
            Route("/outcomes", api.secured(api.outcomes), methods=["GET"]),
            Route("/calls/{id}/trace", api.secured(api.trace), methods=["GET"]),
            Route("/calls/{id}/audio", api.secured(api.audio), methods=["GET"]),
        ],
        exception_handlers={
            ApiProblem: _refuse,
            VoiceAgentError: _fail,
            HTTPException: _refuse_path,
        },
    )
    app.router.redirect_slashes = False
    return Guard(app)


class _Api:
    def __init__(
        self,
        settings: ApiSettings,
        tokens: Callable[[], tuple[Token, ...]],
        explain: Explain,
        rules: Callable[[Header], Rules],
    ) -> None:
        self._explain = explain
        self._rules = rules
        self._pause_us = settings.pause_us
        self._reader = CallReader(settings.data_dir, retention_days=settings.retention_days)
        self._tokens = tokens

    def secured(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """`handler` for whoever brings a token that is known."""

        async def ask(request: Request) -> Response:
            secret = bearer(request.headers.get("authorization"))
            token = None if secret is None else token_of(self._tokens(), secret)
            if token is None:
                raise unauthorized(given=secret is not None)
            request.scope[ASKER] = token.name
            return await handler(request, token.role)

        return ask

    async def health(self, request: Request) -> Response:
        no_parameters(request.query_params.multi_items())
        try:
            await self._reader.check()
        except (VoiceAgentError, ApiProblem):
            return _json(Health(False, "the store can't be read"), HTTPStatus.SERVICE_UNAVAILABLE)
        return _json(Health(True, None))

    async def calls(self, request: Request, role: Role) -> Response:
        query = call_query(request.query_params.multi_items())
        if query.caller is not None and not role.sees_all:
            raise forbidden("searching by the caller's number")
        page = await self._reader.page(query)
        rows = tuple(found.shown() for found in page.calls)
        shown = rows if role.sees_all else tuple(masked_row(one) for one in rows)
        return _json(CallPage(shown, None if page.after is None else cursor_of(page.after)))

    async def call(self, request: Request, role: Role) -> Response:
        conversation, window = _id(request), record_window(request.query_params.multi_items())
        found, header, records, sound = await self._reader.call(conversation)
        recording = _recording(conversation, sound, role)
        shown = detail(found, header, records, recording, window=window, pause_us=self._pause_us)
        if not role.sees_all:
            shown = masked_detail(shown, records)
        return _tagged(request, shown) if shown.ended else _json(shown)

    async def outcomes(self, request: Request, role: Role) -> Response:
        query, now = outcome_query(request.query_params.multi_items()), datetime.now(UTC)
        since_ms = query.since_ms if query.since_ms is not None else round((now - USUAL).timestamp() * 1_000)
        found, complete = await self._reader.endings(since_ms)

        def fold() -> list[OutcomeRow]:
            return outcomes((Dated(header, records, self._rules(header)) for header, records in found), now)

        rows = [row for row in await self._reader.in_thread(fold) if query.matches(row)]
        complete = complete and len(rows) <= query.limit
        return _json(OutcomePage(now.isoformat(timespec="seconds"), tuple(rows[: query.limit]), sums(rows), complete))

    async def trace(self, request: Request, role: Role) -> Response:
        conversation = _id(request)
        no_parameters(request.query_params.multi_items())
        _, header, records, _ = await self._reader.call(conversation)
        explanation = await self._reader.in_thread(lambda: self._explain(header, records))
        shown = trace(conversation, records, explanation, pause_us=self._pause_us)
        if not role.sees_all:
            shown = masked_trace(shown, records)
        ended = any(record.tag == "call_ended" for record in records)
        return _tagged(request, shown) if ended else _json(shown)

    async def audio(self, request: Request, role: Role) -> Response:
        conversation = _id(request)
        no_parameters(request.query_params.multi_items())
        if not role.sees_all:
            raise forbidden("listening to recordings")
        sound = await self._reader.sound(conversation)
        if sound.state != "available":
            raise no_sound(conversation, sound.state)
        try:
            return await recording_response(sound.path, request.headers.get("range"), request.headers.get("if-range"))
        except FileNotFoundError:
            raise no_sound(conversation, "expired") from None


def _recording(conversation: str, sound: Sound, role: Role) -> RecordingShown:
    heard = sound.state == "available" and role.sees_all
    return msgspec.convert(
        {"state": sound.state, "url": f"/calls/{conversation}/audio" if heard else None}, RecordingShown
    )


def _id(request: Request) -> str:
    conversation = str(request.path_params["id"])
    if re.fullmatch(ID[1:-1], conversation, re.ASCII) is None:
        raise ConversationUnknown("that is not the id of a conversation", hint="GET /calls lists what there is")
    return conversation


def _tagged(request: Request, shown: object) -> Response:
    """What does not change any more may be kept, and asked for again by its tag."""
    body = msgspec.json.encode(shown)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if _matches(request.headers.get("if-none-match"), tag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
    return _answer(body, headers={"ETag": tag})


def _matches(header: str | None, tag: str) -> bool:
    """RFC 9110 section 13.1.2: weak comparison."""
    given = [] if header is None else [one.strip().removeprefix("W/") for one in header.split(",")]
    return tag in given or given == ["*"]


def _json(value: object, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return _answer(msgspec.json.encode(value), status=status)


def _answer(body: bytes, *, status: HTTPStatus = HTTPStatus.OK, headers: dict[str, str] | None = None) -> Response:
    return Response(body, status, headers=headers, media_type="application/json")


_DOCUMENT: Final = msgspec.json.encode(document())


async def _show_document(request: Request) -> Response:
    no_parameters(request.query_params.multi_items())
    return _answer(_DOCUMENT)


async def _refuse(_: Request, problem: Exception) -> Response:
    if not isinstance(problem, ApiProblem):
        raise problem
    return problem.response()


async def _fail(_: Request, problem: Exception) -> Response:
    if not isinstance(problem, VoiceAgentError):
        raise problem
    return of_error(problem).response()


async def _refuse_path(request: Request, problem: Exception) -> Response:
    if not isinstance(problem, HTTPException):
        raise problem
    return no_such_path(request.method, problem).response()
