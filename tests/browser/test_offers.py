"""Offers in Chromium: a chat rings, is accepted by keyboard, declined, missed; work is handed on."""

import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import CHROMIUM
from tests.browser.test_inbox import AXE, mail, row, violations
from tests.hub_process import HubProcess

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
    pytest.mark.skipif(not (FRONTEND / "dist" / "app.js").exists(), reason="the front end is not built"),
]


@pytest.fixture
def visits(hub: HubProcess, chromium: Browser) -> Iterator[Any]:
    """A function that has a new visitor of the demo shop write something."""
    contexts = []

    def write(text: str) -> None:
        context = chromium.new_context(locale="en-GB")
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{hub.base_url}/demo/site")
        widget = page.locator("omnihub-chat")
        widget.locator("button").first.click()
        widget.get_by_role("textbox").last.fill(text)
        widget.get_by_role("textbox").last.press("Enter")
        expect(widget.locator(".turn").filter(has_text=text).locator(".ticks")).to_have_text(
            re.compile("Sent")
        )

    yield write
    for context in contexts:
        context.close()


def call(hub: HubProcess, who: str, method: str, path: str, body: Any) -> None:
    """A request to the API by one of Acme's people."""
    token = hub.demo()["organizations"][0]["users"][who]["api_token"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    url = f"{hub.base_url}/api/v1{path}"
    content = b"" if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, content, headers, method=method)
    with urllib.request.urlopen(request, timeout=30):
        pass


