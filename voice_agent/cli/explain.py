"""`voice-agent explain AGENT [JOURNEY]`: a journey as prose for reviewers, and as a flowchart."""

from __future__ import annotations

import argparse
import difflib
from pathlib import Path

from voice_agent.app.agent_folder import read_folder
from voice_agent.cli.output import Explained, ExplainedJourney, print_json
from voice_agent.errors import UsageError
from voice_agent.journeys.explained.charting import chart_of
from voice_agent.journeys.explained.drawing import svg
from voice_agent.journeys.explained.prose import prose
from voice_agent.journeys.load import load
from voice_agent.journeys.pack import Journey, Pack


def run(options: argparse.Namespace) -> int:
    pack = load(read_folder(options.agent))
    language = pack.agent.language if options.language is None else options.language
    journeys = _chosen(pack, options.journey)
    explained: list[ExplainedJourney] = []
    for journey in journeys:
        chart = chart_of(journey, language)
        drawing = None if options.svg is None else _drawn(options.svg, journey, svg(chart))
        explained.append(ExplainedJourney(journey.name, journey.goal, prose(chart, journey), drawing))
    if options.json:
        print_json(Explained(str(options.agent), language, tuple(explained)))
    else:
        print("\n".join(one.prose for one in explained), end="")
    return 0


def _chosen(pack: Pack, name: str | None) -> tuple[Journey, ...]:
    if name is None:
        return pack.journeys
    journey = pack.journey(name)
    if journey is None:
        names = [each.name for each in pack.journeys]
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(names)}"
        raise UsageError(f"the agent has no journey {name!r}", hint=hint)
    return (journey,)


def _drawn(folder: Path, journey: Journey, drawing: str) -> str:
    path = folder / f"{journey.name}.svg"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(drawing, encoding="utf-8")
    except OSError as problem:
        raise UsageError(f"{path} can't be written: {problem}", hint="name a directory after --svg") from problem
    return str(path)
