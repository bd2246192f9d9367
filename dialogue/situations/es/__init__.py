"""The situations in Spanish."""
