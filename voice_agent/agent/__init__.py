"""What the agent decides: the orchestrator that composes floor and journeys into one machine. Pure."""
