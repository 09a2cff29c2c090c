"""``tables/idle.parquet``: what the day says of every parcel, where there are too many for the document to list them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from geoparks.document import IDLE_TABLE, Document, idle_is_told_in_a_table

_BATCH = 50_000
_NUMBERS = {"days": "int64", "fee_wanyuan": "double", "area_m2": "double", "area_mu": "double"}
_NESTED = ("options", "remarks", "steps", "evidence")


def write(content: Document, folder: Path) -> bool:
    """Write the table under a folder of outputs if the document does not list all rows; whether it was written.

    The columns are the keys of an idle row in the document; lists and the record of steps are JSON text.
    """
    if not idle_is_told_in_a_table(content):
        return False
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows: list[dict[str, Any]] = content["idle"]
    kinds = {name: getattr(pa, {"int64": "int64", "double": "float64"}[kind])() for name, kind in _NUMBERS.items()}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in rows[0]])
    file = folder / IDLE_TABLE
    file.parent.mkdir(parents=True, exist_ok=True)
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for start in range(0, len(rows), _BATCH):
            some = rows[start : start + _BATCH]
            columns = [
                [json.dumps(one[name], ensure_ascii=False) if name in _NESTED else one[name] for one in some]
                for name in schema.names
            ]
            writer.write_table(pa.table(columns, schema=schema))
    return True
