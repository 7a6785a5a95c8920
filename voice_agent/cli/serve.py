"""`voice-agent serve AGENT`: answers the phone until it is told to stop."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from pathlib import Path
from typing import Final

import msgspec
import uvloop

from voice_agent.app.logs import log_to_stderr
from voice_agent.app.office import load_agent
from voice_agent.app.server import Server, serve
from voice_agent.cli.options import config_of
from voice_agent.cli.output import Ready, print_json
from voice_agent.config import Config

SWITCH_S: Final = 0.0005
"""How long the store's and the tools' threads may hold the interpreter while a media tick is due; 5 ms by default."""


def run(options: argparse.Namespace) -> int:
    config = _with_ports(config_of(options), options)
    log_to_stderr()
    load_agent(options.agent)  # mistakes are told before engines take their time to load
    print(f"voice-agent: loading the engines for {options.agent} ...", file=sys.stderr)

    def ready(server: Server) -> None:
        gc.collect()
        gc.freeze()  # what was loaded stays: collections during calls needn't look at it
        data_dir = str(Path(config.store.data_dir).resolve())
        if options.json:
            print_json(Ready("ready", server.sip_uri, server.http_url, data_dir, os.getpid()))
        else:
            print(_welcome(server, data_dir), flush=True)

    sys.setswitchinterval(SWITCH_S)
    uvloop.run(serve(options.agent, config, ready))
    return 0


def _with_ports(config: Config, options: argparse.Namespace) -> Config:
    replace = msgspec.structs.replace
    if options.sip_port is not None:
        config = replace(config, sip=replace(config.sip, port=options.sip_port))
    if options.http_port is not None:
        config = replace(config, http=replace(config.http, port=options.http_port))
    return config


def _welcome(server: Server, data_dir: str) -> str:
    return f"""
  {server.opened.pack.agent.name} is ready.

    dial     {server.sip_uri}        (a softphone on this machine; no account, no registration)
    health   {server.http_url}/health
    data     {data_dir}

  Say "Where is my order?". Your account number is 5 5 0 1, 2 4 7 9. Interrupt it, correct it, ask for a person.
  Then, in another terminal: voice-agent calls list
  Ctrl-C lets calls finish and stops.
"""
