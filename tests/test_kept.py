"""Machine code that is kept: the same numbers in a process that never sees numba, and nothing run that others may have put there."""

from __future__ import annotations

import os
import pickle
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba", reason="without numba there is only the pure way")

from geoparks.kernel import area, cover, densify, doubtful, lonlat, rings, wkb
from geoparks.kernel.kept import Kept, _sealed, kept
from geoparks.kernel.ready import _MADE, Compiled

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
    monkeypatch.setenv("GEOPARKS_CACHE", str(tmp_path))
    kernel, times = kept(function), 1 if function is total else 2
    for numbers in (np.arange(5.0), np.arange(5, dtype=np.uint8), np.arange(10.0)[::2], np.arange(6).reshape(2, 3)[0]):
        for kind in (float, np.int64):
            found = np.empty(1, kind)
            kernel(numbers, found)
            assert found[0] == times * numbers.sum()
    kept_as = [name for name, entry in kernel._entries.items() if entry]
    assert bool(kept_as) == (function is total and ALIKE)


def one_more(numbers: Any, sum_: Any) -> None:
    sum_[0] = numbers[0] + 1


def harm(symbol: str) -> bytes:
    """Machine code of that name that, where it is called, stops the kernel with an error."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    module = llvm.parse_assembly(f"define i32 @{symbol}() {{ ret i32 7 }}")
    code: bytes = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(jit=True).emit_object(module)
    return code


def symbol_in(file: Path) -> str:
    """The name of the function whose code a file holds."""
    return "kept_" + file.read_bytes().split(b"kept_", 1)[1][:24].decode()


ONCE: dict[str, Any] = {}
"""Code that was made in earlier tests: it takes half a second."""


def found() -> tuple[float, bool]:
    """What a kernel finds, called for the first time in a process, and whether its code had to be made."""
    kernel, asked = kept(one_more), list[str]()
    make = kernel._made

    def made(kinds: str, symbol: str) -> bytes | None:
        asked.append(symbol)
        if symbol not in ONCE:
            ONCE[symbol] = make(kinds, symbol)
        return ONCE[symbol]

    kernel._made = made  # type: ignore[method-assign]
    result = np.zeros(1)
    kernel(np.ones(1), result)
    return float(result[0]), bool(asked)


@pytest.fixture()
def planted(tmp_path: Path, monkeypatch: Any) -> Path:
    """The file of a kernel with code of somebody else's, whose checksum is right, in a folder that all may write."""
    root = tmp_path / "shared"
    root.mkdir()
    root.chmod(0o777)
    monkeypatch.setenv("GEOPARKS_CACHE", str(root))
    assert found() == (2.0, True)
    assert found() == (2.0, False)
    (file,) = root.rglob("*.o")
    symbol = symbol_in(file)
    file.write_bytes(_sealed(symbol, harm(symbol)))
    with pytest.raises(RuntimeError):  # it would be called, were it this user's
        found()
    return file


@pytest.mark.skipif(not ALIKE, reason="code is kept on Linux on x86-64 only")
@pytest.mark.parametrize("bits", [0o020, 0o002])
@pytest.mark.parametrize("level", range(5))
def test_what_others_may_write_is_not_run(level: int, bits: int, planted: Path) -> None:
    """The file, its folder, and every one above it up to `geoparks`."""
    where = [planted, *planted.parents][level]
    assert (level == 4) == (where.name == "geoparks")
    where.chmod(where.stat().st_mode | bits)
    assert found() == (2.0, True)


