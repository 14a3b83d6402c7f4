"""A hub and a Chromium for the tests of one module, with the patience that slow machines need."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

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


@pytest.fixture
def signed_in(hub: HubProcess, chromium: Browser) -> Iterator[Any]:
    """A function that signs a demo user in, in a browser of their own; answers the page."""
    contexts = []

    def sign_in(who: str = "agent", **options: Any) -> Page:
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, **options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        person = hub.demo()["organizations"][0]["users"][who]
        page.goto(f"{hub.base_url}/")
        page.get_by_label("E-mail").fill(person["email"])
        page.get_by_label("Password").fill(person["password"])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/inbox/**")
        expect(page.get_by_role("listbox")).to_be_visible()
        return page

    yield sign_in
    for context in contexts:
        context.close()
