"""What an engine is, in one line: whatever gives other results has another one. For caches of what engines made.

identity(RECOGNISERS, "whisper-base", store)    # "whisper-base ctranslate2-4.6.2 905e5bf8336b... 56a6d8110d31... ..."
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
from collections.abc import Mapping
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
    return " ".join((name, *package, *digests, code_digest()))


@functools.cache
def code_digest(package: Path = Path(__file__).parent) -> str:
    """Of all modules of `package`: how an engine is asked and what is made of its answer is spread over many."""
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]
