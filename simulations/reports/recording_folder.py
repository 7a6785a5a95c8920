"""Recordings of a suite as `simulate --audio` left them, each read when it is wanted. A shell.

audio = RecordingFolder(Path("audio"))
html_report(report, audio)            # a thousand calls are a gigabyte, of which one at a time is held
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path


class RecordingFolder(Mapping[str, bytes]):
    """By file name, which is what `RunRecord.audio` has. None at all where `folder` is None."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def __getitem__(self, name: str) -> bytes:
        """Raises KeyError where there is no such file, OSError where it can't be read."""
        if self._folder is None or name not in self:
            raise KeyError(name)
        return (self._folder / name).read_bytes()

    def __contains__(self, name: object) -> bool:
        """No name leads out of the folder."""
        return self._folder is not None and name == Path(str(name)).name and (self._folder / str(name)).is_file()

    def __iter__(self) -> Iterator[str]:
        found = () if self._folder is None else self._folder.iterdir()
        return iter(sorted(path.name for path in found if path.is_file()))

    def __len__(self) -> int:
        return len(list(iter(self)))
