"""The line between a synthetic caller and the agent: surroundings, codecs, loss and delay, by seed."""
