"""Idle land: which parcels are suspected on a day, what follows, by when, and what was done."""
