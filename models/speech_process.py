"""A speech process: loads the engines, then does what it is asked over the socket it inherited.

    python -m models.speech_process --fd 7 --config '{"recogniser": "whisper-base"}'

One thread reads, one works. The work is done in steps (a transcript, a chunk, eight embeddings), the earliest deadline
first, and between steps cancellations count. It ends when the other side is gone; it ignores SIGINT, which the terminal
sends to all; it is nicer than the worker, whose 20 ms ticks come first.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import queue
import signal
import socket
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import msgspec

from models.catalog import EMBEDDERS, RECOGNISERS, SYNTHESISERS, Engine, Loading, engine
from models.engines import BlockingRecogniser
from models.job_steps import JobSteps, SpeechEngines
from models.process_messages import FromProcess, ProtocolBroken, Ready, Refused, ToProcess, framed, receive
from models.process_settings import EngineSettings
from models.prosodic import ProsodicRecogniser, Prosody
from models.prosody_catalog import PROSODY
from models.weights import WeightsStore, hub_download
from voice_agent.errors import ModelMissing, VoiceAgentError

T = TypeVar("T")
_REFUSED_EXIT = 3


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="models.speech_process", description="One speech process of a pool.")
    parser.add_argument("--fd", type=int, required=True, help="inherited end of a socket pair")
    parser.add_argument("--config", required=True, help="EngineSettings as JSON")
    options = parser.parse_args(arguments)
    settings = msgspec.json.decode(options.config, type=EngineSettings)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(settings.niceness)
    if settings.cores:
        os.sched_setaffinity(0, settings.cores)
    with socket.socket(fileno=options.fd) as connection:
        inbox: queue.SimpleQueue[ToProcess] = queue.SimpleQueue()
        threading.Thread(target=_read, args=(connection, inbox), name="reader", daemon=True).start()
        started_us = _now_us()
        try:
            engines = load(settings)
        except VoiceAgentError as error:
            connection.sendall(framed(Refused(code=error.code, message=error.message, hint=error.hint)))
            return _REFUSED_EXIT
        known = versions(settings, smaller=engines.smaller is not None)
        connection.sendall(framed(Ready(versions=known, loading_us=_now_us() - started_us)))
        _work(connection, inbox, engines)
    return 0


def load(settings: EngineSettings) -> SpeechEngines:
    """All engines, loaded in parallel. Raises what the weights or the catalog have against it."""
    store = WeightsStore(
        Path(settings.cache_dir),
        given={name: Path(directory) for name, directory in settings.weights.items()},
        download=hub_download if settings.allow_downloads else None,
    )
    loading = Loading(store, settings.scripted_latency_us, settings.loudness_lufs)
    recogniser = engine(RECOGNISERS, settings.recogniser, "recogniser")
    synthesiser = engine(SYNTHESISERS, settings.synthesiser, "synthesiser")
    embedder = engine(EMBEDDERS, settings.embedder, "embedder")
    with ThreadPoolExecutor(4) as threads:
        recognising = threads.submit(recogniser.load, loading)
        synthesising = threads.submit(synthesiser.load, loading)
        embedding = threads.submit(embedder.load, loading)
        smaller = threads.submit(_smaller, settings.smaller, loading)
        prosody = prosody_of(settings, loading)
        heard = recognising.result()
        listener = heard if prosody is None else ProsodicRecogniser(heard, prosody)
        return SpeechEngines(listener, synthesising.result(), embedding.result(), smaller.result())


def prosody_of(settings: EngineSettings, loading: Loading) -> Prosody | None:
    """None where nobody is wanted, or where it isn't installed: turns then end without that vote, and it is said once.

    Raises ModelCorrupt.
    """
    try:
        return engine(PROSODY, settings.prosody, "prosody").load(loading)
    except ModelMissing as absent:
        sys.stderr.write(f"speech process: turns end without the vote of {settings.prosody}: {absent.message}\n")
        return None


def _smaller(name: str, loading: Loading) -> BlockingRecogniser | None:
    """The recogniser for what is late; None where none is wanted or its weights are not installed."""
    if name == "":
        return None
    try:
        return engine(RECOGNISERS, name, "recogniser").load(loading)
    except ModelMissing as missing:
        sys.stderr.write(f"speech process: {missing.message}; late recognitions are done by the usual model\n")
        return None


def versions(settings: EngineSettings, *, smaller: bool) -> dict[str, str]:
    """Engine name to the version of the package that it is, for the release that a conversation's log names."""
    recognisers = (settings.recogniser, settings.smaller) if smaller else (settings.recogniser,)
    return {
        **{name: _version(RECOGNISERS, name) for name in recognisers},
        settings.synthesiser: _version(SYNTHESISERS, settings.synthesiser),
        settings.embedder: _version(EMBEDDERS, settings.embedder),
    }


def _version(table: Mapping[str, Engine[T]], name: str) -> str:
    package = table[name].package
    return "" if package is None else importlib.metadata.version(package)


def _read(connection: socket.socket, inbox: queue.SimpleQueue[ToProcess]) -> None:
    while True:
        try:
            message = receive(connection)
        except ProtocolBroken as error:
            sys.stderr.write(f"speech process: {error.message}\n")
            os._exit(1)
        if message is None:
            # Nobody is left to answer; a decode that is running would only be in the way.
            os._exit(0)
        inbox.put(message)


def _work(connection: socket.socket, inbox: queue.SimpleQueue[ToProcess], engines: SpeechEngines) -> None:
    steps = JobSteps(engines)
    while True:
        if not steps.runnable():
            _send(connection, steps.take(inbox.get(), _now_us()))
        while not inbox.empty():
            _send(connection, steps.take(inbox.get_nowait(), _now_us()))
        if steps.runnable():
            _send(connection, steps.step(_now_us()))


def _send(connection: socket.socket, messages: Sequence[FromProcess]) -> None:
    for message in messages:
        connection.sendall(framed(message))


def _now_us() -> int:
    return time.monotonic_ns() // 1_000


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