@pytest.mark.skipif(not ALIKE or os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("level", range(5))
def test_what_others_own_is_not_run(level: int, planted: Path) -> None:
    os.chown([planted, *planted.parents][level], 65534, -1)
    assert found() == (2.0, True)


@pytest.mark.skipif(not ALIKE, reason="code is kept on Linux on x86-64 only")
def test_what_another_user_made_is_not_run(planted: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("os.geteuid", lambda: os.getuid() + 1)
    assert found() == (2.0, True)


@pytest.mark.skipif(not ALIKE, reason="code is kept on Linux on x86-64 only")
@pytest.mark.parametrize("level", range(5))
def test_links_are_not_followed(level: int, planted: Path, tmp_path: Path) -> None:
    where = [planted, *planted.parents][level]
    shutil.move(where, tmp_path / "elsewhere")
    where.symlink_to(tmp_path / "elsewhere")
    assert found() == (2.0, True)


@pytest.mark.skipif(not ALIKE, reason="code is kept on Linux on x86-64 only")
def test_what_is_no_file_is_not_waited_for(planted: Path) -> None:
    planted.unlink()
    os.mkfifo(planted, 0o600)
    assert found() == (2.0, True)
    assert found() == (2.0, False)


@pytest.mark.skipif(not ALIKE, reason="code is kept on Linux on x86-64 only")
def test_what_is_kept_is_shut(planted: Path) -> None:
    """Whatever rights the user's other files have."""
    shutil.rmtree(planted.parents[3])
    before = os.umask(0)
    try:
        found()
    finally:
        os.umask(before)
    assert planted.stat().st_mode & 0o777 == 0o600
    assert {one.stat().st_mode & 0o777 for one in list(planted.parents)[:4]} == {0o700}


@pytest.mark.skipif(not ALIKE, reason="code is kept on Linux on x86-64 only")
def test_code_of_another_kernel_is_made_again(planted: Path) -> None:
    """Moved into the place of this one; or, with a checksum that fits, without the function that is asked for."""
    symbol, other = symbol_in(planted), "kept_" + "0" * 24
    for content in (_sealed(other, harm(other)), _sealed(symbol, harm(other))):
        planted.write_bytes(content)
        assert found() == (2.0, True)
        assert found() == (2.0, False)


@pytest.mark.skipif(not ALIKE, reason="code is kept on Linux on x86-64 only")
def test_where_numba_is_switched_off_nothing_kept_is_run(planted: Path) -> None:
    first = run(planted.parents[4])
    assert run(planted.parents[4], NUMBA_DISABLE_JIT="0") == (*first[:2], "False")
    assert run(planted.parents[4], NUMBA_DISABLE_JIT="1") == (*first[:2], "True")


class Harm:
    """What leaves a file behind where it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> Any:
        return Path.touch, (self.file,)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="files have no such owners")
@pytest.mark.parametrize(
    ("name", "rights", "owner", "read"),
    [
        ("kernels-*", 0o700, None, True),
        ("kernels-*", 0o750, None, False),
        ("kernels-*", 0o701, None, False),
        ("kernels-*", 0o700, 65534, False),
        ("geoparks", 0o755, None, True),
        ("geoparks", 0o775, None, False),
        ("geoparks", 0o757, None, False),
        ("geoparks", 0o755, 65534, False),
    ],
)
def test_numba_reads_only_what_is_this_users_alone(
    name: str, rights: int, owner: int | None, read: bool, tmp_path: Path, monkeypatch: Any
) -> None:
    """It unpickles what it finds, in folders that it makes itself: so the one above them has to be shut."""
    if owner is not None and os.geteuid() != 0:
        pytest.skip("only root gives files away")
    monkeypatch.setenv("GEOPARKS_CACHE", str(tmp_path / "shared"))

    def asked() -> float:
        _MADE.pop(one_more, None)
        result = np.zeros(1)
        Compiled(one_more)(np.ones(1), result)
        return float(result[0])

    before = os.umask(0)
    try:
        assert asked() == 2.0
    finally:
        os.umask(before)
    indexes = list(tmp_path.rglob("*.nbi"))
    assert indexes
    for one in indexes:
        one.write_bytes(pickle.dumps(Harm(tmp_path / "ran")))
    (where,) = tmp_path.rglob(name)
    where.chmod(rights)
    if owner is not None:
        os.chown(where, owner, -1)
    assert asked() == 2.0
    assert (tmp_path / "ran").exists() == read
