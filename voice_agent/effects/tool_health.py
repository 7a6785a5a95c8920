"""How the tools of an agent have been doing lately: what `/health` shows. Kept from calls; nobody is asked for it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from typing import Any

from voice_agent.effects.tool_functions import Runnable


class ToolHealth:
    """Use from any thread."""

    def __init__(self, tools: Mapping[str, Runnable]) -> None:
        self._lock = threading.Lock()
        self._tools = tools
        self._calls: Counter[str] = Counter()
        self._failures: Counter[str] = Counter()
        self._last: dict[str, str] = {}

    def succeeded(self, tool: str) -> None:
        with self._lock:
            self._calls[tool] += 1
            self._failures[tool] = 0
            self._last.pop(tool, None)

    def failed(self, tool: str, code: str) -> None:
        with self._lock:
            self._calls[tool] += 1
            self._failures[tool] += 1
            self._last[tool] = code

    def state(self, hanging: Mapping[str, int]) -> dict[str, dict[str, Any]]:
        """By name: `state` is `unused`, `ok`, `failing` (its last call did) or `hanging`; `failures` in a row."""
        with self._lock:
            return {
                name: {
                    "state": self._word(name, hanging.get(name, 0)),
                    "mode": tool.spec.mode,
                    "calls": self._calls[name],
                    "failures": self._failures[name],
                    **({"last_error": self._last[name]} if name in self._last else {}),
                }
                for name, tool in self._tools.items()
            }

    def _word(self, name: str, hanging: int) -> str:
        if hanging > 0:
            return "hanging"
        if self._failures[name] > 0:
            return "failing"
        return "ok" if self._calls[name] > 0 else "unused"
