"""How callers reach a conversation, one file per channel."""
