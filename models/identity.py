"""What an engine is, in one line: whatever gives other results has another one. For caches of what engines made.

identity(RECOGNISERS, "whisper-base", store)    # "whisper-base ctranslate2-4.6.2 905e5bf8336b... 56a6d8110d31... ..."
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from models.catalog import Engine, engine
from models.weights import WeightsStore

T = TypeVar("T")


def version(package: str | None) -> str:
    """Of the installed distribution, empty for doubles and for what isn't installed."""
    try:
        return "" if package is None else importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def identity(table: Mapping[str, Engine[T]], name: str, store: WeightsStore) -> str:
    """Name, package with its version, digests of the weights, and of the code here that works on its results.

    Raises as `engine` and `WeightsStore.locate`.
    """
    entry = engine(table, name, "engine")
    digests = () if entry.weights is None else store.digests(entry.weights)
    package = () if entry.package is None else (f"{entry.package}-{version(entry.package)}",)
    return " ".join((name, *package, *digests, _own_code()))


def code_digest(*places: Path) -> str:
    """SHA-256, in hexadecimal, of files and of all that folders hold but what Python compiled, with their names below
    each place: another one wherever code, or a text that it reads, has changed. Raises OSError for what can't be read.
    """
    digest = hashlib.sha256()
    for place in places:
        for path in sorted(_sources(place)) if place.is_dir() else [place]:
            for part in (path.relative_to(place.parent).as_posix().encode(), path.read_bytes()):
                digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


@functools.cache
def _own_code() -> str:
    """Of the whole package: how an engine is asked and what is made of its answer is spread over many modules."""
    return code_digest(Path(__file__).parent)[:12]


def _sources(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