def fetch(hub: HubProcess, who: str, path: str) -> list[dict[str, Any]]:
    """A list of the API, as one of Acme's people sees it."""
    token = hub.demo()["organizations"][0]["users"][who]["api_token"]
    request = urllib.request.Request(
        f"{hub.base_url}/api/v1{path}", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        found: list[dict[str, Any]] = json.load(response)["items"]
    return found


def change_routing(hub: HubProcess, **numbers: Any) -> None:
    """Routing settings of Acme, as its administrator sets them."""
    call(hub, "admin", "PATCH", "/routing-settings", numbers)


def send_home(hub: HubProcess, who: str) -> None:
    """Whoever closed their browser a moment ago counts as gone at once."""
    call(hub, who, "POST", "/presence", {"state": "offline"})


def clear_desk(hub: HubProcess, who: str) -> None:
    """Resolve the chats that they hold: three fill a desk."""
    for one in fetch(hub, who, "/conversations?assignee=me&status=active&channel=chat"):
        call(hub, who, "POST", f"/conversations/{one['id']}/resolve", None)


def ring(page: Page | Locator, text: str) -> Locator:
    """The card that rings for whoever wrote this."""
    return page.locator(".offer").filter(has_text=text)


def whoever_rings(pages: tuple[Page, Page], text: str) -> tuple[Page, Page]:
    """The page at which it rings, and the other one."""
    for _ in range(600):
        for page, other in (pages, pages[::-1]):
            if ring(page, text).count():
                return page, other
        pages[0].wait_for_timeout(50)
    raise AssertionError("it rings nowhere")


def test_a_visitors_chat_rings_and_is_accepted_by_keyboard_even_while_one_types(
    signed_in: Any, visits: Any
) -> None:
    page = signed_in()
    text = "Does it come in blue?"
    visits(text)
    expect(ring(page, text)).to_be_visible()
    expect(page).to_have_title(re.compile("^● Chat"))
    page.keyboard.press("/")
    page.keyboard.type("y")
    expect(ring(page, text)).to_be_visible()
    page.keyboard.press("Control+Shift+Y")
    expect(page.get_by_role("log")).to_contain_text(text)
    expect(page.locator("#composer-text")).to_be_focused()
    expect(ring(page, text)).to_have_count(0)
    page.keyboard.type("It does.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("article").filter(has_text="It does.")).to_have_count(1)
    page.get_by_role("button", name="Why?").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Jonas Brandt accepted it.")
    dialog.get_by_text("were looked at").first.click()
    expect(dialog.get_by_role("listitem").filter(has_text="is offline").first).to_be_visible()


def test_what_one_declines_is_offered_to_the_next_and_the_first_may_take_it_over(
    signed_in: Any, visits: Any
) -> None:
    pages = signed_in(), signed_in("agent2")
    text = "Are you open on Sunday?"
    visits(text)
    asked, other = whoever_rings(pages, text)
    asked.keyboard.press("d")
    expect(asked.get_by_text("You declined")).to_be_visible()
    expect(ring(other, text)).to_be_visible()
    expect(ring(asked, text)).to_have_count(0)
    other.keyboard.press("y")
    expect(other.get_by_role("log")).to_contain_text(text)
    row(asked, text).click()
    expect(asked.get_by_role("log")).to_contain_text(text)
    asked.keyboard.press("i")
    dialog = asked.get_by_role("dialog")
    expect(dialog).to_contain_text("is looking at it right now")
    dialog.get_by_role("button", name="Take over").click()
    expect(asked.get_by_role("log")).to_contain_text("You took this")
    expect(other.get_by_role("log")).to_contain_text("took this")


def test_an_offer_left_alone_goes_on_and_its_agent_says_when_they_are_back(
    hub: HubProcess, signed_in: Any, visits: Any
) -> None:
    pages = signed_in(), signed_in("agent2")
    change_routing(hub, offer_seconds={"live": 5}, missed_limit={"live": 1})
    try:
        text = "Is anybody there?"
        visits(text)
        asked, _other = whoever_rings(pages, text)
        missed = asked.locator(".offer--missed")
        expect(missed).to_contain_text("Until you are back you get no new chats.")
        expect(asked.get_by_text("Not responding: no chats")).to_be_visible()
        asked.reload()
        expect(missed).to_be_visible()
        change_routing(hub, offer_seconds={"live": None}, missed_limit={"live": None})
        missed.get_by_role("button", name="I am back").click()
        expect(missed).to_have_count(0)
        expect(asked.get_by_text("Not responding")).to_have_count(0)
    finally:
        change_routing(hub, offer_seconds={"live": None}, missed_limit={"live": None})


def test_a_conversation_is_handed_to_a_queue_with_a_note_and_taken_back(
    hub: HubProcess, signed_in: Any
) -> None:
    page = signed_in()
    mail(hub, "Magnolia")
    row(page, "Magnolia Customer").click()
    expect(page.get_by_role("log")).to_contain_text("Where is it?")
    page.keyboard.press("Shift+T")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").fill("Billing")
    dialog.get_by_role("option").filter(has_text="Queue").click()
    dialog.get_by_label("Note for them").fill("Please look at the invoice.")
    dialog.get_by_role("button", name="Transfer to Billing").click()
    expect(page.get_by_role("log")).to_contain_text("Please look at the invoice.")
    expect(page.get_by_role("button", name="Queue or team").filter(has_text="Billing")).to_be_visible()
    page.keyboard.press("z")
    expect(page.get_by_role("button", name="Queue or team").filter(has_text="Billing")).to_have_count(0)


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: npm ci in frontend/")
def test_axe_finds_nothing_where_it_rings(hub: HubProcess, signed_in: Any, visits: Any) -> None:
    send_home(hub, "agent2")
    clear_desk(hub, "agent")
    page = signed_in(bypass_csp=True, reduced_motion="reduce")
    text = "Can it carry three children?"
    visits(text)
    expect(ring(page, text)).to_be_visible()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
    page.keyboard.press("Control+k")
    expect(ring(page.get_by_role("dialog"), text)).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(ring(page, text)).to_be_visible()
    assert violations(page) == []
    ring(page, text).get_by_role("button", name="Accept").click()
    expect(page.get_by_role("log")).to_contain_text(text)
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+T")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []
