"""Which voice says something: one that speaks its language, where there is one; else the agent's own, logged once."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from voice_agent.ports.speech import Synthesiser

_log = logging.getLogger("voice_agent.session")


class Voices:
    """Of one call. `by_language` has those known to speak one; with none, nothing is known and nothing said."""

    def __init__(self, conversation: str, own: Synthesiser, by_language: Mapping[str, Synthesiser]) -> None:
        self._conversation = conversation
        self._own = own
        self._by_language = dict(by_language)
        self._missed: set[str] = set()

    def speaking(self, language: str) -> Synthesiser:
        """The voice for a sentence in `language`."""
        voice = self._by_language.get(language)
        if voice is not None:
            return voice
        if self._by_language and language not in self._missed:
            self._missed.add(language)
            _log.warning("no voice speaks %s: it is said as it is", language, extra={"call": self._conversation})
        return self._own
