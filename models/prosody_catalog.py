"""Who listens to how finished a voice sounds, by name. These run beside the recogniser, and only where installed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from models.catalog import Engine, Loading
from models.prosodic import Prosody
from models.weights import WeightFile, Weights

SMART_TURN: Final = Weights(
    name="smart-turn",
    install="pip install --no-deps pipecat-ai==1.14.0",
    files=(
        WeightFile(
            name="smart-turn-v3.2-cpu.onnx",
            sha256="2bb026316b14a660486a75b1733cd3fbab8c2fd0314dc9af7be49f8cca967e4f",
            parts=("pipecat/audio/turn/smart_turn/data/smart-turn-v3.2-cpu.onnx",),
        ),
    ),
)


def _smart_turn(loading: Loading) -> Prosody | None:
    from models.smart_turn import SmartTurn

    return SmartTurn(loading.store.locate(SMART_TURN) / SMART_TURN.files[0].name)


NO_PROSODY: Final = "none"
PROSODY: Final[Mapping[str, Engine[Prosody | None]]] = {
    "smart-turn": Engine("pipecat-ai", SMART_TURN, _smart_turn),
    NO_PROSODY: Engine(None, None, lambda _loading: None),
}
