"""Other frameworks, measured beside ours: each with the same models, hearing the same callers."""
