"""Machine code that is kept: the same numbers in a process that never sees numba, and no harm from what lies in its folder."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba", reason="without numba there is only the pure way")

from geoparks.kernel import area, cover, densify, doubtful, lonlat, rings, wkb
from geoparks.kernel.kept import Kept, kept

FLOATS, WHOLE, YES = np.float64, np.int64, np.bool_
HERE = Path(__file__).resolve().parent.parent
ALIKE = sys.platform == "linux" and platform.machine() == "x86_64"
PROGRAM = """
import sys
import numpy as np
import shapely
from geoparks.kernel.area import areas
from geoparks.read.flat import rings_of_shapes
from geoparks.kernel.rings import oriented
from geoparks.kernel.doubtful import doubtful
rng = np.random.default_rng(1)
x, y = rng.uniform(100, 120, 50), rng.uniform(38, 50, 50)
shapes = np.array([*shapely.box(x, y, x + 0.01, y + 0.01), None], dtype=object)
made = oriented(rings_of_shapes(shapes))
print(areas(made).tobytes().hex(), doubtful(made).sum(), "numba" in sys.modules)
"""


def run(folder: Path, **more: str) -> tuple[str, str, str]:
    import os

    environment = {**os.environ, "GEOPARKS_CACHE": str(folder), **more}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, cwd=HERE, capture_output=True, text=True, check=True
    )
    numbers, doubts, numba = done.stdout.split()
    return numbers, doubts, numba


@pytest.mark.skipif(not ALIKE, reason="code is kept on Linux on x86-64 only")
def test_a_second_process_needs_no_numba_and_finds_the_same_bits(tmp_path: Path) -> None:
    first = run(tmp_path)
    assert first[2] == "True"  # it had to be made
    assert run(tmp_path) == (*first[:2], "False")
    files = sorted(tmp_path.rglob("*.o"))
    assert len(files) == 5
    files[0].write_bytes(files[0].read_bytes()[:-1])  # cut short
    files[1].write_bytes(b"")
    assert run(tmp_path) == first
    assert run(tmp_path) == (*first[:2], "False")  # mended


def test_where_nothing_can_be_kept_the_bits_are_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert run(tmp_path / "file" / "below")[:2] == run(tmp_path)[:2]


def arrays(kernel: str) -> Any:
    """Arguments of the types with which a kernel is called, for nothing to do."""
    xy, ring, box = np.empty((0, 2)), np.zeros(1, WHOLE), np.empty((0, 4))
    yes, bytes_ = np.empty(0, YES), np.empty(0, np.uint8)
    return {
        "area._areas": (xy, ring, ring, yes, 0, 0, np.empty(0)),
        "cover.tally_tile": (
            xy, ring, ring, box, ring, 0, 0, np.empty((0, 0), np.uint8), bytes_, 0, 0, yes,
            np.empty(0), box, 0, 0, True, np.empty((0, 8)), np.empty(0), np.empty(0), 0, 0,
        ),
        "densify._count": (xy, ring, 1.0, 0, 0, ring),
        "densify._fill": (xy, ring, 1.0, 0, 0, xy, ring),
        "doubtful._doubtful": (xy, ring, ring, yes, 0, 0, yes, np.empty((3, 0), WHOLE), box),
        "lonlat._forward": (xy, 0, 0, xy),
        "rings._extents": (xy, ring, ring, 0, 0, box, np.empty(0)),
        "rings._orient": (xy, ring, yes, 0, 0),
        "wkb._count": (bytes_, ring, 0, 0, ring, np.empty(3, WHOLE)),
        "wkb._fill": (bytes_, ring, 0, 0, 0, 0, bytes_, xy, ring, yes, np.empty(1, YES)),
    }[kernel]  # fmt: skip


EVERY = [
    f"{module.__name__.rsplit('.', 1)[-1]}.{name}"
    for module in (area, cover, densify, doubtful, lonlat, rings, wkb)
    for name, one in vars(module).items()
    if isinstance(one, Kept)
]


@pytest.mark.skipif(not ALIKE, reason="code is kept on Linux on x86-64 only")
@pytest.mark.parametrize("name", EVERY)
def test_every_kernel_that_is_to_be_kept_can_be(name: str) -> None:
    """None of them calls anything outside itself; otherwise numba would have to be loaded, and nobody would notice."""
    module, function = name.split(".")
    kernel = vars(sys.modules[f"geoparks.kernel.{module}"])[function]
    kernel(*arrays(name))
    assert all(kernel._entries.values())


def total(numbers: Any, sum_: Any) -> None:
    sum_[0] = 0
    for one in numbers:
        sum_[0] += one


def more(numbers: Any, sum_: Any) -> None:
    sum_[0] = np.append(numbers, numbers).sum()


@pytest.mark.parametrize("function", [total, more])
def test_whatever_is_handed_over_is_counted_right(function: Any, tmp_path: Path, monkeypatch: Any) -> None:
    """Other types, arrays that are not contiguous, a kernel that makes arrays: those are left to numba."""
    monkeypatch.setattr("geoparks.kernel.kept.folder", lambda: tmp_path)
    kernel, times = kept(function), 1 if function is total else 2
    for numbers in (np.arange(5.0), np.arange(5, dtype=np.uint8), np.arange(10.0)[::2], np.arange(6).reshape(2, 3)[0]):
        for kind in (float, np.int64):
            found = np.empty(1, kind)
            kernel(numbers, found)
            assert found[0] == times * numbers.sum()
    kept_as = [name for name, entry in kernel._entries.items() if entry]
    assert bool(kept_as) == (function is total and ALIKE)
