"""Rules and macros in Chromium: made from sentences, tried while they are written, put in order, run."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import CHROMIUM, PATIENCE_MS
from tests.browser.test_settings import find_nothing_wrong
from tests.hub_process import HubProcess

DIST = Path(__file__).resolve().parents[2] / "frontend" / "dist"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
    pytest.mark.skipif(not (DIST / "rules.css").exists(), reason="the front end is not built"),
]


@pytest.fixture
def settings(hub: HubProcess, chromium: Browser) -> Iterator[Any]:
    """A function that opens a place of the settings as a demo user; answers the page."""
    contexts = []

    def open_as(who: str, place: str, **options: Any) -> Page:
        context = chromium.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        person = hub.demo()["organizations"][0]["users"][who]
        page.goto(f"{hub.base_url}/sign-in?next=/settings/{place}")
        page.get_by_label("E-mail").fill(person["email"])
        page.get_by_label("Password").fill(person["password"])
        page.get_by_role("button", name="Sign in").click()
        return page

    yield open_as
    for context in contexts:
        context.close()


def names(page: Page) -> list[str]:
    return page.get_by_role("list", name="Rules").locator(".channels__name").all_inner_texts()


def test_a_rule_is_made_tried_and_put_in_order(settings: Any) -> None:
    page = settings("admin", "rules")
    expect(page.get_by_role("heading", name="Rules")).to_be_visible()
    find_nothing_wrong(page)
    page.get_by_role("link", name="New rule").click()
    page.get_by_label("Name", exact=True).fill("Bicycles first")
    page.get_by_role("group", name="Value").get_by_role("textbox").fill("the")
    page.keyboard.press("Enter")
    panel = page.get_by_role("region", name="What it would have done")
    expect(panel.get_by_text(re.compile(r"would have been touched, of the last \d+"))).to_be_visible()
    first = panel.locator("details").first
    first.locator("summary").click()
    expect(first.get_by_text("Text of the message contains “the”")).to_be_visible()
    expect(first.get_by_text("set the priority to urgent")).to_be_visible()
    page.get_by_role("button", name="Condition", exact=True).click()
    page.get_by_label("Field").nth(1).select_option(label="Priority")
    page.get_by_label("Value").last.select_option(label="Low")
    find_nothing_wrong(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("It has not acted yet.")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Rules").click()
    expect(page.get_by_role("link", name=re.compile("Bicycles first"))).to_be_visible()
    last = names(page)[-1]
    assert last == "Bicycles first"
    page.get_by_role("button", name="Move Bicycles first up").click()
    expect(page.get_by_text(re.compile("Bicycles first is now number"))).to_be_attached()
    page.reload()
    expect(page.get_by_role("link", name=re.compile("Bicycles first"))).to_be_visible()
    assert names(page)[-2] == "Bicycles first"
    toggle = page.get_by_role("switch", name="Bicycles first is on")
    toggle.uncheck()
    page.reload()
    expect(page.get_by_role("switch", name="Bicycles first is on")).not_to_be_checked()


def test_what_cannot_be_meant_is_said_before_it_is_saved(settings: Any) -> None:
    page = settings("admin", "rules/new")
    page.get_by_label("Field").select_option(label="Priority")
    page.get_by_label("Value").select_option(label="Low")
    page.get_by_role("button", name="Condition", exact=True).click()
    page.get_by_label("Field").nth(1).select_option(label="Priority")
    page.get_by_label("Value").nth(1).select_option(label="Urgent")
    panel = page.get_by_role("region", name="What it would have done")
    expect(panel.get_by_text(re.compile("This can never match"))).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Never")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").filter(has_text="This can never match")).to_be_visible()


def test_a_macro_is_made_by_a_supervisor_who_sees_no_rules(settings: Any) -> None:
    page = settings("supervisor", "macros")
    expect(page.get_by_role("link", name=re.compile("Thank and resolve"))).to_be_visible()
    expect(page.get_by_role("link", name="Rules")).to_have_count(0)
    page.get_by_role("link", name="New macro").click()
    page.get_by_label("Name", exact=True).fill("Come again")
    page.get_by_label("Text", exact=True).fill("See you, {{contact.first_name}}.")
    page.get_by_role("button", name="Action").click()
    page.get_by_label("What is done").select_option(label="Assign to an agent")
    page.get_by_label("Agent").select_option(label="whoever runs it")
    find_nothing_wrong(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Come again")).to_be_visible()


def test_the_editor_fits_a_phone(settings: Any) -> None:
    page = settings("admin", "rules/new", viewport={"width": 390, "height": 844})
    expect(page.get_by_role("heading", name="New rule")).to_be_visible()
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    find_nothing_wrong(page)
