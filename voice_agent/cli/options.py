"""How the options of a command become a configuration."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Final

from voice_agent.config import Config, load_config
from voice_agent.errors import ConfigurationError

CONFIG_FILE: Final = "voice-agent.toml"


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
    config = load_config(text, os.environ, source="settings" if path is None else str(path))
    if options.data_dir is not None:
        config = config.with_data_dir(options.data_dir)
    return config


def data_dir_of(options: argparse.Namespace) -> Path:
    return Path(config_of(options).store.data_dir)
