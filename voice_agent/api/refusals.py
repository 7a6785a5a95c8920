"""The problems that requests end in, one function each."""

from __future__ import annotations

import logging
from http import HTTPStatus

from starlette.exceptions import HTTPException

from voice_agent.api.problems import ApiProblem
from voice_agent.errors import ConversationUnknown, VoiceAgentError

_REALM = 'Bearer realm="voice-agent"'

_log = logging.getLogger("voice_agent.api")


def unauthorized(*, given: bool) -> ApiProblem:
    """401 as RFC 6750 section 3.1 has it: no error attribute where no token was given."""
    return ApiProblem(
        HTTPStatus.UNAUTHORIZED,
        "unauthorized",
        "the token is not known" if given else "a bearer token is needed",
        place="header:Authorization",
        remedy="`voice-agent api token` makes one; send it as `Authorization: Bearer TOKEN`",
        headers={"WWW-Authenticate": f'{_REALM}, error="invalid_token"' if given else _REALM},
    )


def forbidden(what: str) -> ApiProblem:
    return ApiProblem(
        HTTPStatus.FORBIDDEN,
        "forbidden",
        f"{what} is not for this token's role",
        place="header:Authorization",
        remedy="ask with a token of the role auditor or supervisor",
        headers={"WWW-Authenticate": f'{_REALM}, error="insufficient_scope", scope="auditor"'},
    )


def no_sound(conversation: str, state: str) -> ApiProblem:
    """404 where nothing was ever recorded, 410 where it is gone for good."""
    match state:
        case "erased":
            return ApiProblem(HTTPStatus.GONE, "recording_erased", f"{conversation} was erased")
        case "expired":
            return ApiProblem(
                HTTPStatus.GONE,
                "recording_expired",
                f"the recording of {conversation} is not kept any more",
                remedy="[store] retention_days says how long recordings are kept",
            )
        case _:
            return ApiProblem(
                HTTPStatus.NOT_FOUND,
                "not_recorded",
                f"{conversation} has no recording",
                remedy="calls are recorded where [calls] record is true and the caller was told",
            )


def no_such_path(method: str, problem: HTTPException) -> ApiProblem:
    """What the router refuses: a path or a method that isn't there."""
    status = HTTPStatus(problem.status_code)
    remedy = "GET /openapi.json tells what there is"
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        return ApiProblem(
            status, "method_not_allowed", f"{method[:20]} is not answered here", remedy=remedy, headers=problem.headers
        )
    return ApiProblem(status, "not_found", "there is nothing under this path", place="path", remedy=remedy)


def of_error(problem: VoiceAgentError) -> ApiProblem:
    """An error of the tree in `voice_agent.errors`, with its own code."""
    if isinstance(problem, ConversationUnknown):
        return ApiProblem(HTTPStatus.NOT_FOUND, problem.code, problem.message, place="path:id", remedy=problem.hint)
    _log.error("request failed: %s", problem.message)
    return ApiProblem(HTTPStatus.INTERNAL_SERVER_ERROR, problem.code, problem.message, remedy=problem.hint)
