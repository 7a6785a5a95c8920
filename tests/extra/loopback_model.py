"""Serves a small language model on loopback, OpenAI-compatible, for `tests.extra`. Not part of any test run.

    python -m venv /tmp/model && /tmp/model/bin/pip install xllamacpp
    /tmp/model/bin/python tests/extra/loopback_model.py model.gguf --port 8091

It needs nothing but `xllamacpp`, which has an environment of its own: it is no dependency of the project. With
`--parts FOLDER` the file is first put together from `*.bin` files there, in the order of the numbers in their names.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import signal
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="loopback_model")
    parser.add_argument("model", type=Path, help="a GGUF file")
    parser.add_argument("--port", type=int, default=8091)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--parts", type=Path, help="a folder with the parts of the file, to be joined first")
    options = parser.parse_args(arguments)
    if options.parts is not None:
        join(options.parts, options.model)
    serve(options.model, options.port, options.threads)
    return 0


def join(folder: Path, into: Path) -> None:
    """Writes the file and says its SHA-256."""
    parts = sorted(folder.rglob("*.bin"), key=lambda path: int(re.findall(r"\d+", path.stem)[-1]))
    digest = hashlib.sha256()
    with into.open("wb") as file:
        for part in parts:
            data = part.read_bytes()
            digest.update(data)
            file.write(data)
    print(f"{into}: {len(parts)} parts, SHA-256 {digest.hexdigest()}", file=sys.stderr)  # noqa: T201


def serve(model: Path, port: int, threads: int) -> None:
    """Until it is told to stop."""
    import xllamacpp  # type: ignore[import-not-found,unused-ignore]

    params = xllamacpp.CommonParams()
    params.model.path = str(model)
    params.n_ctx = 8192
    params.n_parallel = 1
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    params.hostnames = ["127.0.0.1"]
    params.port = port
    server = xllamacpp.Server(params)
    print(f"{server.listening_address}/v1", flush=True)  # noqa: T201
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
