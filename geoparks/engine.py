"""Run one function over pieces: here, or on a Dask cluster that is there already. The answers are the same bytes either way.

What makes them the same: the pieces are cut by the data and never by the engine, the function is the same, and answers are
put together in the order of the pieces. A piece whose worker dies is done again elsewhere; its answer has one place in the
list, so nothing is lost and nothing counts twice.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import urlsplit

from geoparks.errors import WorkspaceError
from geoparks.text import Text, same
from geoparks.version import __version__

if TYPE_CHECKING:
    from distributed import Client

P = TypeVar("P")
C = TypeVar("C")
A = TypeVar("A")

LOCAL = "local"
_SCHEME = "dask"
_PORT = 8786
_TIMEOUT_S = 10
_PER_WORKER = 2  # pieces on their way to each worker: enough that none waits, few enough for the scheduler's memory
_TRIES = 3


class Engine(Protocol):
    """Something that runs a function over pieces."""

    def each(self, function: Callable[[P, C], A], pieces: Sequence[P], common: C) -> list[A]:
        """The answers of a function to every piece and to what all have in common, in the order of the pieces."""


class Local:
    """The process that asks."""

    def each(self, function: Callable[[P, C], A], pieces: Sequence[P], common: C) -> list[A]:
        """One piece after another."""
        return [function(piece, common) for piece in pieces]


class Cluster:
    """An existing Dask cluster, whose workers have the same version of geoparks and see the same files."""

    def __init__(self, client: Client, where: str) -> None:
        self.client, self.where = client, where

    def each(self, function: Callable[[P, C], A], pieces: Sequence[P], common: C) -> list[A]:
        """Pieces go to whichever worker is free; what all have in common is brought to every worker once."""
        if len(pieces) < 2:
            return Local().each(function, pieces, common)
        answers: dict[int, A] = {}
        for _ in range(_TRIES):
            waiting = [index for index in range(len(pieces)) if index not in answers]
            if not waiting:
                break
            self._round(function, pieces, common, waiting, answers)
        if len(answers) < len(pieces):
            raise _lost(self.where, f"{len(answers)} / {len(pieces)}")
        return [answers[index] for index in range(len(pieces))]

    def _round(
        self, function: Callable[[P, C], A], pieces: Sequence[P], common: C, waiting: list[int], answers: dict[int, A]
    ) -> None:
        """Have the pieces done that wait; those whose data were lost with their workers are left for another round.

        What a piece itself stumbles on (a file that a worker does not see) comes back as it was raised there.
        """
        from concurrent.futures import CancelledError

        from distributed import as_completed
        from distributed.client import FutureCancelledError
        from distributed.comm.core import CommClosedError
        from distributed.scheduler import KilledWorker

        raised: BaseException | None = None
        try:
            spread = self.client.scatter(common, broadcast=True, hash=False)
            rest = iter(waiting)
            index_of = {}

            def send() -> Any:
                for index in rest:
                    with (
                        warnings.catch_warnings()
                    ):  # a piece is large on purpose: the scheduler keeps it, should a worker die
                        warnings.filterwarnings("ignore", message="Sending large graph")
                        future = self.client.submit(function, pieces[index], spread, pure=False, retries=0)
                    index_of[future.key] = index
                    return future
                return None

            first = [
                one for _ in range(max(1, _PER_WORKER * len(self.client.nthreads()))) if (one := send()) is not None
            ]
            done = as_completed(first, loop=self.client.loop)
            for future in done:
                # Where a worker died, and with it what it was given: another round.
                with suppress(CancelledError, FutureCancelledError, KilledWorker):
                    if future.status == "error" and not isinstance(raised := future.exception(), KilledWorker):
                        break
                    answers[index_of[future.key]] = future.result()
                raised = None
                future.release()
                if (more := send()) is not None:
                    done.add(more)
        except (OSError, CommClosedError, TimeoutError) as error:
            raise _lost(self.where, str(error)[:120]) from error
        if raised is not None:
            raise raised


def _lost(where: str, words: str) -> WorkspaceError:
    return WorkspaceError(
        Text("集群没有算完", "the cluster did not finish"),
        where=where,
        found=same(words),
        mend=Text(
            "请检查调度器和各工作进程后重试，或用 --engine local。",
            "Check scheduler and workers, or take --engine local.",
        ),
    )


@contextmanager
def opened(words: str = LOCAL) -> Iterator[Engine]:
    """The engine that words name: ``local``, or ``dask://host:port``.

    Raises WorkspaceError where the words name none, the cluster cannot be reached, or has another geoparks than this one.
    """
    if words == LOCAL:
        yield Local()
        return
    with _client(words) as client:
        _is_alike(client, words)
        yield Cluster(client, words)


@contextmanager
def _client(words: str) -> Iterator[Client]:
    try:
        url = urlsplit(words)
        host, port = url.hostname, url.port or _PORT
    except ValueError:
        host, port = None, _PORT
    if not host or url.scheme != _SCHEME:
        raise WorkspaceError(
            Text("没有这种计算引擎", "there is no such engine"), where="--engine", found=same(words), expected=same("local、dask://host:8786")
        )  # fmt: skip
    try:
        from distributed import Client
    except ImportError as error:
        raise WorkspaceError(
            Text("使用集群需要另装一个组件", "a cluster needs one more package"),
            where=words,
            mend=Text("请运行：pip install 'geoparks[dask]'。", "Run: pip install 'geoparks[dask]'."),
        ) from error
    try:
        client = Client(f"tcp://{host}:{port}", timeout=_TIMEOUT_S, set_as_default=False)
    except (OSError, TimeoutError) as error:
        raise WorkspaceError(
            Text("连不上集群的调度器", "the scheduler of the cluster cannot be reached"),
            where=words,
            found=same(" ".join(str(error).split())[:160]),
            mend=Text(
                "请核对主机和端口，并确认 dask scheduler 已启动。",
                "Check host and port, and that dask scheduler is running.",
            ),
        ) from error
    with client:
        yield client


def _is_alike(client: Client, words: str) -> None:
    """Whether every worker has this geoparks: another one may judge otherwise."""
    found = client.run(_version, on_error="return")
    if not found:
        raise WorkspaceError(
            Text("集群没有工作进程", "the cluster has no workers"),
            where=words,
            mend=Text("请先启动 dask worker。", "Start dask worker first."),
        )
    others = sorted({one if isinstance(one, str) else type(one).__name__ for one in found.values()} - {_version()})
    if others:
        raise WorkspaceError(
            Text("集群上的 geoparks 与本机不同", "the workers have another geoparks than this machine"),
            where=words,
            found=same("、".join(others)),
            expected=same(_version()),
            mend=Text("请在各工作进程安装同一版本。", "Install the same version for every worker."),
        )


def _version() -> str:
    """The version of geoparks, and of the libraries whose arithmetic its figures rest on."""
    from importlib.metadata import PackageNotFoundError, version

    import pyproj
    import shapely

    told = [f"geoparks {__version__}"]
    for name in ("numpy", "shapely", "pandas", "pyproj", "numba", "rasterio"):
        try:
            told.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            told.append(f"{name} —")
    told += [f"GEOS {shapely.geos_version_string}", f"PROJ {pyproj.proj_version_str}"]
    try:
        import rasterio

        told.append(f"GDAL {rasterio.__gdal_version__}")
    except ImportError:
        told.append("GDAL —")
    return ", ".join(told)
