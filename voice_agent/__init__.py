"""An agent that answers phone calls: what a conversation is, what the agent does, and how it is run.

Importing this package imports nothing else; each part is imported by whoever needs it.
"""

__version__ = "0.1.0"
