"""The second voice is real, repeatable, understood, and says what to install where it is absent."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models.catalog import JOE, SYNTHESISERS, Loading
from models.delivery import NATURAL, Delivery
from models.engines import BlockingRecogniser, BlockingSynthesiser
from models.transcript_checks import plain
from models.weights import WeightsStore
from voice_agent.audio import RATE_HZ, Pcm, level_dbfs
from voice_agent.errors import ModelCorrupt, ModelMissing

pytestmark = pytest.mark.slow
SENTENCE = "I would like to speak to a person, please."


def said(voice: BlockingSynthesiser, text: str, delivery: Delivery = NATURAL) -> Pcm:
    return np.concatenate(list(voice.synthesize(text, delivery)))


@pytest.fixture(scope="module")
def joe(loading: Loading) -> BlockingSynthesiser:
    return SYNTHESISERS["piper"].load(loading)


def test_joe_is_understood(joe: BlockingSynthesiser, whisper: BlockingRecogniser) -> None:
    heard = whisper.transcribe(said(joe, SENTENCE), expects="open", budget_us=10_000_000)
    assert plain(heard.text) == plain(SENTENCE)


def test_the_same_text_gives_the_same_samples_in_another_process_too(
    joe: BlockingSynthesiser, cache_dir: Path, tmp_path: Path
) -> None:
    out = tmp_path / "said.npy"
    program = (
        "import sys, numpy; from pathlib import Path; from models.catalog import *\n"
        "voice = SYNTHESISERS['piper'].load(Loading(WeightsStore(Path(sys.argv[1]))))\n"
        "numpy.save(sys.argv[3], numpy.concatenate(list(voice.synthesize(sys.argv[2]))))"
    )
    subprocess.run([sys.executable, "-c", program, cache_dir, SENTENCE, out], check=True, timeout=60)
    first = said(joe, SENTENCE)
    assert np.array_equal(first, said(joe, SENTENCE))
    assert np.array_equal(first, np.load(out))


def test_joe_fits_a_telephone_line(joe: BlockingSynthesiser) -> None:
    pcm = said(joe, "Your order has been shipped. It will be with you on Friday.")
    assert pcm.dtype == np.int16
    assert level_dbfs(pcm) == pytest.approx(-21, abs=2)
    loud = np.flatnonzero(np.abs(pcm) > 300)
    assert loud[0] < RATE_HZ * 0.06
    assert pcm.size - loud[-1] < RATE_HZ * 0.15


@pytest.mark.parametrize("text", ["", "...", "\N{CJK UNIFIED IDEOGRAPH-65E5}", " \n "])
def test_what_cannot_be_said_is_silence_not_an_error(text: str, joe: BlockingSynthesiser) -> None:
    assert sum(piece.size for piece in joe.synthesize(text)) < RATE_HZ


def test_the_two_voices_differ_in_pitch(joe: BlockingSynthesiser, hibari: BlockingSynthesiser) -> None:
    assert pitch_hz(said(joe, SENTENCE)) < 0.7 * pitch_hz(said(hibari, SENTENCE))


@pytest.mark.parametrize("name", ["hibari", "joe"])
def test_pitch_and_speed_are_what_was_asked_for(name: str, request: pytest.FixtureRequest) -> None:
    voice: BlockingSynthesiser = request.getfixturevalue(name)
    plainly = said(voice, SENTENCE)
    higher = said(voice, SENTENCE, Delivery(semitones=4))
    assert pitch_hz(higher) / pitch_hz(plainly) == pytest.approx(2 ** (4 / 12), rel=0.06)
    assert higher.size / plainly.size == pytest.approx(1, abs=0.12)
    slower = said(voice, SENTENCE, Delivery(speed=0.8))
    assert slower.size / plainly.size == pytest.approx(1.25, abs=0.12)
    assert pitch_hz(slower) / pitch_hz(plainly) == pytest.approx(1, abs=0.06)


def test_without_the_package_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(ModelMissing) as caught:
        SYNTHESISERS["piper"].load(Loading(WeightsStore(tmp_path)))
    assert caught.value.hint == "pip install voice-agent[piper]"


def test_an_altered_weight_file_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "joe"
    folder.mkdir()
    for file in JOE.files:
        (folder / file.name).write_bytes(b"another")
    with pytest.raises(ModelCorrupt, match="joe"):
        SYNTHESISERS["piper"].load(Loading(WeightsStore(tmp_path, given={"joe": folder})))


def pitch_hz(pcm: Pcm) -> float:
    """The median over voiced 40 ms of the strongest period between 60 and 400 Hz, by autocorrelation."""
    size = RATE_HZ // 25
    found = []
    for frame in pcm[: pcm.size // size * size].reshape(-1, size).astype(np.float64):
        if np.sqrt(np.square(frame).mean()) < 1_000:
            continue
        windowed = (frame - frame.mean()) * np.hanning(size)
        correlation = np.correlate(windowed, windowed, "full")[size - 1 :]
        low, high = RATE_HZ // 400, RATE_HZ // 60
        lag = low + int(np.argmax(correlation[low:high]))
        if correlation[lag] > 0.4 * correlation[0]:
            found.append(RATE_HZ / lag)
    return float(np.median(found))
