"""Which recordings are measured on, and what becomes of them on the telephone."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from benchmarks.telephone_speech import audio_folder, over_the_telephone, utterances
from voice_agent.audio import level_dbfs
from voice_agent.errors import UsageError

HEADER = "file\ttext\tsr\tspeaker\tsource\tlicence\tkind\n"


def write_tone(path: Path, rate_hz: int, tone_hz: float) -> None:
    at = np.arange(rate_hz) / rate_hz
    samples = (8_000 * np.sin(2 * np.pi * tone_hz * at)).astype("<i2")
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate_hz)
        out.writeframes(samples.tobytes())


def test_recordings_with_words_are_taken_once_and_by_group(tmp_path: Path) -> None:
    (tmp_path / "transcripts.tsv").write_text(
        HEADER
        + "fsdd/2_x.wav\ttwo\t8000\t\t\t\tdigit\n"
        + 'misc/a.wav\tsay "hello\t16000\t\t\t\tread\n'
        + "misc/a.wav\tSAY HELLO\t16000\t\t\t\tread\n"
        + "misc/b.wav\t[no transcript]\t16000\t\t\t\tcall\n"
        + "noise/n.wav\tnot speech\t8000\t\t\t\tnoise\n"
        + "asterisk_prompts/p.wav\tPress 1.\t8000\t\t\t\tprompt\n",
        encoding="utf-8",
    )
    found = utterances(tmp_path)
    assert [(each.file, each.group, each.words, each.expects) for each in found] == [
        ("fsdd/2_x.wav", "digits", ("two",), "digits"),
        ("misc/a.wav", "misc", ("say", "hello"), "open"),
        ("asterisk_prompts/p.wav", "prompts", ("press", "one"), "open"),
    ]


def test_what_is_in_the_telephone_band_is_kept_and_the_rest_is_gone(tmp_path: Path) -> None:
    write_tone(tmp_path / "low.wav", 16_000, 1_000)
    write_tone(tmp_path / "high.wav", 16_000, 6_000)
    low, high = over_the_telephone(tmp_path / "low.wav"), over_the_telephone(tmp_path / "high.wav")
    assert low.dtype == np.int16
    assert abs(low.size - 8_000) <= 80
    assert level_dbfs(low) > -16.5
    assert level_dbfs(high) < -45


def test_data_that_is_not_there_is_a_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="recorded speech is needed"):
        audio_folder(None)
    with pytest.raises(UsageError, match=r"holds no transcripts\.tsv"):
        audio_folder(tmp_path)
