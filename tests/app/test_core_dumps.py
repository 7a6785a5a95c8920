"""Processes that hold what was keyed in confidence leave no dump of it."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import subprocess
from voice_agent.app.core_dumps import forbid_core_dumps
forbid_core_dumps()
subprocess.run(["cat", "/proc/self/limits", "/proc/self/coredump_filter"], check=True)
"""


def test_neither_a_process_nor_what_it_starts_dumps_its_memory() -> None:
    shown = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True).stdout
    (limit,) = [line for line in shown.splitlines() if line.startswith("Max core file size")]
    assert limit.split()[4:6] == ["0", "0"]
    assert int(shown.splitlines()[-1], 16) == 0
