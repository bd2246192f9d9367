"""Spanish: reading what is said in it; its sentences lie in `replies/es` and `situations/es`."""
