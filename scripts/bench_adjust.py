"""How long a proposal with about 5,000 candidates takes: a made park beside a made boundary. Prints seconds and figures."""

from __future__ import annotations

import datetime as dt
import sys
import time
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / "tests"), str(Path(__file__).resolve().parent.parent)]

from casebook import HERE, raw_layer  # noqa: E402

from geoparks.adjustment.proposals import proposals  # noqa: E402
from geoparks.catalog import layer, policy  # noqa: E402
from geoparks.config import Config  # noqa: E402
from geoparks.dataset import build  # noqa: E402
from geoparks.discover import Found  # noqa: E402


def main() -> None:
    random = np.random.default_rng(7)
    fields = [
        {"id": f"N{index}", "box": [x, y, x + 90, y + 60]}
        for index, (x, y) in enumerate(zip(random.uniform(4000, 9000, 120), random.uniform(0, 5000, 120), strict=True))
    ]
    land = [
        {
            "id": f"L{i}-{j}",
            "use_code": "0103" if (i * 7 + j * 3) % 5 == 0 else "0401",
            "use_scheme": "GB/T 21010",
            "box": [i * 250, j * 250, i * 250 + 250, j * 250 + 250],
        }
        for i in range(38)
        for j in range(22)
    ]
    rows = {
        "parks": [{"park_id": "P1", "name": "甲园区", "county": "甲旗"}],
        "blocks": [{"block_id": "B1", "park_id": "P1", "box": [3500, 0, 9000, 5000]}],
        "udb": [{"udb_id": "K1", "zone": "集中建设区", "county": "甲旗", "box": [-1000, -1000, 5000, 6000]}],
        "udb_limits": [
            {"county": "甲旗", "base_built_ha": 3400, "expansion_multiple": 1.3, "construction_land_limit_ha": 4400}
        ],
        "farmland": fields,
        "redline": [{"id": "H1", "box": [8600, 4600, 9000, 5000]}],
        "land_use": land,
    }
    found = Found()
    for name, some in rows.items():
        found.layers[name] = [raw_layer(name, some, HERE)]
    made = build(found, Config(Path(), "bench"), layer.load())
    made.on = dt.date(2026, 6, 30)
    pack = policy.load("neimenggu", None, {"propose_let_go_reach_m": 6000, "propose_most_cells": 8000})
    start = time.perf_counter()
    told = proposals(made, pack)
    seconds = time.perf_counter() - start
    for one in told:
        figures = one["figures"] or {}
        print(one["id"], one["status"], one["gap"], figures.get("candidates_in"), figures.get("candidates_out"), figures.get("in_m2"), figures.get("out_m2"), one["reason"] and one["reason"].zh)  # fmt: skip
    print(f"{seconds:.1f} s")


if __name__ == "__main__":
    main()
