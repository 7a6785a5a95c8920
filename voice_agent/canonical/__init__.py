"""The one form in which a value of each type is kept, and whether a text is in it. Knows nothing of speech."""
