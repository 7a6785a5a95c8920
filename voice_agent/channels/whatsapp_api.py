"""Sends messages through the WhatsApp Business Cloud API, and says what its answers mean.

    POST <url>/<number>/messages    Authorization: Bearer <token>

The API knows no idempotency key. What stands in for one is `biz_opaque_callback_data`: it comes back with each status
of the message, so that one whose answer was lost is known by its receipt.
"""

from __future__ import annotations

import time
from typing import Final
from urllib.parse import urlsplit

import msgspec

from voice_agent.channels.mail import Answer, Payload
from voice_agent.channels.whatsapp_protocol import CODES, keyed
from voice_agent.effects.guarded_http import Response, request
from voice_agent.effects.guarded_network import AllowedHosts, Resolve
from voice_agent.effects.tool_call import ToolCall
from voice_agent.errors import ConfigurationError, DeadlineExceeded, ToolError, ToolRefused, ToolUnreached

ATTEMPT_S: Final = 8.0


class CloudApi:
    """`url` ends with the version of the API; `token` is that of a system user."""

    def __init__(self, url: str, number_id: str, token: str, resolve: Resolve | None = None) -> None:
        """Raises ConfigurationError for what is no URL that messages may go to."""
        parts = urlsplit(url)
        own = parts.scheme == "https" or (parts.scheme == "http" and parts.port is not None)
        if not own or not parts.hostname or parts.username is not None or parts.query or parts.fragment:
            raise ConfigurationError(
                f"[whatsapp] url {url!r} is no address that messages may go to",
                hint="https://graph.facebook.com/v23.0, or a host of your own with its port",
            )
        self._url = f"{url.rstrip('/')}/{number_id}/messages"
        self._allowed = AllowedHosts([parts.netloc], resolve)
        self._headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}

    def send(self, payload: Payload, key: str) -> tuple[Answer, str]:
        """One attempt: what came of it, and in words. `key` comes back with each status of the message."""
        call = ToolCall(ends_s=time.monotonic() + ATTEMPT_S)
        try:
            response = request(
                self._allowed, call, "POST", self._url, self._headers, msgspec.json.encode(keyed(payload, key))
            )
        except ToolUnreached as problem:
            return Answer.LATER, problem.message
        except ToolRefused as problem:
            return Answer.DENIED, problem.message
        except (ToolError, DeadlineExceeded) as problem:
            return Answer.UNSURE, problem.message
        return judged(response)


def judged(response: Response) -> tuple[Answer, str]:
    """What an answer with 2xx or 4xx says. A code that we don't know is for good, unless the status says otherwise."""
    if response.status < 400:
        return Answer.TAKEN, ""
    body = response.body if isinstance(response.body, dict) else {}
    error = body.get("error")
    error = error if isinstance(error, dict) else {}
    code, said = error.get("code"), str(error.get("message", ""))[:200]
    words = f"{response.status}, code {code}: {said}" if isinstance(code, int) else f"{response.status}"
    if isinstance(code, int) and code in CODES:
        return CODES[code], words
    match response.status:
        case 408 | 425 | 429:
            return Answer.LATER, words
        case 401 | 403:
            return Answer.DENIED, words
        case _:
            return Answer.NEVER, words
