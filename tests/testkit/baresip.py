"""baresip as the caller, or as one who answers: driven over its control socket, so that it acts when we are ready.

with Baresip.dial(uri, folder) as phone:
    phone.play(line)            # int16 at 8 kHz, at once; silence afterwards
    phone.press("5")
phone.heard()                   # all of the agent's voice
"""

from __future__ import annotations

import json
import socket
import subprocess
import wave
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import numpy as np

from tests.testkit.waiting import until
from voice_agent.audio import RATE_HZ, Pcm, silence

HOST: Final = "127.0.0.1"
TAIL_S: Final = 90
"""Silence after every line: where the file of its audio source ends, baresip hangs up."""
_MODULES: Final = "/usr/lib/baresip/modules"


class Baresip:
    """One call."""

    def __init__(self, folder: Path, control_port: int, *orders: str, sip_port: int = 0, account: str = "") -> None:
        self._folder = folder
        self._played = 0
        self._write_line(silence(0))
        self._configure(control_port, sip_port, account)
        with (folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [
                    "baresip",
                    "-f",
                    str(folder),
                    *(part for order in orders for part in ("-e", order)),
                    "-t",
                    str(TAIL_S),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._control = until(lambda: _connected(control_port), 10, "baresip's control socket")
        self._unread = b""

    @classmethod
    def dial(cls, uri: str, folder: Path) -> Baresip:
        """`folder` is for its files; `uri` names host and port."""
        folder.mkdir()
        return cls(folder, _free_port(), "/dial " + uri.replace("sip:", "sip:agent@", 1))

    @classmethod
    def answering(cls, folder: Path, sip_port: int) -> Baresip:
        """It takes every call at `sip_port`, by UDP and TCP; ready when this returns."""
        folder.mkdir()
        return cls(folder, _free_port(), sip_port=sip_port, account=";answermode=auto")

    def play(self, pcm: Pcm) -> None:
        """Speaks from now on, in place of silence or of what it is speaking."""
        self._played += 1
        self._order("ausrc", f"aufile,{self._write_line(pcm)}")

    def press(self, key: str) -> None:
        """One key, as an RFC 4733 event."""
        self._order("sndcode", key)

    def pressed(self) -> str | None:
        """The next key that the other side pressed, None when none has come so far."""
        event = self._message(lambda each: each.get("type") == "CALL_DTMF_START")
        return None if event is None else str(event["param"])

    def heard(self) -> Pcm:
        """What came from the agent, once the call is over."""
        (path,) = self._folder.glob("dump-*-dec.wav")
        with wave.open(str(path), "rb") as file:
            assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE_HZ, 1, 2)
            return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)

    def __enter__(self) -> Baresip:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """It hangs up where the agent hasn't."""
        self._control.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)

    def _order(self, name: str, parameter: str) -> None:
        order = json.dumps({"command": name, "params": parameter, "token": name}).encode()
        self._control.sendall(b"%d:%s," % (len(order), order))
        answer = until(lambda: self._answer(name), 5, f"baresip's answer to {name}")
        assert answer["ok"], answer

    def _answer(self, token: str) -> dict[str, Any] | None:
        """The answer to an order among what has come."""
        return self._message(lambda each: each.get("token") == token)

    def _message(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any] | None:
        """The first netstring that is wanted among those that have come; others are passed over."""
        try:
            self._unread += self._control.recv(65_536, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None
        while (colon := self._unread.find(b":")) > 0:
            end = colon + 1 + int(self._unread[:colon])
            if len(self._unread) <= end:
                return None
            message = dict(json.loads(self._unread[colon + 1 : end]))
            self._unread = self._unread[end + 1 :]
            if wanted(message):
                return message
        return None

    def _write_line(self, pcm: Pcm) -> Path:
        path = self._folder / f"line-{self._played}.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes(np.concatenate((pcm, silence(TAIL_S * RATE_HZ))).astype("<i2").tobytes())
        return path

    def _configure(self, control_port: int, sip_port: int, account: str) -> None:
        folder = self._folder
        config = f"""
            sip_listen {HOST}:{sip_port}
            net_interface {HOST}
            audio_player aufile,{folder}/played.wav
            audio_source aufile,{folder}/line-0.wav
            audio_alert aufile,{folder}/alert.wav
            ctrl_tcp_listen {HOST}:{control_port}
            snd_path {folder}
            rtp_ports 20000-20100
            module_path {_MODULES}
            module g711.so
            module aufile.so
            module sndfile.so
            module_tmp uuid.so
            module_tmp account.so
            module_app menu.so
            module_app ctrl_tcp.so
        """
        (folder / "config").write_text("\n".join(line.strip() for line in config.splitlines()), encoding="utf-8")
        line = f"<sip:caller@{HOST};transport=udp>;regint=0;audio_codecs=PCMU{account}\n"
        (folder / "accounts").write_text(line, encoding="utf-8")
        (folder / "contacts").touch()


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as probe:
        return int(probe.getsockname()[1])


def _connected(port: int) -> socket.socket | None:
    try:
        return socket.create_connection((HOST, port), timeout=5)
    except ConnectionRefusedError:
        return None
