"""Queues, skills, opening hours and promises in Chromium: made by hand, and tried out where they are made."""

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
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20201225
RRULE:FREQ=YEARLY
SUMMARY:Christmas Day
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART:20201231T130000
DTEND:20201231T180000
RRULE:FREQ=YEARLY
SUMMARY:New Year's Eve
END:VEVENT
END:VCALENDAR
"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
    pytest.mark.skipif(not (FRONTEND / "dist" / "routing.css").exists(), reason="the front end is not built"),
]


@pytest.fixture
def page(hub: HubProcess, chromium: Browser) -> Iterator[Page]:
    """The administrator's browser, at the list of queues."""
    context = chromium.new_context(viewport={"width": 1400, "height": 1000})
    context.set_default_timeout(PATIENCE_MS)
    opened = context.new_page()
    person = hub.demo()["organizations"][0]["users"]["admin"]
    opened.goto(f"{hub.base_url}/sign-in?next=/settings/queues")
    opened.get_by_label("E-mail").fill(person["email"])
    opened.get_by_label("Password").fill(person["password"])
    opened.get_by_role("button", name="Sign in").click()
    expect(opened.get_by_role("heading", name="Queues")).to_be_visible()
    yield opened
    context.close()


def find_nothing_wrong(page: Page) -> None:
    """Axe, over what is shown now."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("async () => (await axe.run()).violations.map((v) => v.id + ' ' + v.nodes[0].html)")
    assert found == []


def section(page: Page, name: str, add: str) -> None:
    """Open a section of the settings, and a new thing in it."""
    page.get_by_role("navigation", name="Settings").get_by_role("link", name=name, exact=True).click()
    page.get_by_role("link", name=add).first.click()


def save(page: Page) -> None:
    """Save what is written, and wait until the hub has it."""
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()


def answer(page: Page) -> Any:
    """What the preview says."""
    return expect(page.get_by_role("region", name="What this does"))


def make_hours(page: Page, name: str) -> None:
    """Monday to Friday, nine to five."""
    section(page, "Opening hours", "New opening hours")
    page.get_by_label("Name", exact=True).fill(name)
    save(page)


def test_opening_hours_say_when_something_would_be_due(page: Page) -> None:
    section(page, "Opening hours", "New opening hours")
    answer(page).to_contain_text("Monday 12:50")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()

    page.get_by_label("Name", exact=True).fill("Late office")
    page.get_by_role("button", name="Add hours on Friday").click()
    page.get_by_label("Friday, from").nth(1).fill("16:00")
    expect(page.get_by_text("This overlaps other hours.").first).to_be_visible()
    page.get_by_label("Friday, from").nth(1).fill("22:00")
    page.get_by_label("Friday, until").nth(1).fill("02:00")
    expect(page.get_by_text("until Saturday")).to_be_visible()
    answer(page).to_contain_text("Saturday 01:50")
    page.get_by_role("button", name="Copy the hours of Friday").click()
    page.get_by_role("listbox").get_by_role("option", name="Sunday").click()
    expect(page.get_by_role("group", name="Sunday").get_by_label("Sunday, from")).to_have_count(2)
    find_nothing_wrong(page)

    page.get_by_role("button", name="From a calendar file").click()
    file = {"name": "holidays.ics", "mimeType": "text/calendar", "buffer": CALENDAR.encode()}
    page.get_by_label("Calendar file", exact=True).set_input_files(file)  # type: ignore[arg-type]
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Christmas Day").first).to_be_visible()
    find_nothing_wrong(page)
    dialog.get_by_role("button", name=re.compile("Take over")).click()
    days = page.get_by_role("list", name="Days off")
    expect(days.get_by_text("New Year's Eve").first).to_be_visible()
    save(page)
    page.reload()
    expect(days.get_by_text("Christmas Day").first).to_be_visible()


def test_a_queue_says_to_whom_it_would_offer(page: Page) -> None:
    section(page, "Queues", "New queue")
    page.get_by_label("Name", exact=True).fill("Español")
    page.get_by_label("Chosen agents and teams").check()
    expect(page.get_by_text("Nobody is chosen")).to_be_visible()
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("option", name="Orders").click()
    page.get_by_role("button", name="Add a step").click()
    expect(page.get_by_text("Choose a team.")).to_be_visible()
    page.get_by_label("also let in the team").select_option(label="Workshop")
    find_nothing_wrong(page)
    save(page)
    answer(page).to_contain_text("Ada Lindqvist")
    answer(page).to_contain_text("is not a member of the queue")

    page.get_by_label("Everybody").check()
    page.get_by_role("link", name="Profile").click()
    page.get_by_role("dialog", name="Leave without saving?").get_by_role("button", name="Stay here").click()
    save(page)
    answer(page).not_to_contain_text("is not a member of the queue")
    find_nothing_wrong(page)

    page.get_by_role("button", name="Archive").click()
    page.get_by_role("dialog").get_by_role("button", name="Archive").click()
    expect(page.get_by_role("heading", name="Queues")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Español"))).to_have_count(0)


def test_a_promise_says_what_would_be_due(page: Page) -> None:
    make_hours(page, "Office for gold")
    section(page, "Promises", "New promise")
    page.get_by_label("Name", exact=True).fill("Gold")
    page.get_by_label("Opening hours").select_option(label="Office for gold")
    answer(page).to_contain_text("Monday 12:50")
    page.get_by_label("First answer, normal", exact=True).fill("2")
    answer(page).to_contain_text("Monday 10:50")
    page.get_by_label("First answer, normal", exact=True).fill("0")
    expect(page.get_by_text("Nothing can be done in no time.").first).to_be_visible()
    page.get_by_label("First answer, normal", exact=True).fill("2")
    page.get_by_role("button", name="Add a step").click()
    find_nothing_wrong(page)
    save(page)
    expect(page.get_by_role("heading", name="Gold")).to_be_visible()

    page.get_by_label("First answer, normal", exact=True).fill("3")
    save(page)
    page.get_by_role("dialog", name=re.compile("past")).get_by_role("button", name="Leave the past").click()
    page.get_by_role("link", name="Promises").first.click()
    expect(
        page.get_by_role("list", name="Promises").get_by_role("link", name=re.compile("Gold"))
    ).to_be_visible()
    find_nothing_wrong(page)

    page.get_by_role("link", name="Opening hours").click()
    page.get_by_role("link", name=re.compile("Office for gold")).click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("Gold")


def test_levels_are_set_by_keyboard_and_kept(page: Page) -> None:
    page.get_by_role("link", name="Skills and capacity").click()
    page.get_by_label("New skill").fill("Esperanto")
    page.get_by_role("button", name="Add skill").click()
    expect(page.get_by_role("columnheader", name=re.compile("Esperanto"))).to_be_visible()
    page.get_by_role("gridcell", name=re.compile("^Ada Lindqvist, Esperanto")).click()
    page.get_by_role("group", name="Ada Lindqvist, Esperanto").get_by_role("button", name="4").click()
    cell = page.get_by_role("gridcell", name="Ada Lindqvist, Esperanto: 4")
    expect(cell).to_be_focused()
    page.keyboard.press("1")
    page.keyboard.press("0")
    with page.expect_response(lambda response: response.request.method == "PUT"):
        page.keyboard.press("ArrowDown")
        page.keyboard.press("7")
    find_nothing_wrong(page)
    page.reload()
    expect(page.get_by_role("gridcell", name="Ada Lindqvist, Esperanto: 10")).to_be_visible()
    for tab in ("How much at once", "Away and busy"):
        page.get_by_role("link", name=tab).click()
        expect(page.get_by_role("heading", name=tab)).to_be_attached()
        find_nothing_wrong(page)


def test_how_patient_routing_is_can_be_set(page: Page) -> None:
    page.get_by_role("link", name="Offers").click()
    page.get_by_label("A chat is offered for", exact=True).fill("45")
    find_nothing_wrong(page)
    save(page)
    page.reload()
    expect(page.get_by_label("A chat is offered for", exact=True)).to_have_value("45")
    page.get_by_role("button", name="Usual values").click()
    page.get_by_role("dialog").get_by_role("button", name="Usual values").click()
    expect(page.get_by_label("A chat is offered for", exact=True)).to_have_value("30")
