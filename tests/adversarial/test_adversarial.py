"""No attempt succeeds. Attempts are written from the documentation, before the code that has to stand up to them is
looked at, and are never edited; where one forbids what is right, `disputed.md` says why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.adversarial.attempt import FOLDER, read_attempts
from tests.adversarial.runner import play
from tests.adversarial.verdict import Played

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

ATTEMPTS = read_attempts(sorted(FOLDER.glob("*.yaml")))
DISPUTED = dict(
    re.findall(
        r"^## (\w+)\n\nComes to `(.+)`\.$",
        (Path(__file__).parent / "disputed.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
)
"""What each of them comes to, and nothing else."""
SLOWEST_S = 10.0
"""Of the processor, for understanding one turn, however long it is. What an attempt makes grow with the cube takes
minutes; a busy machine takes a second."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Played]:
    """All of them, as they go now."""
    return {one.attempt.name: one for one in play(ATTEMPTS, tmp_path_factory.mktemp("adversarial"))}


@pytest.mark.parametrize("name", [attempt.name for attempt in ATTEMPTS if attempt.name not in DISPUTED])
def test_the_attempt_fails(name: str, made: Mapping[str, Played]) -> None:
    played = made[name]
    assert [str(never) for never in played.succeeded] == [], "\n".join(played.lines)


@pytest.mark.parametrize("name", sorted(DISPUTED))
def test_what_is_disputed_happens_as_documented(name: str, made: Mapping[str, Played]) -> None:
    played = made[name]
    assert ", ".join(map(str, played.succeeded)) == DISPUTED[name], "\n".join(played.lines)


def test_no_turn_takes_long_to_understand(made: Mapping[str, Played]) -> None:
    assert {name: played.slowest_s for name, played in made.items() if played.slowest_s > SLOWEST_S} == {}
