"""The live board in Chromium: figures as they happen, down to the conversations and on to an agent."""

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import CHROMIUM, PATIENCE_MS
from tests.hub_process import HubProcess
from tests.journeys.desk import call, visitor

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
AXE = FRONTEND / "node_modules" / "axe-core" / "axe.min.js"
SHIFTS = """() => {
  window.shifts = [];
  const moved = ({ node, previousRect: from, currentRect: to }) =>
    `${node?.className ?? node?.nodeName}: ${from.x},${from.y} to ${to.x},${to.y}`;
  const isOurs = ({ node }) => (node?.closest ? node : node?.parentElement)?.closest(".board__body");
  new PerformanceObserver((list) =>
    window.shifts.push(...list.getEntries().flatMap((one) => one.sources.filter(isOurs).map(moved))))
    .observe({ type: "layout-shift" });
}"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
    pytest.mark.skipif(not (FRONTEND / "dist" / "board.css").exists(), reason="the front end is not built"),
]


@pytest.fixture
def opened(hub: HubProcess, chromium: Browser) -> Iterator[Any]:
    """A function that opens a place as a demo user, in a browser of their own; answers the page."""
    contexts = []

    def open_as(who: str, place: str, **options: Any) -> Page:
        context = chromium.new_context(**{"viewport": {"width": 1440, "height": 1000}, **options})
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        person = person_of(hub, who)
        page.goto(f"{hub.base_url}/sign-in?next={place}")
        page.get_by_label("E-mail").fill(person["email"])
        page.get_by_label("Password").fill(person["password"])
        page.get_by_role("button", name="Sign in").click()
        return page

    yield open_as
    for context in contexts:
        context.close()


def person_of(hub: HubProcess, who: str) -> dict[str, str]:
    found: dict[str, str] = hub.demo()["organizations"][0]["users"][who]
    return found


def find_nothing_wrong(page: Page) -> None:
    """Axe, over what is shown now."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("async () => (await axe.run()).violations.map((v) => v.id + ' ' + v.nodes[0].html)")
    assert found == []


def queue_row(page: Page, name: str) -> Locator:
    return (
        page.locator(".qtable")
        .first.get_by_role("row")
        .filter(has=page.get_by_role("button", name=name, exact=True))
    )


def mate(page: Page, name: str) -> Locator:
    return page.get_by_role("listitem").filter(has_text=name).filter(has=page.locator(".avatar"))


@contextmanager
def asking(hub: HubProcess, text: str) -> Iterator[None]:
    """A visitor who has written something, and waits for an answer until the end of the block."""
    site_key = hub.demo()["organizations"][0]["channels"]["chat"]["site_key"]
    has_asked, may_leave = threading.Event(), threading.Event()

    async def ask() -> None:
        async with visitor(hub, site_key) as widget:
            await widget.send(type="message", client_id=text, text=text)
            await widget.until(lambda frame: frame.get("client_id") == text)
            has_asked.set()
            await asyncio.to_thread(may_leave.wait)

    # In a thread of its own: this one's loop is Playwright's.
    thread = threading.Thread(target=lambda: asyncio.run(ask()))
    thread.start()
    try:
        assert has_asked.wait(PATIENCE_MS / 1000)
        yield
    finally:
        may_leave.set()
        thread.join()


def name_of(hub: HubProcess, who: str) -> str:
    _, me = call(hub, person_of(hub, who)["api_token"], "GET", "/me")
    return str(me["user"]["name"])


def be_busy(page: Page, name: str) -> None:
    """Nothing rings at the supervisor's own page, and what comes in waits."""
    page.get_by_role("button", name=f"{name}: state and work").click()
    page.get_by_role("option", name="Busy", exact=True).click()
    group = page.locator(".crew__group").filter(has=page.get_by_role("heading", name="Away or busy"))
    expect(group.get_by_text(name)).to_be_visible()


def test_a_chat_is_seen_waiting_opened_and_given_to_an_agent(hub: HubProcess, opened: Any) -> None:
    page = opened("supervisor", "/inbox")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("l")
    support = queue_row(page, "Support")
    expect(support).to_be_visible()
    expect(page).to_have_url(re.compile("/supervisor$"))
    find_nothing_wrong(page)
    own = name_of(hub, "supervisor")
    be_busy(page, own)

    page.evaluate(SHIFTS)
    with asking(hub, "Is the blue one back in stock?"):
        expect(support.get_by_role("button", name="Waiting: 1")).to_be_visible()
        expect(support.locator("time").first).to_have_text(re.compile(r"\d+:\d\d"))
    assert page.evaluate("window.shifts") == []

    support.get_by_role("button", name="Waiting: 1").click()
    dialog = page.get_by_role("dialog", name="Waiting")
    line = dialog.get_by_role("listitem")
    expect(line).to_have_count(1)
    find_nothing_wrong(page)
    line.get_by_role("button", name="Give").click()
    page.get_by_role("option", name=own).click()
    expect(dialog.get_by_text("Nothing any more.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(support.get_by_role("button", name="Waiting")).to_have_count(0)
    expect(mate(page, own).get_by_text(re.compile("load"))).to_be_visible()

    _, figures = call(
        hub,
        person_of(hub, "agent")["api_token"],
        "GET",
        f"/queues/{hub.demo()['organizations'][0]['queues']['support']['id']}/live",
    )
    assert (figures["waiting"], figures["answered"]) == (0, 1)


def test_the_board_is_narrowed_by_the_address_and_says_what_a_restart_took_nothing_of(
    hub: HubProcess, opened: Any
) -> None:
    page = opened("supervisor", "/supervisor")
    be_busy(page, name_of(hub, "supervisor"))
    with asking(hub, "Do you ship to Malta?"):
        expect(queue_row(page, "Support").get_by_role("button", name="Waiting: 1")).to_be_visible()
    queue_row(page, "Support").get_by_role("button", name="Support").click()
    expect(page).to_have_url(re.compile(r"queue="))
    expect(page.locator(".qtable").first.locator("tbody tr")).to_have_count(1)
    page.reload()
    expect(page.locator(".qtable").first.locator("tbody tr")).to_have_count(1)

    hub.stop()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator(".board__body")).to_have_attribute("data-stale", "")
    hub.start()
    expect(page.locator(".board__body")).not_to_have_attribute("data-stale", "")
    expect(queue_row(page, "Support").get_by_role("button", name="Waiting: 1")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Queue")).click()
    page.get_by_role("option", name="All queues").click()
    expect(queue_row(page, "Orders")).to_be_visible()


def test_agents_have_no_way_to_the_board(opened: Any) -> None:
    page = opened("agent", "/supervisor")
    expect(page.get_by_role("heading", name="The board is for supervisors")).to_be_visible()
    find_nothing_wrong(page)
    page.get_by_role("link", name="Inbox", exact=True).click()
    expect(page.get_by_role("listbox")).to_be_visible()
    expect(page.get_by_role("link", name="Live board")).to_have_count(0)


def test_a_phone_in_the_dark_shows_all_of_it(opened: Any) -> None:
    page = opened(
        "supervisor",
        "/supervisor",
        viewport={"width": 390, "height": 844},
        color_scheme="dark",
        has_touch=True,
    )
    expect(queue_row(page, "Support")).to_be_visible()
    find_nothing_wrong(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
