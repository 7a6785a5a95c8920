"""Engines behind the speech ports: recognition, synthesis, embeddings, voice activity, and the processes they run in.

`catalog` names them, `weights` finds and verifies their files, `pool` runs them in child processes, `scripted` doubles
them for tests and simulations. Nothing here knows of calls, journeys or agents.
"""
