"""Drivers: the thin shells that perform what the core of one conversation asks for, and feed back what came of it."""
