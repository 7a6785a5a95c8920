"""Which layer a failed run is put down to: it is played again with one layer after another made perfect."""
