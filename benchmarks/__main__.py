"""`python -m benchmarks NAME`."""

from __future__ import annotations

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as `voice-agent` has it, and before numpy is there

    from benchmarks.command import main

    sys.exit(main(sys.argv[1:]))
