"""What was recognised or said once is taken from a folder the next time: whole, bounded, and never trusted blindly."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import numpy as np
import pytest

from simulations.callers.cached import CachedRecogniser, CachedSynthesiser
from simulations.callers.speech_cache import SpeechCache
from voice_agent.audio import Pcm
from voice_agent.errors import ConfigurationError, EngineUnavailable
from voice_agent.ports.speech import ENGLISH, Languages, Recognition
from voice_agent.ports.urgency import Urgency

SPEECH: Pcm = np.arange(400, dtype=np.int16)


class CountingEars:
    def __init__(self) -> None:
        self.asked = 0

    async def transcribe(
        self, pcm: Pcm, *, expects: str, deadline_us: int, urgency: Urgency = "final", languages: Languages = ENGLISH
    ) -> Recognition:
        self.asked += 1
        return Recognition(f"{pcm.size} for {expects}", ("or so",), 0.75, "counting", 123)


class CountingVoice:
    """Breaks off after the first chunk where it `fails`."""

    def __init__(self, *, fails: bool = False) -> None:
        self.asked = 0
        self._fails = fails

    async def synthesize(self, text: str, *, deadline_us: int, speed: float = 1.0) -> AsyncGenerator[Pcm, None]:
        self.asked += 1
        yield SPEECH[: len(text)]
        if self._fails:
            raise EngineUnavailable("gone")
        yield SPEECH[len(text) :]


def heard(ears: CachedRecogniser, pcm: Pcm = SPEECH, expects: str = "open") -> Recognition:
    return asyncio.run(ears.transcribe(pcm, expects=expects, deadline_us=0))


def said(voice: CachedSynthesiser, text: str = "hello") -> list[Pcm]:
    async def all_chunks() -> list[Pcm]:
        return [chunk async for chunk in voice.synthesize(text, deadline_us=0)]

    return asyncio.run(all_chunks())


def test_the_second_run_hears_what_the_first_heard_without_the_engine(tmp_path: Path) -> None:
    first, second = CountingEars(), CountingEars()
    once = heard(CachedRecogniser(first, SpeechCache(tmp_path), "whisper 1"))
    cache = SpeechCache(tmp_path)
    assert heard(CachedRecogniser(second, cache, "whisper 1")) == once
    assert (first.asked, second.asked) == (1, 0)
    assert cache.use.hit_rate == 1.0


def test_other_samples_expectations_or_engines_are_other_questions(tmp_path: Path) -> None:
    ears, cache = CountingEars(), SpeechCache(tmp_path)
    for made_by, expects, pcm in (
        ("whisper 1", "open", SPEECH),
        ("whisper 2", "open", SPEECH),
        ("whisper 1", "digits", SPEECH),
        ("whisper 1", "open", SPEECH[1:]),
    ):
        heard(CachedRecogniser(ears, cache, made_by), pcm, expects)
    assert ears.asked == 4


def test_the_second_run_says_what_the_first_said_chunk_by_chunk(tmp_path: Path) -> None:
    first, second = CountingVoice(), CountingVoice()
    once = said(CachedSynthesiser(first, SpeechCache(tmp_path), "hibari 1.0"))
    again = said(CachedSynthesiser(second, SpeechCache(tmp_path), "hibari 1.0"))
    assert [chunk.tolist() for chunk in again] == [chunk.tolist() for chunk in once]
    assert all(chunk.dtype == np.int16 and chunk.flags.writeable for chunk in again)
    assert (first.asked, second.asked) == (1, 0)


def test_what_broke_off_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable):
        said(CachedSynthesiser(CountingVoice(fails=True), SpeechCache(tmp_path), "hibari"))
    whole = CountingVoice()
    said(CachedSynthesiser(whole, SpeechCache(tmp_path), "hibari"))
    assert whole.asked == 1


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 200])
def test_a_damaged_entry_is_dropped_and_made_again(damage: bytes, tmp_path: Path) -> None:
    ears, cache = CountingEars(), SpeechCache(tmp_path)
    once = heard(CachedRecogniser(ears, cache, "whisper"))
    (entry,) = (path for path in tmp_path.glob("*/*"))
    entry.write_bytes(damage)
    for _ in range(2):
        assert heard(CachedRecogniser(ears, cache, "whisper")) == once
    assert ears.asked == 2
    assert cache.use.dropped == 1


def test_an_entry_of_another_form_is_made_again(tmp_path: Path) -> None:
    ears, cache = CountingEars(), SpeechCache(tmp_path)
    heard(CachedRecogniser(ears, cache, "whisper"))
    cache.put(b"\0".join((b"heard", b"whisper", b"open", SPEECH.astype("<i2").tobytes())), b"\xc1")
    heard(CachedRecogniser(ears, cache, "whisper"))
    assert ears.asked == 2


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    cache = SpeechCache(tmp_path, limit_bytes=1_000)
    for index in range(9):
        cache.put(bytes([index]), bytes(68))
        os.utime(cache.place(bytes([index])), (index, index))
    assert cache.get(bytes([0])) is not None
    cache.put(b"more", bytes(68))
    cache.put(b"and more", bytes(68))
    cache.sweep()
    kept = [index for index in range(9) if cache.get(bytes([index])) is not None]
    assert 0 in kept
    assert kept == [0, *range(10 - len(kept), 9)]
    assert sum(path.stat().st_size for path in tmp_path.glob("*/*")) <= 1_000


def test_it_is_forgotten_on_request(tmp_path: Path) -> None:
    cache = SpeechCache(tmp_path)
    cache.put(b"key", b"value")
    cache.clear()
    assert cache.get(b"key") is None


def test_a_folder_that_cannot_be_made_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ConfigurationError, match="the cache of speech can't be made") as caught:
        SpeechCache(tmp_path / "file")
    assert caught.value.hint == "choose a folder that can be written, or do without the cache"


def test_several_processes_share_a_small_cache_and_never_read_half_an_entry(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from simulations.callers.speech_cache import SpeechCache\n"
        "cache = SpeechCache(Path(sys.argv[1]), limit_bytes=60_000)\n"
        "for turn in range(400):\n"
        "    key = bytes([turn * 7 % 60]); found = cache.get(key)\n"
        "    assert found is None or found == key * 2_000, turn\n"
        "    if found is None: cache.put(key, key * 2_000)\n"
        "assert cache.use.dropped == 0"
    )
    runs = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path)]) for _ in range(3)]
    assert [run.wait(timeout=60) for run in runs] == [0, 0, 0]
    SpeechCache(tmp_path, limit_bytes=60_000).sweep()
    assert 0 < sum(path.stat().st_size for path in tmp_path.glob("*/*")) <= 60_000
