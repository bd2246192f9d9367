"""Hearing (activity, words, feeling) and speaking."""
