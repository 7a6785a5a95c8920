"""Log lines are JSON objects, one a line, that say which call they are about."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from voice_agent.app.logs import JsonLines, log_to_stderr


def formatted(record: logging.LogRecord) -> dict[str, Any]:
    line = JsonLines().format(record)
    assert "\n" not in line
    return dict(json.loads(line))


def record_of(message: str, *arguments: object, **attributes: object) -> logging.LogRecord:
    made: dict[str, object] = {"name": "voice_agent.calls", "levelname": "INFO", "levelno": 20, "created": 0.25}
    return logging.makeLogRecord({**made, "msg": message, "args": arguments, **attributes})


def test_a_line_has_time_level_logger_and_message() -> None:
    line = formatted(record_of("%d calls", 3))
    assert line == {
        "time": "1970-01-01T00:00:00.250+00:00",
        "level": "info",
        "logger": "voice_agent.calls",
        "message": "3 calls",
    }
    assert datetime.fromisoformat(line["time"]).utcoffset() is not None


def test_what_is_passed_as_extra_is_added() -> None:
    line = formatted(record_of("call ended", call="c-1", media={"lost": 2}, path=Path("a.wav")))
    assert (line["call"], line["media"], line["path"]) == ("c-1", {"lost": 2}, "a.wav")


def test_an_exception_has_its_traceback_on_the_same_line() -> None:
    try:
        raise ValueError("first line\nsecond line")
    except ValueError:
        line = formatted(record_of("it broke", exc_info=sys.exc_info()))
    assert line["traceback"].endswith("ValueError: first line\nsecond line")


def test_text_in_any_script_survives() -> None:
    assert formatted(record_of("Grüße, 你好 \N{TELEPHONE RECEIVER}"))["message"] == "Grüße, 你好 \N{TELEPHONE RECEIVER}"


@pytest.fixture
def root_logger() -> Iterator[logging.Logger]:
    """The root logger, put back as it was."""
    root, uvicorn = logging.getLogger(), logging.getLogger("uvicorn")
    handlers, level, uvicorn_level = list(root.handlers), root.level, uvicorn.level
    root.handlers = []
    yield root
    for handler in root.handlers:
        handler.close()
    root.handlers = handlers
    root.setLevel(level)
    uvicorn.setLevel(uvicorn_level)


def test_every_loggers_lines_go_to_stderr(root_logger: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr()
    logging.getLogger("telephony.sip").info("ready", extra={"call": "c-1"})
    logging.getLogger("telephony.sip").debug("not shown")
    logging.getLogger("uvicorn.error").info("not shown either")
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert json.loads(line)["call"] == "c-1"
