"""The composition root: builds engines, store, doors and sessions out of a configuration and runs them."""
