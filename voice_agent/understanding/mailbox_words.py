"""What mailboxes say in their greetings, and people who have just picked up do not. Pure."""

from __future__ import annotations

import re
from typing import Final

_SAID: Final = (
    r"leave (?:me |us )?(?:a|your|any) (?:\w+ )?(?:message|name|number)",
    r"(?:after|at) the (?:tone|beep|signal)",
    r"(?:voice ?mail|mailbox|answering machine|answerphone)",
    r"(?:not|(?:ca|wo|is|are)n't|cannot|unable to) (?:be )?(?:available|reached|come to the|take your|answer|get to)",
    r"(?:you have|you've) reached",
    r"record (?:a|your) message",
    r"(?:get|call) (?:right )?back to you|return your call",
    r"person you (?:are|have) (?:calling|called|dialled|dialed)",
    r"(?:dej[ae]|deje) (?:un|su|tu) (?:mensaje|nombre|recado)",
    r"despu[eé]s de (?:la señal|o[ií]r la señal|el tono)",
    r"(?:buz[oó]n de voz|contestador)",
    r"no (?:est[aá] disponible|puedo atender|podemos atender|se encuentra)",
    r"ha llamado (?:a|al)",
)
_MAILBOX: Final = re.compile("|".join(rf"\b(?:{said})\b" for said in _SAID))


def sounds_like_a_mailbox(text: str) -> bool:
    """Whether a greeting holds what only machines say, in English or Spanish."""
    return _MAILBOX.search(text.lower().replace("\u2019", "'")) is not None
