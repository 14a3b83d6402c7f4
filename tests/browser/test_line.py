"""One socket for all tabs, and what they show when it, or a tab, goes."""

import urllib.request
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import CHROMIUM, PATIENCE_MS
from tests.hub_process import HubProcess
from tests.journeys.desk import mail, send

SOCKETS = 'hub_sockets{endpoint="AgentSocket"}'
FRONTEND = Path(__file__).resolve().parents[2] / "frontend"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
    pytest.mark.skipif(not (FRONTEND / "dist" / "line.js").exists(), reason="the front end is not built"),
]


@pytest.fixture
def context(hub: HubProcess, chromium: Browser) -> Iterator[BrowserContext]:
    """A browser that an agent has signed in with."""
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    agent = hub.demo()["organizations"][0]["users"]["agent"]
    page.goto(f"{hub.base_url}/")
    page.get_by_label("E-mail").fill(agent["email"])
    page.get_by_label("Password").fill(agent["password"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/inbox**")
    page.close()
    yield context
    context.close()


def _opened(hub: HubProcess, context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto(f"{hub.base_url}/inbox")
    expect(page.get_by_role("option").first).to_be_visible(timeout=PATIENCE_MS)
    return page


def _sockets(hub: HubProcess) -> int:
    """The agents' sockets that the hub counts."""
    with urllib.request.urlopen(f"{hub.base_url}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    return sum(
        int(float(line.split()[-1])) for line in lines if 'hub_sockets{endpoint="AgentSocket"}' in line
    )


def test_all_tabs_share_one_socket_and_each_sees_what_comes(hub: HubProcess, context: BrowserContext) -> None:
    first, second = _opened(hub, context), _opened(hub, context)
    subject = f"Shared {uuid4().hex[:8]}"
    send(hub, mail("support@acme.test", "Both should see this.", subject=subject))
    for page in (first, second):
        expect(page.get_by_role("option").filter(has_text=subject)).to_be_visible(timeout=PATIENCE_MS)
    assert _sockets(hub) == 1
    first.close()
    subject = f"Alone {uuid4().hex[:8]}"
    send(hub, mail("support@acme.test", "One is left.", subject=subject))
    expect(second.get_by_role("option").filter(has_text=subject)).to_be_visible(timeout=PATIENCE_MS)
