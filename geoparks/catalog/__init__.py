"""Declarations in TOML (layers, policies, maps) as typed objects."""
