"""The command `voice-agent`, one verb a file. Data on stdout, logs on stderr, exit codes as in `docs/contracts.md`."""
