"""Words that commit: promises, and quantities that are no numbers, in English and Spanish. Tables and patterns only.

Both languages are looked for whichever is spoken: who writes the text may change it.
"""

from __future__ import annotations

import re
from typing import Final

_PROMISES: Final = (
    r"guarant\w*|refund\w*|(?<!feel )\bfree\b(?! to\b)|promis\w*|compensat\w*|reimburs\w*|waiv\w*|discount\w*|assur\w*",
    r"no (?:extra |additional )?(?:charge|cost|fee)s?\b|without (?:extra )?(?:charge|cost)s?\b|on the house\b",
    r"garantiz\w*|garanti[ac]\w*|reembols\w*|gratis\b|gratuit\w*|promet\w*|promes\w*|compensa\w*|descuent\w*|asegur\w*",
    r"sin (?:ningun )?(?:coste|costo|cargo)s?(?: adicional| extra)?\b|devolucion del (?:dinero|importe)\b",
)
PROMISE: Final = re.compile("|".join(rf"\b(?:{words})" for words in _PROMISES))
TERM: Final = re.compile(
    r"\b(?:will|shall|ll|going to)\b[^.?!;]{0,60}?\b(?:by|within|no later than|before)\b[^.?!;]*"
    r"|\b(?:estar|llegar|tendr|recibir|ser|quedar|har|podr)(?:a|an|as|e|emos)\b[^.?!;]{0,60}?"
    r"\b(?:antes de|para el|para la|a mas tardar|en un plazo|en menos de)\b[^.?!;]*"
)
"""Something is to happen by a certain moment; on text without accents and apostrophes."""
QUANTITY: Final = re.compile(
    r"\b(?:half|twice|thrice|double|triple|dozens?|couple|hundreds|thousands|millions|quarter|third"
    r"|mitad|doble|triple|docenas?|cientos|miles|millones|par|tercio)\b"
)
PERCENT: Final = frozenset({"%", "percent", "percentage", "pct"})
PERCENT_OF: Final = {"per": "cent", "por": "ciento"}
IDLE_ONE: Final = frozenset({"one", "un", "una", "uno"})
"""Mostly articles and pronouns."""
IDLE_ORDINAL: Final = frozenset({"first", "second", "primero", "primera", "primer", "segundo", "segunda"})
"""Mostly order of speaking, or a moment."""
COUNTED: Final = frozenset(
    "day days hour hours minute minutes week weeks month months year years time times dia dias hora horas minuto "
    "minutos semana semanas mes meses ano anos vez veces".split()
)
"""After these even "one" is a figure."""
OTHERWISE: Final = frozenset("once ten mil come o oh second uno un una one segundo segunda cien tercio".split())
"""Numbers of one language that are everyday words of another."""
MIXED: Final = re.compile(r"[^\s,;:!?()\"]*(?:[A-Za-z][^\s,;:!?()\"]*\d|\d[^\s,;:!?()\"]*[A-Za-z])[^\s,;:!?()\"]*")
FIGURES_WITH_ENDING: Final = re.compile(r"\d+(?:[.,:]\d+)*(?:st|nd|rd|th|am|pm|a\.m\.?|p\.m\.?|h|k|[oa])?\.?\Z", re.I)
ADDRESS: Final = re.compile(r"\S+@\S+|\bhttps?://\S+|\bwww\.\S+", re.I)
