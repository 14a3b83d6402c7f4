"""The settings in Chromium: a mailbox set up from nothing, unsaved changes kept, agents in their own part."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import CHROMIUM, PATIENCE_MS
from tests.hub_process import HubProcess

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
AXE = FRONTEND / "node_modules" / "axe-core" / "axe.min.js"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
    pytest.mark.skipif(
        not (FRONTEND / "dist" / "settings.css").exists(), reason="the front end is not built"
    ),
]


@pytest.fixture
def signed_in(hub: HubProcess, chromium: Browser) -> Iterator[Any]:
    """A function that opens a place as a demo user, in a browser of their own; answers the page."""
    contexts = []

    def open_as(who: str, place: str, **options: Any) -> Page:
        context = chromium.new_context(viewport={"width": 1280, "height": 900}, **options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        person = hub.demo()["organizations"][0]["users"][who]
        page.goto(f"{hub.base_url}/sign-in?next={place}")
        page.get_by_label("E-mail").fill(person["email"])
        page.get_by_label("Password").fill(person["password"])
        page.get_by_role("button", name="Sign in").click()
        return page

    yield open_as
    for context in contexts:
        context.close()


def find_nothing_wrong(page: Page) -> None:
    """Axe, over what is shown now."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("async () => (await axe.run()).violations.map((v) => v.id + ' ' + v.nodes[0].html)")
    assert found == []


def test_a_mailbox_is_set_up_step_by_step(hub: HubProcess, signed_in: Any) -> None:
    page = signed_in("admin", "/inbox")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press(",")
    expect(page.get_by_role("heading", name="Channels")).to_be_visible()
    find_nothing_wrong(page)

    page.get_by_role("link", name="Add a channel").click()
    page.get_by_role("link", name="E-mail").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Address")).to_be_focused()
    page.get_by_label("Address").fill(hub.demo()["organizations"][1]["channels"]["email"]["address"])
    page.get_by_label("Name", exact=True).fill("Front desk")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("in use")
    page.get_by_label("Address").fill("desk@gmx.de")
    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_label("IMAP server")).to_have_value("imap.gmx.net")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Password")).to_be_focused()
    find_nothing_wrong(page)
    page.get_by_label("Mail comes").select_option("smtp")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Mail leaves").select_option("hub")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text(f":{hub.smtp_port}").first).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Run the test").click()
    expect(page.get_by_role("list", name="What was tried")).to_be_visible()
    page.get_by_role("button", name="Switch").click()
    expect(page.get_by_role("heading", name="Front desk")).to_be_visible()
    expect(page.get_by_role("navigation", name="Parts of this channel")).to_be_visible()

    page.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", name="Channels")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Front desk"))).to_have_count(0)


def test_unsaved_changes_are_asked_about(hub: HubProcess, signed_in: Any) -> None:
    page = signed_in("supervisor", "/settings/templates")
    page.get_by_role("link", name="New template").first.click()
    page.get_by_label("Name", exact=True).fill("Sorry for the wait")
    expect(page.get_by_label("Shortcut")).to_have_value("sorry-for-the-wait")
    page.get_by_label("Text", exact=True).fill("Dear ")
    page.get_by_role("button", name="Insert a variable").click()
    page.get_by_role("option", name="Customer's first name").click()
    expect(page.get_by_label("Text", exact=True)).to_have_value("Dear {{contact.first_name}}")
    expect(page.get_by_role("region", name="Preview")).to_contain_text("Dear Carla")
    find_nothing_wrong(page)
    page.go_back()
    page.get_by_role("dialog", name="Leave without saving?").get_by_role("button", name="Stay here").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name=re.compile("Sorry for the wait"))).to_be_visible()


def test_an_agent_has_a_signature_and_nothing_of_the_organizations(hub: HubProcess, signed_in: Any) -> None:
    page = signed_in("agent", "/settings/channels")
    expect(page.get_by_role("heading", name="This is not yours to change")).to_be_visible()
    page.get_by_role("link", name="Signatures").click()
    page.get_by_label("This one").check()
    page.get_by_label("Signature", exact=True).fill("Kind regards")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Signature", exact=True)).to_have_value("Kind regards")
    find_nothing_wrong(page)
