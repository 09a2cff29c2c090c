"""A wheel built from the checkout works alone, in an empty environment, with its declarations inside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow


def run(*words: object, cwd: Path) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        [str(word) for word in words], cwd=cwd, capture_output=True, text=True, encoding="utf-8", env=environment
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


def test_a_wheel_works_in_an_empty_environment(tmp_path: Path) -> None:
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path / "dist", ROOT, cwd=tmp_path)
    wheel = next((tmp_path / "dist").glob("*.whl"))
    with zipfile.ZipFile(wheel) as parts:
        assert "geoparks/py.typed" in parts.namelist()
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    run(
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-c",
        ROOT / "requirements" / "run.txt",
        wheel,
        cwd=tmp_path,
    )
    where = run(python, "-c", "import geoparks; print(geoparks.__file__)", cwd=tmp_path).strip()
    assert str(tmp_path / "env") in where
    layers = json.loads(run(python, "-m", "geoparks", "layers", "--json", cwd=tmp_path))["layers"]
    assert len(layers) > 30
    rules = json.loads(run(python, "-m", "geoparks", "rules", "--policy", "ordos", "--json", cwd=tmp_path))["rules"]
    assert all(page["clauses"] for page in rules)
    run(python, "-m", "geoparks", "demo", tmp_path / "demo", cwd=tmp_path)
    for name in ("report.html", "report.xlsx", "evidence.gpkg", "maps/boundaries.html", "result.json"):
        assert (tmp_path / "demo" / "out" / name).stat().st_size > 1_000
