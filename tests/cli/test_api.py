"""`voice-agent api`: tokens are made once and told once; what can't be served is told at once."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.cli.conftest import FOUND, Cli, check
from tests.testkit.processes import ROOT, command, environment
from voice_agent.api.tokens import Role, read_tokens, token_of


def test_a_token_is_told_once_and_kept_as_a_digest(own_cli: Cli) -> None:
    assert own_cli.stored("api", "token", "--role", "viewer", "--name", "reports") == 0
    secret = own_cli.out.strip()
    assert re.fullmatch(r"va_[\w-]{43}", secret)
    path = own_cli.data_dir / "api-tokens.toml"
    found = token_of(read_tokens(path), secret)
    assert found is not None
    assert (found.name, found.role) == ("reports", Role.VIEWER)
    assert secret not in path.read_text()
    assert secret not in own_cli.err


def test_a_token_as_json(own_cli: Cli, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(f'[api]\ntokens = "{tmp_path / "who.toml"}"\n')
    assert own_cli.stored("api", "token", "--role", "admin", "--name", "ada", "--json", "--config", settings) == 0
    made = own_cli.printed("token_made")
    assert (made["name"], made["role"], made["file"]) == ("ada", "admin", str(tmp_path / "who.toml"))
    assert token_of(read_tokens(tmp_path / "who.toml"), made["token"]) is not None


@pytest.mark.parametrize(("name", "code"), [("twice", 2), ("a b", 2), ("", 2)])
def test_a_name_that_cannot_be_used_is_refused(own_cli: Cli, name: str, code: int) -> None:
    assert own_cli.stored("api", "token", "--role", "viewer", "--name", "twice") == 0
    assert own_cli.stored("api", "token", "--role", "viewer", "--name", name) == code
    assert own_cli.complaint()[1] != ""
    assert len(read_tokens(own_cli.data_dir / "api-tokens.toml")) == 1


def test_a_role_that_there_is_not_is_refused(own_cli: Cli) -> None:
    assert own_cli.stored("api", "token", "--role", "king", "--name", "x") == 2
    assert "invalid choice: 'king'" in own_cli.complaint()[0]


def test_a_port_in_use_and_a_store_that_is_not_there_are_told(own_cli: Cli, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        assert own_cli.stored("api", "--port", str(port)) == 2
    line, hint = own_cli.complaint()
    assert f"[api] 127.0.0.1:{port} can't be used" in line
    assert "0 for any" in hint
    assert own_cli("api", "--port", "0", "--data-dir", tmp_path / "nowhere") == 1
    assert "does not exist" in own_cli.complaint()[0]


def test_alone_it_answers_until_it_is_told_to_stop(conversations: Path) -> None:
    process = subprocess.Popen(
        command("api", "--json", "--port", "0", "--data-dir", conversations),
        env=environment({}),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            ready = json.loads(process.stdout.readline())
            check(ready, "api_ready")
            assert ready["pid"] == process.pid
            told = process.stderr.readline()
            secret = told.split()[-1]
            assert "(supervisor)" in told
            address = urlsplit(ready["api"])
            connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=20)
            connection.request("GET", f"/calls/{FOUND}/audio", headers={"Authorization": f"Bearer {secret}"})
            answer = connection.getresponse()
            assert (answer.status, answer.read(4)) == (200, b"RIFF")
            connection.close()
            process.send_signal(signal.SIGTERM)
            rest = process.stderr.read()
            assert process.wait(20) == 0
            assert '"token": "generated"' in rest
            assert secret not in rest
        finally:
            process.kill()
