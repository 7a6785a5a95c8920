"""Where simulations keep what they need: apart from what real conversations leave in the same data directory."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from voice_agent.config import Config

FOLDER: Final = "simulations"
LOGS: Final = "logs"


def apart(config: Config) -> Config:
    """With a data directory for simulations alone; engines' weights are where they always are."""
    data_dir = Path(config.store.data_dir)
    speech = config.speech
    if not speech.cache_dir:
        speech = msgspec.structs.replace(speech, cache_dir=str(data_dir / "cache"))
    return msgspec.structs.replace(config, speech=speech).with_data_dir(str(data_dir / FOLDER))
