"""Plays the example's typed transcripts with a language model that helps to understand, and compares how they end:

    python -m tests.extra.transcripts_with_model --url http://127.0.0.1:8091/v1 --answers answers.jsonl [NAME ...]

An extra that nobody runs unasked: it needs an endpoint (`tests/extra/loopback_model.py` serves one) and many minutes.
Plays until no question is open (`asked_model`) or `--minutes` are over. Prints a line a transcript: whether what it
came to (outcomes, hand-overs, the end) is what it comes to without a model, as it is kept. Exits with 1 where one
differs or is not finished.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Final

from tests.extra.asked_model import Asked, Listening, add_arguments, ask, tell
from tests.transcripts.player import FOLDER, STANDARD, played
from voice_agent.ports.language import Prompt
from voice_agent.session.world import World

_ENDS: Final = ("outcome: ", "person: ", "end: ")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="transcripts_with_model")
    add_arguments(parser)
    options = parser.parse_args(arguments)
    paths = [path for path in sorted(FOLDER.glob("*/*.txt")) if not options.names or path.stem in options.names]
    scripts = [path.read_text(encoding="utf-8") for path in paths]
    until_s = time.monotonic() + options.minutes * 60
    texts, open_ones, engines = _play(scripts, options.answers)
    while open_ones and time.monotonic() < until_s:
        asyncio.run(ask(list(open_ones.values()), options, until_s))
        texts, open_ones, engines = _play(scripts, options.answers)
    same = 0
    for at, (path, script, text) in enumerate(zip(paths, scripts, texts, strict=True)):
        verdict = "open" if at in open_ones else "same" if _ends(text) == _ends(script) else "OTHER"
        same += verdict == "same"
        tell(verdict, path.stem, engines.get(at, Counter()))
        if verdict == "OTHER" and options.show:
            print(text, flush=True)  # noqa: T201
    print(f"{same} of {len(paths)} end as without a model, {len(open_ones)} were not finished")  # noqa: T201
    return 0 if same == len(paths) else 1


def _play(scripts: list[str], answers: Path) -> tuple[list[str], dict[int, Prompt], dict[int, Counter[str]]]:
    asked = Asked(answers)
    heard: list[Listening] = []

    def with_model(world: World) -> World:
        heard.append(Listening(world.understanding, asked, world.clock))
        return dataclasses.replace(world, understanding=heard[0])

    with tempfile.TemporaryDirectory() as folder:
        texts = played(scripts, Path(folder), STANDARD, with_model)
    return texts, asked.open, heard[0].engines


def _ends(text: str) -> list[str]:
    """What the conversation came to; the ways there may differ."""
    return [line for line in text.splitlines() if line.startswith(_ENDS)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
