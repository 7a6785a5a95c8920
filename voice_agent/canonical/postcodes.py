"""The forms of postal codes by country, as patterns, in which they are kept: "SW1A 1AA", "94107", "1012 AB"."""

from __future__ import annotations

from typing import Final

from voice_agent.canonical.patterns import has_form

_FIVE: Final = ("#####",)
_FORMS: Final[dict[str, tuple[str, ...]]] = {
    "GB": ("@# #@@", "@## #@@", "@@# #@@", "@@## #@@", "@#@ #@@", "@@#@ #@@"),
    "US": ("#####", "#####-####"),
    "CA": ("@#@ #@#",),
    "NL": ("#### @@",),
    "IE": ("@## ****", "@#@ ****"),
    "PT": ("####-###",),
    "PL": ("##-###",),
    "BR": ("#####-###",),
    "JP": ("###-####",),
    "SE": ("### ##",),
    "IN": ("######",),
    **dict.fromkeys(("AT", "AU", "BE", "CH", "DK", "HU", "NO", "NZ", "ZA"), ("####",)),
    **dict.fromkeys(("DE", "ES", "FI", "FR", "IT", "MX", "TR"), _FIVE),
}
_UNKNOWN: Final = tuple("*" * length for length in range(3, 9))


def postcode_forms(region: str) -> tuple[str, ...]:
    """The patterns of a country; for one that isn't known, three to eight letters and figures."""
    return _FORMS.get(region, _UNKNOWN)


def is_postcode(text: str, region: str) -> bool:
    return any(has_form(text, form) for form in postcode_forms(region))
