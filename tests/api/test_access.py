"""Who is let in to what, what the log says of it, and what stands around every answer."""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path

import pytest

from tests.api.conftest import FOUND, SECRETS, Client
from voice_agent.api.guard import SECURITY
from voice_agent.api.tokens import Role, Token, TokenFile, add_token, bearer, digest_of, read_tokens, token_of
from voice_agent.errors import ConfigurationError

SECURED = ("/calls", f"/calls/{FOUND}", f"/calls/{FOUND}/audio")


@pytest.mark.parametrize("target", SECURED)
def test_without_a_token_401_says_how_to_ask(client: Client, target: str) -> None:
    answer = client.get(target, None)
    assert answer.status == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="voice-agent"'
    assert (answer.json["code"], answer.json["place"]) == ("unauthorized", "header:Authorization")


@pytest.mark.parametrize("target", SECURED)
@pytest.mark.parametrize("given", ["Bearer wrong", "Bearer va_viewe", "Bearer va_viewerr", "bearer \xe9"])
def test_with_a_wrong_token_401_says_that_it_is_wrong(client: Client, target: str, given: str) -> None:
    answer = client.get(target, None, headers={"Authorization": given})
    assert answer.status == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer  ", "Basic dmE6dmE=", "va_viewer"])
def test_what_is_no_bearer_token_is_none(given: str) -> None:
    assert bearer(given) is None
    assert bearer(None) is None


@pytest.mark.parametrize("target", [f"/calls/{FOUND}/audio", "/calls?caller=1234"])
def test_a_viewer_neither_listens_nor_searches_numbers(client: Client, target: str) -> None:
    answer = client.get(target, Role.VIEWER)
    assert (answer.status, answer.json["code"]) == (403, "forbidden")
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]
    for role in (Role.AUDITOR, Role.SUPERVISOR, Role.ADMIN):
        assert client.get(target, role).status == 200


def test_a_refusal_comes_before_the_call_is_looked_for(client: Client) -> None:
    """Whether a call exists is not told to whoever may not ask."""
    assert client.get("/calls/nobody/audio", Role.VIEWER).status == 403
    assert client.get("/calls/nobody", None).status == 401


def test_access_is_logged_by_name_and_never_with_token_or_search(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="voice_agent.api"):
        client.get("/calls?caller=07700900123", Role.AUDITOR)
        client.get("/calls", None)
    said = [vars(record) for record in caplog.records if record.message == "access"]
    assert [(one["token"], one["method"], one["path"], one["status"]) for one in said] == [
        ("auditor", "GET", "/calls", 200),
        (None, "GET", "/calls", 401),
    ]
    everything = repr([vars(record) for record in caplog.records])
    assert SECRETS[Role.AUDITOR] not in everything
    assert "07700900123" not in everything


@pytest.mark.parametrize(
    ("target", "role"), [("/calls", Role.ADMIN), ("/calls", None), ("/nowhere", None), ("/health", None)]
)
def test_every_answer_carries_the_security_headers_and_none_of_cors(
    client: Client, target: str, role: Role | None
) -> None:
    answer = client.get(target, role, headers={"Origin": "https://elsewhere.example"})
    for name, value in SECURITY.items():
        assert answer.headers[name.lower()] == value
    assert not any(name.startswith("access-control") for name in answer.headers)


@pytest.mark.parametrize(
    "headers", [{"Content-Length": "5"}, {"Transfer-Encoding": "chunked"}, {"Content-Length": "x"}]
)
def test_a_body_is_refused_unread(client: Client, headers: dict[str, str]) -> None:
    answer = client.get("/calls", headers=headers)
    assert (answer.status, answer.json["code"]) == (413, "too_large")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
def test_nothing_can_be_written(client: Client, method: str) -> None:
    answer = client.get(f"/calls/{FOUND}", Role.ADMIN, method=method)
    assert (answer.status, answer.json["code"]) == (405, "method_not_allowed")
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


def test_a_path_that_is_not_there_is_a_problem_too(client: Client) -> None:
    for target in ("/", "/calls/", f"/calls/{FOUND}/video", "/Calls"):
        answer = client.get(target)
        assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")


# Tokens


def token(name: str, role: Role = Role.VIEWER) -> Token:
    return Token(name, role, digest_of(f"va_{name}"))


def test_a_token_is_kept_as_its_digest_in_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "made" / "tokens.toml"
    add_token(path, token("ada", Role.AUDITOR))
    add_token(path, token("bob@desk-1"))
    assert read_tokens(path) == (token("ada", Role.AUDITOR), token("bob@desk-1"))
    assert "va_ada" not in path.read_text()
    assert hashlib.sha256(b"va_ada").hexdigest() in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ConfigurationError, match=r"'ada' is in .* already"):
        add_token(path, token("ada"))


def test_tokens_are_found_by_their_secret() -> None:
    listed = (token("ada"), token("bob"))
    assert token_of(listed, "va_bob") == listed[1]
    assert token_of(listed, "va_eve") is None
    assert token_of((), "va_bob") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[token]", "tokens.toml"),
        ('[[token]]\nname = "a"\nrole = "king"\nsha256 = "' + "0" * 64 + '"', "king"),
        ('[[token]]\nname = "a"\nrole = "viewer"\nsha256 = "123"', "sha256"),
        ('[[token]]\nname = "a b"\nrole = "viewer"\nsha256 = "' + "0" * 64 + '"', "name"),
        ("[[tokens]]", "tokens"),
        (2 * ('[[token]]\nname = "a"\nrole = "viewer"\nsha256 = "' + "0" * 64 + '"\n'), "two tokens are called 'a'"),
    ],
)
def test_a_file_with_a_mistake_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "tokens.toml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=said):
        read_tokens(path)


def test_a_token_that_is_added_or_taken_away_counts_from_the_next_request(tmp_path: Path) -> None:
    path = tmp_path / "tokens.toml"
    listed = TokenFile(path, (token("root", Role.ADMIN),))
    assert [one.name for one in listed()] == ["root"]
    add_token(path, token("ada"))
    assert [one.name for one in listed()] == ["root", "ada"]
    path.write_text("[[broken")
    os.utime(path, (1, 1))
    for _ in range(2):
        with pytest.raises(ConfigurationError):
            listed()
    path.unlink()
    assert [one.name for one in listed()] == ["root"]
