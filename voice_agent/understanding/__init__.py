"""Words to commands: what a caller's turn means. Pure; knows no journey, only what is expected now."""
