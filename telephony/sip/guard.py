"""Who may call: the challenge of INVITEs by digest (RFC 3261 section 22; RFC 7616, RFC 8760).

Decides whether an INVITE comes from one of the accounts, and remembers the nonces it gave out: each lives for a while,
each count of it is good once. May not send.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import msgspec

from telephony.sip.digest import ALGORITHMS, answer, challenge_values, ha1, is_same, parse_values
from telephony.sip.message import ReceivedRequest
from telephony.sip.screening import Refusal

_COUNT: Final = re.compile(r"[0-9A-Fa-f]{8}")


class Account(msgspec.Struct, frozen=True):
    """Who may call. Instead of the password the HA1 of one algorithm or both may be kept (`digest.ha1`)."""

    username: str
    password: str | None = None
    ha1_sha256: str | None = None
    ha1_md5: str | None = None

    def __repr__(self) -> str:
        return f"Account({self.username!r})"

    def secret(self, algorithm: str, realm: str) -> str | None:
        """Its HA1; None when this algorithm can't be had from what is kept."""
        if self.password is not None:
            return ha1(algorithm, self.username, realm, self.password)
        return self.ha1_sha256 if algorithm == "SHA-256" else self.ha1_md5


class Guarded(msgspec.Struct, frozen=True):
    """Settings of the challenge: every INVITE that begins a call must come from one of `accounts`.

    Of more than `max_nonces` the oldest goes first: its owner is told `stale` and tries again.
    """

    realm: str
    accounts: tuple[Account, ...]
    algorithms: tuple[str, ...] = ALGORITHMS
    nonce_us: int = 60_000_000
    max_nonces: int = 10_000


class _Nonce(msgspec.Struct):
    until_us: int
    count: int = 0


class Guard:
    """`token` makes nonces."""

    def __init__(self, settings: Guarded, token: Callable[[], str]) -> None:
        self._settings = settings
        self._token = token
        self._accounts = {each.username: each for each in settings.accounts}
        self._nonces: dict[str, _Nonce] = {}

    def problem(self, request: ReceivedRequest, now_us: int) -> Refusal | None:
        """None for an INVITE of an account; else 401 with a fresh challenge, or 400."""
        try:
            given = parse_values(request.framed.values("Authorization"))
        except ValueError:
            return Refusal(400)
        for params in given:
            if params.get("realm") == self._settings.realm:
                return self._examine(params, request, now_us)
        return self._challenge(now_us, stale=False)

    def _examine(self, params: dict[str, str], request: ReceivedRequest, now_us: int) -> Refusal | None:
        """A right answer to an old nonce, or with a count used before, is `stale`: the sender knows the password.

        The URI may differ from that of the request: proxies rewrite it, and a count that is good once bars replays.
        """
        settings = self._settings
        algorithm = params.get("algorithm", "MD5").upper()
        account = self._accounts.get(params.get("username", ""))
        nonce, count, uri = params.get("nonce", ""), params.get("nc", ""), params.get("uri", "")
        if uri == "" or _COUNT.fullmatch(count) is None or params.get("qop", "").lower() != "auth":
            return Refusal(400)
        secret = None
        if account is not None and algorithm in settings.algorithms:
            secret = account.secret(algorithm, settings.realm)
        if secret is None:
            return self._challenge(now_us, stale=False)
        middle = (count, params.get("cnonce", ""), params.get("qop", ""))
        wanted = answer(algorithm, secret, nonce, middle, request.method, uri)
        if not is_same(wanted, params.get("response", "").lower()):
            return self._challenge(now_us, stale=False)
        known = self._nonces.get(nonce)
        if known is None or known.until_us <= now_us or int(count, 16) <= known.count:
            return self._challenge(now_us, stale=True)
        known.count = int(count, 16)
        return None

    def _challenge(self, now_us: int, *, stale: bool) -> Refusal:
        while self._nonces:  # in the order of their ends, which is that of insertion
            oldest = next(iter(self._nonces))
            if self._nonces[oldest].until_us > now_us and len(self._nonces) < self._settings.max_nonces:
                break
            del self._nonces[oldest]
        nonce = self._token()
        self._nonces[nonce] = _Nonce(now_us + self._settings.nonce_us)
        values = challenge_values(self._settings.realm, nonce, self._settings.algorithms, stale=stale)
        return Refusal(401, tuple(("WWW-Authenticate", value) for value in values))
