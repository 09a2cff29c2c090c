"""``tables/*.parquet``: all rows of which there are too many for the document to list: idle land, checks, low efficiency."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from geoparks import units
from geoparks.document import Document
from geoparks.idle_land.land import as_words, sources
from geoparks.idle_land.low_efficiency import MEASURES, Comparison
from geoparks.idle_land.quiet import EVIDENCE
from geoparks.listing import CHECKS, IDLE, LOW, Unlisted
from geoparks.outcomes import Outcomes
from geoparks.records import OUTCOMES
from geoparks.text import Lang

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 50_000
_NUMBERS = {"days": "int64", "fee_wanyuan": "double", "area_m2": "double", "area_mu": "double"}
_NESTED = ("options", "remarks", "steps", "evidence")
_EMPTY = {"options": "[]", "remarks": "[]", "steps": "[]"}


def write(content: Document, unlisted: Unlisted | None, folder: Path) -> None:
    """Write the tables under a folder of outputs; none where the document lists everything.

    The columns of the idle table are the keys of an idle row in the document; lists and the record of steps are JSON text.
    Of checks, those that the document does not list: what passes, what was not checked.
    """
    if unlisted is None:
        return
    lang: Lang = content["lang"]
    if unlisted.quiet is not None and unlisted.told_at is not None:
        _write(folder / IDLE, _idle(content, unlisted.quiet, unlisted.told_at, lang))
    if unlisted.checks:
        _write(folder / CHECKS, (batch for one in unlisted.checks for batch in _checks(one, lang)))
    if unlisted.low_efficiency is not None:
        _write(folder / LOW, _low(unlisted.low_efficiency, lang))


def _write(file: Path, batches: Iterable[pa.Table]) -> None:
    import pyarrow.parquet as pq

    file.parent.mkdir(parents=True, exist_ok=True)
    rest = iter(batches)
    first = next(rest)
    with pq.ParquetWriter(file, first.schema, compression="zstd") as writer:
        writer.write_table(first)
        for one in rest:
            writer.write_table(one)


def idle_table(content: Document, quiet: pa.Table, told_at: np.ndarray, lang: Lang) -> pa.Table:
    """Every idle row, in the order of the parcels."""
    import pyarrow as pa

    return pa.concat_tables(list(_idle(content, quiet, told_at, lang)))


def _idle(content: Document, quiet: pa.Table, told_at: np.ndarray, lang: Lang) -> Iterator[pa.Table]:
    """Every idle row in the order of the parcels, in batches: those that the document lists, and those that are not idle."""
    import pyarrow as pa

    listed = content["idle"][: len(told_at)]
    names = list(content["idle"][0]) if content["idle"] else list(_quiet_rows(quiet.slice(0, 0), lang))
    kinds = {name: getattr(pa, {"int64": "int64", "double": "float64"}[kind])() for name, kind in _NUMBERS.items()}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in names])
    at = quiet["index"].to_numpy()
    for start in range(0, max(1, len(at) + len(told_at)), _BATCH):
        some = np.arange(*np.searchsorted(at, (start, start + _BATCH)))
        told = np.arange(*np.searchsorted(told_at, (start, start + _BATCH)))
        calm = _quiet_rows(quiet.slice(some[0] if len(some) else 0, len(some)), lang)
        columns = [
            [json.dumps(one[name], ensure_ascii=False) if name in _NESTED else one[name] for one in (listed[k] for k in told)]
            for name in names
        ]  # fmt: skip
        both = pa.concat_tables(
            [pa.table([calm[name] for name in names], schema=schema), pa.table(columns, schema=schema)]
        )
        yield both.take(np.argsort(np.concatenate([at[some], told_at[told]])))


def _quiet_rows(quiet: pa.Table, lang: Lang) -> dict[str, pa.Array]:
    """Parcels that are not idle under the keys of an idle row."""
    import pyarrow as pa
    import pyarrow.compute as pc

    count = len(quiet)

    def words(name: str) -> pa.Array:
        column = plain(name)
        return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)

    def plain(name: str) -> pa.Array:
        return as_words(quiet[name]).combine_chunks()

    def day(name: str) -> pa.Array:
        return quiet[name].combine_chunks().cast(pa.string())

    nothing, m2 = pa.nulls(count, pa.string()), quiet["area_m2"].combine_chunks()
    return {
        "parcel_id": quiet["parcel_id"].combine_chunks(), "name": plain("name"), "park": words("park"),
        "status": pa.array(["not_idle"] * count, pa.string()), "type": nothing, "since": day("since"),
        "days": quiet["days"].combine_chunks(), "becomes_on": day("becomes_on"), "cause": words("cause"),
        "cause_item": words("cause_item"), "path": nothing, "article": nothing, "quote": nothing,
        "fee_wanyuan": pa.nulls(count, pa.float64()), "area_m2": m2, "area_mu": pc.divide(m2, units.M2_PER_MU),
        "deadline": nothing, "reason": plain(f"reason_{lang}"), "evidence": _evidence(quiet),
        **{name: pa.array([words_] * count, pa.string()) for name, words_ in _EMPTY.items()},
    }  # fmt: skip


def _evidence(quiet: pa.Table) -> pa.Array:
    """Built-up shares as JSON text: ``{"land_cover_2023": 0.5}``."""
    import pyarrow as pa

    names = sources(quiet)
    shares = [quiet[name].to_pylist() for name in names]
    keys = [name.removeprefix(EVIDENCE) for name in names]
    told = [
        ", ".join(f'"{key}": {share!r}' for key, share in zip(keys, row, strict=True) if share is not None)
        for row in zip(*shares, strict=True)
    ] if names else [""] * len(quiet)  # fmt: skip
    return pa.array([f"{{{one}}}" for one in told], pa.string())


def _checks(rows: Outcomes, lang: Lang) -> Iterator[pa.Table]:
    """What passes and what was not checked, as the document has rows of checks."""
    import pyarrow as pa

    where = rows.where("pass", "not_checked")
    reasons = [rows.reason_of(code) for code in range(len(rows.reasons))]
    words = np.array([one.to(lang) if one is not None else None for one in reasons], dtype=object)
    outcomes = np.array(OUTCOMES, dtype=object)
    for who, some in rows.told(where):
        yield pa.table(
            {
                "rule": pa.array([rows.rule] * len(some), pa.string()),
                "layer": pa.array([rows.layer] * len(some), pa.string()),
                "id": pa.array(who.ids, pa.string()),
                "name": pa.array(who.names, pa.string()),
                "outcome": pa.array(outcomes[rows.outcome[some]], pa.string()),
                "reason": pa.array(words[rows.reason[some]], pa.string()),
                "park": pa.array([one or None for one in who.parks], pa.string()),
            }
        )


def _low(low: Comparison, lang: Lang) -> Iterator[pa.Table]:
    """Every figure that was compared, a row each, as the document has them; amounts that are not known are null."""
    import pyarrow as pa

    reasons = np.array([*(one.to(lang) for one in low.reasons), None], dtype=object)
    measures, many = np.array(list(MEASURES), dtype=object), len(MEASURES)
    for who, some in low.told():
        count = len(some)
        checked = (low.below[some] >= 0).ravel()
        tax = np.tile(measures == "tax", count)
        yield pa.table(
            {
                "parcel_id": pa.array(np.repeat(who.ids, many), pa.string()),
                "name": pa.array(np.repeat(who.names, many), pa.string()),
                "park": pa.array([one or None for one in np.repeat(who.parks, many)], pa.string()),
                "measure": pa.array(np.tile(measures, count), pa.string()),
                "year": pa.array(np.full(count * many, low.year), pa.int64(), mask=~tax),
                "contract": pa.array(low.contract[some].ravel(), from_pandas=True),
                "actual": pa.array(low.actual[some].ravel(), from_pandas=True),
                "below": pa.array((low.below[some] == 1).ravel(), mask=~checked),
                "short": pa.array(low.short(some).ravel(), mask=~checked),
                "reason": pa.array(reasons[low.why[some].ravel()], pa.string()),
            }
        )
