"""Join a table onto the features of a layer: the polygons in one file, what is known of them in another."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from geoparks.errors import NotJudged
from geoparks.normalise.features import Features
from geoparks.normalise.table import Held
from geoparks.records import Repair
from geoparks.text import Text, same


def join_table(features: Features, table: Features) -> None:
    """Take the values of a table onto the features of the same id; its rows without a feature stay, without geometry."""
    name = features.layer.id_field
    if name is None or name not in table.frame:
        raise NotJudged(table.why_missing(name or features.layer.key[0]), where=table.sources[0].where)
    repeated = table.frame[name].duplicated(keep=False) & table.frame[name].notna()
    if repeated.any():
        raise NotJudged(
            Text("同一编号有多行，无法连接", "several rows have one id and cannot be joined"),
            where=table.sources[0].where,
            found=same("、".join(dict.fromkeys(table.frame.loc[repeated, name].astype(str)))),
        )
    lookup = table.frame.set_index(name)
    keys = features.frame[name]
    for field_name in lookup.columns:
        new = keys.map(lookup[field_name])
        if field_name in features.frame:
            old = features.frame[field_name]
            differs = new.notna() & old.notna() & (new != old)
            for position in np.flatnonzero(differs.to_numpy()):
                features.repairs.append(
                    Repair(
                        features.layer.name,
                        "table_value_taken",
                        Text(
                            f"图形与表格不一致，采用 {table.sources[0].where}",
                            f"geometry and table differ; {table.sources[0].where} counts",
                        ),
                        row=int(features.rows[position]),
                        field_name=field_name,
                        old=str(old.iloc[position]),
                        new=str(new.iloc[position]),
                    )
                )
            new = new.where(new.notna(), old)
        features.frame[field_name] = new
    alone = table.frame[~table.frame[name].isin(keys) & table.frame[name].notna()]
    if len(alone):
        _append_without_geometry(features, alone, table)
    features.sources.extend(table.sources)
    features.repairs.extend(table.repairs)
    id_of_row = {
        int(row): str(value) for row, value in zip(table.rows, table.frame[name], strict=True) if value == value
    }
    features.faults.extend(replace(one, feature=id_of_row.get(one.row or 0, "")) for one in table.faults)
    features.matches.extend(table.matches)
    for field_name, question in table.questions.items():
        if field_name not in features.frame:
            features.questions[field_name] = question


def _append_without_geometry(features: Features, alone: pd.DataFrame, table: Features) -> None:
    count = len(alone)
    nothing = np.full(count, None, dtype=object)
    frame = pd.concat([pd.DataFrame(features.frame), alone.assign(geometry=None)], ignore_index=True)
    own, sound = (np.concatenate([one, nothing]) for one in (features.own, features.sound))
    features.table = Held(gpd.GeoDataFrame(frame, geometry="geometry", crs="EPSG:4490"), own, sound)
    features.rows = np.concatenate([features.rows, table.rows[alone.index.to_numpy()]])
    features.source_of = np.concatenate([features.source_of, np.full(count, -1)])
    features.invalid = np.concatenate([features.invalid, np.zeros(count, dtype=bool)])
    features.forget()
