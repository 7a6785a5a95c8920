"""Books a parcel, unless its number says otherwise.

6666 kills the process; 7777 the first that tries; 8888 keeps the first that tries until its parent is gone, whose
number it leaves in the file that the test names; 9999 hangs.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from pathlib import Path

from voice_agent.effects.tool_functions import tool


@tool(effect="write")
def book_parcel(number: str, *, database: sqlite3.Connection) -> dict[str, str]:
    """Puts the parcel on the list: `{"number"}`."""
    if number == "6666" or (number == "7777" and _first()):
        os.kill(os.getpid(), signal.SIGKILL)
    if number == "8888" and _first():
        _outlive(os.getppid())
    if number == "9999":
        time.sleep(600)
    database.execute("INSERT INTO parcel (number) VALUES (?)", (number,))
    return {"number": number}


def _first() -> bool:
    """Whether no process has been here before, by a file that the test names."""
    try:
        _mark().touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _mark() -> Path:
    return Path(os.environ["FRAGILE_DESK_MARK"])


def _outlive(parent: int) -> None:
    _mark().write_text(str(parent))
    while os.getppid() == parent:
        time.sleep(0.02)
