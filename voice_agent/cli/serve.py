"""`voice-agent serve AGENT`: answers the phone until it is told to stop."""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import sys
from pathlib import Path

import msgspec
import uvloop

from simulations.scenario_file import read_scenarios
from voice_agent.app.api_beside import api_beside
from voice_agent.app.core_dumps import forbid_core_dumps
from voice_agent.app.logs import log_to_stderr
from voice_agent.app.office import load_agent
from voice_agent.app.ports import check_ports
from voice_agent.app.server import SWITCH_S, serve
from voice_agent.app.storage import make_data_dir
from voice_agent.app.supervisor import Served, serve_workers
from voice_agent.cli.api import tell_secret
from voice_agent.cli.options import config_of
from voice_agent.cli.output import Ready, print_json
from voice_agent.config import Config


def run(options: argparse.Namespace) -> int:
    config = _with_ports(config_of(options), options)
    log_to_stderr()
    forbid_core_dumps()
    load_agent(options.agent)  # mistakes are told before engines take their time to load
    check_ports(config)
    make_data_dir(config)
    print(f"voice-agent: loading the engines for {options.agent} ...", file=sys.stderr)

    sys.setswitchinterval(SWITCH_S)
    uvloop.run(_serve(config, options))
    return 0


async def _serve(config: Config, options: argparse.Namespace) -> None:
    wishes = _wishes_to_try(options.agent)

    def ready(server: Served) -> None:
        if api is not None:
            api.start()
        url = None if api is None else api.url
        gc.collect()
        gc.freeze()  # what was loaded stays: collections during calls needn't look at it
        data_dir = str(Path(config.store.data_dir).resolve())
        if options.json:
            chat, whatsapp = server.chat_url, server.whatsapp_url
            print_json(Ready("ready", server.sip_uri, server.http_url, data_dir, os.getpid(), url, chat, whatsapp))
        else:
            print(_welcome(server, url, data_dir, wishes), flush=True)
        tell_secret(None if api is None else api.secret)

    serving = serve if config.workers.count == 1 else serve_workers
    async with api_beside(config) as api:
        await serving(options.agent, config, ready)


def _with_ports(config: Config, options: argparse.Namespace) -> Config:
    replace = msgspec.structs.replace
    if options.sip_port is not None:
        config = replace(config, sip=replace(config.sip, port=options.sip_port))
    if options.http_port is not None:
        config = replace(config, http=replace(config.http, port=options.http_port))
    if options.api_port is not None:
        config = replace(config, api=replace(config.api, port=options.api_port))
    if options.chat_port is not None:
        config = replace(config, chat=replace(config.chat, port=options.chat_port))
    return config


def _wishes_to_try(folder: Path) -> list[str]:
    """What a caller may begin with: the first lines of the three shortest scenarios that differ in them."""
    scenarios = read_scenarios(folder / "simulations") if (folder / "simulations").is_dir() else []
    spoken = [[line.say for line in scenario.lines if line.say is not None] for scenario in scenarios]
    return list(dict.fromkeys(said[0] for said in sorted(spoken, key=len) if said))[:3]


def _this_command() -> str:
    """How whoever started it may call it again: by its path, unless the shell finds it."""
    path = Path(sys.argv[0])
    return str(path) if path.name == "voice-agent" and shutil.which(path.name) is None else "voice-agent"


def _welcome(server: Served, api: str | None, data_dir: str, wishes: list[str]) -> str:
    say = ", ".join(f'"{wish}"' for wish in wishes)
    whatsapp = (
        "" if server.whatsapp_url is None else f"    whatsapp {server.whatsapp_url}        (for Meta's webhooks)\n"
    )
    return f"""
  {server.agent} is ready.

    dial     {server.sip_uri}        (a softphone on this machine; no account, no registration)
    chat     {"off" if server.chat_url is None else server.chat_url}        (in a browser)
{whatsapp}    health   {server.http_url}/health
    api      {"off" if api is None else f"{api}/calls"}
    data     {data_dir}

  Say {say if wishes else "what you would like to know"}
  Interrupt it, correct it, key numbers, stay silent, ask for a person.
  Then, in another terminal: {_this_command()} calls show latest
  Ctrl-C lets calls finish and stops.
"""
