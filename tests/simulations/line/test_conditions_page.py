"""docs/conditions.md describes every key, codec, noise and named line, and nothing that isn't there."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from simulations.line.conditions import CONDITIONS
from simulations.line.settings import CODECS, NOISES, Echo, LevelStep, LineSettings, Loss, Noise, OneWay

PAGE = (Path(__file__).parents[3] / "docs/conditions.md").read_text(encoding="utf-8")


def rows_after(anchor: str) -> list[str]:
    """What the first cells say in code of the tables between `anchor` and the next anchor."""
    section = PAGE.partition(f'<a id="{anchor}"></a>')[2].partition("<a id=")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


@pytest.mark.parametrize("part", [LineSettings, Echo, LevelStep, Loss, OneWay])
def test_every_key_has_its_row(part: type[msgspec.Struct]) -> None:
    assert sorted(rows_after(part.__name__.lower())) == sorted(part.__struct_encode_fields__)


def test_noises_and_codecs_have_theirs() -> None:
    assert sorted(rows_after("noise")) == sorted([*Noise.__struct_encode_fields__, *NOISES])
    assert rows_after("codecs") == list(CODECS)


def test_every_named_line_is_explained_in_the_order_of_the_table() -> None:
    assert rows_after("named") == list(CONDITIONS)


def test_the_example_on_the_page_is_a_line() -> None:
    from ruamel.yaml import YAML

    written = YAML(typ="safe", pure=True).load(PAGE.partition("```yaml\n")[2].partition("```")[0])
    assert msgspec.convert(written["line"], LineSettings).in_packets
