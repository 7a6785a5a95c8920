"""Recorded speech with transcripts, as it would arrive over a telephone: 8 kHz, through G.711. Reads a folder, no more.

The folder holds `transcripts.tsv` with the columns file, text, sr, speaker, source, licence, kind.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from faster_whisper.audio import decode_audio

from simulations.measures.spoken_words import spoken_words
from telephony.codecs.g711 import PCMU
from voice_agent.audio import RATE_HZ, Pcm
from voice_agent.errors import UsageError

GROUPS: Final[Mapping[str, str]] = {
    "asterisk_prompts": "prompts",
    "fsdd": "digits",
    "misc": "misc",
    "tau2_fixtures": "fixtures",
}
"""Folder of the recordings to the group they are reported in. Others hold noise, tones or no transcripts."""


class Utterance(msgspec.Struct, frozen=True):
    """One recording. `words` are what is said in it, normalised, never empty."""

    file: str
    group: str
    words: tuple[str, ...]

    @property
    def expects(self) -> str:
        """What a conversation would have told the recogniser."""
        return "digits" if self.group == "digits" else "open"


def audio_folder(data: Path | None) -> Path:
    """Where the recordings are; raises UsageError where that isn't said or isn't so."""
    if data is None:
        raise UsageError("recorded speech is needed", hint="--data DIR, where DIR/audio/transcripts.tsv is")
    folder = data / "audio"
    if not (folder / "transcripts.tsv").is_file():
        raise UsageError(f"{folder} holds no transcripts.tsv", hint="--data names the folder that audio/ is in")
    return folder


def utterances(folder: Path) -> list[Utterance]:
    """All with a transcript, in the order of the list, each recording once."""
    out: dict[str, Utterance] = {}
    with (folder / "transcripts.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            group = GROUPS.get(row["file"].partition("/")[0])
            words = spoken_words(row["text"])
            if group is not None and words:
                out.setdefault(row["file"], Utterance(row["file"], group, tuple(words)))
    return list(out.values())


def over_the_telephone(path: Path) -> Pcm:
    """A recording of any format and rate, as `int16[samples]`, 8 kHz mono, mu-law and back."""
    samples = np.asarray(decode_audio(str(path), sampling_rate=RATE_HZ), np.float32)
    pcm = np.clip(np.round(samples * 32_768), -32_768, 32_767).astype(np.int16)
    return PCMU.decode(PCMU.encode(pcm))
