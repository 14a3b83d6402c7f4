"""Mails in Chromium: what is folded and blocked, who gets an answer, handing on, invitations."""

import smtplib
import threading
import uuid
from collections.abc import Iterator
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from inbox.demo import files
from tests.browser import CHROMIUM
from tests.demo_data import DemoData
from tests.hub_process import HubProcess

DIST = Path(__file__).resolve().parents[2] / "frontend" / "dist"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
    pytest.mark.skipif(not (DIST / "app.js").exists(), reason="the front end is not built"),
]

NEWSLETTER = """<table bgcolor="#224422"><tr><td style="color:#fff">Look <b>here</b>.</td></tr></table>
<img src="{url}/seen.png" width="320" height="200" alt="A picture">
<img src="{url}/tracker.gif" width="1" height="1">
<div class="gmail_quote"><div class="gmail_attr">On Monday, Support wrote:<br></div>
<blockquote class="gmail_quote">An earlier word.</blockquote></div>"""

INVITATION = """BEGIN:VCALENDAR\r
VERSION:2.0\r
METHOD:REQUEST\r
BEGIN:VEVENT\r
UID:1@mail.test\r
DTSTART:20301126T090000Z\r
DTEND:20301126T100000Z\r
SUMMARY:Fleet review\r
LOCATION:Room 4\r
END:VEVENT\r
END:VCALENDAR\r
"""


class Pictures(ThreadingHTTPServer):
    """A stranger's server; remembers what was asked of it."""

    daemon_threads = True

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Picture)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Picture(BaseHTTPRequestHandler):
    server: Pictures

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(files.make("picture.png").data)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def hub(demo: DemoData, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """A hub that may fetch from this machine."""
    folder = tmp_path_factory.mktemp("hub") / "data"
    with demo.hub(folder, HUB_ALLOWED_NETWORKS="127.0.0.1/32") as process:
        yield process


@pytest.fixture
def pictures() -> Iterator[Pictures]:
    server = Pictures()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def letter(hub: HubProcess, name: str, text: str = "Hello.", **headers: str) -> EmailMessage:
    """A mail from somebody of this name to the demo's mailbox."""
    message = EmailMessage()
    message["From"] = f"{name} <{name.lower()}@mail.test>"
    message["To"] = hub.demo()["organizations"][0]["channels"]["email"]["address"]
    message["Subject"] = f"About {name}"
    message["Message-ID"] = f"<{uuid.uuid4()}@mail.test>"
    for header, value in headers.items():
        del message[header]
        message[header.replace("_", "-")] = value
    message.set_content(text)
    return message


def opened(hub: HubProcess, page: Page, message: EmailMessage, name: str) -> None:
    """Send the mail, and open it once its row is there."""
    box = hub.demo()["organizations"][0]["channels"]["email"]["address"]
    with smtplib.SMTP("127.0.0.1", hub.smtp_port) as smtp:
        smtp.send_message(message, to_addrs=[box])
    page.get_by_role("option").filter(has_text=name).click()
    expect(page.get_by_role("heading", name=f"About {name}", exact=True)).to_be_visible()


def test_pictures_are_loaded_when_asked_for_and_quotes_unfold(
    hub: HubProcess, signed_in: Any, pictures: Pictures
) -> None:
    page = signed_in()
    message = letter(hub, "Marigold")
    message.add_alternative(NEWSLETTER.format(url=pictures.url), subtype="html")
    opened(hub, page, message, "Marigold")
    frame = page.locator("iframe").first
    expect(frame.content_frame.get_by_text("Look here.")).to_be_visible()
    expect(page.get_by_text("1 remote image is blocked. A tracking pixel was removed.")).to_be_visible()
    expect(frame.content_frame.get_by_text("An earlier word.")).to_have_count(0)
    assert pictures.asked == []
    page.get_by_role("button", name="Show", exact=True).click()
    picture = frame.content_frame.get_by_alt_text("A picture")
    expect(picture).to_have_js_property("naturalWidth", 320)
    assert set(pictures.asked) == {"/seen.png"}
    page.get_by_role("button", name="Show quoted text").click()
    expect(frame.content_frame.get_by_text("An earlier word.")).to_be_visible()


def test_an_answer_goes_to_everybody_and_a_mail_is_handed_on(hub: HubProcess, signed_in: Any) -> None:
    page = signed_in()
    message = letter(hub, "Yarrow", Cc="Bo Li <bo@other.test>, cy@other.test", Reply_To="desk@other.test")
    opened(hub, page, message, "Yarrow")
    expect(page.get_by_text("Answers go to desk@other.test")).to_be_visible()
    recipients = page.get_by_title("Change recipients")
    expect(recipients).to_contain_text("desk@other.test")
    expect(recipients).to_contain_text("Bo Li, cy@other.test")
    page.keyboard.press("r")
    page.keyboard.type("It left on Monday.")
    page.keyboard.press("Control+Enter")
    answer = page.get_by_role("article").filter(has_text="It left on Monday.")
    expect(answer.locator(".deliveries")).to_contain_text("3 recipients")
    expect(answer.locator(".deliveries")).to_contain_text("Sent")
    page.get_by_role("log").focus()
    page.keyboard.press("f")
    expect(page.get_by_label("To", exact=True).and_(page.get_by_role("combobox"))).to_be_focused()
    page.keyboard.type("nobody,")
    expect(page.get_by_role("alert").filter(has_text="“nobody” is no mail address.")).to_be_visible()
    page.keyboard.press("Backspace")
    page.keyboard.type("colleague@other.test,")
    page.locator("#composer-text").click()
    page.keyboard.type("For you.")
    page.keyboard.press("Control+Enter")
    forwarded = page.get_by_role("article").filter(has_text="Forwarded").filter(has_text="For you.")
    expect(forwarded).to_contain_text("to colleague@other.test")
    expect(forwarded).to_contain_text("Sent")


def test_an_invitation_is_a_card_and_the_head_of_a_mail_can_be_read(hub: HubProcess, signed_in: Any) -> None:
    page = signed_in()
    message = letter(hub, "Sorrel")
    message.add_alternative(INVITATION.encode(), "text", "calendar", params={"method": "REQUEST"})
    opened(hub, page, message, "Sorrel")
    card = page.get_by_label("Invitation", exact=True)
    expect(card).to_contain_text("Fleet review")
    expect(card).to_contain_text("26 November 2030")
    expect(card).to_contain_text("Room 4")
    page.get_by_role("button", name="Mail from Sorrel").click()
    page.get_by_role("option", name="Show headers").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Sorrel <sorrel@mail.test>")
    with page.expect_download() as download:
        dialog.get_by_role("link", name="Download .eml").click()
    assert b"\nSubject: About Sorrel\r\n" in download.value.path().read_bytes()
