"""Reads the EVI callers: what a commercial recogniser heard of postcodes, names and dates of birth, and the truth."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from voice_agent.conversation.expectation import Setting
from voice_agent.errors import UsageError
from voice_agent.understanding.known_keys import Key, Likeness, heard_keys

ITEMS: Final[Mapping[str, Likeness]] = {"postcode": "spelled", "name": "name", "dob": "date"}
SETTING: Final = Setting("2021-06-01T12:00:00", region="GB")
"""The calls were made in 2021 in Great Britain."""
ROUNDS: Final = 3


class Call(msgspec.Struct, frozen=True):
    """`record` is the caller's own, `heard` the hypotheses of each attempt at each item, likeliest first."""

    number: str
    speaker: str
    record: int
    heard: dict[str, tuple[tuple[str, ...], ...]]

    def keys(self, item: str, rounds: int) -> tuple[Key, ...]:
        """What there is to compare after so many attempts."""
        texts = [text for attempt in self.heard[item][:rounds] for text in attempt]
        return heard_keys(ITEMS[item], texts, SETTING)


def records(data: Path) -> list[dict[str, str]]:
    """All ten thousand people there are."""
    path = data / "evi" / "records.en.csv"
    if not path.is_file():
        raise UsageError(f"found no {path}", hint="Give the directory of the evaluation data with --data.")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def calls(data: Path, people: Sequence[Mapping[str, str]]) -> tuple[list[Call], int]:
    """The calls in order of their ids, and how many were left out because no record has their scenario."""
    numbers = {person["scenario_id"]: at for at, person in enumerate(people)}
    heard: dict[tuple[str, str, str], dict[str, dict[int, tuple[str, ...]]]] = {}
    unknown: set[str] = set()
    with (data / "evi" / "dialogues.en.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["scenario_id"] not in numbers:
                unknown.add(row["dialogue_id"])
                continue
            key = (row["dialogue_id"], row["speaker_id"], row["scenario_id"])
            attempts = heard.setdefault(key, {}).setdefault(row["item"], {})
            attempts[int(row["attempt_num"])] = tuple(json.loads(row["nbest"]))
    found = [
        Call(
            number,
            speaker,
            numbers[scenario],
            {item: tuple(items.get(item, {}).get(at, ()) for at in range(ROUNDS)) for item in ITEMS},
        )
        for (number, speaker, scenario), items in sorted(heard.items())
    ]
    return found, len(unknown)


def halves(found: Sequence[Call]) -> tuple[list[Call], list[Call]]:
    """Calls of every other speaker, for choosing thresholds, and the rest, for measuring: nobody is in both."""
    speakers = sorted({call.speaker for call in found})
    training = set(speakers[::2])
    chosen = [call for call in found if call.speaker in training]
    return chosen, [call for call in found if call.speaker not in training]
