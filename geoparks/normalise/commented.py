"""Columns of a database under the titles that their comments give them, where these say more than their names."""

from __future__ import annotations

from geoparks.catalog.layer import Layer
from geoparks.normalise.columns import field_named, split_unit
from geoparks.read.raw import RawLayer
from geoparks.text import Text


def by_comment(raw: RawLayer, layer: Layer) -> None:
    """Call columns as their comments do: where the name is no field's and the comment is, or where the comment adds the unit.

    A comment of several lines counts by its first.
    """
    taken = {str(header) for header in raw.table.columns}
    renamed = {}
    for name, comment in raw.comments.items():
        title = comment.strip().splitlines()[0].strip() if comment.strip() else ""
        meant = field_named(title, layer) if title else None
        own = field_named(name, layer)
        if meant is None or title in taken or name not in taken or (own is not None and own is not meant):
            continue
        if own is meant and not (split_unit(title)[1] and not split_unit(name)[1]):
            continue
        taken.add(title)
        renamed[name] = title
        raw.repaired(
            "title_from_comment",
            Text(f"列“{name}”按数据库注释“{title}”识别", f"the column {name} was recognised by its comment “{title}”"),
            field_name=meant.name, old=name, new=title,
        )  # fmt: skip
    raw.table = raw.table.rename(columns=renamed)
