"""The supporter's own sentences, by what they do: one TOML file per move."""
