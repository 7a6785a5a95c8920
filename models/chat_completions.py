"""A language model behind an OpenAI-compatible endpoint (`POST /chat/completions`, streamed as server-sent events).

    model = ChatCompletions(Endpoint("http://127.0.0.1:8000/v1", "qwen"), MonotonicClock())
    async for piece in model.answer(prompt, deadline_us=clock.now_us() + 1_000_000): ...
    await model.close()

It goes to the operator's own endpoint and follows no redirect. The key is in no message and no log.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, Final

import httpx2
import msgspec

from voice_agent.clock import Clock
from voice_agent.errors import DeadlineExceeded, EngineUnavailable
from voice_agent.ports.language import Prompt

LONGEST_ANSWER: Final = 65_536
"""Characters; a model that goes on and on is cut off."""
_CONNECT_S: Final = 2.0
_DONE: Final = "[DONE]"


class Endpoint(msgspec.Struct, frozen=True):
    """`url` up to and without `/chat/completions`; `key` goes into the Authorization header where it isn't empty."""

    url: str
    model: str
    key: str = ""

    def __repr__(self) -> str:
        return f"Endpoint({self.url}, {self.model})"


class _Delta(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    delta: _Delta = msgspec.field(default_factory=_Delta)


class _Chunk(msgspec.Struct):
    choices: list[_Choice] = []


class ChatCompletions:
    """`voice_agent.ports.language.LanguageModel`. Serves any number of conversations at once."""

    def __init__(self, endpoint: Endpoint, clock: Clock) -> None:
        self._endpoint = endpoint
        self._clock = clock
        headers = {"authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
        self._client = httpx2.AsyncClient(headers=headers, timeout=httpx2.Timeout(None, connect=_CONNECT_S))

    @property
    def name(self) -> str:
        return self._endpoint.model

    async def close(self) -> None:
        await self._client.aclose()

    async def answer(self, prompt: Prompt, *, deadline_us: int) -> AsyncGenerator[str, None]:
        left_s = (deadline_us - self._clock.now_us()) / 1_000_000
        try:
            async with asyncio.timeout(left_s):
                async for piece in self._pieces(prompt):
                    yield piece
        except TimeoutError as error:
            raise DeadlineExceeded(f"{self.name} did not answer in time") from error
        except httpx2.HTTPError as error:
            raise EngineUnavailable(
                f"{self.name} at {self._endpoint.url}: {type(error).__name__}: {error}",
                hint="[language] url is where an OpenAI-compatible endpoint must be",
            ) from error

    async def _pieces(self, prompt: Prompt) -> AsyncIterator[str]:
        url = f"{self._endpoint.url.rstrip('/')}/chat/completions"
        sent = 0
        async with self._client.stream("POST", url, json=self._body(prompt)) as response:
            if response.status_code != 200:
                raise EngineUnavailable(f"{self.name} at {self._endpoint.url} answered {response.status_code}")
            async for line in response.aiter_lines():
                piece = self._piece(line)
                if piece is None:
                    return
                sent += len(piece)
                if sent > LONGEST_ANSWER:
                    raise EngineUnavailable(f"{self.name} answered more than {LONGEST_ANSWER} characters")
                if piece:
                    yield piece
        raise EngineUnavailable(f"{self.name} broke off in the middle of an answer")

    def _piece(self, line: str) -> str | None:
        """The text in one line of the stream, empty where it holds none, None at its end."""
        if not line.startswith("data:"):
            return ""
        data = line.removeprefix("data:").strip()
        if data == _DONE:
            return None
        try:
            chunk = msgspec.json.decode(data, type=_Chunk)
        except msgspec.MsgspecError as error:
            raise EngineUnavailable(f"{self.name} answered in another form than chat completions: {error}") from error
        content = chunk.choices[0].delta.content if chunk.choices else None
        return "" if content is None else content

    def _body(self, prompt: Prompt) -> dict[str, Any]:
        schema = {"name": prompt.name, "strict": True, "schema": prompt.schema}
        return {
            "model": self._endpoint.model,
            "messages": [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}],
            "response_format": {"type": "json_schema", "json_schema": schema},
            "temperature": 0,
            "seed": 1,
            "max_tokens": prompt.longest_tokens,
            "stream": True,
        }
