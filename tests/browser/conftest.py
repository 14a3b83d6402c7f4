"""A hub and a Chromium for the tests of one module, with the patience that slow machines need."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import CHROMIUM, PATIENCE_MS
from tests.demo_data import DemoData
from tests.hub_process import HubProcess


@pytest.fixture(scope="module")
def hub(demo: DemoData, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """A hub with demo data, for all tests of this module."""
    with demo.hub(tmp_path_factory.mktemp("hub") / "data") as process:
        yield process


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of this module."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
