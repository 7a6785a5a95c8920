"""`python -m benchmarks.drills`."""

from __future__ import annotations

import sys

from benchmarks.drills.command import main

sys.exit(main(sys.argv[1:]))
