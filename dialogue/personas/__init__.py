"""The personas that ship: one TOML file per supporter."""
