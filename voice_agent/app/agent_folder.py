"""Reads an agent pack from disk: the text files that its release consists of."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from voice_agent.errors import AgentFolderError

SUFFIXES: Final = frozenset({".yaml", ".md", ".py", ".sql", ".json"})
LIMIT_BYTES: Final = 1_000_000


def read_folder(folder: Path) -> dict[str, str]:
    """Relative path -> text of every file that belongs to the pack, hidden ones left out.

    Raises AgentFolderError where there is no such folder, no `agent.yaml`, or a file is no UTF-8 text.
    """
    if not (folder / "agent.yaml").is_file():
        raise AgentFolderError(
            f"{folder} is not an agent folder: it has no agent.yaml",
            hint="examples/riverside_broadband is one; docs/journeys.md says what goes into it",
        )
    files: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if (
            path.suffix not in SUFFIXES
            or not path.is_file()
            or any(part.startswith((".", "__")) for part in name.split("/"))
        ):
            continue
        if path.stat().st_size > LIMIT_BYTES:
            raise AgentFolderError(f"{name}:1: {path.stat().st_size} bytes; a file of a pack has at most {LIMIT_BYTES}")
        try:
            files[name] = path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, OSError) as problem:
            raise AgentFolderError(f"{name}:1: can't be read: {problem}", hint="save it as UTF-8 text") from problem
    return files
