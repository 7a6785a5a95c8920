"""Callers without a scenario: play these files or texts, each when the agent has finished, then hang up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from simulations.mouth import PreparedLine, prepared
from simulations.scenario import Limits, Line, Scenario, Who
from voice_agent.app.wav_files import read_wav
from voice_agent.errors import UsageError

SECONDS: Final = 600


def playback_scenario(texts: Sequence[str], *, number: str = "anonymous") -> Scenario:
    """A caller that says each of `texts` (or plays each file of that name) once the agent is done, then hangs up."""
    if not texts:
        raise UsageError("nothing to play", hint="name one or more WAV files or texts")
    first = Line(after="greeting", say=texts[0])
    rest = [Line(after="agent", say=text) for text in texts[1:]]
    lines = (first, *rest, Line(after="agent", hang_up=True))
    limits = Limits(turns=len(texts) + 10, seconds=SECONDS)
    return Scenario(v=1, scenario="playback", who=Who(number), lines=lines, limits=limits)


def prepare_files(paths: Sequence[Path]) -> Mapping[str, PreparedLine]:
    """Lines by the name of their file as given. Raises UsageError where one can't be played."""
    return {str(path): prepared(read_wav(path)) for path in paths}
