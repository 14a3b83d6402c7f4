"""The widget in Chromium: on the demo shop, on somebody else's strict page, offline, and across restarts."""

import gzip
import json
import re
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser import CHROMIUM, PATIENCE_MS
from tests.demo_data import DemoData
from tests.hub_process import HubProcess

DIST = Path(__file__).resolve().parents[2] / "frontend" / "dist"
LANGUAGES = ("widget.js", "widget.de.js", "widget.es.js", "widget.ar.js")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
    pytest.mark.skipif(not (DIST / "widget.js").exists(), reason="the front end is not built: npm run build"),
]

STRICT = (
    "default-src 'none'; script-src {hub}; connect-src {hub} {socket}; style-src 'none'; "
    "require-trusted-types-for 'script'; base-uri 'none'"
)


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser that has never been anywhere, speaking English."""
    with fresh(chromium, locale="en-GB", viewport={"width": 1440, "height": 900}) as made:
        yield made


@contextmanager
def fresh(chromium: Browser, **options: Any) -> Iterator[BrowserContext]:
    """A new profile."""
    made = chromium.new_context(**options)
    made.set_default_timeout(PATIENCE_MS)
    yield made
    made.close()


class Agent:
    """Acme's first agent, by way of the API."""

    def __init__(self, hub: HubProcess) -> None:
        self.base = f"{hub.base_url}/api/v1"
        self.token = hub.demo()["organizations"][0]["users"]["agent"]["api_token"]
        self.count = 0

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One request."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.base + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def newest(self) -> dict[str, Any]:
        """The conversation with the latest activity."""
        found = self.call("GET", "/conversations?status=active&order=newest&limit=1")
        return dict(found["items"][0])

    def answer(self, conversation_id: str, text: str) -> None:
        """Reply."""
        self.count += 1
        body = {"text": text, "client_id": f"{conversation_id}-{self.count}"}
        self.call("POST", f"/conversations/{conversation_id}/messages", body)

    def heard(self, conversation_id: str) -> list[str]:
        """What the visitor has said, in order."""
        items = self.call("GET", f"/conversations/{conversation_id}/timeline")["items"]
        return [item["text"] for item in items if item["direction"] == "inbound"]

    def deliveries(self, conversation_id: str) -> list[str]:
        """How far each answer got."""
        items = self.call("GET", f"/conversations/{conversation_id}/timeline")["items"]
        return [item["deliveries"][0]["status"] for item in items if item["direction"] == "outbound"]


@pytest.fixture
def agent(hub: HubProcess) -> Agent:
    """Somebody who answers."""
    return Agent(hub)


