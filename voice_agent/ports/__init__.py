"""Small Protocols behind which there are at least two implementations (a scripted double counts as one)."""
