"""What is measured of simulated calls: turn-taking, words, and how sure the figures are. Pure; docs/measures.md."""
