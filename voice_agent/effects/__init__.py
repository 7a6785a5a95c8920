"""What actions do to the world: understand with models, run tools, record hand-overs. Shells: they decide nothing."""
