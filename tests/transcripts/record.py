"""Plays transcripts and writes them anew, for a person to read before they are committed:

    python -m tests.transcripts.record [NAME ...]

NAME is a file's name without its ending; without one, all are played.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.transcripts.player import FOLDER, played


def main(names: list[str]) -> int:
    paths = [path for path in sorted(FOLDER.glob("*/*.txt")) if not names or path.stem in names]
    with tempfile.TemporaryDirectory() as folder:
        texts = played([path.read_text(encoding="utf-8") for path in paths], Path(folder))
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
