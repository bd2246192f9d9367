"""The conversation: what flows, who speaks and when. Importing this package loads no engine."""

__version__ = "0.1.0"
