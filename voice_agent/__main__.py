"""`python -m voice_agent` is `voice-agent`."""

import sys

from voice_agent.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
