"""`voice-agent simulate --forget-speech`: what engines said and heard in earlier suites is made anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli

DESK = Path(__file__).parents[1] / "simulations" / "runs" / "fragile_desk"


def test_what_engines_said_before_is_forgotten_on_request_only(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOICE_AGENT_SPEECH_EMBEDDER", "scripted")
    monkeypatch.setenv("FRAGILE_DESK_MARK", str(tmp_path / "mark"))
    cli.data_dir = tmp_path / "data"
    entry = cli.data_dir / "simulations" / "cache" / "speech" / "3f" / "3fa9"
    entry.parent.mkdir(parents=True)
    entry.write_bytes(b"said")
    assert cli.stored("simulate", DESK, "booked") == 0
    assert entry.exists()
    assert cli.stored("simulate", DESK, "booked", "--forget-speech") == 0
    assert not entry.exists()
