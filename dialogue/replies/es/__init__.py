"""The Spanish sentences."""
