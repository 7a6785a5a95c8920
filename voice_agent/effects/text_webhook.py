"""Delivers text messages to an HTTP endpoint of one's own, which hands them to whatever gateway there is.

    POST <url>  {"to": "+15550100101", "text": "...", "id": "..."}     2xx: taken

`id` (the header `Idempotency-Key` too) is the same for every attempt at a message and says nothing about the caller.
What is answered must be JSON, or nothing. The request is guarded like those of tools: an address of the public network,
unless the URL names its port.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec

from voice_agent.effects.guarded_http import request
from voice_agent.effects.guarded_network import AllowedHosts, Resolve
from voice_agent.effects.text_messages import TextMessage
from voice_agent.effects.tool_call import ToolCall
from voice_agent.errors import ConfigurationError, ToolRefused, ToolUncertain

_LATER = (408, 425, 429)
"""Answers after which another attempt may help, beside 5xx."""


class TextWebhook:
    """`key`, where there is one, is sent as a bearer token."""

    def __init__(self, url: str, key: str = "", resolve: Resolve | None = None) -> None:
        """Raises ConfigurationError for what is no URL that messages may go to."""
        parts = urlsplit(url)
        own = parts.scheme == "https" or (parts.scheme == "http" and parts.port is not None)
        if not own or not parts.hostname or parts.username is not None:
            raise ConfigurationError(
                f"[messages] url {url!r} is no address that text messages may go to",
                hint="https://host/path, or a host of your own with its port: http://gateway:8080/send",
            )
        self._url = url
        self._allowed = AllowedHosts([parts.netloc], resolve)
        self._headers = {"Content-Type": "application/json"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"

    def deliver(self, message: TextMessage, call: ToolCall) -> None:
        """Raises ToolUnreached, ToolUncertain, DeadlineExceeded, ToolRefused."""
        body = {"to": message.recipient, "text": message.body, "id": call.public_key}
        headers = {**self._headers, "Idempotency-Key": call.public_key}
        answer = request(self._allowed, call, "POST", self._url, headers, msgspec.json.encode(body))
        if answer.status in _LATER:
            raise ToolUncertain(f"the endpoint for text messages answered {answer.status}")
        if answer.status >= 400:
            raise ToolRefused(f"the endpoint for text messages refused with {answer.status}")
