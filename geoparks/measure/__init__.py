"""Measures: geometry in, numbers and places out. No limit, no law, no file."""
