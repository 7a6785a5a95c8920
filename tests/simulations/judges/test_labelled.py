"""Rubrics, labelled transcripts, and how far a judge agrees with people."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulations.judges.labelled import Agreement, Compared, Label, agreement, cohens_kappa, compared, read_labelled
from simulations.judges.rubric import SERVICE, read_rubric
from simulations.judges.verdicts import Vote, judgement
from voice_agent.errors import AgentFolderError

JUDGED = Path(__file__).parents[1] / "judged"
RUBRIC = read_rubric(SERVICE)
LABELLED = """\
v: 1
about: The agent is rude.
lines:
  - {by: agent, text: "What do you want?"}
  - {by: caller, text: "Sorry."}
labels: {politeness: broken, clarity: holds}
"""


def test_every_item_of_the_rubric_is_labelled_both_ways() -> None:
    labelled = read_labelled(JUDGED, RUBRIC)
    assert len(labelled) >= 24
    assert sum(each.injected for each in labelled) >= 5
    for item in RUBRIC.items:
        labels = [each.labels[item.name] for each in labelled if item.name in each.labels]
        assert labels.count("holds") >= 2, item.name
        assert labels.count("broken") >= 2, item.name


def test_labelled_transcripts_have_words_that_count_as_evidence() -> None:
    for each in read_labelled(JUDGED, RUBRIC):
        assert len({line.line for line in each.spoken()}) == len(each.lines), each.name
        assert any(line.by == "agent" for line in each.spoken()), each.name


def write(folder: Path, text: str) -> Path:
    path = folder / "one.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_labelled_transcript_is_named_after_its_file(tmp_path: Path) -> None:
    write(tmp_path, LABELLED)
    (found,) = read_labelled(tmp_path, RUBRIC)
    assert (found.name, found.labels, found.injected) == ("one", {"politeness": "broken", "clarity": "holds"}, False)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("politeness: broken", "kindness: broken", "one.yaml:1: labels: no item 'kindness'; allowed: politeness"),
        ("politeness: broken", "politeness: bad", "one.yaml:6:"),
        ("by: caller", "by: robot", "one.yaml:5:"),
        ("about:", "abuot:", "one.yaml:2: unknown key 'abuot'; allowed: v, about"),
        ("v: 1", "v: 2", "one.yaml:1:"),
    ],
)
def test_a_mistake_in_a_labelled_transcript_is_named_with_its_line(
    tmp_path: Path, before: str, after: str, says: str
) -> None:
    write(tmp_path, LABELLED.replace(before, after))
    with pytest.raises(AgentFolderError) as raised:
        read_labelled(tmp_path, RUBRIC)
    assert says in str(raised.value)


RUBRIC_TEXT = """\
v: 1
rubric: mine
items:
  - name: politeness
    asks: Is it polite?
    holds_when: It is.
    broken_when: It isn't.
  - name: clarity
    asks: Is it clear?
    holds_when: It is.
    broken_when: It isn't.
    evidence: [agent, caller]
"""


def test_a_rubric_of_ones_own_is_read(tmp_path: Path) -> None:
    rubric = read_rubric(write(tmp_path, RUBRIC_TEXT))
    assert rubric.item("clarity").evidence == ("agent", "caller")
    assert rubric.item("politeness").evidence == ("agent",)
    with pytest.raises(KeyError):
        rubric.item("kindness")


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("name: clarity", "name: politeness", "more than one item 'politeness'"),
        ("evidence: [agent, caller]", "evidence: []", "item 'clarity' allows nobody's words"),
        ("    asks: Is it clear?\n", "", "one.yaml:8:"),
        ("evidence: [agent, caller]", "evidence: [agent, wall]", "one.yaml:12:"),
        ("    broken_when: It isn't.\n  - ", "    broke_when: It isn't.\n  - ", "one.yaml:7: unknown key 'broke_when'"),
        ("items:", "itmes:", "one.yaml:3: unknown key 'itmes'"),
    ],
)
def test_a_mistake_in_a_rubric_is_named_with_its_line(tmp_path: Path, before: str, after: str, says: str) -> None:
    with pytest.raises(AgentFolderError) as raised:
        read_rubric(write(tmp_path, RUBRIC_TEXT.replace(before, after)))
    assert says in str(raised.value)


def test_a_rubric_that_is_not_there_is_an_error_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(AgentFolderError, match="can't be read"):
        read_rubric(tmp_path / "none.yaml")


def row(label: Label, verdict: str | None) -> Compared:
    return Compared("one", "politeness", label, verdict, 1.0, False)


def test_agreement_counts_what_was_not_decided_as_not_right() -> None:
    rows = [
        *[row("holds", "holds")] * 4,
        row("holds", "broken"),
        *[row("broken", "broken")] * 3,
        row("broken", "holds"),
        row("broken", None),
        row("holds", "cannot_tell"),
    ]
    found = agreement(rows)
    assert (found.right.count, found.right.of, found.decided) == (7, 11, 9)
    # Of nine decided, 7 agree; by chance 5/9 * 5/9 + 4/9 * 4/9 = 41/81 would.
    assert found.kappa == pytest.approx((7 / 9 - 41 / 81) / (1 - 41 / 81))
    assert (found.false_alarms.count, found.false_alarms.of) == (1, 6)
    assert (found.missed.count, found.missed.of) == (2, 5)


def test_agreement_of_nothing_is_none() -> None:
    nothing = agreement([])
    assert isinstance(nothing, Agreement)
    assert (nothing.right.share, nothing.kappa) == (None, None)


@pytest.mark.parametrize(
    ("pairs", "kappa"),
    [
        ([("a", "a"), ("b", "b")], 1.0),
        ([("a", "b"), ("b", "a")], -1.0),
        ([("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")], 0.0),
        ([("a", "a"), ("a", "a")], None),
        ([], None),
    ],
)
def test_cohens_kappa_by_hand(pairs: list[tuple[str, str]], kappa: float | None) -> None:
    assert cohens_kappa(pairs) == kappa


def test_only_labelled_items_are_compared(tmp_path: Path) -> None:
    write(tmp_path, LABELLED)
    (labelled,) = read_labelled(tmp_path, RUBRIC)
    votes = [Vote("broken", "What do you want?", 1)] * 2
    rows = compared(labelled, [judgement("politeness", votes), judgement("no_pressure", votes)])
    assert [(one.item, one.label, one.verdict, one.right) for one in rows] == [("politeness", "broken", "broken", True)]
