"""Small trained weights that ship with the companion, and their manifest."""
