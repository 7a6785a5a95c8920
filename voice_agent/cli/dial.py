"""`voice-agent dial AGENT URI`: the agent calls somebody, talks, and says what came of it."""

from __future__ import annotations

import argparse
import sys
from typing import Final

import msgspec
import uvloop

from voice_agent.app.core_dumps import forbid_core_dumps
from voice_agent.app.logs import log_to_stderr
from voice_agent.app.office import load_agent
from voice_agent.app.server import open_server
from voice_agent.channels.outgoing import Dialled, check_may_dial
from voice_agent.cli.options import config_of
from voice_agent.cli.output import CallDialled, print_json
from voice_agent.config import Config

EXIT_CODES: Final = {"talked": 0, "rejected": 1, "failed": 1, "busy": 3, "no_answer": 4}
TOLD: Final = {
    "talked": "they talked",
    "busy": "the line is busy",
    "no_answer": "nobody answered",
    "rejected": "the call was refused",
    "failed": "answered, but there was no conversation",
}


def run(options: argparse.Namespace) -> int:
    config = _beside_a_server(config_of(options))
    log_to_stderr(level=30)
    forbid_core_dumps()
    check_may_dial(options.uri)
    load_agent(options.agent)
    dialled = uvloop.run(_dial(options, config))
    conversation = dialled.conversation
    if options.json:
        print_json(CallDialled(dialled.outcome, dialled.code, dialled.reason, dialled.sip_call_id, conversation))
    else:
        code = f"{dialled.code}, " if dialled.code else ""
        print(f"{options.uri}: {TOLD[dialled.outcome]} ({code}{dialled.reason})")
        if conversation is not None:
            print(f"  voice-agent calls show {conversation}")
    return EXIT_CODES[dialled.outcome]


async def _dial(options: argparse.Namespace, config: Config) -> Dialled:
    """What came of the call. Everything is written when this returns."""
    async with open_server(options.agent, config) as server:
        return await server.dial(options.uri, ring_s=options.ring, progress=_tell)


def _tell(code: int) -> None:
    print(f"  {code} {'ringing' if code == 180 else 'under way'}", file=sys.stderr)


def _beside_a_server(config: Config) -> Config:
    """A server on this machine, with the same settings, keeps its ports, its chats and its number on WhatsApp."""
    replace = msgspec.structs.replace
    sip, http, chat = replace(config.sip, port=0), replace(config.http, port=0), replace(config.chat, enabled=False)
    whatsapp = replace(config.whatsapp, number_id="")
    return replace(config, sip=sip, http=http, chat=chat, whatsapp=whatsapp)
