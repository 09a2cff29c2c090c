"""What is asked of each parcel by itself, in pieces: an answer stands where its parcel does, whatever the pieces are."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from casebook import Case, dataset

from geoparks import parcelwise
from geoparks.catalog import policy
from geoparks.dataset import Dataset
from geoparks.engine import Local
from geoparks.normalise.shelf import shelved
from geoparks.outcomes import Outcomes
from geoparks.parcelwise import Answer
from geoparks.rules import registry
from geoparks.text import Text
from geoparks.verdicts import Verdicts
from geoparks.who import Who

PACK = policy.load("neimenggu")
AT = dt.date(2024, 6, 30)
COUNT = 40


@pytest.mark.parametrize("on_disk", [False, True])
@pytest.mark.parametrize("piece", [1, 6, 100])
def test_a_piece_without_rows_moves_no_others(piece: int, on_disk: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of some pieces a rule has nothing to say in columns; of others it has. Every third parcel is in two rows, far apart."""
    ids = [f"Z{k}" for k in range(COUNT)] + [f"Z{k}" for k in range(0, COUNT, 3)]
    rows = [{"parcel_id": one, "name": f"宗地{one}", "park_id": f"P{one}"} for one in ids]
    rows = [{**one, "box": [200.0 * k, 0, 200.0 * k + 100, 100]} for k, one in enumerate(rows)]
    layers = dataset(Case("pieces", {"name": "pieces", "on": AT, "expect": {}, "parcels": rows}))
    if on_disk:
        layers["parcels"].table = shelved(layers["parcels"].table)
        layers["parcels"].forget()
    told = {"Z0", "Z7", "Z9", "Z27", "Z38"}

    def ask(some: Dataset, _: Any) -> Answer:
        who = Who.of(some, "parcels")
        mine = np.array([k for k, one in enumerate(who.ids) if one in told], dtype=int)
        columns = Outcomes("I07", "parcels", len(who.ids), who)
        columns.add(mine, "pass", [Text("好", "good")])
        return Answer(Verdicts(columns=[columns] if len(mine) else []))

    monkeypatch.setattr(parcelwise, "ROWS", piece)
    monkeypatch.setattr(parcelwise, "_ask", ask)
    found = parcelwise.ask(layers, PACK, [registry()[0]], Local(), idle=False, year=2024)
    (columns,) = found.verdicts.columns
    checks = [(one.subject.id, one.subject.name, one.park) for one in columns.checks()]
    assert {one for one, _, _ in checks} == told and len(checks) == len([one for one in ids if one in told])
    assert all(name == f"宗地{one}" and park == f"P{one}" for one, name, park in checks)
    assert {(park, count) for park, _, _, count in columns.counts()} == {
        (f"P{one}", ids.count(one)) for one in told
    }  # fmt: skip
    assert len(columns.named(["Z7", "Z8"])) == 1
