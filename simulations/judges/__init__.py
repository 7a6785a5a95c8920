"""What a language model makes of a finished call, by a written rubric: advice with evidence. docs/judging.md."""
