"""The HTTP API on the store: read-only, in a process of its own, with a bearer token per role."""
