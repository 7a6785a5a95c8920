"""The example folder with one mistake planted in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.agent.core_script import EXAMPLE


def plant(patches: Iterable[Mapping[str, str]], folder: Path) -> Path:
    """A copy of the example in `folder`, which doesn't exist yet, with `patches` in order.

    Each is `{file, replace, by}`, where `file` may be a pattern and what is replaced must be there once in each, or
    `{file, new}`, a file that the example doesn't have.
    """
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for patch in patches:
        if "new" in patch:
            path = folder / patch["file"]
            assert not path.exists()
            path.parent.mkdir(exist_ok=True)
            path.write_text(patch["new"], encoding="utf-8")
            continue
        paths = sorted(folder.glob(patch["file"]))
        assert paths, patch["file"]
        for path in paths:
            text = path.read_text(encoding="utf-8")
            assert text.count(patch["replace"]) == 1, f"{path.name} has {text.count(patch['replace'])} of it"
            path.write_text(text.replace(patch["replace"], patch["by"]), encoding="utf-8")
    return folder
