"""The version of geoparks; a result document names it."""

__version__ = "0.1.0"
