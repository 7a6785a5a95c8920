"""Sentences with intents that other people collected: read from their folder, never kept here.

Each set's own training part trains and chooses; its test part is only ever scored.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

Labelled = tuple[str, str]
"""A sentence and its intent."""

HINT3_BOTS: Final = ("curekart", "sofmattress")
NO_INTENT: Final = "NO_NODES_DETECTED"
NLUPP_DOMAINS: Final = ("banking", "hotels")


class IntentSet(msgspec.Struct, frozen=True):
    """`outside` are sentences that no intent is for; `outside_train` the same, set aside for training."""

    train: tuple[Labelled, ...]
    test: tuple[Labelled, ...]
    outside: tuple[str, ...] = ()
    outside_train: tuple[str, ...] = ()


class Multi(msgspec.Struct, frozen=True):
    """A sentence with any number of intents."""

    text: str
    intents: tuple[str, ...]


def banking77(data: Path) -> IntentSet:
    folder = data / "banking77"
    return IntentSet(_rows(folder / "train.csv"), _rows(folder / "test.csv"))


def clinc150(data: Path) -> IntentSet:
    """Its development part: `val` is scored, with the out-of-scope sentences beside it."""
    parts = json.loads((data / "clinc150" / "data_full.json").read_text(encoding="utf-8"))
    pairs = {name: tuple((text, intent) for text, intent in rows) for name, rows in parts.items()}
    return IntentSet(
        pairs["train"],
        pairs["val"],
        tuple(text for text, _ in pairs["oos_val"]),
        tuple(text for text, _ in pairs["oos_train"]),
    )


def hint3(data: Path, bot: str) -> IntentSet:
    """Whatever has no intent, or one that training does not know, is outside."""
    train = _rows(data / "hint3" / "train" / f"{bot}_train.csv")
    known = {intent for _, intent in train}
    test = _rows(data / "hint3" / "test" / f"{bot}_test.csv")
    inside = tuple((text, intent) for text, intent in test if intent in known)
    return IntentSet(train, inside, tuple(text for text, intent in test if intent not in known))


def natcs(data: Path) -> IntentSet:
    """One part only: what a draw does not train on is scored."""
    lines = (data / "dstc11_natcs" / "development__test-utterances.jsonl").read_text(encoding="utf-8").splitlines()
    rows = tuple(dict.fromkeys((row["utterance"], row["intent"]) for row in map(json.loads, lines)))
    return IntentSet(rows, rows)


def nlupp(data: Path, domain: str) -> list[list[Multi]]:
    """Ten folds."""
    folds = sorted((data / "nlupp" / domain).glob("fold*.json"))
    return [
        [Multi(row["text"], tuple(row.get("intents", ()))) for row in json.loads(path.read_text(encoding="utf-8"))]
        for path in folds
    ]


def draw(rows: Sequence[Labelled], shots: int | None, seed: int) -> list[Labelled]:
    """`shots` sentences of each intent, all with None; the same for the same seed."""
    if shots is None:
        return list(rows)
    random = np.random.default_rng(seed)
    by_intent: dict[str, list[str]] = {}
    for text, intent in dict.fromkeys(rows):
        by_intent.setdefault(intent, []).append(text)
    out: list[Labelled] = []
    for intent, texts in sorted(by_intent.items()):
        out += [(texts[at], intent) for at in sorted(random.permutation(len(texts))[:shots])]
    return out


def as_examples(rows: Sequence[Labelled]) -> Mapping[str, list[str]]:
    """Intent to its sentences, as journeys write them."""
    out: dict[str, list[str]] = {}
    for text, intent in rows:
        out.setdefault(intent, []).append(text)
    return out


def _rows(path: Path) -> tuple[Labelled, ...]:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    return tuple((row[0], row[1]) for row in rows)
