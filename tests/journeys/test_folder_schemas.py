"""The schemas of a folder's files: they take what the readers take, and nothing that the readers refuse by itself."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any, Final

import jsonschema  # type: ignore[import-untyped]
import pytest
from ruamel.yaml import YAML

from tests.agent.core_script import EXAMPLE
from tests.journeys.packs import SHOP
from voice_agent.journeys.folder_schemas import FOLDER_SCHEMAS
from voice_agent.journeys.journey_schema import journey
from voice_agent.journeys.load import check
from voice_agent.journeys.read_article import ARTICLE
from voice_agent.journeys.schema_shapes import TEXT, mapping
from voice_agent.journeys.vocabulary import ALL, BOUNDS, OF_TOOLS, SLOT_TYPES, Keys

DOCS: Final = Path(__file__).parents[2] / "docs"
_FRONT: Final = re.compile(r"---\n(.*?)\n---\n", re.DOTALL)


def loaded(text: str) -> Any:
    """YAML as an editor sees it, to whom a date is a text."""
    return _plain(YAML(typ="safe", pure=True).load(text))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def complaints(name: str, text: str) -> list[str]:
    if name == "article":
        front = _FRONT.match(text)
        assert front is not None
        text = front[1]
    schema = FOLDER_SCHEMAS[name][1]()
    return [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(loaded(text))]


def example_files() -> Iterator[tuple[str, Path]]:
    for name, (files, _) in FOLDER_SCHEMAS.items():
        for path in sorted(EXAMPLE.glob(files)):
            yield name, path


def mappings(shape: Any) -> Iterator[dict[str, Any]]:
    """Every mapping with keys of its own inside a schema."""
    if isinstance(shape, dict):
        if shape.get("additionalProperties") is False and "title" in shape:
            yield shape
        for inner in shape.values():
            yield from mappings(inner)
    elif isinstance(shape, list):
        for inner in shape:
            yield from mappings(inner)


def keys_of(keys: Keys) -> tuple[str, frozenset[str], frozenset[str]]:
    return keys.where, frozenset(keys.allowed()), frozenset(keys.required)


def test_every_key_that_readers_take_is_in_a_schema_and_no_other_is() -> None:
    """Mapping by mapping: what may stand there, and what must."""
    found = {
        (shape["title"], frozenset(shape["properties"]), frozenset(shape["required"]))
        for _, make in FOLDER_SCHEMAS.values()
        for shape in mappings(make())
    }
    assert found == {keys_of(keys) for keys in (*ALL, *OF_TOOLS, ARTICLE)}


def test_a_schema_with_other_keys_than_the_readers_can_not_be_made() -> None:
    keys = Keys("a thing", required=("one",), optional=("two",))
    with pytest.raises(ValueError, match="two"):
        mapping(keys, {"one": TEXT})
    with pytest.raises(ValueError, match="three"):
        mapping(keys, {"one": TEXT, "two": TEXT, "three": TEXT})


@pytest.mark.parametrize(("name", "path"), list(example_files()), ids=lambda value: getattr(value, "name", value))
def test_the_example_fits(name: str, path: Path) -> None:
    assert complaints(name, path.read_text(encoding="utf-8")) == []


def test_the_example_has_files_of_most_kinds() -> None:
    assert {name for name, _ in example_files()} >= {"agent", "journey", "article", "outcomes"}


@pytest.mark.parametrize("file", sorted(SHOP))
def test_other_folders_that_load_fit(file: str) -> None:
    assert complaints("agent" if file == "agent.yaml" else "journey", SHOP[file]) == []


def test_what_the_manual_shows_of_tools_fits() -> None:
    page = (DOCS / "tools.md").read_text(encoding="utf-8")
    shown = [text for text in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "sources:" in text]
    assert shown
    assert [complaints("tools", text) for text in shown] == [[] for _ in shown]


def keys_in(value: Any) -> Iterator[tuple[dict[str, Any], str]]:
    if isinstance(value, dict):
        for key in list(value):
            yield value, key
            yield from keys_in(value[key])
    elif isinstance(value, list):
        for one in value:
            yield from keys_in(one)


def test_a_misspelt_key_is_refused_wherever_the_readers_refuse_it() -> None:
    """Each key of a journey in turn gets a letter too much: reader and schema agree about whether that is a mistake."""
    file = "journeys/return_item.yaml"
    validator = jsonschema.Draft202012Validator(journey())
    agreed = 0
    for number in range(len(list(keys_in(loaded(SHOP[file]))))):
        value = loaded(SHOP[file])
        inside, key = list(keys_in(value))[number]
        inside[f"{key}q"] = inside.pop(key)
        text = _written(value)
        by_reader = any(
            "key '" in problem.message or "the step" in problem.message for problem in check({**SHOP, file: text})
        )
        if by_reader:
            assert list(validator.iter_errors(value)) != [], key
            agreed += 1
    assert agreed > 30


def _written(value: Any) -> str:
    out = StringIO()
    YAML(typ="safe", pure=True).dump(value, out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("type: reference", "type: referense"),
        ("confirm: readback", "confirm: maybe"),
        ("confirm: readback", "retries: 10"),
        ("confirm: readback", "length: 4"),
        ("effect: read}", "effect: reed}"),
        ("requires: [policy.window", "requires: [window"),
        ("needs: [identity.verified]", "needs: [rain]"),
        ("  - collect:", "  - dance:"),
        ("evidence: create_return.ok", "evidence: create_return.done"),
        ("type: yes_no", "type: choice"),
        ("urgent: {", "Urgent: {"),
        ("with: [summary, slots]", "with: [summary, moods]"),
        ("on_fail: refuse", "tolerance: low"),
    ],
)
def test_what_a_file_may_not_hold_is_refused_by_both(old: str, new: str) -> None:
    file = "journeys/return_item.yaml"
    text = SHOP[file].replace(old, new, 1)
    assert text != SHOP[file]
    assert check({**SHOP, file: text}) != []
    assert complaints("journey", text) != []


def test_texts_may_stand_by_language_and_in_other_languages_than_there_are_not() -> None:
    said = "{en: Hello., es: Hola.}"
    text = f"journey: x\ngoal: y\nsteps: [{{say: {said}}}, {{ask: [{said}, {said}]}}, {{ask: {{en: [a, b], es: c}}}}]\n"
    assert complaints("journey", text) == []
    assert complaints("journey", text.replace("es: Hola", "fr: Salut", 1)) != []


@pytest.mark.parametrize("slot_type", SLOT_TYPES)
def test_readers_and_schema_know_the_same_types(slot_type: str) -> None:
    more = {"choice": ", values: [a]", "reference": ", from: customer.orders", "order_id": ", format: AB-##"}
    slot = f"{{type: {slot_type}, ask: Which?{more.get(slot_type, '')}}}"
    text = f"journey: x\ngoal: y\nslots: {{s: {slot}}}\nsteps: [{{collect: s}}]\n"
    assert complaints("journey", text) == []


@pytest.mark.parametrize("key", ["retries", "length", "at_most"])
def test_numbers_have_the_same_bounds(key: str) -> None:
    least, most = BOUNDS[key]
    for number, fits in ((least - 1, False), (least, True), (most, True), (most + 1, False)):
        slot = "" if key == "at_most" else f", {key}: {number}"
        rounds = number if key == "at_most" else 1
        text = (
            "journey: opening_hours\ngoal: y\nwhen: {examples: [z]}\n"
            f"slots: {{s: {{type: digits, ask: Which?{slot}}}}}\n"
            f"steps: [{{repeat: {{at_most: {rounds}, until: \"s != ''\", steps: [{{collect: s}}]}}}}]\n"
        )
        assert (complaints("journey", text) == []) is fits, number
        assert (check({**SHOP, "journeys/opening_hours.yaml": text}) == []) is fits, number
