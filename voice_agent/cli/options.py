"""Options that several verbs share, and how they become a configuration."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any, Final

import msgspec

from voice_agent.config import Config, load_config
from voice_agent.errors import ConfigurationError

CONFIG_FILE: Final = "voice-agent.toml"


def add_verb(verbs: Any, name: str, *, summary: str, examples: str) -> argparse.ArgumentParser:
    """A verb with `--json` and examples in its help."""
    out: argparse.ArgumentParser = verbs.add_parser(
        name,
        help=summary,
        description=summary,
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    out.add_argument("--json", action="store_true", help="machine-readable output, as in docs/contracts.md")
    return out


def add_config(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--config", type=Path, metavar="FILE", help=f"settings (default: {CONFIG_FILE} if it is there)")
    verb.add_argument("--data-dir", metavar="DIR", help="where conversations are kept ([store] data_dir)")


def add_agent(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("agent", type=Path, metavar="AGENT", help="an agent folder, such as examples/riverside_broadband")


def config_of(options: argparse.Namespace) -> Config:
    """The settings that the options name. Raises ConfigurationError."""
    path: Path | None = options.config
    if path is None and Path(CONFIG_FILE).is_file():
        path = Path(CONFIG_FILE)
    text = ""
    if path is not None:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as problem:
            raise ConfigurationError(f"{path} can't be read: {problem}") from problem
    config = load_config(text, os.environ, source=str(path))
    if options.data_dir is not None:
        config = msgspec.structs.replace(config, store=msgspec.structs.replace(config.store, data_dir=options.data_dir))
    return config


def data_dir_of(options: argparse.Namespace) -> Path:
    return Path(config_of(options).store.data_dir)
