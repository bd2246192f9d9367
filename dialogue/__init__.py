"""What to say: strategy, language model, safety."""
