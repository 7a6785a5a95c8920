"""How finished a voice sounds, by the model that is installed, and a recogniser that tells it beside the words."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from models.catalog import HIBARI, Loading
from models.engines import Steps, finished
from models.hibari import HibariVoice
from models.modem import modulated
from models.process_settings import EngineSettings
from models.prosodic import TRAILING, ProsodicRecogniser
from models.prosody_catalog import NO_PROSODY, SMART_TURN
from models.scripted_blocking import ScriptedBlockingRecogniser
from models.smart_turn import SmartTurn
from models.speech_process import prosody_of
from models.weights import WeightsStore
from voice_agent.audio import Pcm, silence
from voice_agent.errors import ModelCorrupt
from voice_agent.ports.speech import ENGLISH, Languages, Recognition


@pytest.fixture(scope="module")
def smart_turn(tmp_path_factory: pytest.TempPathFactory) -> SmartTurn:
    store = WeightsStore(tmp_path_factory.mktemp("weights"))
    return SmartTurn(store.locate(SMART_TURN) / SMART_TURN.files[0].name)


@pytest.fixture(scope="module")
def sentence(tmp_path_factory: pytest.TempPathFactory) -> Pcm:
    voice = HibariVoice(WeightsStore(tmp_path_factory.mktemp("voice")).locate(HIBARI))
    return np.concatenate(list(voice.synthesize("I would like to know when my parcel is going to arrive.")))


def test_a_whole_sentence_sounds_more_finished_than_the_half_of_it(smart_turn: SmartTurn, sentence: Pcm) -> None:
    whole = smart_turn.finished(np.concatenate((sentence, TRAILING)))
    half = smart_turn.finished(np.concatenate((sentence[: sentence.size // 2], TRAILING)))
    assert 0.0 <= half < 0.5 < whole <= 1.0


@pytest.mark.parametrize("samples", [0, 1, 160, 8 * 8_000, 30 * 8_000])
def test_turns_of_any_length_are_judged(smart_turn: SmartTurn, samples: int) -> None:
    assert 0.0 <= smart_turn.finished(silence(samples)) <= 1.0


def test_nothing_of_the_package_is_imported(smart_turn: SmartTurn) -> None:
    assert smart_turn.finished(silence(800)) >= 0.0
    assert "pipecat" not in sys.modules


class Listener:
    def __init__(self) -> None:
        self.heard: list[Pcm] = []

    def finished(self, pcm: Pcm) -> float:
        self.heard.append(pcm)
        return 0.75


@pytest.mark.parametrize(("expects", "finished"), [("open", 0.75), ("yes_no", 0.75), ("digits:8", None)])
def test_only_open_speech_and_answers_are_listened_to_twice(expects: str, finished: float | None) -> None:
    prosody = Listener()
    heard = ProsodicRecogniser(ScriptedBlockingRecogniser(0), prosody).transcribe(
        modulated("hello"), expects=expects, budget_us=1_000_000
    )
    assert (heard.text, heard.finished) == ("hello", finished)
    assert len(prosody.heard) == (0 if finished is None else 1)


def test_what_has_no_words_has_no_vote() -> None:
    heard = ProsodicRecogniser(ScriptedBlockingRecogniser(0), Listener()).transcribe(
        silence(8_000), expects="open", budget_us=1_000_000
    )
    assert (heard.text, heard.finished) == ("", None)


class Stepwise:
    """A recogniser that can be given up before its only step is done."""

    def transcribe(self, pcm: Pcm, *, expects: str, budget_us: int, languages: Languages = ENGLISH) -> Recognition:
        return finished(self.steps(pcm, expects=expects, budget_us=budget_us, languages=languages))

    def steps(self, pcm: Pcm, *, expects: str, budget_us: int, languages: Languages = ENGLISH) -> Steps[Recognition]:
        yield
        return Recognition("hello")


def test_a_recognition_that_is_given_up_is_not_listened_to_before_the_next_one() -> None:
    let_go, prosody = threading.Event(), Listener()

    class Slow:
        def finished(self, pcm: Pcm) -> float:
            assert let_go.wait(10)
            return prosody.finished(pcm)

    recogniser = ProsodicRecogniser(Stepwise(), Slow())
    first, given_up, last = (
        recogniser.steps(silence(samples), expects="open", budget_us=1_000_000) for samples in (800, 1_600, 2_400)
    )
    for each in (first, given_up, last):
        next(each)
    given_up.close()
    let_go.set()
    assert [finished(each).finished for each in (first, last)] == [0.75, 0.75]
    assert [pcm.size - TRAILING.size for pcm in prosody.heard] == [800, 2_400]


def test_its_absence_is_said_and_nothing_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    loading = Loading(WeightsStore(tmp_path, given={"smart-turn": tmp_path / "nothing"}))
    assert prosody_of(EngineSettings(prosody="smart-turn"), loading) is None
    assert "without the vote of smart-turn" in capsys.readouterr().err
    assert prosody_of(EngineSettings(prosody=NO_PROSODY), loading) is None


def test_another_file_under_its_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "smart-turn-v3.2-cpu.onnx").write_bytes(b"something else")
    loading = Loading(WeightsStore(tmp_path / "cache", given={"smart-turn": tmp_path}))
    with pytest.raises(ModelCorrupt):
        prosody_of(EngineSettings(prosody="smart-turn"), loading)
