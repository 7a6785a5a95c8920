"""`voice-agent simulate-worker AGENT --database URL`: plays runs for suites that are started elsewhere, until SIGTERM.

It takes runs of its own agent folder and code alone: those of another version it never touches.
"""

from __future__ import annotations

import argparse
import os
import signal
from pathlib import Path
from typing import Final

from simulations.runs.dbos_worker import DbosWorker
from simulations.runs.shared_queue import checked_url
from voice_agent.app.logs import log_to_stderr
from voice_agent.app.office import load_agent
from voice_agent.cli.options import config_of
from voice_agent.cli.output import WorkerReady, print_json
from voice_agent.cli.simulate_data import LOGS, apart

CANNOT_RUN: Final = 2
_ENDS: Final = (signal.SIGTERM, signal.SIGINT)


def run(options: argparse.Namespace) -> int:
    log_to_stderr(level=30)
    config = apart(config_of(options))
    pack, _ = load_agent(options.agent)
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)  # in all threads that are started from here on
    logs = Path(config.store.data_dir) / LOGS / str(os.getpid())  # there may be several on one machine
    worker = DbosWorker(checked_url(options.database), options.agent, pack.digest, config, logs)
    with worker:
        if options.json:
            print_json(WorkerReady("ready", pack.agent.name, worker.version, worker.number))
        else:
            print(f"{pack.agent.name}, version {worker.version}: ready", flush=True)
        signal.sigwait(_ENDS)
    return 0
