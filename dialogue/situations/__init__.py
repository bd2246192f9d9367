"""What the supporter knows of common situations: one TOML file per part of life."""
