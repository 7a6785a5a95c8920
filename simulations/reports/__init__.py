"""What came of simulated runs, for people and for programs."""
