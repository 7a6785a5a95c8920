"""Emergency numbers: which there are, and whether an address would reach one. Never dialled, never promised.

A caller who is handed to an emergency service by a machine can't be located and can't be called back; whoever runs such
a route needs what 47 CFR 9 or Directive (EU) 2018/1972 article 109 ask for. So an address that might reach one is
refused wherever an address is taken: in settings, when a call is placed, and in a transfer.

    emergency_number("sip:911@10.0.0.1")     # "911"
    emergency_number("tel:+1-555-911-0000")  # None

Sources: ITU-T E.161.1 (112 and 911 for new plans), 3GPP TS 22.101 section 10.1.1 as ETSI TS 122 101 (what a telephone
takes for an emergency without knowing the country), RFC 5031 (`urn:service:sos`), and the ITU's list of national
emergency numbers for single countries. The lists are not complete for every country: settings may add to them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote

EVERYWHERE: Final = ("112", "911", "000", "08", "110", "118", "119", "999")
"""3GPP TS 22.101 section 10.1.1: taken for an emergency by any telephone that doesn't know better."""

BY_COUNTRY: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "AR": ("100", "101", "107", "911"),
        "AT": ("112", "122", "133", "144"),
        "AU": ("000", "106", "112"),
        "BE": ("100", "101", "112"),
        "BR": ("190", "192", "193"),
        "CA": ("911",),
        "CH": ("112", "117", "118", "144", "1414"),
        "CL": ("131", "132", "133"),
        "CN": ("110", "119", "120", "122"),
        "CZ": ("112", "150", "155", "158"),
        "DE": ("110", "112"),
        "DK": ("112",),
        "ES": ("112", "061", "062", "080", "091", "092"),
        "FI": ("112",),
        "FR": ("15", "17", "18", "112", "114", "115", "119", "196"),
        "GB": ("112", "999", "18000"),
        "GR": ("100", "108", "112", "166", "199"),
        "HK": ("112", "992", "999"),
        "HU": ("104", "105", "107", "112"),
        "IE": ("112", "999"),
        "IL": ("100", "101", "102", "112"),
        "IN": ("100", "101", "102", "108", "112"),
        "IT": ("112", "113", "115", "118"),
        "JP": ("110", "118", "119"),
        "KR": ("112", "119"),
        "MX": ("911",),
        "NL": ("112",),
        "NO": ("110", "112", "113"),
        "NZ": ("111",),
        "PL": ("112", "997", "998", "999"),
        "PT": ("112",),
        "RU": ("101", "102", "103", "112"),
        "SE": ("112",),
        "SG": ("995", "999"),
        "TR": ("112",),
        "TW": ("110", "119"),
        "US": ("911",),
        "ZA": ("10111", "10177", "112"),
    }
)
"""ISO 3166 country -> numbers."""

_EVERY: Final = frozenset((*EVERYWHERE, *(number for numbers in BY_COUNTRY.values() for number in numbers)))
_SERVICE: Final = re.compile(r"(?:urn:service:|sips?:(?:[^@]*@)?)?sos(?:[.@;?].*)?", re.IGNORECASE)
_SCHEME: Final = re.compile(r"(sips?|tel):", re.IGNORECASE)
_FEATURE_CODE: Final = re.compile(r"[*#]+\d{1,4}[*#]+")
"""Such as `*31#`: hides the caller's number, and the call goes where the rest says."""
_COUNTRY_CODE: Final = re.compile(r"(?:\+|00)(?:1|7|[2-9]\d{1,2})")
_SEPARATORS: Final = re.compile(r"[\s.\-()/_]")
_OUTSIDE_LINE: Final = ("0", "9")
"""Keyed on a private exchange to get an outside line; believed in front of three-digit numbers only."""


def emergency_number(address: str, extra: Iterable[str] = ()) -> str | None:
    """The emergency number that `address` (a SIP or tel URI, or a number) would reach, None where it is none.

    `extra` are numbers known besides the lists. A number counts whole: with its country code, a feature code or the
    digit for an outside line before it, and whatever is keyed after it; never as part of a longer number.
    """
    plain = unicodedata.normalize("NFKC", unquote(address)).strip().strip("<>")
    if _SERVICE.fullmatch(plain):
        return "sos"
    known = _EVERY | {_digits(number) for number in extra}
    number = _dialled(plain)
    for candidate in _readings(number):
        if candidate in known:
            return candidate
    return None


def _dialled(plain: str) -> str:
    """What would be dialled: the user part of a SIP URI, the number of a tel URI, without what is keyed afterwards."""
    scheme = _SCHEME.match(plain)
    rest = plain if scheme is None else plain[scheme.end() :]
    if scheme is not None and scheme.group(1).lower() != "tel" and "@" not in rest:
        return ""  # only a host
    user = rest.rpartition("@")[0] if "@" in rest else rest
    user = re.split(r"[;:,?&=pPwW]", user, maxsplit=1)[0]
    return _digits(_FEATURE_CODE.sub("", user, count=1))


def _digits(text: str) -> str:
    return _SEPARATORS.sub("", text).rstrip("#")


def _readings(number: str) -> Iterable[str]:
    """The number as it stands, and without what may stand before it."""
    yield number
    country = _COUNTRY_CODE.match(number)
    if country is not None:
        for end in range(2, country.end() + 1):
            yield number[end:]
    if len(number) == 4 and number[0] in _OUTSIDE_LINE:
        yield number[1:]
