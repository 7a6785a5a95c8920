"""Who may speak, when a caller has finished, and what of the agent's words was heard. Pure."""
