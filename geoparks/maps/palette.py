"""Colours that people who see red and green alike can tell apart, in print too: ramps by lightness, and one grey for what is not known."""

from __future__ import annotations

RAMPS: dict[str, tuple[str, ...]] = {
    # From light to dark, so that more is darker for every eye and on a black-and-white printer.
    "blue": ("#e3eef9", "#c3d9ef", "#9bc1e2", "#6ca5d2", "#4386be", "#2567a4", "#124a82", "#0b3160", "#071f42"),
    "orange": ("#fdeedd", "#fbd8b1", "#f8bc80", "#f29b50", "#e37b2b", "#c75d14", "#a0450c", "#783208", "#522105"),
    "purple": ("#efedf6", "#dad6eb", "#bdb8da", "#9f96c6", "#8374b3", "#6a52a0", "#543587", "#40206b", "#2c104d"),
    "green": ("#e6f3ea", "#c8e4d1", "#a1d0b1", "#75b88f", "#4d9e70", "#318355", "#1f673f", "#134b2c", "#0a301b"),
    # Ends that differ in hue and agree in lightness, for what goes both ways.
    "blue_orange": ("#124a82", "#4386be", "#9bc1e2", "#dbe7f1", "#f5f2ee", "#fbdfc1", "#f2a55f", "#c75d14", "#783208"),
}
QUALITATIVE = (
    "#4386be",
    "#f2a55f",
    "#673b32",
    "#2424a8",
    "#d6d6a9",
    "#67325e",
    "#c07c7c",
    "#745fdd",
    "#7e5d1b",
    "#5fb39e",
)
"""For classes without an order: measured as red-blind and green-blind eyes see them, no two of them, nor the grey, look alike."""
UNKNOWN = "#c9ced4"
"""What has no value, or has not been computed: grey, never a colour of the legend."""
