"""Installs what users get into an environment of its own and looks at it: complete, without torch, under 1.2 GB.

Exit 1 with one line where it isn't so.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Final

LIMIT_MB: Final = 1_200
ROOT: Final = Path(__file__).parent.parent


def installed_mb(folder: Path) -> float:
    """What the files under `folder` occupy on disk, in megabytes (10^6 bytes); links aren't followed."""
    return sum(path.lstat().st_blocks * 512 for path in folder.rglob("*")) / 1e6


def install(folder: Path) -> None:
    """A new environment in `folder` from requirements.lock and the wheel of this checkout."""
    wheels = folder / "wheels"
    quietly = ("--quiet", "--disable-pip-version-check", "--no-input", "--no-deps")
    build = (sys.executable, "-m", "pip", "wheel", *quietly, "--no-build-isolation", "--wheel-dir", str(wheels), ".")
    subprocess.run(build, cwd=ROOT, check=True)
    venv.create(folder / "env", with_pip=True)
    pip = (str(folder / "env/bin/python"), "-m", "pip")
    add = (*pip, "install", "--root-user-action=ignore", *quietly, "--only-binary", ":all:")
    subprocess.run((*add, "--require-hashes", "--requirement", str(ROOT / "requirements.lock")), check=True)
    subprocess.run((*add, *map(str, wheels.glob("*.whl"))), check=True)
    subprocess.run((*pip, "--disable-pip-version-check", "check"), check=True)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="voice-agent-install-") as name:
        folder = Path(name)
        install(folder)
        packages = next((folder / "env/lib").glob("python3*/site-packages"))
        size = installed_mb(folder / "env")
        print(f"installed: {size:.0f} MB, at most {LIMIT_MB}")
        if size >= LIMIT_MB:
            return 1
        if (packages / "torch").exists():
            print("installed: torch came along; requirements.lock must not have it")
            return 1
        if not (packages / "examples/riverside_broadband/agent.yaml").exists():
            print("installed: examples/riverside_broadband/agent.yaml is missing from the wheel")
            return 1
        return subprocess.run((folder / "env/bin/voice-agent", "--help"), cwd=folder, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
