"""Takes the pictures of the README from a running demo: `python docs/pictures/take.py [http://127.0.0.1:8000]`."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).resolve().parent
NAMES = ("chromium", "chromium-headless-shell", "google-chrome")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
PASSWORD = "yanshi-2026-zhibu"


def sign_in(page: Page, address: str, username: str) -> None:
    """Sign in with an account of the demo."""
    page.goto(f"{address}/accounts/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", PASSWORD)
    page.click("form.fields button[type=submit]")
    page.wait_for_load_state("networkidle")


def main(address: str) -> None:
    """The living norm as an office sees it, the workbench as a secretary does."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        sign_in(page, address, "dangban")
        page.goto(f"{address}/norm/")
        page.screenshot(path=HERE / "norm.png")
        secretary = browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
        sign_in(secretary, address, "shuji")
        secretary.goto(f"{address}/desk/")
        secretary.screenshot(path=HERE / "workbench.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
