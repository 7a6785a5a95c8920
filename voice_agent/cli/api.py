"""`voice-agent api`: answers questions about calls over HTTP, or makes a token for somebody who may ask."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import closing
from pathlib import Path

import msgspec

from voice_agent.api.tokens import Role, Token, add_token, digest_of
from voice_agent.app.api_process import api_server, run_api
from voice_agent.app.api_tokens import new_secret, secret_for_this_run, token_for_this_run, tokens_path
from voice_agent.app.http_server import listen, url_of
from voice_agent.app.logs import log_to_stderr
from voice_agent.cli.options import config_of
from voice_agent.cli.output import ApiReady, TokenMade, print_json
from voice_agent.config import Config
from voice_agent.errors import UsageError
from voice_agent.stores.schema import connect


def run(options: argparse.Namespace) -> int:
    config = config_of(options)
    return _make_token(config, options) if options.what == "token" else _serve(config, options)


def _serve(config: Config, options: argparse.Namespace) -> int:
    log_to_stderr()
    if options.port is not None:
        config = msgspec.structs.replace(config, api=msgspec.structs.replace(config.api, port=options.port))
    connect(Path(config.store.data_dir), create=False).close()  # brings an older store up to date
    secret = secret_for_this_run(config)
    server = api_server(config, token_for_this_run(secret))
    with closing(listen("api", config.api.host, config.api.port)) as listening:
        url = url_of(config.api.host, listening)
        if options.json:
            print_json(ApiReady("ready", url, str(Path(config.store.data_dir).resolve()), os.getpid()))
        else:
            print(f"answering on {url}/calls; Ctrl-C stops", flush=True)
        tell_secret(secret)
        run_api(server, listening)
    return 0


def tell_secret(secret: str | None) -> None:
    """Once, where the logs don't keep it: beside them, on stderr, not as a log line."""
    if secret is not None:
        print(f"voice-agent: the API's token for this run (supervisor): {secret}", file=sys.stderr, flush=True)


def _make_token(config: Config, options: argparse.Namespace) -> int:
    secret, path = new_secret(), tokens_path(config)
    made = {"name": options.name, "role": options.role, "sha256": digest_of(secret)}
    try:
        token = msgspec.convert(made, Token)
    except msgspec.ValidationError as problem:
        raise UsageError(
            f"--name {options.name!r} can't be used", hint="letters, digits and . _ @ -, at most 64"
        ) from problem
    add_token(path, token)
    if options.json:
        print_json(TokenMade(token.name, Role(token.role).value, secret, str(path)))
    else:
        print(secret)
        print(f"voice-agent: {token.name}, {token.role.value}; {path} keeps only a digest of it", file=sys.stderr)
    return 0
