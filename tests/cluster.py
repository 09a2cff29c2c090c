"""A Dask scheduler and workers as processes of their own, on free ports, gone in the end."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Cluster:
    port: int
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def engine(self) -> str:
        return f"dask://127.0.0.1:{self.port}"

    def client(self) -> Any:
        from distributed import Client

        return Client(f"tcp://127.0.0.1:{self.port}", timeout=60, set_as_default=False)


@contextmanager
def running(folder: Path, workers: int = 3) -> Iterator[Cluster]:
    """A scheduler and workers, each worker under a nanny's care or not: here not, so that a killed one stays dead."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", "DASK_DISTRIBUTED__WORKER__USE_FILE_LOCKING": "False",
    }  # fmt: skip
    log = (folder / "cluster.log").open("wb")
    made: list[subprocess.Popen[bytes]] = []

    def start(*words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]]
        made.append(subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log))
        return made[-1]

    cluster = Cluster(port)
    try:
        start("dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
        for number in range(workers):
            place = folder / f"worker-{number}"
            cluster.workers.append(
                start(
                    "dask_worker", f"tcp://127.0.0.1:{port}", "--no-nanny", "--nthreads", "1", "--no-dashboard",
                    "--name", str(number), "--local-directory", str(place), "--memory-limit", "0",
                )
            )  # fmt: skip
        _wait(cluster, workers, folder)
        yield cluster
    finally:
        for process in reversed(made):
            process.kill()
        for process in made:
            process.wait(30)
        log.close()


def _wait(cluster: Cluster, workers: int, folder: Path) -> None:
    for _ in range(120):
        try:
            with cluster.client() as client:
                client.wait_for_workers(workers, timeout=60)
                return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError((folder / "cluster.log").read_text(errors="replace")[-800:])


def marked(piece: Any, common: Any) -> Any:
    """What each worker is asked in the tests: leave a mark that it was, take a while, answer."""
    number, value = piece
    folder, wait = common
    (folder / f"{number}-{os.getpid()}").touch()
    time.sleep(wait)
    return number, value, sum(value)


def broken(piece: Any, common: Any) -> Any:
    from geoparks.errors import UnreadableFile
    from geoparks.text import Text

    raise UnreadableFile(Text("打不开", "cannot be opened"), where=f"{piece}.gpkg", mend=Text("重来", "try again"))
