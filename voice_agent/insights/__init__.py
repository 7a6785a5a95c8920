"""Folds over the log that measure: pure, the same for a live call and one of last year."""
