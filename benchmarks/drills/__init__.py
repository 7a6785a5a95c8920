"""Drills: what breaks in the field, for longer than a test may take. `make drills` runs them all."""
