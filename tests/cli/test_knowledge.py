"""`voice-agent knowledge`: what a question finds, and which questions found nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from tests.agent.core_script import EXAMPLE, example_pack
from tests.cli.conftest import Cli
from tests.histories.record import header_of
from voice_agent.conversation.actions import RecordGap
from voice_agent.conversation.records import record_of
from voice_agent.stores.sqlite import Store

ARTICLE = "---\ntitle: Router lights\n---\nA red light means that there is **no line**. Blue is fine.\n"


@pytest.fixture
def agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example with one article, and embeddings by a double."""
    folder = tmp_path / "riverside_broadband"
    shutil.copytree(EXAMPLE, folder)
    shutil.rmtree(folder / "knowledge", ignore_errors=True)
    (folder / "knowledge").mkdir()
    (folder / "knowledge" / "lights.md").write_text(ARTICLE)
    monkeypatch.setenv("VOICE_AGENT_SPEECH_EMBEDDER", "scripted")
    return folder


def gap(data_dir: Path, conversation: str, question: str) -> None:
    store = Store(data_dir)
    header = msgspec.structs.replace(header_of(conversation), agent=example_pack().agent.name)
    store.begin(header)
    store.write(conversation, record_of(1, 0, RecordGap(question, "en", "phone", "lights#opening", 0.2)))
    store.close()


def test_a_search_shows_what_would_be_answered_and_from_where(own_cli: Cli, agent: Path) -> None:
    assert own_cli.stored("knowledge", "search", agent, "router lights red light means no line", "--json") == 0
    found = own_cli.printed("knowledge_found")
    (passage,) = found["passages"]
    assert (passage["passage"], passage["file"], passage["words"]) == ("lights#opening", "knowledge/lights.md", 1.0)
    if found["answer"] is not None:
        answer = found["answer"]
        assert ARTICLE[answer["start"] : answer["end"]].startswith("A red light means that there is **no line**.")
    assert own_cli.stored("knowledge", "search", agent, "router lights red light means no line") == 0
    assert "lights#opening  Router lights" in own_cli.out


def test_a_language_that_the_agent_does_not_speak_is_wrong_use(own_cli: Cli, agent: Path) -> None:
    assert own_cli.stored("knowledge", "search", agent, "hola", "--language", "fr") == 2
    assert "doesn't speak 'fr'" in own_cli.complaint()[0]
    assert own_cli.stored("knowledge") == 2


def test_an_agent_without_articles_has_nothing_to_search(own_cli: Cli, agent: Path) -> None:
    shutil.rmtree(agent / "knowledge")
    assert own_cli.stored("knowledge", "search", agent, "hello", "--json") == 1
    assert "has no articles" in own_cli.printed("error")["error"]["message"]


def test_questions_without_an_answer_are_listed_until_they_are_erased(own_cli: Cli, agent: Path) -> None:
    assert own_cli.stored("knowledge", "gaps", agent) == 0
    assert own_cli.out == "no question was left without an answer\n"
    gap(own_cli.data_dir, "20260305-100000-00000001", "Do you sell tents?")
    assert own_cli.stored("knowledge", "gaps", agent, "--json") == 0
    (row,) = own_cli.printed("gap_list")["gaps"]
    assert (row["question"], row["times"], row["nearest"]) == ("Do you sell tents?", 1, "lights#opening")
    assert own_cli.stored("knowledge", "gaps", agent) == 0
    assert "Do you sell tents?  (nearest: lights#opening, 0.20)" in own_cli.out
    assert own_cli.stored("erase", "20260305-100000-00000001") == 0
    assert own_cli.stored("knowledge", "gaps", agent) == 0
    assert own_cli.out == "no question was left without an answer\n"
