"""Digest arithmetic and the texts it travels in (RFC 7616 with `qop=auth`, RFC 8760 for SIP, RFC 2617 for old peers).

    challenge = strongest(response.framed.values("WWW-Authenticate"))
    authorization(challenge, Credentials("ann", "secret"), Asked("INVITE", "sip:b@192.0.2.9", "cnonce", 1))

Decides which challenge can be met and what meets it. May not know calls, settings or time.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Final

import msgspec

from telephony.sip.fields import split_list
from telephony.sip.peer import Peer
from telephony.sip.responses import one_line

ALGORITHMS: Final = ("SHA-256", "MD5")
"""Those we speak, strongest first; a challenge lists its own order (RFC 8760 section 2.4)."""
_SCHEME: Final = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9\-]*)[ \t]+(?P<rest>[^=,\s].*)", re.DOTALL)


class Credentials(msgspec.Struct, frozen=True):
    """A name and its password, for challenges of `realm` and of `next_hop`, None for any.

    Those that name neither are for calls we place, so that no caller can make us prove that we know the password.
    """

    username: str
    password: str
    realm: str | None = None
    next_hop: Peer | None = None

    def __repr__(self) -> str:
        return f"Credentials({self.username!r}, realm={self.realm!r}, next_hop={self.next_hop})"


class Challenge(msgspec.Struct, frozen=True):
    """A challenge that can be met. `qop` is False for peers of RFC 2069, which count nothing."""

    realm: str
    nonce: str
    algorithm: str
    opaque: str | None
    qop: bool
    stale: bool


class Asked(msgspec.Struct, frozen=True):
    """What is to be authorised: `count` is how often the nonce was used, this time included."""

    method: str
    uri: str
    cnonce: str
    count: int


def parse_values(values: list[str]) -> list[dict[str, str]]:
    """The parameters of every Digest value in header lines, several in a line or one. Raises ValueError.

    Names are lower case, quoted values unquoted.
    """
    found: list[dict[str, str]] = []
    for value in values:
        digest = False
        for element in split_list(value):
            begins = _SCHEME.match(element)
            if begins is not None:
                digest = begins.group("scheme").lower() == "digest"
                if digest:
                    found.append({})
            name, equals, text = (element if begins is None else begins.group("rest")).partition("=")
            if digest and equals:
                found[-1].setdefault(name.strip().lower(), _unquoted(text.strip()))
    return found


def strongest(values: list[str]) -> list[Challenge]:
    """For each realm the first challenge that we can meet, in the order received. Raises ValueError."""
    chosen: dict[str, Challenge] = {}
    for params in parse_values(values):
        algorithm = params.get("algorithm", "MD5").upper()
        offered = [each.strip().lower() for each in params.get("qop", "").split(",") if each.strip()]
        if algorithm not in ALGORITHMS or "nonce" not in params or (offered and "auth" not in offered):
            continue
        realm, stale = params.get("realm", ""), params.get("stale", "").lower() == "true"
        challenge = Challenge(realm, params["nonce"], algorithm, params.get("opaque"), bool(offered), stale)
        chosen.setdefault(realm, challenge)
    return list(chosen.values())


def authorization(challenge: Challenge, credentials: Credentials, asked: Asked) -> str:
    """The value of Authorization or Proxy-Authorization (RFC 7616 section 3.4)."""
    secret = ha1(challenge.algorithm, credentials.username, challenge.realm, credentials.password)
    count = f"{asked.count:08x}"
    middle = (count, asked.cnonce, "auth") if challenge.qop else ()
    response = answer(challenge.algorithm, secret, challenge.nonce, middle, asked.method, asked.uri)
    parts = [
        f"username={_quoted(credentials.username)}",
        f"realm={_quoted(challenge.realm)}",
        f"nonce={_quoted(challenge.nonce)}",
        f"uri={_quoted(asked.uri)}",
        f'response="{response}"',
        f"algorithm={challenge.algorithm}",
    ]
    if challenge.qop:
        parts += [f"cnonce={_quoted(asked.cnonce)}", "qop=auth", f"nc={count}"]
    if challenge.opaque is not None:
        parts.append(f"opaque={_quoted(challenge.opaque)}")
    return "Digest " + ", ".join(parts)


def ha1(algorithm: str, username: str, realm: str, password: str) -> str:
    """What may be stored instead of a password; belongs to one realm and algorithm."""
    return _hash(algorithm, f"{username}:{realm}:{password}")


def answer(algorithm: str, secret: str, nonce: str, middle: tuple[str, ...], method: str, uri: str) -> str:
    """The `response` of RFC 7616 section 3.4.1; `secret` is HA1, `middle` nc, cnonce and qop, empty without qop."""
    return _hash(algorithm, ":".join((secret, nonce, *middle, _hash(algorithm, f"{method}:{uri}"))))


def is_same(left: str, right: str) -> bool:
    """Compare without telling by time how much was right."""
    return hmac.compare_digest(left.encode(), right.encode())


def challenge_values(realm: str, nonce: str, algorithms: tuple[str, ...], *, stale: bool) -> list[str]:
    """One WWW-Authenticate value an algorithm, in the order of preference."""
    suffix = ", stale=true" if stale else ""
    start = f'Digest realm={_quoted(realm)}, nonce="{nonce}", qop="auth"'
    return [f"{start}, algorithm={algorithm}{suffix}" for algorithm in algorithms]


def _hash(algorithm: str, text: str) -> str:
    data = text.encode("utf-8", "replace")
    if algorithm == "SHA-256":
        return hashlib.sha256(data).hexdigest()
    return hashlib.md5(data, usedforsecurity=False).hexdigest()  # what trunks speak


def _quoted(text: str) -> str:
    escaped = one_line(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _unquoted(text: str) -> str:
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
    return text
