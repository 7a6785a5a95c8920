"""Who may ask for what: roles, and bearer tokens of which only SHA-256 digests are kept.

A token is 256 bits of chance, so a plain digest can't be guessed back; it is compared in constant time, and with every
token there is, so that the time taken tells nothing. Where the file changes, the next request is answered by it.
"""

from __future__ import annotations

import enum
import hashlib
import hmac
import os
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Final

import msgspec

from voice_agent.errors import ConfigurationError

PREFIX: Final = "va_"


class Role(enum.Enum):
    """`VIEWER` lists and shows with numbers and values masked; the others see all and hear recordings."""

    VIEWER = "viewer"
    AUDITOR = "auditor"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"

    @property
    def sees_all(self) -> bool:
        return self is not Role.VIEWER


class Token(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`sha256` is the digest of the token's UTF-8 text, in hexadecimal; `name` stands in the access log."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$")]
    role: Role
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class TokenList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file: a `[[token]]` each."""

    token: tuple[Token, ...] = ()


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def token_of(tokens: Iterable[Token], secret: str) -> Token | None:
    """The token that `secret` is, None for none of them."""
    digest, found = digest_of(secret), None
    for token in tokens:
        if hmac.compare_digest(token.sha256, digest):
            found = token
    return found


def bearer(header: str | None) -> str | None:
    """The token in an Authorization header (RFC 6750 section 2.1), None where there is none."""
    scheme, _, secret = ("" if header is None else header).partition(" ")
    secret = secret.strip(" ")
    return secret if scheme.lower() == "bearer" and secret != "" else None


def read_tokens(path: Path) -> tuple[Token, ...]:
    """The tokens in `path`, none where there is no file. Raises ConfigurationError naming the file."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfigurationError(f"[api] tokens: {path} can't be read: {problem}") from problem
    try:
        listed = msgspec.convert(tomllib.loads(text), TokenList).token
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as problem:
        raise ConfigurationError(
            f"[api] tokens: {path}: {problem}", hint="`voice-agent api token` writes entries that are right"
        ) from problem
    names = [token.name for token in listed]
    for name in names:
        if names.count(name) > 1:
            raise ConfigurationError(f"[api] tokens: {path}: two tokens are called {name!r}", hint="remove one of them")
    return listed


def add_token(path: Path, token: Token) -> None:
    """Appends `token` to the file, which only its owner may read. Raises ConfigurationError where the name is taken."""
    if any(known.name == token.name for known in read_tokens(path)):
        raise ConfigurationError(
            f"a token called {token.name!r} is in {path} already", hint="choose another --name, or remove its entry"
        )
    entry = f'[[token]]\nname = "{token.name}"\nrole = "{token.role.value}"\nsha256 = "{token.sha256}"\n\n'
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write(entry)
    except OSError as problem:
        raise ConfigurationError(f"[api] tokens: {path} can't be written: {problem}") from problem


class TokenFile:
    """The tokens of a file as it is now, and those `always` there."""

    def __init__(self, path: Path, always: tuple[Token, ...] = ()) -> None:
        """Raises ConfigurationError where the file is wrong."""
        self._path = path
        self._always = always
        self._seen = self._stamp()
        self._listed = read_tokens(path)

    def __call__(self) -> tuple[Token, ...]:
        """Raises ConfigurationError where the file has become wrong: then nobody is let in."""
        stamp = self._stamp()
        if stamp != self._seen:
            self._listed = read_tokens(self._path)
            self._seen = stamp
        return (*self._always, *self._listed)

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
