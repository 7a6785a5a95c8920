"""Measures the product from outside: each benchmark prints its figures, and its goals, as one JSON object.

    python -m benchmarks voice_to_voice --quick

`docs/measurements.md` says what each measures. Nothing imports this package; it may import anything.
"""
