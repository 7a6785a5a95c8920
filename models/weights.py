"""Finds the weights of an engine and vouches for every byte of them: a path given, an installed package, then the hub.

Files split over several packages are joined once, in the cache directory, and reused. Hashing is remembered by path,
size and modification time, so that a restart costs no second look at 145 MB.

    WeightsStore(cache_dir=Path("/var/cache/voice-agent")).locate(WHISPER_BASE)    # a directory, verified
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from voice_agent.errors import ConfigurationError, ModelCorrupt, ModelMissing

_BLOCK = 1 << 20


class WeightFile(msgspec.Struct, frozen=True):
    """One file that an engine reads. `parts` are `package/path` of its pieces, in order; mostly there is one."""

    name: str
    sha256: str
    parts: tuple[str, ...] = ()


class HubWeights(msgspec.Struct, frozen=True):
    """The same model on the model hub, at a fixed revision, whose files may differ from the package's."""

    repository: str
    revision: str
    files: tuple[WeightFile, ...]


class Weights(msgspec.Struct, frozen=True):
    """All files of a model. `install` is the command that brings them."""

    name: str
    files: tuple[WeightFile, ...]
    install: str
    hub: HubWeights | None = None


Download = Callable[[HubWeights, Path], Path]
"""Fetches all files of a hub model into a directory below the one given and returns it; raises `ModelMissing`."""


class WeightsStore:
    """`given` maps a model's name to the directory an operator keeps it in; `download` is None where not allowed."""

    def __init__(
        self, cache_dir: Path, *, given: Mapping[str, Path] | None = None, download: Download | None = None
    ) -> None:
        self._cache_dir = cache_dir
        self._given = {} if given is None else dict(given)
        self._download = download

    def locate(self, weights: Weights) -> Path:
        """A directory that holds every file of `weights`, each verified. Raises `ModelMissing` and `ModelCorrupt`."""
        given = self._given.get(weights.name)
        if given is not None:
            return self._verified(given, _files_in(given, weights), weights)
        parts = {part: _in_package(part) for file in weights.files for part in file.parts}
        absent = [part for part, path in parts.items() if path is None]
        if not absent:
            return self._from_packages(weights, {part: path for part, path in parts.items() if path is not None})
        if weights.hub is not None and self._download is not None:
            return self._verified(self._download(weights.hub, self._cache_dir), weights.hub.files, weights)
        raise ModelMissing(f"weights of {weights.name} are not installed: no {absent[0]}", hint=weights.install)

    def digests(self, weights: Weights) -> tuple[str, ...]:
        """SHA-256 of each file of `weights` as located, for whoever keeps what an engine made. Raises as `locate`."""
        return tuple(file.sha256 for file in _files_in(self.locate(weights), weights))

    def _from_packages(self, weights: Weights, parts: Mapping[str, Path]) -> Path:
        whole = {file.name: parts[file.parts[0]] for file in weights.files if len(file.parts) == 1}
        folders = {path.parent for path in whole.values()}
        named_alike = all(path.name == name for name, path in whole.items())
        if len(whole) == len(weights.files) and len(folders) == 1 and named_alike:
            return self._verified(folders.pop(), weights.files, weights)
        digest = hashlib.sha256("".join(file.sha256 for file in weights.files).encode()).hexdigest()
        target = self._cache_dir / f"{weights.name}-{digest[:12]}"
        with self._locked():
            if not target.is_dir():
                self._assemble(weights, parts, target)
        return self._verified(target, weights.files, weights)

    def _assemble(self, weights: Weights, parts: Mapping[str, Path], target: Path) -> None:
        work = target.with_name(f".{target.name}.{os.getpid()}")
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        try:
            for file in weights.files:
                with (work / file.name).open("wb") as out:
                    for part in file.parts:
                        with parts[part].open("rb") as piece:
                            shutil.copyfileobj(piece, out, _BLOCK)
                _check(work / file.name, file, weights)
            work.rename(target)
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _verified(self, folder: Path, files: tuple[WeightFile, ...], weights: Weights) -> Path:
        for file in files:
            path = folder / file.name
            if not path.is_file():
                raise ModelMissing(f"weights of {weights.name} are incomplete: no {path}", hint=weights.install)
            seal = self._seal(path, file)
            if not seal.exists():
                _check(path, file, weights)
                self._writable().joinpath("verified").mkdir(exist_ok=True)
                seal.touch()
        return folder

    def _seal(self, path: Path, file: WeightFile) -> Path:
        seen = path.stat()
        identity = f"{path.resolve()}\0{seen.st_size}\0{seen.st_mtime_ns}\0{file.sha256}"
        return self._cache_dir / "verified" / hashlib.sha256(identity.encode()).hexdigest()[:32]

    def _writable(self) -> Path:
        try:
            self._cache_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"the models' cache directory can't be made: {self._cache_dir}: {error.strerror}",
                hint="set speech.cache_dir to a directory that can be written",
            ) from error
        return self._cache_dir

    @contextmanager
    def _locked(self) -> Iterator[None]:
        # Speech processes start together; the second waits for what the first assembles.
        with (self._writable() / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def hub_download(hub: HubWeights, cache_dir: Path) -> Path:
    """A `Download` by `huggingface_hub`, where that package is installed."""
    if importlib.util.find_spec("huggingface_hub") is None:
        raise ModelMissing(f"{hub.repository} can't be fetched", hint="pip install huggingface_hub")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    target = cache_dir / f"{hub.repository.replace('/', '--')}-{hub.revision[:12]}"
    try:
        snapshot_download(
            hub.repository, revision=hub.revision, local_dir=target, allow_patterns=[file.name for file in hub.files]
        )
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise ModelMissing(f"{hub.repository} can't be fetched: {reason}", hint="install its package") from error
    return target


def _in_package(part: str) -> Path | None:
    """Path of `package/path` without importing the package, or None where either is absent."""
    package, _, inside = part.partition("/")
    spec = importlib.util.find_spec(package)
    if spec is None or spec.submodule_search_locations is None:
        return None
    for folder in spec.submodule_search_locations:
        path = Path(folder) / inside
        if path.is_file():
            return path
    return None


def _files_in(folder: Path, weights: Weights) -> tuple[WeightFile, ...]:
    """Which of the two known sets of files an operator's directory holds, by the names that differ."""
    if weights.hub is not None and all((folder / file.name).is_file() for file in weights.hub.files):
        return weights.hub.files
    return weights.files


def _check(path: Path, file: WeightFile, weights: Weights) -> None:
    digest = hashlib.sha256()
    with path.open("rb") as content:
        while block := content.read(_BLOCK):
            digest.update(block)
    if digest.hexdigest() != file.sha256:
        raise ModelCorrupt(
            f"{file.name} of {weights.name} has SHA-256 {digest.hexdigest()[:16]}, not {file.sha256[:16]}: {path}",
            hint=f"{weights.install} --force-reinstall",
        )
