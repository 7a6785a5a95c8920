from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from tests.simulations.faults.planted import (
    FAULTS,
    Fault,
    planted_config,
    planted_folder,
    read_fault,
    read_faults,
)
from tests.simulations.faults.staged import EXAMPLE
from voice_agent.app.agent_folder import read_folder
from voice_agent.app.folder_mistakes import mistakes
from voice_agent.config import Config
from voice_agent.errors import AgentFolderError, ConfigurationError

NAMES: Final = tuple(path.stem for path in sorted(FAULTS.glob("*.yaml")))
MINIMAL: Final = """
fault: a_fault
about: A customer suffers.
layer: journey
levels: [text]
"""


def written(tmp_path: Path, more: str) -> Path:
    path = tmp_path / "a_fault.yaml"
    path.write_text(MINIMAL + more, encoding="utf-8")
    return path


def refused(tmp_path: Path, more: str) -> str:
    with pytest.raises(AgentFolderError) as problem:
        read_fault(written(tmp_path, more))
    return problem.value.message


def test_there_are_the_ten_that_were_asked_for() -> None:
    assert [fault.fault for fault in read_faults()] == sorted(
        "wrong_policy_limit missing_confirmation slow_tool deaf_endpointing swapped_slot leaking_digits "
        "wrong_escalation stale_article mute_after_cough wrong_spanish_text".split()
    )


@pytest.mark.parametrize("name", NAMES)
def test_each_applies_to_the_example_and_passes_its_check(name: str, tmp_path: Path) -> None:
    fault = read_fault(FAULTS / f"{name}.yaml")
    planted_config(fault, Config())
    folder = planted_folder(fault, EXAMPLE, tmp_path)
    files, plain = read_folder(folder), read_folder(EXAMPLE)
    assert {path for path in plain if files[path] != plain[path]} == {edit.file for edit in fault.edits}
    assert mistakes(folder, files, None)[0] == []


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ("edit: []\n", "edit"),
        ("edits: [{file: agent.yaml, replace: a, with: b, twice: true}]\n", "twice"),
        ("edits: [{file: agent.yaml, replace: '', with: b}]\n", "replace"),
        ("config: {turns.pauses_ms: 1}\n", "did you mean turns.pause_ms"),
        ("code: {voice_agent.session.world.Worlds: slow_calendar}\n", "did you mean voice_agent.session.world.World"),
        ("code: {voice_agent.session.world.World: shut_by_a_cough}\n", "slow_calendar"),
        ("config: {}\n", "changes nothing"),
        ("config: {turns.pause_ms: 1}\nlayer: tool\n", "duplicate key"),
        (": [", "a_fault.yaml"),
    ],
)
def test_what_a_fault_may_not_say_is_an_error(more: str, named: str, tmp_path: Path) -> None:
    assert named in refused(tmp_path, more)


@pytest.mark.parametrize("layer", ["unknown", "engine"])
def test_a_fault_has_a_layer_that_can_be_blamed(layer: str, tmp_path: Path) -> None:
    path = written(tmp_path, "config: {turns.pause_ms: 1}\n")
    path.write_text(path.read_text(encoding="utf-8").replace("journey", layer), encoding="utf-8")
    with pytest.raises(AgentFolderError, match=r"a layer|Invalid enum value"):
        read_fault(path)


def test_a_fault_is_named_as_its_file(tmp_path: Path) -> None:
    path = written(tmp_path, "config: {turns.pause_ms: 1}\n").rename(tmp_path / "another.yaml")
    with pytest.raises(AgentFolderError, match="allowed: 'another'"):
        read_fault(path)


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        ("file: agent.yaml, replace: nowhere to be found, with: b", "agent.yaml has 0 times 'nowhere to be found'"),
        ("file: agent.yaml, replace: Riverside, with: b", r"agent.yaml has \d+ times 'Riverside'"),
        ("file: journeys/sell.yaml, replace: a, with: b", "has no journeys/sell.yaml"),
    ],
)
def test_an_example_that_has_changed_is_told(edit: str, found: str, tmp_path: Path) -> None:
    fault = read_fault(written(tmp_path, f"edits: [{{{edit}}}]\n"))
    with pytest.raises(AgentFolderError, match="the example has changed") as problem:
        planted_folder(fault, EXAMPLE, tmp_path)
    assert re.search(found, problem.value.message)


def test_a_setting_that_cannot_have_the_value_is_told() -> None:
    fault = Fault("a_fault", "About.", "journey", ("audio",), config={"turns.pause_ms": 0})
    with pytest.raises(ConfigurationError, match="a_fault"):
        planted_config(fault, Config())


def test_settings_are_changed_and_the_others_stay() -> None:
    fault = Fault("a_fault", "About.", "journey", ("audio",), config={"turns.pause_ms": 900})
    changed = planted_config(fault, Config().with_data_dir("elsewhere"))
    assert changed.turns.pause_ms == 900
    assert changed.store.data_dir == "elsewhere"
