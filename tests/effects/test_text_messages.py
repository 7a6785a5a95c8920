"""The outbox of text messages: written down, sent once, tried again with the same id, and given up in time."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

import pytest

from voice_agent.app.texts import open_texts
from voice_agent.clock import MonotonicClock
from voice_agent.config import Config, MessagesConfig, ToolsConfig
from voice_agent.conversation.texting import SendText
from voice_agent.effects.callbacks import erase_tasks
from voice_agent.effects.database import AgentDatabase
from voice_agent.effects.text_messages import LEFT_AFTER_S, TextMessage, TextMessages
from voice_agent.effects.text_webhook import TextWebhook
from voice_agent.effects.tool_call import ToolCall
from voice_agent.errors import (
    ConfigurationError,
    DeadlineExceeded,
    ToolError,
    ToolRefused,
    ToolUncertain,
    ToolUnreached,
    VoiceAgentError,
)

T = TypeVar("T")
ASKED = SendText(1, "+15550100101", "See https://shop.example/a.")
SOON_US = 3_000_000


class Gateway:
    """Answers the attempts one after the other: None takes the message, an error is raised."""

    def __init__(self, *answers: VoiceAgentError | None) -> None:
        self._answers = list(answers)
        self.asked: list[tuple[TextMessage, str]] = []

    def deliver(self, message: TextMessage, call: ToolCall) -> None:
        self.asked.append((message, call.public_key))
        assert call.left_s() > 0
        answer = self._answers.pop(0) if self._answers else None
        if answer is not None:
            raise answer


@pytest.fixture
def database(tmp_path: Path) -> Iterator[AgentDatabase]:
    opened = AgentDatabase(tmp_path, "shop")
    opened.prepare()
    yield opened
    opened.close()


def run(play: Callable[[], Coroutine[Any, Any, T]]) -> T:
    return asyncio.run(play())


def outbox(database: AgentDatabase, gateway: Gateway) -> TextMessages:
    return TextMessages(database, gateway, MonotonicClock(), pauses_s=(0.01, 0.01))


def sends(texts: TextMessages, asked: SendText = ASKED, within_us: int = SOON_US) -> Callable[[], Any]:
    return lambda: texts.send("c-1", asked, deadline_us=MonotonicClock().now_us() + within_us)


def states(database: AgentDatabase) -> list[tuple[str, str]]:
    with database.reading() as connection:
        return [tuple(row) for row in connection.execute("SELECT id, state FROM text_messages ORDER BY id")]


def test_a_message_is_sent_once_however_often_it_is_asked_for(database: AgentDatabase) -> None:
    gateway = Gateway()
    texts = outbox(database, gateway)
    assert run(sends(texts)) == 1
    assert run(sends(texts)) == 0
    ((message, _),) = gateway.asked
    assert (message.id, message.recipient, message.body) == ("c-1:1", ASKED.to, ASKED.text)
    assert states(database) == [("c-1:1", "sent")]


@pytest.mark.parametrize("problem", [ToolUnreached("no"), ToolUncertain("502"), DeadlineExceeded("slow")])
def test_what_may_help_is_tried_again_under_the_same_id(database: AgentDatabase, problem: VoiceAgentError) -> None:
    gateway = Gateway(problem, problem)
    assert run(sends(outbox(database, gateway))) == 3
    assert len({key for _, key in gateway.asked}) == 1
    assert states(database) == [("c-1:1", "sent")]


def test_what_goes_on_failing_is_given_up_and_stays_so(database: AgentDatabase) -> None:
    gateway = Gateway(*[ToolUnreached("no")] * 9)
    texts = outbox(database, gateway)
    with pytest.raises(ToolUnreached):
        run(sends(texts))
    assert len(gateway.asked) == 3
    assert states(database) == [("c-1:1", "failed")]
    with pytest.raises(ToolRefused):
        run(sends(texts))
    assert len(gateway.asked) == 3


def test_a_refusal_is_not_tried_again(database: AgentDatabase) -> None:
    gateway = Gateway(ToolRefused("no such number"))
    with pytest.raises(ToolRefused):
        run(sends(outbox(database, gateway)))
    assert len(gateway.asked) == 1
    assert states(database) == [("c-1:1", "failed")]


def test_attempts_end_with_the_time(database: AgentDatabase) -> None:
    gateway = Gateway(*[ToolUnreached("no")] * 9)
    texts = TextMessages(database, gateway, MonotonicClock(), pauses_s=(5.0,))
    began = time.monotonic()
    with pytest.raises(ToolUnreached):
        run(sends(texts, within_us=500_000))
    assert time.monotonic() - began < 5
    assert len(gateway.asked) == 1


def _left_by_the_dead(database: AgentDatabase, age_s: int) -> None:
    row = ("c-0:1", "c-0", "+15550100102", "See this.", int(time.time()) - age_s, "open")
    with database.writing() as connection:
        connection.execute("INSERT INTO text_messages VALUES (?, ?, ?, ?, ?, ?)", row)


@pytest.mark.parametrize(("age_s", "sent"), [(LEFT_AFTER_S + 5, 1), (1, 0)])
def test_what_a_dead_process_left_is_sent_by_the_next(database: AgentDatabase, age_s: int, sent: int) -> None:
    _left_by_the_dead(database, age_s)
    gateway = Gateway()
    assert run(lambda: outbox(database, gateway).send_left(MonotonicClock().now_us() + SOON_US)) == sent
    assert states(database) == [("c-0:1", "sent" if sent else "open")]


def test_what_there_is_no_time_for_is_left_to_the_next(database: AgentDatabase) -> None:
    _left_by_the_dead(database, LEFT_AFTER_S + 5)
    run(lambda: outbox(database, Gateway()).send_left(MonotonicClock().now_us() - 1))
    assert states(database) == [("c-0:1", "open")]


def test_erasing_a_conversation_empties_its_messages(database: AgentDatabase, tmp_path: Path) -> None:
    run(sends(outbox(database, Gateway())))
    database.close()
    erase_tasks(tmp_path, "c-1")
    again = AgentDatabase(tmp_path, "shop")
    again.prepare()
    with again.reading() as connection:
        rows = [tuple(row) for row in connection.execute("SELECT recipient, body, state FROM text_messages")]
    again.close()
    assert rows == [("", "", "sent")]


def test_who_sends_is_what_the_settings_say(database: AgentDatabase) -> None:
    def opened(config: Config) -> TextMessages | None:
        return run(lambda: open_texts(config, database, MonotonicClock()))

    assert opened(Config()) is None
    assert opened(Config(messages=MessagesConfig("https://gateway.example/send"))) is not None
    mock = opened(Config(tools=ToolsConfig("mock")))
    assert mock is not None
    assert run(sends(mock)) == 1
    assert states(database) == [("c-1:1", "sent")]
    with pytest.raises(ConfigurationError):
        opened(Config(messages=MessagesConfig("ftp://gateway.example")))


@pytest.mark.parametrize(
    "url", ["", "gateway", "http://gateway.example/send", "https://", "https://user:key@gateway.example/", "file:///x"]
)
def test_an_address_that_messages_may_not_go_to_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="messages"):
        TextWebhook(url)


@contextmanager
def endpoint(status: int, body: bytes = b"") -> Iterator[tuple[int, list[tuple[dict[str, str], Any]]]]:
    """The port of a server on loopback, and what it was asked: headers and JSON."""
    asked: list[tuple[dict[str, str], Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((dict(self.headers), json.loads(content)))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


MESSAGE = TextMessage("c-1:1", "c-1", ASKED.to, ASKED.text, 0)


def test_the_endpoint_is_posted_what_to_send_to_whom_and_an_id_that_tells_nothing() -> None:
    with endpoint(202, b'{"queued": true}') as (port, asked):
        TextWebhook(f"http://127.0.0.1:{port}/send", "s3cret").deliver(MESSAGE, ToolCall(MESSAGE.id))
    ((headers, body),) = asked
    assert body == {"to": ASKED.to, "text": ASKED.text, "id": ToolCall(MESSAGE.id).public_key}
    assert headers["Authorization"] == "Bearer s3cret"
    assert headers["Idempotency-Key"] == body["id"]
    assert "c-1" not in body["id"]


@pytest.mark.parametrize(
    ("status", "error"), [(200, None), (204, None), (400, ToolRefused), (429, ToolUncertain), (503, ToolUncertain)]
)
def test_answers_say_whether_another_attempt_may_help(status: int, error: type[ToolError] | None) -> None:
    with endpoint(status) as (port, _):
        webhook = TextWebhook(f"http://127.0.0.1:{port}/send")
        if error is None:
            webhook.deliver(MESSAGE, ToolCall(MESSAGE.id))
        else:
            with pytest.raises(error):
                webhook.deliver(MESSAGE, ToolCall(MESSAGE.id))


def test_a_public_name_that_leads_inside_is_not_asked() -> None:
    webhook = TextWebhook("https://gateway.example/send", resolve=lambda host, port: ["169.254.169.254"])
    with pytest.raises(ToolRefused, match="not an address of the public network"):
        webhook.deliver(MESSAGE, ToolCall(MESSAGE.id))
