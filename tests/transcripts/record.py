"""Plays transcripts and writes them anew, for a person to read before they are committed:

python -m tests.transcripts.record [NAME ...]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.transcripts.player import FOLDER, Embeddings, played


def main(names: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        embeddings = Embeddings(Path(folder) / "weights")
        for path in sorted(FOLDER.glob("*/*.txt")):
            if names and path.stem not in names:
                continue
            data_dir = Path(folder) / f"{path.parent.name}-{path.stem}"
            data_dir.mkdir()
            path.write_text(played(path.read_text(encoding="utf-8"), data_dir, embeddings), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
