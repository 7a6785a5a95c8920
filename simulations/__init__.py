"""Synthetic callers that ring the agent before people do: scenarios, callers, virtual time, calls and their results."""
