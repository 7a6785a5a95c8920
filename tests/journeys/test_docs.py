"""The manual names everything that an author may write, and what it shows works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.journeys.packs import AGENT, IDENTIFY
from voice_agent.journeys.expressions import BUILT_IN, FUNCTIONS, MACROS
from voice_agent.journeys.load import check
from voice_agent.journeys.templates import FORMS
from voice_agent.journeys.texts import BUILT_IN as TEXTS
from voice_agent.journeys.texts import GAPS
from voice_agent.journeys.vocabulary import (
    ALL,
    BUILT_IN_NAMES,
    BUILT_IN_OUTCOMES,
    CHANNELS,
    CONFIRM_STYLES,
    EFFECTS,
    HANDED_OVER,
    LANGUAGES,
    LEVEL_NAMES,
    NUMBERS,
    ON_BARGE_IN,
    ON_FAIL,
    POLICY_ON_FAIL,
    PROGRESS,
    SECURE_CHECKS,
    SECURE_ENTRY,
    SLOT_TYPES,
    STATES,
    STEPS,
    TENSES,
    Keys,
)

DOCS = Path(__file__).parents[2] / "docs"
JOURNEYS = (DOCS / "journeys.md").read_text(encoding="utf-8")
EXPRESSIONS = (DOCS / "expressions.md").read_text(encoding="utf-8")


def words_in_code(page: str) -> set[str]:
    """Every word within backticks or code blocks."""
    blocks = re.findall(r"```.*?```", page, re.DOTALL)
    spans = re.findall(r"`[^`\n]+`", re.sub(r"```.*?```", "", page, flags=re.DOTALL))
    return {word for code in (*blocks, *spans) for word in re.findall(r"[a-z_][\w.]*", code)}


def section(heading: str) -> str:
    """From a heading to the next of any level."""
    return re.split(r"^#+ ", JOURNEYS.split(f"\n{heading}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]


@pytest.mark.parametrize("keys", ALL, ids=lambda keys: str(keys.where))
def test_every_key_is_documented(keys: Keys) -> None:
    known = words_in_code(JOURNEYS)
    assert set(keys.allowed()) <= known


@pytest.mark.parametrize(
    "words",
    [
        SLOT_TYPES,
        CONFIRM_STYLES,
        ON_FAIL,
        POLICY_ON_FAIL,
        EFFECTS,
        NUMBERS,
        STATES,
        HANDED_OVER,
        CHANNELS,
        LANGUAGES,
        LEVEL_NAMES,
        ON_BARGE_IN,
        PROGRESS,
        SECURE_CHECKS,
        SECURE_ENTRY,
        tuple(STEPS),
        TENSES,
        tuple(name for name in BUILT_IN_OUTCOMES if name != "unresolved"),
        tuple(TEXTS),
        tuple(name for names in GAPS.values() for name in names),
        FORMS,
    ],
    ids=lambda words: str(words[0]),
)
def test_every_word_with_a_meaning_is_documented(words: tuple[str, ...]) -> None:
    assert set(words) <= words_in_code(JOURNEYS)


@pytest.mark.parametrize("slot_type", SLOT_TYPES)
def test_every_type_has_a_row_that_says_what_it_hears(slot_type: str) -> None:
    assert re.search(rf"^\| [^|]*`{slot_type}`[^|]* \| .+\|", section("### Types"), re.MULTILINE)


@pytest.mark.parametrize("step", STEPS)
def test_every_step_has_a_row(step: str) -> None:
    assert re.search(rf"^\| `{step}[:`]", section("## Steps"), re.MULTILINE)


@pytest.mark.parametrize("words", [tuple(FUNCTIONS), BUILT_IN, MACROS, BUILT_IN_NAMES], ids=lambda words: str(words[0]))
def test_everything_an_expression_may_use_is_documented(words: tuple[str, ...]) -> None:
    known = {part for word in words_in_code(EXPRESSIONS) for part in (word, *word.split("."))}
    assert set(words) <= known


def test_the_journey_of_the_manual_loads() -> None:
    text = re.findall(r"```yaml\n(.*?)```", JOURNEYS, re.DOTALL)[0]
    agent = AGENT.partition("texts:")[0]
    files = {"agent.yaml": agent, "journeys/identify.yaml": IDENTIFY, "journeys/return_item.yaml": text}
    assert [str(problem) for problem in check(files)] == []
