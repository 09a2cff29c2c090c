"""Proposals of which land to bring into the boundary and which to let go."""

from __future__ import annotations

from typing import Any

from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset


def proposals(layers: Dataset, pack: Pack) -> list[dict[str, Any]]:
    """None yet."""
    return []
