"""What a conversation is: its events, its actions, the log that holds both, and the state folded from it. Pure."""
