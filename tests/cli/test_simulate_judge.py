"""`voice-agent simulate --judge`, against an endpoint on loopback that quotes the agent and finds everything broken."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli, check

DESK = Path(__file__).parents[1] / "simulations" / "runs" / "fragile_desk"


class Severe(BaseHTTPRequestHandler):
    """Answers each question with the last line that may be quoted."""

    def do_POST(self) -> None:
        asked: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["content-length"])))
        schema = asked["response_format"]["json_schema"]["schema"]
        user = asked["messages"][1]["content"].split("\n")
        last = schema["properties"]["line"]["enum"][-1]
        lines = [json.loads(raw) for raw in user if raw.startswith('{"line"')]
        text = next(line["text"] for line in lines if line["line"] == last)
        answer = json.dumps({"line": last, "quote": text, "reason": "so", "verdict": "broken"})
        chunk = json.dumps({"choices": [{"delta": {"content": answer}}]})
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        self.wfile.write(f"data: {chunk}\n\ndata: [DONE]\n\n".encode())

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Severe)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def desk(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """With an embedding engine that needs no model."""
    monkeypatch.setenv("VOICE_AGENT_SPEECH_EMBEDDER", "scripted")
    cli.data_dir = tmp_path / "data"
    return cli


def asking_for(folder: Path, item: str) -> Path:
    """The small agent, whose caller asks for an item of the rubric."""
    agent = folder / "desk"
    shutil.copytree(DESK, agent)
    file = agent / "simulations" / "booked.yaml"
    wanted = f"outcome: booked, judge: {{items: [{item}]}}}}"
    text = file.read_text(encoding="utf-8").replace("outcome: booked}", wanted)
    file.write_text(text, encoding="utf-8")
    return agent


def test_an_opinion_is_kept_and_fails_only_what_asks_for_it(desk: Cli, tmp_path: Path, endpoint: str) -> None:
    for agent, code in ((DESK, 0), (asking_for(tmp_path, "politeness"), 1)):
        file = tmp_path / f"{code}.json"
        assert desk.stored("simulate", agent, "booked", "--judge", endpoint, "--json", file) == code
        report = json.loads(file.read_text())
        check(report, "report")
        (run,) = report["runs"]
        assert {each["verdict"] for each in run["judgements"]} == {"broken"}
        assert [each["expectation"] for each in run["checks"] if not each["holds"]] == ["judge.politeness"] * code
        assert report["summary"]["failed"] == code


def test_an_item_that_the_rubric_lacks_is_refused_before_anything_is_played(
    desk: Cli, tmp_path: Path, endpoint: str
) -> None:
    assert desk.stored("simulate", asking_for(tmp_path, "kindness"), "booked", "--judge", endpoint) == 2
    assert "no item 'kindness'" in desk.err
    assert desk.out == ""
