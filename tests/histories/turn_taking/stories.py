"""All stories of turn-taking, by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.histories.turn_taking.endpointing_stories import ENDPOINTING
from tests.histories.turn_taking.interruption_stories import INTERRUPTIONS
from tests.histories.turn_taking.story import Story

FOLDER: Final = Path(__file__).parent
STORIES: Final[Mapping[str, Story]] = {**ENDPOINTING, **INTERRUPTIONS}
