"""``python -m geoparks``."""

from geoparks.cli import main

main()
