"""Pages in a real browser: Chromium, a live server, axe-core.

    def test_something(visit, account_of, college):
        page = visit("/norm/", account_of("committee_officer", college.committee), width=390)

`visit` signs the account in and fails the test at its end if the page said anything to the console.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
AXE = CHECKOUT / "node_modules" / "axe-core" / "axe.min.js"
# The same engine without windows costs a quarter less.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The cores have other tests to run: what scripts get done beside themselves costs more than it saves.
    "--js-flags=--single-threaded",
]
DESKTOP, PHONE = 1440, 390


def pytest_collection_modifyitems(items):
    """Everything here is marked `browser`, and skipped, saying why, where there is none."""
    for item in items:
        if Path(__file__).parent in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))
            elif not AXE.exists():
                item.add_marker(pytest.mark.skip(reason="axe-core is not installed (npm ci)"))


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests."""
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread; the ORM is only used between its calls.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def assets():
    """Scripts and icons as `./run` gathers them, where the live server finds them."""
    from django.conf import settings

    from zhibu.commands.assets import gather

    gather(settings.ASSETS / "vendor")


@pytest.fixture
def visit(chromium, assets, live_server, client):
    """Opens an address as an account (None: signed out), at a width; gives Playwright's page."""
    said, contexts = [], []

    def open_(address, account=None, width=DESKTOP, height=900):
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        contexts.append(context)
        if account is not None:
            client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
            cookie = client.cookies["sessionid"]
            context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        page.on(
            "console",
            # A form that is refused answers 409 or 422; the browser notes that by itself.
            lambda message: (
                said.append(message.text)
                if message.type in ("error", "warning")
                and not message.text.endswith(
                    ("status of 422 (Unprocessable Entity)", "status of 409 (Conflict)")
                )
                else None
            ),
        )
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(live_server.url + address)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert said == []


@pytest.fixture
def faults():
    """What axe-core finds wrong with a page: rule and the first place, one line each."""

    def find(page):
        if not page.evaluate("typeof axe === 'object'"):
            page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(r => r.violations)")
        return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]

    return find


@pytest.fixture
def tour(visit, faults):
    """Goes through pages as an account; what axe finds and what is wider than the screen, by address and width."""

    def through(addresses, account, widths=(DESKTOP, PHONE)):
        wrong, page = {}, visit(addresses[0], account)
        root = page.url.removesuffix(addresses[0])
        for address in addresses:
            page.goto(root + address)
            for width in widths:
                page.set_viewport_size({"width": width, "height": 900})
                found = faults(page)
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    found.append("wider than the screen")
                if found:
                    wrong[address, width] = found
        return wrong

    return through
