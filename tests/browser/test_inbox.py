"""The inbox in Chromium: sign in, answer, see the tick; two agents at once; nothing for axe."""

import smtplib
import uuid
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import CHROMIUM
from tests.hub_process import HubProcess

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
AXE = FRONTEND / "node_modules" / "axe-core" / "axe.min.js"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
    pytest.mark.skipif(not (FRONTEND / "dist" / "app.js").exists(), reason="the front end is not built"),
]

HTML = """<p>The table <b>below</b> shows it.</p><script>document.title = "owned"</script>
<img src="https://tracker.test/1.gif"><blockquote>Your order has left.</blockquote>"""


def mail(hub: HubProcess, subject: str, text: str = "Where is it?", html: str = "") -> None:
    """A customer's mail, sent to the demo's mailbox."""
    message = EmailMessage()
    message["From"] = f"{subject} Customer <{uuid.uuid4().hex}@mail.test>"
    message["To"] = hub.demo()["organizations"][0]["channels"]["email"]["address"]
    message["Subject"] = subject
    message["Message-ID"] = f"<{uuid.uuid4()}@mail.test>"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    with smtplib.SMTP("127.0.0.1", hub.smtp_port) as smtp:
        smtp.send_message(message)


def row(page: Page, text: str) -> Any:
    """The list's row that holds this text."""
    return page.get_by_role("option").filter(has_text=text)


def test_a_mail_appears_by_itself_is_answered_by_keyboard_and_gets_its_tick(
    hub: HubProcess, signed_in: Any
) -> None:
    page = signed_in()
    mail(hub, "Tulip")
    row(page, "Tulip Customer").click()
    expect(page.get_by_role("log")).to_contain_text("Where is it?")
    assert page.url.rsplit("/", 1)[1].isdigit()
    page.keyboard.press("r")
    page.keyboard.type("It left on Monday.")
    page.keyboard.press("Control+Enter")
    answer = page.get_by_role("article").filter(has_text="It left on Monday.")
    expect(answer).to_have_count(1)
    expect(answer).to_contain_text("Sent")


def test_mail_html_stands_in_a_frame_of_no_origin_without_scripts(hub: HubProcess, signed_in: Any) -> None:
    page = signed_in()
    mail(hub, "Nectar", html=HTML)
    row(page, "Nectar Customer").click()
    frame = page.locator("iframe").first
    expect(frame.content_frame.get_by_text("shows it")).to_be_visible()
    sandbox = frame.get_attribute("sandbox") or ""
    assert "allow-scripts" not in sandbox
    assert "allow-same-origin" not in sandbox
    assert "owned" not in page.title()
    expect(page.get_by_text("1 remote image is blocked.")).to_be_visible()
    expect(page.get_by_role("button", name="Show quoted text")).to_be_visible()


def test_back_and_reload_lead_to_the_same_place(hub: HubProcess, signed_in: Any) -> None:
    page = signed_in()
    mail(hub, "Cedar")
    row(page, "Cedar Customer").click()
    page.wait_for_url("**/inbox/open/*")
    place = page.url
    page.reload()
    expect(page.get_by_role("heading", name="Cedar", exact=True)).to_be_visible()
    assert page.url == place
    page.go_back()
    expect(page.get_by_role("heading", name="Pick a conversation")).to_be_visible()


def test_what_a_colleague_said_meanwhile_is_shown_before_the_answer_goes(
    hub: HubProcess, signed_in: Any
) -> None:
    page = signed_in()
    mail(hub, "Coral")
    row(page, "Coral Customer").click()
    expect(page.get_by_role("log")).to_contain_text("Where is it?")
    colleague = signed_in("agent2")
    row(colleague, "Coral Customer").click()
    expect(page.get_by_text("is viewing").first).to_be_visible()
    page.context.set_offline(True)
    page.keyboard.press("r")
    page.keyboard.type("On its way.")
    page.keyboard.press("Control+Enter")
    colleague.keyboard.press("n")
    colleague.keyboard.type("It came back this morning.")
    colleague.keyboard.press("Control+Enter")
    note = colleague.get_by_role("article").filter(has_text="It came back this morning.")
    expect(note.locator("time")).to_be_visible()
    page.context.set_offline(False)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("It came back this morning.")
    dialog.get_by_role("button", name="Send anyway").click()
    answer = page.get_by_role("article").filter(has_text="On its way.")
    expect(answer).to_contain_text("Sent")
    expect(answer).to_have_count(1)


def test_resolving_takes_the_row_away_and_z_brings_it_back(hub: HubProcess, signed_in: Any) -> None:
    page = signed_in()
    mail(hub, "Violet")
    row(page, "Violet Customer").click()
    expect(page.get_by_role("log")).to_contain_text("Where is it?")
    page.keyboard.press("e")
    expect(row(page, "Violet Customer")).to_have_count(0)
    page.keyboard.press("z")
    expect(row(page, "Violet Customer")).to_have_count(1)


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: npm ci in frontend/")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(hub: HubProcess, signed_in: Any, scheme: str) -> None:
    page = signed_in(color_scheme=scheme, bypass_csp=True)
    mail(hub, f"Orchid {scheme}", html=HTML)
    assert violations(page) == []
    row(page, f"Orchid {scheme} Customer").click()
    expect(page.get_by_role("article").first).to_be_visible()
    assert violations(page) == []
    for key in ("a", "Control+k", "?", "c"):
        page.keyboard.press(key)
        page.locator("dialog[open], [popover]:popover-open").first.wait_for()
        assert violations(page) == []
        page.keyboard.press("Escape")
    page.keyboard.press("n")
    assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert violations(page) == []


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands."""
    if not page.evaluate("Boolean(window.axe)"):
        page.add_script_tag(path=str(AXE))
    found: list[str] = page.evaluate(
        """async () => (await axe.run(document, {iframes: false})).violations
            .map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" ").slice(0, 300)}`)"""
    )
    return found
