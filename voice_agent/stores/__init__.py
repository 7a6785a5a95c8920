"""Where conversations are kept: SQLite by a writer thread, and recordings by sample position."""
