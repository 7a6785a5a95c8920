"""Writes the histories anew, after decisions were changed on purpose:

    python -m tests.histories.record

With names of stories of turn-taking (`turn_taking/stories.py`) it plays those alone, and prints what was decided where
that is not what the story says. Beside the logs are kept what decisions rest on: the agent folder and the settings,
under the digests in the headers. A log from a server may be put here as well (`voice-agent calls show ID --log`).
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import msgspec

from tests.agent.core_script import CIVIL_START, EXAMPLE, example_pack
from tests.histories.turn_taking import desk, story
from tests.histories.turn_taking.stories import FOLDER as TURN_TAKING
from tests.histories.turn_taking.stories import STORIES
from tests.session.callers import asks_for_an_order, corrects_the_number, interrupts_twice, says_nothing
from tests.session.phone_line import Parts, PhoneLine, on_the_line
from voice_agent.app.agent_folder import read_folder
from voice_agent.config import Config
from voice_agent.conversation.records import VERSION, Header

FOLDER: Final = Path(__file__).parent
AGENTS: Final = FOLDER / "agents"
SETTINGS: Final = FOLDER / "settings"

CALLERS: Final[dict[str, Callable[[PhoneLine], Awaitable[None]]]] = {
    "order_is_found_in_a_recorded_call": asks_for_an_order,
    "number_is_corrected_and_a_person_asked_for": corrects_the_number,
    "caller_interrupts_by_voice_cough_and_keys": interrupts_twice,
    "caller_says_nothing": says_nothing,
}


def header_of(name: str) -> Header:
    """Of a call to the example agent as it is now."""
    pack = example_pack()
    return Header(VERSION, name, "phone", pack.agent.name, pack.digest, Config().digest(), 1, CIVIL_START)


def main(names: list[str]) -> int:
    if not names:
        _record_calls()
    _keep(AGENTS / f"{desk.desk().digest}.json", desk.files())
    _keep(SETTINGS / f"{Config().digest()}.json", {"turns": msgspec.to_builtins(Config().turns)})
    return max([_record_story(name) for name in names or STORIES], default=0)


def _record_story(name: str) -> int:
    """1 where it was decided otherwise than the story says."""
    told = STORIES[name]
    call = story.played(name, told)
    (TURN_TAKING / f"{name}.jsonl").write_bytes(call.as_text())
    found = story.decided(call.log.read(), timed=told.timed)
    sys.stdout.write(f"{name}: {len(call.log)} records\n")
    if found != told.decisions:
        sys.stdout.write("".join(f"    {decision!r},\n" for decision in found))
    return int(found != told.decisions)


def _record_calls() -> None:
    for path in [
        *TURN_TAKING.glob("*.jsonl"),
        *FOLDER.glob("*.jsonl"),
        *AGENTS.glob("*.json"),
        *SETTINGS.glob("*.json"),
    ]:
        path.unlink()
    AGENTS.mkdir(exist_ok=True)
    SETTINGS.mkdir(exist_ok=True)
    _keep(AGENTS / f"{example_pack().digest}.json", read_folder(EXAMPLE))
    for name, caller in CALLERS.items():
        call = on_the_line(caller, Parts(header=header_of(name), recorded="recorded" in name))
        (FOLDER / f"{name}.jsonl").write_bytes(call.as_text())
        sys.stdout.write(f"{name}: {len(call.log)} records\n")


def _keep(path: Path, value: object) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=1) + b"\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
