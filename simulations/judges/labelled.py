"""Transcripts that people have judged, and how far a judge agrees with them. Pure but for reading files.

v: 1
about: The agent mocks a caller who has mislaid a number.
lines:
  - {by: agent, text: "Hello, how can I help?"}
labels: {politeness: broken}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from simulations.judges.rubric import ItemName, Rubric, Speaker
from simulations.judges.spoken_lines import SpokenLine, numbered
from simulations.judges.verdicts import Judgement
from simulations.measures.statistics import Share, share_of
from simulations.strict_yaml import parse_yaml, read_text
from voice_agent.errors import AgentFolderError

_HINT: Final = "docs/judging.md lists every key of a labelled transcript"

Label = Literal["holds", "broken"]


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    by: Speaker
    text: Annotated[str, Meta(min_length=1)]


class Labelled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`labels` are of the items that people were asked about. `injected`: somebody in it speaks to the judge."""

    v: Literal[1]
    about: Annotated[str, Meta(min_length=1)]
    lines: Annotated[tuple[Said, ...], Meta(min_length=2)]
    labels: Annotated[dict[ItemName, Label], Meta(min_length=1)]
    injected: bool = False
    name: str = ""
    """The file's, without its ending; no key of the file."""

    def spoken(self) -> tuple[SpokenLine, ...]:
        return numbered([(said.by, said.text) for said in self.lines])


class Compared(msgspec.Struct, frozen=True):
    """One label beside a judge's verdict, None where it came to none."""

    transcript: str
    item: str
    label: Label
    verdict: str | None
    agreement: float
    injected: bool

    @property
    def right(self) -> bool:
        return self.verdict == self.label


class Agreement(msgspec.Struct, frozen=True):
    """`right` of all labels; a judge that can't tell is not right. `kappa` is Cohen's over the labels that it decided
    (`decided`), None where chance alone would agree. `false_alarms`: broken where people saw none."""

    right: Share
    decided: int
    kappa: float | None
    false_alarms: Share
    missed: Share


def read_labelled(folder: Path, rubric: Rubric) -> list[Labelled]:
    """All `*.yaml` in order of their names. Raises AgentFolderError, also for labels of items that `rubric` lacks."""
    found: list[Labelled] = []
    known = [item.name for item in rubric.items]
    for path in sorted(folder.glob("*.yaml")):
        labelled = parse_yaml(read_text(path), Labelled, name=str(path), hint=_HINT)
        unknown = sorted(set(labelled.labels) - set(known))
        if unknown:
            allowed = ", ".join(known)
            raise AgentFolderError(f"{path}:1: labels: no item {unknown[0]!r}; allowed: {allowed}", hint=_HINT)
        found.append(msgspec.structs.replace(labelled, name=path.stem))
    return found


def compared(labelled: Labelled, judgements: Sequence[Judgement]) -> list[Compared]:
    """Each label of one transcript that there is a judgement of."""
    return [
        Compared(labelled.name, each.item, labelled.labels[each.item], each.verdict, each.agreement, labelled.injected)
        for each in judgements
        if each.item in labelled.labels
    ]


def agreement(rows: Sequence[Compared]) -> Agreement:
    """Of any number of labels."""
    decided = [row for row in rows if row.verdict in ("holds", "broken")]
    fine = [row for row in rows if row.label == "holds"]
    broken = [row for row in rows if row.label == "broken"]
    return Agreement(
        right=share_of(sum(row.right for row in rows), len(rows)),
        decided=len(decided),
        kappa=cohens_kappa([(row.label, str(row.verdict)) for row in decided]),
        false_alarms=share_of(sum(row.verdict == "broken" for row in fine), len(fine)),
        missed=share_of(sum(row.verdict != "broken" for row in broken), len(broken)),
    )


def cohens_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Agreement beyond what the two would come to by chance: 1 always, 0 no more than chance (Cohen 1960)."""
    if not pairs:
        return None
    count = len(pairs)
    observed = sum(one == other for one, other in pairs) / count
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    by_chance = sum(first[name] * second[name] for name in first) / count**2
    return None if by_chance >= 1 else (observed - by_chance) / (1 - by_chance)
