from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from journeys.running import Installation, up

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",  # the tests may run as root
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The sample region, running. Tests share it, so each leaves it as it found it or works on data of its own."""
    with up(tmp_path_factory.mktemp("region") / "var") as installation:
        yield installation


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Closed with the module: while Playwright runs in this thread, no other test may run an event loop in it."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, region: Installation, tmp_path: Path) -> Iterator[Page]:
    """A fresh visitor on a desktop, who fails the test on any console error or refused resource."""
    context = browser.new_context(
        base_url=region.address, locale="ja-JP", timezone_id="Asia/Tokyo", viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []
