from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.catalog import SILERO, Loading
from models.engines import BlockingSynthesiser
from models.onnx_tensors import float_tensors
from models.resample import upsample_2x
from models.silero import CONTEXT, TOGETHER, UNITS, WINDOW, Floats, Listener, SileroNetwork

PEAK = np.float32(32_768)


@pytest.fixture(scope="module")
def weights(loading: Loading) -> Path:
    return loading.store.locate(SILERO) / SILERO.files[0].name


def by_onnxruntime(weights: Path, wide: Floats) -> list[float]:
    session = onnxruntime.InferenceSession(str(weights), providers=["CPUExecutionProvider"])
    h, c = np.zeros((1, 1, UNITS), np.float32), np.zeros((1, 1, UNITS), np.float32)
    out = []
    for at in range(0, wide.size - CONTEXT - WINDOW, WINDOW):
        window = wide[np.newaxis, at : at + CONTEXT + WINDOW]
        probability, h, c = session.run(None, {"input": window, "h": h, "c": c})
        out.append(float(probability.reshape(-1)[0]))
    return out


def by_ourselves(weights: Path, wide: Floats) -> list[float]:
    network = SileroNetwork(weights)
    listener, out = Listener(), []
    for at in range(0, wide.size - CONTEXT - WINDOW, WINDOW):
        network.give(wide[at : at + CONTEXT + WINDOW], listener)
        network.run()
        out.append(listener.probability)
    return out


def test_the_network_gives_what_onnxruntime_gives(weights: Path, hibari: BlockingSynthesiser) -> None:
    speech = np.concatenate(list(hibari.synthesize("It was promised for last Tuesday, and nobody told me."))) / PEAK
    hiss = np.random.default_rng(1).standard_normal(8_000) * 0.05
    wide = upsample_2x(np.concatenate((speech, hiss, np.zeros(4_000), speech)).astype(np.float32))
    expected = by_onnxruntime(weights, wide)
    assert max(expected) > 0.9
    assert min(expected) < 0.1
    assert by_ourselves(weights, wide) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("calls", [2, TOGETHER - 1, TOGETHER + 3])
def test_calls_that_are_computed_together_hear_what_each_would_hear_alone(weights: Path, calls: int) -> None:
    network, listeners = SileroNetwork(weights), [Listener() for _ in range(calls)]
    swell = np.sin(np.arange(20 * WINDOW) / 700) * 0.3
    wides = [
        (swell * np.random.default_rng(call).standard_normal(swell.size)).astype(np.float32) for call in range(calls)
    ]
    together: list[list[float]] = [[] for _ in range(calls)]
    for at in range(0, swell.size - CONTEXT - WINDOW, WINDOW):
        for wide, listener in zip(wides, listeners, strict=True):
            network.give(wide[at : at + CONTEXT + WINDOW], listener)
        network.run()
        for answers, listener in zip(together, listeners, strict=True):
            answers.append(listener.probability)
    for wide, answers in zip(wides, together, strict=True):
        assert answers == pytest.approx(by_ourselves(weights, wide), abs=1e-5)


def test_a_second_window_of_a_call_waits_for_the_first(weights: Path) -> None:
    network, listener = SileroNetwork(weights), Listener()
    wide = (np.random.default_rng(1).standard_normal(3 * WINDOW) * 0.1).astype(np.float32)
    for at in (0, WINDOW):
        network.give(wide[at : at + CONTEXT + WINDOW], listener)
    network.run()
    assert listener.probability == by_ourselves(weights, wide)[1]


def test_a_file_without_the_networks_weights_is_refused(weights: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.onnx"
    # graph (7) with one initialiser (5): dims (1) 1, data_type (2) 1, name (8) "x", raw_data (9) of one float
    tensor = b"\x08\x01\x10\x01\x42\x01x\x4a\x04\x00\x00\x80\x3f"
    graph = b"\x2a" + bytes((len(tensor),)) + tensor
    other.write_bytes(b"\x3a" + bytes((len(graph),)) + graph)
    assert float_tensors(other)["x"].tolist() == [1.0]
    with pytest.raises(ValueError, match="not Silero v6"):
        SileroNetwork(other)


def test_a_file_that_is_cut_off_is_refused(weights: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.onnx"
    cut.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(ValueError, match="cut off"):
        float_tensors(cut)


@given(content=st.binary(max_size=200))
def test_any_other_file_is_refused_in_words(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("onnx") / "any.onnx"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"ONNX|wire type"):
        float_tensors(path)
