"""Which tokens open the API at its start: those of the file, or one made for this run where there are none."""

from __future__ import annotations

import ipaddress
import secrets
from pathlib import Path
from typing import Final

from voice_agent.api.tokens import PREFIX, Role, Token, digest_of, read_tokens
from voice_agent.config import Config
from voice_agent.errors import ConfigurationError

GENERATED: Final = "generated"
"""The name of a token that was made for one run."""


def tokens_path(config: Config) -> Path:
    return Path(config.api.tokens) if config.api.tokens else Path(config.store.data_dir) / "api-tokens.toml"


def new_secret() -> str:
    """A token: 256 bits of chance."""
    return PREFIX + secrets.token_urlsafe(32)


def secret_for_this_run(config: Config) -> str | None:
    """A token for a supervisor where the file has none and only this machine can ask; None where it has one.

    Raises ConfigurationError where others could ask too, or the file is wrong.
    """
    path = tokens_path(config)
    if read_tokens(path):
        return None
    if not _is_loopback(config.api.host):
        raise ConfigurationError(
            f"[api] {config.api.host} can be reached from elsewhere, and {path} has no token",
            hint="make one first: `voice-agent api token --role viewer --name NAME`",
        )
    return new_secret()


def token_for_this_run(secret: str | None) -> tuple[Token, ...]:
    return () if secret is None else (Token(GENERATED, Role.SUPERVISOR, digest_of(secret)),)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
