#!/usr/bin/env python3
"""Make the pictures of the README from the demonstration: .venv/bin/python scripts/pictures.py

Needs what scripts/test sets up (Chromium, a CJK font). Pictures change when pages do: look at them before committing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
PAGES = (("report", "report.html"), ("map", "maps/boundaries.html"))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        demo = Path(folder) / "demo"
        subprocess.run([sys.executable, "-m", "geoparks", "demo", demo], check=True, stdout=subprocess.DEVNULL)
        chromium = driver.chromium.launch(
            executable_path=os.environ.get("GEOPARKS_CHROMIUM") or shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        tab = chromium.new_page(viewport={"width": 1280, "height": 800})
        for name, page in PAGES:
            tab.goto((demo / "out" / page).as_uri())
            tab.wait_for_timeout(1000)
            tab.screenshot(path=IMAGES / f"{name}.png")
        chromium.close()


if __name__ == "__main__":
    main()
