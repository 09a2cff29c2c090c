"""What all tests share: where data made by others are, a browser, and the order fast before slow."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("GEOPARKS_SHARED", ROOT.parent / "shared"))
_SLOW_LAST = ("shared", "slow", "browser")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Fast tests first; tests on data made by others are skipped, and say so, where the data are absent."""
    absent = pytest.mark.skip(reason=f"no data made by others at {SHARED.name}/ beside the checkout")
    for item in items:
        if item.get_closest_marker("shared") and not SHARED.is_dir():
            item.add_marker(absent)
    items.sort(
        key=lambda item: max(
            (_SLOW_LAST.index(name) + 1 for name in _SLOW_LAST if item.get_closest_marker(name)), default=0
        )
    )


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Where nothing may be skipped for want of a part, a skip fails."""
    outcome: Any = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("GEOPARKS_NO_SKIP") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which is not allowed here: {report.longrepr}"


def pytest_terminal_summary(terminalreporter: Any, exitstatus: int, config: pytest.Config) -> None:
    """Say what ran and what did not."""
    stats = terminalreporter.stats
    ran = len(stats.get("passed", [])) + len(stats.get("failed", []))
    skipped = stats.get("skipped", [])
    terminalreporter.write_line(f"ran {ran} tests, skipped {len(skipped)}")
    for report in skipped:
        terminalreporter.write_line(
            f"  not run: {report.nodeid}: {report.longrepr[2] if isinstance(report.longrepr, tuple) else ''}"
        )


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of what others made: documents and data."""
    return SHARED


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of real data in it."""
    return SHARED / "data"


@pytest.fixture
def geoparks() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command line as a user does, in a process of its own."""

    def run(*words: object, cwd: Path | None = None, **more: Any) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "geoparks", *map(str, words)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
        return subprocess.run(
            command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", env=environment, timeout=300, **more
        )

    return run


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium without a network of its own; skipped, and said, where there is none."""
    playwright = pytest.importorskip("playwright.sync_api")
    path = os.environ.get("GEOPARKS_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        pytest.skip("no Chromium: apt-get install chromium, or set GEOPARKS_CHROMIUM")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def trial_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The map of the made workspace whose every place is known; drawn once."""
    from tried import trial

    return trial(tmp_path_factory.getbasetemp())


@pytest.fixture
def tab(browser: Any, trial_page: Path) -> Iterator[Any]:
    """That map, open in a tab of its own; every request and every error of the page fails the test."""
    from visits import visit

    with visit(browser, trial_page) as tab:
        yield tab


@pytest.fixture(scope="session")
def postgis() -> Iterator[Any]:
    """A PostGIS server; skipped, and said, where there is none to start."""
    pytest.importorskip("psycopg")
    from database import served

    try:
        with served() as server:
            yield server
    except FileNotFoundError as error:
        pytest.skip(str(error))
