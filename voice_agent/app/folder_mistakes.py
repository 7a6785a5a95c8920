"""All that is wrong with an agent folder, in three looks: at its texts, at how its tools are called, and at what is
hardly meant. Each is worth something only where the one before found nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from voice_agent.app.backdrops import music_of
from voice_agent.app.compared_examples import compare_examples
from voice_agent.config import Config
from voice_agent.effects.catalogue import load_catalogue
from voice_agent.effects.tool_check import as_problem, check_tools
from voice_agent.errors import AgentFolderError
from voice_agent.journeys.advice import NO_MODEL, advise
from voice_agent.journeys.load import check, load
from voice_agent.journeys.pack import Pack
from voice_agent.journeys.problems import Problem


def mistakes(folder: Path, files: Mapping[str, str], config: Config | None) -> tuple[list[Problem], str | None]:
    """Errors and warnings in order of file and line, and what examples were compared by: `meaning`, `words`, or None
    where errors came first. `files` are the folder's texts; without a `config` no engine is asked."""
    found = check(files)
    if found:
        return found, None
    pack = load(files)
    found = [*_no_music(folder, pack), *_wrong_calls(folder, files, pack)]
    if found:
        return found, None
    alike, by = compare_examples(files, pack, config)
    return sorted([*advise(pack, unjudged=_unjudged(pack, config), texts=_texts(config)), *alike]), by


def _unjudged(pack: Pack, config: Config | None) -> str:
    """Why no language model would judge; empty where one would."""
    if pack.agent.understander == "local":
        return "agent.yaml says 'understander: local'"
    return "" if config is not None and config.language.url != "" else NO_MODEL


def _texts(config: Config | None) -> bool:
    return config is not None and (config.messages.url != "" or config.tools.mode == "mock")


def _no_music(folder: Path, pack: Pack) -> list[Problem]:
    try:
        if pack.agent.hold is not None:
            music_of(folder, pack.agent.hold)
    except AgentFolderError as error:
        return [as_problem(error)]
    return []


def _wrong_calls(folder: Path, files: Mapping[str, str], pack: Pack) -> list[Problem]:
    try:
        return check_tools(pack, load_catalogue(folder, files, pack).tools)
    except AgentFolderError as error:
        return [as_problem(error)]
