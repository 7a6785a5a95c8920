"""A whole call by voice: baresip speaks with a synthetic voice, and what it heard is transcribed again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec
import numpy as np
import pytest

from models.catalog import RECOGNISERS, SYNTHESISERS, Loading
from models.engines import BlockingRecogniser, BlockingSynthesiser
from models.weights import WeightsStore
from tests.testkit.baresip import Baresip
from tests.testkit.processes import RIVERSIDE, ServerProcess, run
from tests.testkit.stored import entries, newest, stored
from tests.testkit.waiting import until
from voice_agent.audio import Pcm, level_dbfs
from voice_agent.cli.output import ReplayReport
from voice_agent.conversation import events as ev
from voice_agent.conversation.actions import CallTool, RecordOutcome

BUDGET_US = 20_000_000
PAUSE = 50
LINES = ("Where is my order?", "Five five oh one, two four seven nine.", "Yes, that's right.", "No, thank you.")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, weights: Path) -> Iterator[ServerProcess]:
    """The example agent with the engines that users get."""
    settings = {"VOICE_AGENT_SPEECH_CACHE_DIR": str(weights)}
    with ServerProcess.start(RIVERSIDE, tmp_path_factory.mktemp("voice"), settings) as process:
        yield process


def said(voice: BlockingSynthesiser, text: str) -> Pcm:
    return np.concatenate(list(voice.synthesize(text)))


def stretches(pcm: Pcm) -> list[Pcm]:
    """Voice between silences of a second; recognition hears half a minute at most."""
    frames = pcm[: pcm.size - pcm.size % 160].reshape(-1, 160)
    voiced = np.flatnonzero([level_dbfs(frame) > -50 for frame in frames])
    if voiced.size == 0:
        return []
    parts = np.split(voiced, np.flatnonzero(np.diff(voiced) > PAUSE) + 1)
    return [frames[max(0, part[0] - 10) : part[-1] + 10].reshape(-1) for part in parts]


@pytest.mark.slow
@pytest.mark.peer("baresip")
def test_a_caller_on_baresip_learns_where_the_order_is(server: ServerProcess, weights: Path, tmp_path: Path) -> None:
    loading, data_dir = Loading(WeightsStore(weights)), server.data_dir
    voice = SYNTHESISERS["hibari"].load(loading)
    lines = [said(voice, text) for text in LINES]

    def finished(turns: int) -> bool:
        return len(entries(newest(data_dir), ev.PlaybackFinished)) >= turns

    uri = server.ready.sip
    with Baresip.dial(uri, tmp_path / "baresip") as phone:
        for number, line in enumerate(lines, start=1):
            until(partial(finished, number), 40, f"the end of the agent's turn {number}")
            phone.play(line)
        server.logged("call ended", 40)
    records = newest(data_dir)
    assert [end.by for end in entries(records, ev.CallEnded)] == ["agent"]
    assert [(done.journey, done.outcome) for done in entries(records, RecordOutcome)] == [("track_order", "resolved")]
    assert "48213" in [call.arguments.get("order") for call in entries(records, CallTool)]
    whisper = RECOGNISERS["whisper-base"].load(loading)
    heard = transcribed(whisper, phone.heard(), "router", "on its way")
    assert "router" in heard
    assert "on its way" in heard
    ((header, _),) = stored(data_dir)
    replayed = run("replay", header.conversation, "--data-dir", data_dir, "--json", settings={}, seconds=60)
    report = msgspec.json.decode(replayed.stdout, type=ReplayReport)
    assert [(each.id, each.verdict) for each in report.replayed] == [(header.conversation, "same")]


def transcribed(ears: BlockingRecogniser, pcm: Pcm, *wanted: str) -> str:
    """What was heard, the last words first, back to where all that is wanted was said."""
    heard: list[str] = []
    for part in reversed(stretches(pcm)):
        heard.append(ears.transcribe(part, expects="open", budget_us=BUDGET_US).text.lower())
        if all(words in " ".join(heard) for words in wanted):
            break
    return " ".join(heard)
