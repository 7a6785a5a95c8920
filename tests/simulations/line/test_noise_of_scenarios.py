"""A scenario's line may take its noise from a recording beside the scenario."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest

from simulations.line.settings import LineSettings, Noise
from simulations.scenario_file import read_scenario
from tests.simulations.line.sounds import speech
from voice_agent.errors import AgentFolderError

SCENARIO = """\
v: 2
scenario: in_a_cafe
who: {number: "+15550100101"}
line:
  codec: pcma
  noise:
    snr_db: 10
    file: noise/cafe.wav
lines:
  - {after: greeting, say: "Where is my order?"}
"""


def test_a_recording_is_looked_for_when_the_scenario_is_read(tmp_path: Path) -> None:
    path = tmp_path / "in_a_cafe.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    with pytest.raises(AgentFolderError) as raised:
        read_scenario(path)
    missing = tmp_path / "noise/cafe.wav"
    assert raised.value.message == f"{path}:8: noise.file: there is no file {missing}"
    missing.parent.mkdir()
    with wave.open(str(missing), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(speech(1).astype("<i2").tobytes())
    assert read_scenario(path).line == LineSettings(codec="pcma", noise=Noise(10, file="noise/cafe.wav"))


@pytest.mark.parametrize(
    ("written", "instead", "problem"),
    [
        (
            "    file: noise/cafe.wav",
            "    kind: strete",
            "6: line.noise: there is no noise 'strete'; kinds are",
        ),
        ("  codec: pcma", "  codec: mp3", "4: line: there is no codec 'mp3'; codecs are none, pcmu,"),
        ("  codec: pcma", "  jiter_ms: 3", "5: unknown key 'jiter_ms'; allowed: codec, noise,"),
    ],
)
def test_a_line_that_makes_none_is_an_error_with_file_and_line(
    tmp_path: Path, written: str, instead: str, problem: str
) -> None:
    path = tmp_path / "in_a_cafe.yaml"
    path.write_text(SCENARIO.replace(written, instead), encoding="utf-8")
    with pytest.raises(AgentFolderError) as raised:
        read_scenario(path)
    assert raised.value.message.startswith(f"{path}:{problem}")
