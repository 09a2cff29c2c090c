"""Ids: rows that have none are called by their row; rows of one id that are not one feature are told apart, and it is said."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd

from geoparks.catalog.layer import Layer
from geoparks.errors import NotJudged
from geoparks.normalise.features import Features
from geoparks.records import Fault, Repair
from geoparks.text import Text

_ONE_FILE_A_FEATURE = "coordinate TXT"  # whoever files one TXT a block numbers the block 1 in each of them
_TOLD = Text(
    "编号重复而园区、名称或文件不同，按不同要素处理",
    "rows of one id differ in park, name or file: taken for different features",
)


def name_the_nameless(features: Features) -> None:
    """Features without an id are called by their row, so that a finding can point at them; a table must have one."""
    name = features.layer.id_field
    if name is None:
        return
    missing = np.concatenate([features.column(name, rows).isna().to_numpy() for rows in features.pieces()])
    if not missing.any():
        return
    if missing.all() and not features.has_geometry:
        raise NotJudged(features.why_missing(name), where="、".join(source.where for source in features.sources))
    several = len(features.sources) > 1
    new = features.column(name).astype(object).copy()
    for position in np.flatnonzero(missing):
        stem = features.sources[max(int(features.source_of[position]), 0)].path.stem
        new.iloc[position] = f"{stem}#{features.rows[position]}" if several else f"#{features.rows[position]}"
    features.table.put(name, new)
    features.repairs.append(
        Repair(
            features.layer.name,
            "id_from_row",
            Text(
                f"{int(missing.sum())} 个要素没有编号，以行号代替",
                f"{int(missing.sum())} features have no id; rows stand in",
            ),
            field_name=name,
        )
    )


Told = dict[tuple[str, str], set[str]]
"""By id and park: the ids that the features of that id now have."""


def tell_apart(features: Features) -> Told:
    """Give features that share an id ids of their own: with the park before it, the name or the file behind it.

    Several rows of one id, park and name are the pieces of one feature and stay so.
    """
    name = features.layer.id_field
    if name is None or not features.layer.needs_geometry or not len(features.repeated):
        return {}
    ids = features.table.column(name).astype(object)
    repeated = ids.duplicated(keep=False).to_numpy()
    result: Told = {}
    renamed: dict[str, dict[int, str]] = {}
    known = len(features.faults)
    parks = features.column("park_id") if "park_id" in features.layer.fields else None
    marks, new = _marks(features)[repeated], ids.copy()
    for shared, group in marks.groupby(ids[repeated].to_numpy(), sort=False):
        renamed[str(shared)] = _names(str(shared), group)
        for position, told in renamed[str(shared)].items():
            new.iloc[position] = told
            if parks is not None and isinstance(parks.iloc[position], str):
                result.setdefault((str(shared), parks.iloc[position]), set()).add(told)
            layer, row = features.layer.name, int(features.rows[position])
            features.faults.append(Fault(layer, "id_repeated", _TOLD, row, name, str(shared), feature=told))
            features.repairs.append(Repair(layer, "id_told_apart", _TOLD, row, name, str(shared), told))
    features.faults[:known] = _followed(features, features.faults[:known], renamed)
    features.table.put(name, new)
    features.forget()
    return result


def _followed(features: Features, faults: list[Fault], renamed: dict[str, dict[int, str]]) -> list[Fault]:
    """Faults under the new ids of their features: a row that was joined to several of one id is of each."""
    found: list[Fault] = []
    for fault in faults:
        names = renamed.get(fault.feature, {})
        path, _ = fault.source
        of_row = [told for position, told in names.items() if not path and features.rows[position] == fault.row]
        of_all = dict.fromkeys(of_row or names.values())
        found += [replace(fault, feature=told) for told in of_all] or [fault]
    return found


def follow(features: Features, layer: Layer, told: Told) -> None:
    """Let what refers to features of another layer by id and park keep up with their new ids.

    Where an id and a park together still mean several features, the reference stays as it is, and means none.
    """
    name = layer.id_field
    if name is None or name == features.layer.id_field or not {name, "park_id"} <= set(features.table.fields):
        return
    old = features.table.column(name).astype(object)
    means = [told.get((one, park), set()) for one, park in zip(old, features.table.column("park_id"), strict=True)]
    new = pd.Series(
        [next(iter(some)) if len(some) == 1 else one for some, one in zip(means, old, strict=True)], old.index
    )
    changed = np.flatnonzero([len(some) == 1 for some in means])
    if not len(changed):
        return
    features.table.put(name, new.astype(object))
    note = Text(
        f"{layer.title.zh}的编号已按园区区分，引用随之更改",
        f"ids of {layer.name} were told apart; the reference follows",
    )
    features.repairs += [
        Repair(
            features.layer.name,
            "reference_followed",
            note,
            int(features.rows[one]),
            name,
            str(old.iloc[one]),
            str(new.iloc[one]),
        )
        for one in changed.tolist()
    ]
    features.forget()


def _names(shared: str, group: pd.DataFrame) -> dict[int, str]:
    """New ids of rows that share one, by position: with as few marks as tell them apart; none where they are pieces."""
    varies = [
        one for one in group if group[one].nunique() > 1
    ]  # blanks do not count: a row without a park may be of any
    if not varies:
        return {}
    whole = group[varies].drop_duplicates()
    for count in range(1, len(varies) + 1):
        chosen = next(
            (
                list(some)
                for some in combinations(varies, count)
                if len(whole[list(some)].drop_duplicates()) == len(whole)
            ),
            None,
        )
        if chosen is not None:
            break
    told = {}
    for position, own in group[chosen or varies].iterrows():
        park = [own["park"]] if "park" in own and isinstance(own["park"], str) else []
        more = [own[one] for one in ("name", "file") if one in own and isinstance(own[one], str)]
        told[int(str(position))] = "/".join([*park, shared, *more])
    return told


def _marks(features: Features) -> pd.DataFrame:
    """By what rows of one id may differ: park, name, and the file where each feature has a file of its own."""
    nothing = pd.Series(np.full(len(features), None, dtype=object))
    files = [source.path.stem if source.format == _ONE_FILE_A_FEATURE else None for source in features.sources]
    return pd.DataFrame(
        {
            "park": features.column("park_id").to_numpy(dtype=object) if features.holds("park_id") else nothing,
            "name": features.column("name").to_numpy(dtype=object) if features.holds("name") else nothing,
            "file": [files[source] if source >= 0 else None for source in features.source_of.tolist()],
        },
        dtype=object,
    )
