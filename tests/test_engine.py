"""The same work here and on a scheduler with three workers, one of which is killed in the middle: the same bytes."""

from __future__ import annotations

import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely

import geoparks as gp
from geoparks import parcelwise
from geoparks.document import json_lines
from geoparks.engine import Cluster, Local, _is_alike, _version, opened
from geoparks.errors import GeoparksError, UnreadableFile, WorkspaceError
from geoparks.normalise.id_index import IdIndex
from geoparks.pipeline import asked

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))
DAY = "2024-06-30"


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Any]:
    """A cluster of three workers, made for one test: it may lose them."""
    pytest.importorskip("distributed")
    from cluster import running

    with running(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration with its parcels in five GeoParquet parts."""
    from many_parcels import make

    folder = tmp_path_factory.mktemp("many") / "ws"
    make(folder, 3_000, 5)
    return folder


def _bytes(result: Any) -> bytes:
    return "".join(json_lines(result.content)).encode()


def test_answers_come_in_the_order_of_the_pieces_from_several_processes(cluster: Any, tmp_path: Path) -> None:
    from cluster import marked

    marks = tmp_path / "marks"
    marks.mkdir()
    pieces = [(number, list(range(number))) for number in range(24)]
    with opened(cluster.engine) as engine:
        assert isinstance(engine, Cluster)
        there = engine.each(marked, pieces, (marks, 0.05))
    done_by = {path.name.partition("-")[2] for path in marks.iterdir()}
    assert len(done_by) == 3 and str(__import__("os").getpid()) not in done_by
    assert there == Local().each(marked, pieces, (marks, 0.0)) == [(n, v, sum(v)) for n, v in pieces]


def test_a_worker_killed_in_the_middle_loses_nothing_and_counts_nothing_twice(cluster: Any, tmp_path: Path) -> None:
    from cluster import marked

    marks = tmp_path / "marks"
    marks.mkdir()
    pieces = [(number, list(range(number))) for number in range(30)]
    victim = cluster.workers[1]

    def kill() -> None:
        while not any(path.name.endswith(f"-{victim.pid}") for path in marks.iterdir()):
            time.sleep(0.01)
        victim.kill()  # while it is at work on a piece

    killer = threading.Thread(target=kill)
    killer.start()
    with opened(cluster.engine) as engine:
        answers = engine.each(marked, pieces, (marks, 0.2))
    killer.join()
    assert victim.wait(10) != 0
    assert answers == [(n, v, sum(v)) for n, v in pieces]
    begun = Counter(path.name.partition("-")[0] for path in marks.iterdir())
    assert max(begun.values()) > 1  # a piece was begun by the dead one, and done by another


def test_mistakes_come_back_as_they_were_made(cluster: Any) -> None:
    from cluster import broken

    with opened(cluster.engine) as engine, pytest.raises(UnreadableFile) as caught:
        engine.each(broken, ["a", "b", "c"], None)
    assert caught.value.line("zh") in {f"{one}.gpkg：打不开。重来" for one in "abc"}


def test_a_file_that_a_worker_does_not_see_is_told_as_such(tmp_path: Path) -> None:
    """As it would be told here; it is not the cluster that failed."""
    client = pytest.importorskip("distributed").Client
    wrong = tmp_path / "land_cover_2023.tif"
    for trouble in (
        FileNotFoundError(2, "No such file or directory", str(wrong)),
        TimeoutError("slow"),
        ValueError("x"),
    ):
        with client(processes=False, n_workers=1, threads_per_worker=1, dashboard_address=None) as one:
            for engine in (Local(), Cluster(one, "dask://h:8786")):
                with pytest.raises(type(trouble)) as caught:
                    engine.each(stumble, ["a", "b", "c"], trouble)
                assert str(caught.value) == str(trouble)


def stumble(piece: str, common: Exception) -> str:
    if piece == "b":
        raise common
    return piece


@pytest.mark.parametrize("at", ["scatter", "submit"])
def test_a_cluster_that_cannot_be_reached_any_more_is_told_as_such(at: str) -> None:
    pytest.importorskip("distributed")

    class Gone:
        loop = None

        def nthreads(self) -> dict[str, int]:
            return {"tcp://h:1": 1}

        def scatter(self, common: Any, **_: Any) -> Any:
            return self._go("scatter", common)

        def submit(self, *_: Any, **__: Any) -> Any:
            return self._go("submit", None)

        def _go(self, name: str, given: Any) -> Any:
            if name == at:
                raise OSError("Timed out trying to connect")
            return given

    with pytest.raises(WorkspaceError) as caught:
        Cluster(Gone(), "dask://h:8786").each(stumble, ["a", "c"], ValueError())  # type: ignore[arg-type]
    assert "集群没有算完" in caught.value.line("zh") and "Timed out" in caught.value.line("zh")


@pytest.mark.parametrize("name", ["geoparks", "numpy", "shapely", "numba", "rasterio", "GDAL", "GEOS", "PROJ"])
def test_a_worker_with_another_library_is_refused(name: str) -> None:
    """Figures rest on all of these; a wheel of one version may come with another GEOS, PROJ or GDAL."""
    mine = _version()
    other = re.sub(rf"\b{name} [^,]+", f"{name} 0.0.1", mine)
    assert other != mine
    assert f"GDAL {rasterio.__gdal_version__}" in mine and f"GEOS {shapely.geos_version_string}" in mine

    class Client:
        def run(self, *_: Any, **__: Any) -> dict[str, str]:
            return {"tcp://h:1": mine, "tcp://h:2": other}

    with pytest.raises(WorkspaceError) as caught:
        _is_alike(Client(), "dask://h:8786")  # type: ignore[arg-type]
    assert f"{name} 0.0.1" in caught.value.line("zh")


@pytest.mark.slow
def test_a_run_is_the_same_bytes_though_a_worker_is_killed(
    cluster: Any, many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`run` asks all that check, audit, supply and idle ask, and more."""
    monkeypatch.setattr(parcelwise, "ROWS", 400)
    here = _bytes(asked("run", many, on=DAY))
    killed: list[str] = []
    killer = threading.Thread(target=_kill_at_work, args=(cluster, killed))
    killer.start()
    there = _bytes(asked("run", many, on=DAY, engine=cluster.engine))
    killer.join()
    assert killed and there == here


def _kill_at_work(cluster: Any, killed: list[str]) -> None:
    """Kill the first worker that has a piece of the parcels in its hands."""
    with cluster.client() as client:
        for _ in range(6000):
            for address, keys in client.processing().items():
                if any("_of_piece" in str(key) for key in keys):
                    name = client.scheduler_info()["workers"][address]["name"]
                    cluster.workers[int(name)].kill()
                    killed.append(address)
                    return
            time.sleep(0.01)


def test_pieces_give_what_the_whole_gives(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = gp.idle(gp.open(many), on=DAY).content
    monkeypatch.setattr(parcelwise, "ROWS", 400)
    cut = gp.idle(gp.open(many), on=DAY).content
    assert [one["parcel_id"] for one in whole["idle"]] == [one["parcel_id"] for one in cut["idle"]]
    for key in whole:
        assert whole[key] == cut[key], key


def test_compiled_or_not_the_document_is_the_same(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Byte for byte, everything that `run` asks: the demonstration has too few parcels to be worth a compiler by itself."""
    from geoparks.kernel import ready

    monkeypatch.setattr(ready, "MANY", 10**9)
    pure = _bytes(asked("run", many, on=DAY))
    monkeypatch.setattr(ready, "MANY", 100)
    assert ready.ready(200)
    assert _bytes(asked("run", many, on=DAY)) == pure


def test_rows_of_one_id_are_never_in_two_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcelwise, "ROWS", 10)
    ids = np.array([f"P{i % 37}" if i % 3 else f"Q{i}" for i in range(200)], dtype=object)
    cuts = parcelwise._cuts(IdIndex(ids, on_disk=False).numbers_of(np.arange(200)))
    assert sorted(np.concatenate(cuts).tolist()) == list(range(200)) and len(cuts) > 5
    owners: dict[str, set[int]] = {}
    for number, rows in enumerate(cuts):
        assert (np.diff(rows) > 0).all()
        for one in ids[rows]:
            owners.setdefault(one, set()).add(number)
    assert all(len(one) == 1 for one in owners.values())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("spark://x:1", "没有这种计算引擎"),
        ("dask://", "没有这种计算引擎"),
        ("dask://h:port", "没有这种计算引擎"),
        ("dask://127.0.0.1:1", "连不上集群的调度器"),
    ],
)
def test_an_engine_that_is_none(words: str, told: str, many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geoparks.engine._TIMEOUT_S", 1)
    with pytest.raises(GeoparksError) as caught:
        gp.idle(gp.open(many), on=DAY, engine=words)
    assert told in caught.value.line("zh") and len(caught.value.line("zh").splitlines()) == 1


@pytest.mark.slow
def test_the_command_line_takes_an_engine(cluster: Any, many: Path, tmp_path: Path, geoparks: Any) -> None:
    here = _bytes(gp.supply(gp.open(many), on=DAY))
    there = geoparks("supply", many, "--on", DAY, "--json", "--out", tmp_path / "b", "--engine", cluster.engine)
    assert there.returncode in (0, 1) and there.stdout.encode() == here, there.stderr
    assert (tmp_path / "b" / "result.json").read_bytes() == here
    wrong = geoparks("supply", many, "--engine", "spark://x")
    assert wrong.returncode == 2 and len(wrong.stderr.splitlines()) == 1 and wrong.stdout == ""
