"""What must have come of a call, and whether it did: by the log, the data, and what the caller heard. Pure."""
