"""Who a record is about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """Who a verdict is about: a feature of a layer, by the id that its owner knows it by."""

    layer: str
    id: str
    name: str = ""

    def as_dict(self) -> dict[str, str]:
        """As the result document writes it."""
        return {"layer": self.layer, "id": self.id, "name": self.name}

    @property
    def label(self) -> str:
        """The name if there is one, else the id."""
        return self.name or self.id
