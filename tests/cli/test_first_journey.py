"""The tutorial works as it is written: its files are saved, its commands run, and what they print is compared."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Final

from tests.agent.core_script import EXAMPLE
from tests.testkit.processes import ROOT, command, environment

PAGE: Final = (ROOT / "docs" / "first-journey.md").read_text(encoding="utf-8")
_BLOCKS: Final = re.compile(r"(?P<before>[^\n]*)\n\n```(?P<kind>\w+)\n(?P<text>.*?)```", re.DOTALL)
_PATH: Final = re.compile(r"`(riverside/[\w./]+)`")
_DAY: Final = re.compile(r"[A-Z][a-z]+day \d{1,2} [A-Z][a-z]+(?: \d{4})?|\d{4}-\d\d-\d\d")


def timeless(line: str) -> str:
    """What day it is depends on when it is tried."""
    return _DAY.sub("DAY", line)


def run(line: str, typed: str, folder: Path) -> list[str]:
    """The lines that a command of the page prints."""
    words = shlex.split(line)
    given = command(*words[1:]) if words[0] == "voice-agent" else words
    done = subprocess.run(
        given,
        input=typed,
        env={**environment({}), "VOICE_AGENT_STORE_DATA_DIR": str(folder / "data")},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stderr == ""
    return [timeless(each) for each in done.stdout.splitlines()]


def as_expected(expected: list[str], printed: list[str]) -> bool:
    """Line by line, where `...` stands for any number of lines."""
    pattern = "".join("(?:.*\n)*?" if line == "..." else f"{re.escape(line)}\n" for line in expected)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


def commands(block: str) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def test_a_newcomer_gets_through_the_page(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "examples" / EXAMPLE.name, ignore=shutil.ignore_patterns("__pycache__"))
    tried: list[str] = []
    for block in _BLOCKS.finditer(PAGE):
        kind, text = block["kind"], block["text"]
        if kind != "console":
            save(text, block["before"], tmp_path)
            continue
        for line, shown in commands(text):
            typed = "".join(f"{each.removeprefix('you    ')}\n" for each in shown if each.startswith("you    "))
            printed = run(line, typed, tmp_path)
            assert as_expected([timeless(each) for each in shown], printed), (line, printed)
            tried.append(shlex.split(line)[1])
    assert {"check", "explain", "chat"} <= set(tried)
    assert (tmp_path / "drawings" / "delay_payment.svg").is_file()


def save(text: str, before: str, folder: Path) -> None:
    """A file is named in the line before it; what is added to one says so."""
    named = _PATH.search(before)
    assert named is not None, before
    path = folder / named[1]
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    assert (old != "") is ("Add to the end" in before)
    path.write_text(old + text, encoding="utf-8")
