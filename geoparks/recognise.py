"""Which layer a file that names none is: by the words of its name, else by its columns."""

from __future__ import annotations

import re

from geoparks.catalog.codes import plain
from geoparks.catalog.layer import Catalogue, Layer
from geoparks.normalise import columns
from geoparks.read.raw import RawLayer

_NOISE = re.compile(r"[\d_\-\s.()（）\[\]【】年版最终稿新旧副本]+")
_SHORTEST_PART = {True: 4, False: 3}  # letters of an ASCII name, characters of a Chinese one
_MIN_FIELDS = 3


def layer_of(raw: RawLayer, catalogue: Catalogue) -> Layer | None:
    """The layer that a raw layer is: by its names, else by its columns; None where neither says it."""
    for words in raw.called:
        if layer := by_words(words, catalogue):
            return layer
    return by_columns(raw, catalogue)


def by_words(words: str, catalogue: Catalogue) -> Layer | None:
    """The layer that a name means: exactly, but for numbers and marks, else as the longest name it contains."""
    if layer := catalogue.named(words):
        return layer
    if layer := catalogue.named(_NOISE.sub("", words)):
        return layer
    wanted = plain(words)
    contained = [
        (len(name), layer.name)
        for layer in catalogue.layers.values()
        for name in layer.names
        if len(name) >= _SHORTEST_PART[name.isascii()] and name in wanted
    ]
    if not contained:
        return None
    longest = max(length for length, _ in contained)
    names = {name for length, name in contained if length == longest}
    return catalogue[names.pop()] if len(names) == 1 else None


def by_columns(raw: RawLayer, catalogue: Catalogue) -> Layer | None:
    """The one layer whose key and at least three fields the columns give, and more than any other layer's."""
    scores: dict[str, int] = {}
    for layer in catalogue.layers.values():
        fits = (raw.geometry is not None and layer.geometry != "none") or (
            raw.geometry is None and not layer.needs_geometry
        )
        if not layer.by_fields or not fits or not layer.key:
            continue
        fields = match(raw, layer).fields
        if set(layer.key) <= fields and len(fields) >= _MIN_FIELDS:
            scores[layer.name] = len(fields)
    best = [name for name, score in scores.items() if score == max(scores.values())]
    return catalogue[best[0]] if len(best) == 1 else None


def match(raw: RawLayer, layer: Layer) -> columns.Match:
    """What the columns of a raw layer are, taken for a layer."""
    return columns.match(
        [str(header) for header in raw.table.columns], layer, truncated=raw.truncated_names, fixed=raw.header_units
    )
