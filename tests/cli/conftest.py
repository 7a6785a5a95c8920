"""A data directory with conversations in it, as a server would have left it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, Final

import jsonschema  # type: ignore[import-untyped]
import msgspec
import pytest

from tests.agent.core_script import EXAMPLE, example_pack
from tests.histories.record import header_of
from tests.session.callers import asks_for_an_order, corrects_the_number, says_nothing
from tests.session.phone_line import Call, Parts, on_the_line
from voice_agent.app.agent_folder import read_folder
from voice_agent.app.office import keep_inputs
from voice_agent.cli.main import main
from voice_agent.config import Config
from voice_agent.stores.recordings import Recordings
from voice_agent.stores.sqlite import Store

SCHEMAS: Final = Path(__file__).parents[2] / "docs" / "schemas"

FOUND: Final = "20260304-100000-0000000a"
CORRECTED: Final = "20260304-110000-0000000b"
SILENT: Final = "20260304-120000-0000000c"
CALLERS: Final = {FOUND: asks_for_an_order, CORRECTED: corrects_the_number, SILENT: says_nothing}


class Cli:
    """`voice-agent` in this process. `out` and `err` are what the last command printed."""

    def __init__(self, data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data_dir = data_dir
        self.out = ""
        self.err = ""
        self._capsys = capsys

    def __call__(self, *arguments: str | Path) -> int:
        """The exit code."""
        code = main([str(argument) for argument in arguments])
        self.out, self.err = self._capsys.readouterr()
        return code

    def stored(self, *arguments: str | Path) -> int:
        """As before, on the conversations of `data_dir`."""
        return self(*arguments, "--data-dir", self.data_dir)

    def printed(self, schema: str) -> Any:
        """The JSON on stdout, one line, which must fit `docs/schemas/SCHEMA.json`."""
        assert self.out.count("\n") == 1
        value = json.loads(self.out)
        check(value, schema)
        return value

    def complaint(self) -> tuple[str, str]:
        """The one line of an error, and its hint (empty for none)."""
        lines = self.err.splitlines()
        assert 1 <= len(lines) <= 2, self.err
        assert lines[0].startswith("voice-agent")
        assert all(line.startswith("  ") for line in lines[1:])
        return lines[0], "".join(lines[1:]).strip()


def check(value: Any, schema: str) -> None:
    """Raises where `value` doesn't fit `docs/schemas/SCHEMA.json`."""
    jsonschema.validate(value, json.loads((SCHEMAS / f"{schema}.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def conversations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three calls to the example agent, the first recorded. Shared: not to be changed."""
    data_dir = tmp_path_factory.mktemp("conversations")
    store, recordings = Store(data_dir), Recordings(data_dir)
    keep_inputs(store, example_pack(), read_folder(EXAMPLE), Config())
    for hour, (name, caller) in enumerate(CALLERS.items()):
        header = msgspec.structs.replace(header_of(name), civil_start=f"2026-03-04T1{hour}:00:00.000+00:00")
        call = on_the_line(caller, Parts(header=header, recorded=name == FOUND))
        store.begin(header)
        for record in call.log.read():
            store.write(name, record)
        _keep_sound(name, call, recordings)
    recordings.close()
    store.close()
    return data_dir


def _keep_sound(name: str, call: Call, recordings: Recordings) -> None:
    recording = recordings.start(name)
    if call.recorder.announced_at is not None:
        recording.announce()
    for caller, agent in zip(call.recorder.caller, call.recorder.agent, strict=True):
        recording.frame(caller, agent)
    recording.end()


@pytest.fixture
def cli(
    conversations: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Cli:
    """Runs where no settings file lies."""
    monkeypatch.chdir(tmp_path)
    return Cli(conversations, capsys)


@pytest.fixture
def own_cli(cli: Cli, conversations: Path, tmp_path: Path) -> Cli:
    """With conversations of the test's own, which it may change."""
    cli.data_dir = tmp_path / "data"
    shutil.copytree(conversations, cli.data_dir)
    return cli


@pytest.fixture
def broken_agent(tmp_path: Path) -> Path:
    """A copy of the example with a mistake in line 1 of one file, and two more in another."""
    folder = tmp_path / "broken"
    shutil.copytree(EXAMPLE, folder)
    identify = folder / "journeys" / "identify_customer.yaml"
    identify.write_text(identify.read_text().replace("retries: 1", "retrys: 1").replace("length: 8", "length: eight"))
    (folder / "journeys" / "empty.yaml").write_text("journey: [")
    return folder