class Widget:
    """The widget on a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.host = page.locator("omnihub-chat")
        self.launcher = self.host.locator("button").first
        self.field = self.host.get_by_role("textbox").last
        self.log = self.host.get_by_role("log")
        self.turns = self.host.locator(".turn")

    def open(self) -> None:
        """Click the launcher and wait for the connection."""
        self.launcher.click()
        expect(self.status()).to_have_text(re.compile("here"))

    def status(self) -> Locator:
        """The line under the name."""
        return self.host.get_by_role("dialog").get_by_role("status").first

    def say(self, text: str) -> None:
        """Write and press Enter."""
        self.field.fill(text)
        self.field.press("Enter")

    def confirmed(self, text: str) -> None:
        """Wait until the hub has this message."""
        expect(self.turns.filter(has_text=text).locator(".ticks")).to_have_text(re.compile("Sent|Read"))

    def texts(self) -> list[str]:
        """All bubbles, in order."""
        return self.host.locator(".bubble").all_inner_texts()


def shop(context: BrowserContext, hub: HubProcess, query: str = "") -> Widget:
    """The demo shop, loaded; the widget there, still closed."""
    page = context.new_page()
    page.goto(f"{hub.base_url}/demo/site{query}")
    widget = Widget(page)
    expect(widget.launcher).to_be_visible()
    return widget


def test_a_visitor_and_an_agent_talk(context: BrowserContext, hub: HubProcess, agent: Agent) -> None:
    widget = shop(context, hub)
    widget.open()
    expect(widget.field).to_be_focused()
    expect(widget.log).to_contain_text("What can we help with?")
    widget.field.fill("Will it fit through")
    widget.field.press("Shift+Enter")
    widget.field.press_sequentially("a cellar door?")
    widget.field.press("Enter")
    widget.confirmed("cellar door")
    expect(widget.field).to_have_value("")
    conversation = agent.newest()
    assert agent.heard(conversation["id"]) == ["Will it fit through\na cellar door?"]

    agent.call("POST", f"/conversations/{conversation['id']}/notes", {"text": "They always ask that."})
    agent.answer(conversation["id"], "Yes, it is 70 cm wide.")
    expect(widget.turns.last).to_contain_text("70 cm wide")
    expect(widget.host.get_by_role("heading").first).to_have_text("Jonas Brandt from Acme")
    expect(widget.turns.first.locator(".ticks")).to_have_text("Read")
    assert "always ask" not in widget.host.evaluate("host => host.shadowRoot.textContent")
    _until(lambda: agent.deliveries(conversation["id"]) == ["read"])


def test_nothing_but_the_script_is_fetched_before_the_first_click(
    context: BrowserContext, hub: HubProcess
) -> None:
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(hub.base_url)))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.goto(f"{hub.base_url}/demo/site")
    expect(Widget(page).launcher).to_be_visible()
    page.wait_for_load_state("networkidle")
    others = {"/demo/site", "/static/chat/shop.css", "/static/chat/shop.js"}
    assert [url for url in asked if url not in others and not url.startswith("data:")] == ["/widget.js"]
    assert context.cookies() == []


def test_it_comes_back_as_it_was_after_a_reload(
    context: BrowserContext, hub: HubProcess, agent: Agent
) -> None:
    widget = shop(context, hub)
    widget.open()
    widget.say("Before the reload")
    widget.confirmed("Before the reload")
    widget.field.fill("half a thou")
    widget.page.reload()
    expect(widget.turns).to_have_count(1)
    expect(widget.log).to_contain_text("Before the reload")
    expect(widget.field).to_have_value("half a thou")
    agent.answer(agent.newest()["id"], "And after it")
    expect(widget.turns).to_have_count(2)


def test_an_answer_to_a_closed_widget_is_counted_on_the_launcher(
    context: BrowserContext, hub: HubProcess, agent: Agent
) -> None:
    widget = shop(context, hub)
    widget.open()
    widget.say("I will be back")
    widget.confirmed("I will be back")
    widget.field.press("Escape")
    expect(widget.launcher).to_be_focused()
    conversation = agent.newest()
    agent.answer(conversation["id"], "One")
    agent.answer(conversation["id"], "Two")
    expect(widget.launcher).to_have_accessible_name("Ask us. New messages: 2")
    widget.page.reload()
    expect(widget.launcher).to_have_accessible_name("Ask us. New messages: 2")
    widget.launcher.click()
    widget.host.get_by_role("dialog").get_by_label("Close the chat").click()
    expect(widget.launcher).to_have_accessible_name("Ask us")
    _until(lambda: agent.deliveries(conversation["id"]) == ["read", "read"])


def test_what_is_said_offline_waits_survives_a_closed_tab_and_arrives_once(
    context: BrowserContext, hub: HubProcess, agent: Agent
) -> None:
    widget = shop(context, hub)
    widget.open()
    widget.say("Online")
    widget.confirmed("Online")
    conversation = agent.newest()
    context.set_offline(True)
    expect(widget.status()).to_have_text("You are offline")
    for text in ("First", "Second", "Third"):
        widget.say(text)
    expect(widget.turns.last).to_contain_text("Will be sent when you are online")
    widget.page.close()
    context.set_offline(False)
    again = shop(context, hub)
    again.confirmed("Third")
    assert again.texts() == ["Online", "First", "Second", "Third"]
    assert agent.heard(conversation["id"]) == ["Online", "First", "Second", "Third"]


def test_a_hub_that_is_killed_and_comes_back_has_everything_once(
    chromium: Browser, demo: DemoData, tmp_path: Path
) -> None:
    with demo.hub(tmp_path / "hub") as hub, fresh(chromium, locale="en") as context:
        widget = shop(context, hub)
        widget.open()
        widget.say("Before")
        widget.confirmed("Before")
        conversation = Agent(hub).newest()
        hub.kill()
        for number in range(5):
            widget.say(f"Meanwhile {number}")
        expect(widget.status()).to_have_text("No connection, trying again")
        hub.start()
        widget.confirmed("Meanwhile 4")
        wanted = ["Before", *(f"Meanwhile {number}" for number in range(5))]
        assert widget.texts() == wanted
        assert Agent(hub).heard(conversation["id"]) == wanted


def test_agents_see_the_visitor_typing_and_the_visitor_sees_who_types(
    context: BrowserContext, hub: HubProcess, agent: Agent
) -> None:
    from websockets.sync.client import connect

    widget = shop(context, hub)
    widget.open()
    widget.say("Hello")
    widget.confirmed("Hello")
    conversation_id = agent.newest()["id"]
    url = hub.base_url.replace("http", "ws") + "/ws/v1/agent"
    with connect(url, additional_headers={"Authorization": f"Bearer {agent.token}"}) as socket:
        topic = {"kind": "conversation", "id": conversation_id}
        socket.send(json.dumps({"type": "hello", "topics": [topic]}))
        _receive(socket, "ready")
        widget.field.press_sequentially("I wonder")
        seen = _receive(socket, "typing")
        assert (seen["who"]["type"], seen["state"]) == ("contact", "start")
        socket.send(json.dumps({"type": "typing", "conversation": conversation_id, "state": "start"}))
        expect(widget.host.locator(".typing")).to_have_text("Jonas Brandt is typing")
        socket.send(json.dumps({"type": "typing", "conversation": conversation_id, "state": "stop"}))
        expect(widget.host.locator(".typing")).to_have_text("")
        socket.send(json.dumps({"type": "presence", "state": "online"}))
        expect(widget.status()).to_have_text("Someone is here to answer")


def test_two_tabs_show_the_same_conversation(context: BrowserContext, hub: HubProcess) -> None:
    one = shop(context, hub)
    one.open()
    one.say("In the first tab")
    one.confirmed("In the first tab")
    other = shop(context, hub)
    other.confirmed("In the first tab")
    other.say("In the second")
    one.confirmed("In the second")
    assert one.texts() == other.texts() == ["In the first tab", "In the second"]


def test_a_text_that_is_too_long_is_kept_and_explained(context: BrowserContext, hub: HubProcess) -> None:
    widget = shop(context, hub)
    widget.open()
    widget.say("x" * 10_001)
    expect(widget.host.get_by_role("alert")).to_contain_text("10001 characters of 10000")
    assert len(widget.field.input_value()) == 10_001
    widget.say("   ")
    expect(widget.turns).to_have_count(0)


def test_a_message_that_was_refused_can_be_sent_again(
    context: BrowserContext, hub: HubProcess, agent: Agent
) -> None:
    page = context.new_page()
    refusing = True

    def between(socket: Any) -> None:
        server = socket.connect_to_server()

        def from_page(text: str) -> None:
            frame = json.loads(text)
            if refusing and frame["type"] == "message":
                error = {"type": "error", "code": "not_taken", "detail": "The message could not be taken."}
                socket.send(json.dumps({**error, "client_id": frame["client_id"]}))
            else:
                server.send(text)

        socket.on_message(from_page)

    page.route_web_socket(re.compile("/ws/v1/chat"), between)
    page.goto(f"{hub.base_url}/demo/site")
    widget = Widget(page)
    widget.open()
    widget.say("Try me twice")
    expect(widget.turns.last).to_contain_text("Not sent. The message could not be taken.")
    refusing = False
    widget.host.get_by_role("button", name="Try again").click()
    widget.confirmed("Try me twice")
    assert agent.heard(agent.newest()["id"]) == ["Try me twice"]


def test_it_works_on_a_strict_page_of_another_origin(
    context: BrowserContext, hub: HubProcess, agent: Agent
) -> None:
    site_key = hub.demo()["organizations"][0]["channels"]["chat"]["site_key"]
    policy = STRICT.format(hub=hub.base_url, socket=hub.base_url.replace("http", "ws"))
    body = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Strict</title><h1>Strict</h1>'
        f'<script async src="{hub.base_url}/widget.js" data-site-key="{site_key}"></script>'
    )
    with _served(body, {"Content-Security-Policy": policy}) as address:
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        widget = Widget(page)
        widget.open()
        widget.say("From a strict page, https://shop.example/a?b=1.")
        widget.confirmed("From a strict page")
        linked = widget.host.get_by_role("link")
        expect(linked).to_have_attribute("href", "https://shop.example/a?b=1")
        expect(linked).to_have_attribute("rel", "noopener noreferrer")
        agent.answer(agent.newest()["id"], "<img src=x onerror=alert(1)> is only text")
        expect(widget.turns.last).to_contain_text("<img src=x onerror=alert(1)>")
        assert widget.host.evaluate("host => host.shadowRoot.querySelectorAll('[style], style').length") == 0
        assert [text for text in complaints if "favicon" not in text] == []


def test_a_page_that_may_not_embed_it_says_so_in_words(context: BrowserContext, hub: HubProcess) -> None:
    body = f'<!doctype html><script async src="{hub.base_url}/widget.js" data-site-key="unknown"></script>'
    with _served(body, {}) as address:
        page = context.new_page()
        page.goto(address)
        widget = Widget(page)
        widget.launcher.click()
        expect(widget.host.get_by_role("alert")).to_contain_text("This chat does not work on this page.")
        widget.say("Hello?")
        expect(widget.turns.last).to_contain_text("Not sent.")


def test_a_signed_in_customer_finds_the_conversation_in_another_browser(
    chromium: Browser, hub: HubProcess
) -> None:
    with fresh(chromium, locale="en") as laptop, fresh(chromium, locale="en") as phone:
        first = shop(laptop, hub, "?signed_in=1")
        first.open()
        first.say("From my laptop")
        first.confirmed("From my laptop")
        second = shop(phone, hub, "?signed_in=1")
        second.open()
        expect(second.log).to_contain_text("From my laptop")
        second.page.goto(f"{hub.base_url}/demo/site")
        expect(second.log).to_contain_text("What can we help with?")
        assert second.texts() == []


@pytest.mark.parametrize(
    "locale,direction,placeholder",
    [
        ("en-GB", "ltr", "Write a message"),
        ("de-AT", "ltr", "Nachricht schreiben"),
        ("es-MX", "ltr", "Escriba un mensaje"),
        ("ar-EG", "rtl", "اكتب رسالة"),
        ("fi-FI", "ltr", "Write a message"),
    ],
)
def test_it_speaks_the_browsers_language(
    chromium: Browser, hub: HubProcess, locale: str, direction: str, placeholder: str
) -> None:
    with fresh(chromium, locale=locale) as context:
        widget = shop(context, hub)
        widget.launcher.click()
        expect(widget.field).to_have_attribute("placeholder", placeholder)
        expect(widget.host.locator(".dock")).to_have_attribute("dir", direction)


def test_on_a_phone_it_fills_the_screen_and_keeps_the_focus(chromium: Browser, hub: HubProcess) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "reduced_motion": "reduce"}
    with fresh(chromium, locale="en", **phone) as context:
        widget = shop(context, hub)
        widget.launcher.tap()
        dialog = widget.host.get_by_role("dialog")
        assert dialog.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
        for _ in range(6):
            widget.page.keyboard.press("Tab")
            inside = "!!document.querySelector('omnihub-chat').shadowRoot.activeElement"
            outside = "document.activeElement.matches('a, .buy')"
            assert widget.page.evaluate(inside) or not widget.page.evaluate(outside)
        expect(widget.field).to_have_css("font-size", "16px")
        dialog.get_by_label("Close the chat").tap()
        expect(dialog).to_be_hidden()
        expect(widget.launcher).to_be_visible()


def test_without_motion_nothing_moves(chromium: Browser, hub: HubProcess) -> None:
    with fresh(chromium, locale="en", reduced_motion="reduce") as context:
        widget = shop(context, hub)
        widget.launcher.click()
        expect(widget.host.get_by_role("dialog")).to_have_css("animation-name", "none")


@pytest.mark.parametrize("name", LANGUAGES)
def test_the_script_weighs_no_more_than_8_kb(name: str) -> None:
    assert len(gzip.compress((DIST / name).read_bytes(), 9)) <= 8 * 1024


def _until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for something that only asking again can tell."""
    pause = threading.Event()
    for _ in range(int(seconds / 0.1)):
        if holds():
            return
        pause.wait(0.1)
    pytest.fail("it did not come to hold in time")


def _receive(socket: Any, kind: str) -> dict[str, Any]:
    while True:
        frame: dict[str, Any] = json.loads(socket.recv(timeout=30))
        if frame["type"] == kind:
            return frame


class _Page(BaseHTTPRequestHandler):
    """Answers every request with one page."""

    def __init__(self, body: str, headers: dict[str, str], *arguments: Any) -> None:
        self.body, self.extra = body.encode(), headers
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """Send the page."""
        self.send_response(200)
        for name, value in {"Content-Type": "text/html; charset=utf-8", **self.extra}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *arguments: Any) -> None:
        """Stay quiet."""


@contextmanager
def _served(body: str, headers: dict[str, str]) -> Iterator[str]:
    """The address of a page on another origin."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Page, body, headers))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
