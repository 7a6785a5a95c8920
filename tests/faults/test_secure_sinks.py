"""A card is keyed on a real call, as events and as tones: its digits are looked for in all that is kept or told."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import http.client
import re
import signal
import sqlite3
import wave
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import numpy as np

from tests.faults.served import check_replays
from tests.testkit.key_tones import keys_in
from tests.testkit.keying_caller import KeyingCaller, on_the_phone
from tests.testkit.processes import ROOT, SCRIPTED, ServerProcess, run
from tests.testkit.stored import entries, newest, stored
from tests.testkit.waiting import soon
from voice_agent.api.tokens import Role, Token, add_token, digest_of
from voice_agent.conversation import events as ev
from voice_agent.conversation import secure_events as sec
from voice_agent.conversation.actions import RecordOutcome, Say
from voice_agent.stores.recordings import audio_path

CARD_DESK: Final = ROOT / "tests" / "system" / "card_desk"
WITH_API: Final = {**SCRIPTED, "VOICE_AGENT_API_ENABLED": "true", "VOICE_AGENT_API_PORT": "0"}
CARD: Final = "4000056655665556"
CODE: Final = "7391"
BILL: Final = "1234"
FAILS: Final = "6789"
"""The bill that is not paid the first time (`card_desk/tools/cards.py`)."""
TRACES: Final = tuple(CARD[at : at + 6].encode() for at in range(len(CARD) - 5))
"""Any six figures of the card in a row."""
SAID: Final = re.compile(rb'"[^"\n]*(?<!\d)' + CODE.encode() + rb'(?!\d)[^"\n]*"')
"""The code, standing alone in a text; numbers such as microseconds may have it by chance."""


def test_the_digits_are_nowhere_but_in_the_tool(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    add_token(data_dir / "api-tokens.toml", Token("test", Role.SUPERVISOR, digest_of("known")))
    with ServerProcess.start(CARD_DESK, data_dir, WITH_API) as server:
        asyncio.run(_pays(server, BILL))
        asyncio.run(_pays(server, FAILS, fails=True))
        server.logged("call ended", 20)
        nothing_in(on_disk(data_dir))  # the write-ahead log is still there
        for page in _pages(server):
            nothing_in(page)
        assert _core_limit(server) == ["0", "0"]
        server.terminated(30)
        nothing_in("\n".join(server.stderr).encode())
        assert any("its words are withheld" in line for line in server.stderr)
    nothing_in(on_disk(data_dir))
    _check_conversations(data_dir)
    assert _charges(data_dir) == [(bill, _digest(CARD), _digest(CODE)) for bill in (BILL, FAILS)]
    check_replays(data_dir)
    for command in (("calls", "list"), ("calls", "show", stored(data_dir)[0][0].conversation)):
        shown = run(*command, "--data-dir", data_dir, settings={}, seconds=60)
        assert shown.returncode == 0, shown.stderr
        nothing_in((shown.stdout + shown.stderr).encode())


def test_a_server_that_is_killed_leaves_no_digit(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"

    async def dies(server: ServerProcess) -> None:
        async with on_the_phone(server.ready.sip) as phone:
            await _comes_to_the_card(server, phone, BILL)
            await phone.keys(CARD)
            await _said(server, "Key the code.")
            await phone.keys(CODE[:2])
            server.signal(signal.SIGKILL)

    with ServerProcess.start(CARD_DESK, data_dir, SCRIPTED) as server:
        asyncio.run(dies(server))
        assert server.ended(10) == -signal.SIGKILL
        nothing_in("\n".join(server.stderr).encode())
    nothing_in(on_disk(data_dir))
    assert [event.valid for event in entries(newest(data_dir), sec.SecureCaptured)] == [True]
    assert _charges(data_dir) == []
    check_replays(data_dir)


async def _pays(server: ServerProcess, bill: str, *, fails: bool = False) -> None:
    """A whole call; where it `fails` once, everything is keyed again."""
    before = len(stored(server.data_dir))
    async with on_the_phone(server.ready.sip) as phone:
        await soon(lambda: len(stored(server.data_dir)) > before, 20, "the call in the store")
        await _comes_to_the_card(server, phone, bill)
        for attempt in range(1, 3 if fails else 2):
            await phone.keys(CARD)
            await _said(server, "Key the code.", attempt)
            await phone.keys(CODE)
            await _said(server, f"Pay {' '.join(bill)}?", attempt)
            await phone.says("Yes.")
            if fails and attempt == 1:
                await _said(server, "Shall I try again?")
                await phone.says("Yes.")
                await _said(server, "Key it again.")
        await _said(server, "Paid.")
        has_paid = partial(_has, server, RecordOutcome, 1)
        await soon(has_paid, 20, "the outcome")


async def _comes_to_the_card(server: ServerProcess, phone: KeyingCaller, bill: str) -> None:
    await soon(lambda: _has(server, ev.PlaybackFinished, 1), 30, "the end of the greeting")
    await phone.says("I want to pay my bill.")
    await _said(server, "What bill?")
    await phone.keys(bill)
    await _said(server, "Key your card.")


async def _said(server: ServerProcess, words: str, times: int = 1) -> None:
    """Waits until the agent has said it so often, and been heard to the end."""

    def heard() -> bool:
        records = newest(server.data_dir)
        said = [say.utterance for say in entries(records, Say) if words in " ".join(say.clauses)]
        done = {finished.utterance for finished in entries(records, ev.PlaybackFinished)}
        return len(said) >= times and said[times - 1] in done

    await soon(heard, 40, f"{words!r}, {times} times; {[say.clauses for say in entries(newest(server.data_dir), Say)]}")


def _has(server: ServerProcess, kind: type, count: int) -> bool:
    return len(entries(newest(server.data_dir), kind)) >= count


# The sinks


def on_disk(data_dir: Path) -> bytes:
    """Every byte of every file."""
    files = [path for path in sorted(data_dir.rglob("*")) if path.is_file()]
    assert any(path.name.endswith(".db") for path in files)
    return b"\n".join(path.read_bytes() for path in files)


def nothing_in(kept: bytes) -> None:
    assert len(kept) > 0
    bare = re.sub(rb"(?<=\d)[ ,.\-](?=\d)", b"", kept)
    found = [trace for trace in TRACES for text in (kept, bare) if trace in text]
    assert found == []
    assert SAID.findall(kept) == []


def _pages(server: ServerProcess) -> list[bytes]:
    api = server.ready.api
    assert api is not None
    calls = [header.conversation for header, _ in stored(server.data_dir)]
    paths = ["/calls", *(f"/calls/{call}{part}" for call in calls for part in ("", "/trace", "/audio"))]
    return [*(server.get(path)[1].encode() for path in ("/health", "/metrics")), *(_get(api, path) for path in paths)]


def _get(api: str, path: str) -> bytes:
    address = urlsplit(api)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=20)
    try:
        connection.request("GET", path, headers={"Authorization": "Bearer known"})
        answer = connection.getresponse()
        assert answer.status == 200, path
        return answer.read()
    finally:
        connection.close()


def _core_limit(server: ServerProcess) -> list[str]:
    limits = Path(f"/proc/{server.process.pid}/limits").read_text(encoding="ascii")
    return next(line.split()[4:6] for line in limits.splitlines() if line.startswith("Max core file size"))


def _check_conversations(data_dir: Path) -> None:
    """Keys before the capture are in log and recording, those in it are in neither; both tracks go on in step."""
    for (header, records), bill in zip(stored(data_dir), (BILL, FAILS), strict=True):
        assert "".join(event.digit for event in entries(records, ev.DigitPressed)) == bill
        assert [event.valid for event in entries(records, sec.SecureCaptured)].count(False) == 0
        with wave.open(str(audio_path(data_dir, header.conversation)), "rb") as recording:
            both = np.frombuffer(recording.readframes(recording.getnframes()), "<i2").reshape(-1, 2)
        tones = keys_in(both[:, 0].astype(np.int16))
        assert tones in (bill, bill[:-1])  # that of the last key comes while its answer, the capture, begins
        assert keys_in(both[:, 1].astype(np.int16)) == ""


def _charges(data_dir: Path) -> list[tuple[str, str, str]]:
    with contextlib.closing(sqlite3.connect(data_dir / "card_desk.db")) as database:
        return [tuple(row) for row in database.execute("SELECT bill, card_digest, code_digest FROM charge")]


def _digest(digits: str) -> str:
    return hashlib.sha256(digits.encode()).hexdigest()
