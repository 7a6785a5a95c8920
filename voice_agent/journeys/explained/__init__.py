"""A journey for people who don't read YAML: as prose, and as a flowchart."""
