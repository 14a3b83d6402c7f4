"""An app at work: installed, asked, answered to, against a fake of Slack."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from websockets.sync.server import ServerConnection, serve

from connectors.slack import demo, form
from connectors.slack.connector import SlackConnector
from connectors.slack.errors import ROWS
from hub import registry
from hub.channel_form import InvalidSettings
from hub.clock import now
from hub.jobs.worker import run_until_idle
from hub.messages import (
    CannotFetch,
    Ignored,
    MessageRef,
    OutboundFile,
    OutboundMessage,
    Party,
    RemoteFile,
    SendError,
)
from hub.models import Channel, Message
from hub.stopping import Stopping
from tests import factories
from tests.fakes import signing
from tests.fakes.server import Answer
from tests.fakes.slack import Fake, enveloped
from tests.fakes.webhooks import Webhook, bring

pytestmark = pytest.mark.django_db

ANN = Party("slack", "t0001/u0001")


@pytest.fixture
def fake(settings: Any) -> Iterator[Fake]:
    fake = Fake()
    with fake.server:
        settings.PROVIDER_BASE_URLS = fake.base_urls()
        yield fake


@pytest.fixture
def channel(fake: Fake) -> Channel:
    return fake.channel(factories.organization())


@pytest.fixture
def stopping() -> Iterator[Stopping]:
    made = Stopping()
    yield made
    made.close()


@pytest.fixture
def connector() -> SlackConnector:
    found = registry.connector("slack")
    assert isinstance(found, SlackConnector)
    return found


def _answer(text: str = "On its way.", **fields: Any) -> OutboundMessage:
    return OutboundMessage("d1", "i1", "c1", 1, ANN, text, **{"thread_key": "D0001", **fields})


def _messages(channel: Channel) -> list[Message]:
    rows = Message.objects.within(channel.organization_id).filter(channel=channel)
    return list(rows.select_related("item__author_identity").order_by("item__seq"))


def test_slacks_own_client_understands_the_fake(fake: Fake) -> None:
    sdk = pytest.importorskip("slack_sdk")
    client = sdk.WebClient("xoxb-1", base_url=f"{fake.server.base_url}/api/")
    assert client.auth_test()["team_id"] == "T0001"
    posted = client.chat_postMessage(
        channel="C1", text="Hi", metadata={"event_type": "x", "event_payload": {}}
    )
    client.chat_update(channel="C1", ts=posted["ts"], text="Hello")
    client.reactions_add(channel="C1", timestamp=posted["ts"], name="heart")
    client.files_upload_v2(channel="C1", content=b"%PDF", filename="a.pdf", initial_comment="Here")
    assert [text for _, _, text in fake.amended()] == ["Hello", "❤️"]
    assert list(fake.taken()) == ["Hi", "Here"]
    for call in (
        lambda: client.users_info(user="U9"),
        lambda: sdk.WebClient("xoxb-9", base_url=client.base_url).auth_test(),
    ):
        with pytest.raises(sdk.errors.SlackApiError):
            call()


def test_slacks_own_verifier_agrees_with_the_signer(fake: Fake, channel: Channel) -> None:
    signature = pytest.importorskip("slack_sdk.signature")
    webhook = fake.bring(channel, fake.message(channel, "one"))
    verifier = signature.SignatureVerifier(str(channel.secrets["signing_secret"]))
    assert verifier.is_valid_request(webhook.body, dict(webhook.headers))


def test_one_url_serves_all_workspaces_of_an_app(fake: Fake, channel: Channel) -> None:
    fields = {**fake.fields(1), "address": "t0002/a0001"}
    other = factories.channel(channel.organization, "slack", **fields)
    webhook = replace(fake.bring(channel, fake.message(channel, "one")), is_shared=True)
    for number in range(3):
        retry = webhook.with_headers(
            {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": "http_timeout"}
        )
        assert bring(channel, retry).status_code == 200
    challenge, wanted = fake.challenge(channel)
    assert bring(channel, replace(challenge, is_shared=True)).content == wanted
    assert bring(channel, webhook.with_headers({"X-Slack-Signature": "v0=1"})).status_code == 403
    run_until_idle()
    assert (len(_messages(channel)), len(_messages(other))) == (1, 0)


def test_people_have_names_and_their_addresses_count_when_they_are_proved(
    fake: Fake, channel: Channel
) -> None:
    profile = {"display_name": "Ann", "email": "Ann@Acme.example"}
    member = {
        "id": "U0001",
        "team_id": "T0001",
        "is_email_confirmed": True,
        "locale": "de-DE",
        "profile": profile,
    }
    fake.workspace.members = {
        "U0001": member,
        "U0002": {"id": "U0002", "team_id": "T7", "profile": {"real_name": "Bo"}},
    }
    channel.config["trusts_addresses"] = True
    channel.save()
    known = factories.contact(channel.organization)
    factories.identity(known, "email", "ann@acme.example")
    bring(channel, fake.bring(channel, fake.message(channel, "one", "I am with <b>")))
    run_until_idle()
    (message,) = _messages(channel)
    author = message.item.author_identity
    assert author is not None and (author.display, message.text) == ("Ann", "I am with <b>")
    assert author.contact_id == known.pk
    asked = [one for one in fake.server.requests if one.path.endswith("users.info")]
    bring(channel, fake.bring(channel, fake.message(channel, "two")))
    run_until_idle()
    assert len([one for one in fake.server.requests if one.path.endswith("users.info")]) == len(asked) == 1


def test_answers_go_into_the_thread_with_our_id(
    fake: Fake, channel: Channel, connector: SlackConnector
) -> None:
    receipt = connector.send(channel, _answer("a < b & c", thread_key="C1/1700000000.000100"))
    (sent,) = fake.workspace.messages
    assert (sent["channel"], sent["thread_ts"], sent["text"]) == (
        "C1",
        "1700000000.000100",
        "a &lt; b &amp; c",
    )
    assert sent["metadata"]["event_payload"] == {"delivery_id": "d1"}
    assert receipt.provider_id == f"C1:{sent['ts']}"
    found = connector.reconcile(channel, _answer(thread_key="C1/1700000000.000100"))
    assert found is not None and found.provider_id == receipt.provider_id
    assert connector.reconcile(channel, replace(_answer(), delivery_id="d2")) is None


def test_whoever_has_not_written_is_written_to_directly(
    fake: Fake, channel: Channel, connector: SlackConnector
) -> None:
    connector.send(channel, _answer(thread_key="", html="<p>On <b>its</b> way.</p>"))
    assert [(one["channel"], one["text"]) for one in fake.workspace.messages] == [("D0001", "On *its* way.")]


@pytest.mark.parametrize("at_once", [True, False])
def test_files_go_in_three_steps_as_one_message(
    fake: Fake, channel: Channel, connector: SlackConnector, at_once: bool
) -> None:
    fake.workspace.shares_at_once = at_once
    files = (
        OutboundFile("ä.png", "image/png", b"\x89PNG"),
        OutboundFile("b.pdf", "application/pdf", b"%PDF"),
    )
    receipt = connector.send(channel, _answer("Two files", files=files, thread_key="D0001/1700000000.0001"))
    (sent,) = fake.workspace.messages
    assert (sent["text"], sent["thread_ts"], len(sent["files"])) == ("Two files", "1700000000.0001", 2)
    assert [one["data"] for one in fake.workspace.uploads.values()] == [b"\x89PNG", b"%PDF"]
    target = MessageRef(receipt.provider_id, "D0001", ANN, True)
    if not at_once:
        with pytest.raises(SendError, match="not said yet"):
            connector.delete(channel, target)
        fake.workspace.shares_at_once = True
    connector.delete(channel, target)
    assert fake.amended() == [("delete", f"D0001:{sent['ts']}", "")]


def test_an_upload_goes_to_slack_alone(fake: Fake, channel: Channel, connector: SlackConnector) -> None:
    told = {"ok": True, "upload_url": "http://169.254.169.254/upload", "file_id": "F1"}
    fake.server.answer_next(Answer(200, told))
    with pytest.raises(SendError, match="not its own"):
        connector.send(channel, _answer(files=(OutboundFile("a", "text/plain", b"x"),)))


def test_a_page_to_sign_in_is_no_file(fake: Fake, channel: Channel, connector: SlackConnector) -> None:
    file = RemoteFile("F7", content_type="image/png")
    assert connector.fetch_file(channel, file).data == fake.file_content
    channel.secrets["bot_token"] = "xoxb-9"
    with pytest.raises(CannotFetch, match="files:read"):
        connector.fetch_file(channel, replace(file, url=f"{fake.server.base_url}/files-pri/T0001-F7/a.png"))


@pytest.mark.parametrize("code", sorted(code for code, row in ROWS.items() if row.uncertain))
def test_what_may_have_happened_is_not_done_again(
    fake: Fake, channel: Channel, connector: SlackConnector, code: str
) -> None:
    fake.server.answer_next(Answer(200, {"ok": False, "error": code}))
    with pytest.raises(SendError) as caught:
        connector.send(channel, _answer())
    assert caught.value.uncertain


def test_reacting_twice_is_harmless_and_unknown_emoji_are_said(
    fake: Fake, channel: Channel, connector: SlackConnector
) -> None:
    target = MessageRef("D0001:1700000000.000100", "D0001", ANN, False)
    for _ in range(2):
        connector.react(channel, target, "👍")
    assert fake.amended() == [("react", "D0001:1700000000.000100", "👍")]
    with pytest.raises(SendError, match="name for this emoji"):
        connector.react(channel, target, "🪿")


def test_the_test_says_whose_token_it_is_and_what_is_missing(
    fake: Fake, channel: Channel, connector: SlackConnector
) -> None:
    assert [check.ok for check in connector.test(channel)] == [True, True]
    told = {"ok": True, "team": "Other", "team_id": "T7", "bot_id": "B1"}
    fake.server.answer_next(Answer(200, told, {"X-OAuth-Scopes": "chat:write"}))
    token, scopes = connector.test(channel)
    assert not token.ok and "T7/A0001" in token.detail
    assert not scopes.ok and "files:read" in scopes.detail and "chat:write" not in scopes.detail
    channel.secrets["bot_token"] = "xoxb-9"
    assert [check.ok for check in connector.test(channel)] == [False]
    assert not connector.health(channel).ok


def test_installing_by_sign_in(fake: Fake, channel: Channel, connector: SlackConnector) -> None:
    with pytest.raises(SendError, match="client ID"):
        connector.sign_in_url(channel, "https://hub.example/back", "s1")
    channel.config["client_id"], channel.secrets["client_secret"] = "1.2", "hush"
    asked = parse_qs(urlsplit(connector.sign_in_url(channel, "https://hub.example/back", "s1")).query)
    assert (asked["team"], asked["state"]) == (["T0001"], ["s1"]) and "chat:write" in asked["scope"][0]
    got = connector.finish_sign_in(channel, {"code": "good", "state": "s1"}, "https://hub.example/back")
    assert got == {"bot_token": "xoxb-1"}
    for answer in ({"error": "access_denied"}, {"code": "bad"}):
        with pytest.raises(SendError):
            connector.finish_sign_in(channel, answer, "https://hub.example/back")
    channel.address = "t9/a9"
    with pytest.raises(SendError, match="T0001/A0001"):
        connector.finish_sign_in(channel, {"code": "good"}, "https://hub.example/back")


def test_events_come_over_a_socket_and_are_confirmed_after_they_are_kept(
    fake: Fake, channel: Channel, connector: SlackConnector, stopping: Stopping
) -> None:
    payload = enveloped(fake.message(channel, "one"))
    confirmed: list[Any] = []
    done = threading.Event()

    def talk(socket: ServerConnection) -> None:
        socket.send(json.dumps({"type": "hello"}))
        frame = {"type": "events_api", "envelope_id": "e1", "payload": payload}
        socket.send(json.dumps(frame))
        confirmed.append(json.loads(socket.recv(10)))
        socket.send(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))
        done.wait(10)

    with serve(talk, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        fake.workspace.socket_url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}/link?ticket=t"
        channel.config["receive_by"], channel.secrets["app_token"] = "socket", "xapp-1"
        assert connector.listening_key(channel)
        batches = connector.listen(channel, lambda name: {}, stopping)
        assert not next(batches).items
        (polled,) = next(batches).items
        assert not confirmed and polled.dedupe_key == f"event:{payload['event_id']}"
        assert list(batches) == []
        done.set()
        server.shutdown()
    assert confirmed == [{"envelope_id": "e1"}]
    (found,) = connector.parse(polled.raw, polled.headers, channel.config)
    assert getattr(found, "text", "") == "Where is my parcel?"


def test_a_socket_leads_to_slack_alone(
    fake: Fake, channel: Channel, connector: SlackConnector, stopping: Stopping
) -> None:
    channel.secrets["app_token"] = "xapp-1"
    for url in ("ws://10.0.0.1/link", "wss://slack.com.evil.example/link", "http://127.0.0.1/", ""):
        fake.workspace.socket_url = url
        with pytest.raises(SendError, match="nonsense"):
            next(connector.listen(channel, lambda name: {}, stopping))


def test_the_form_says_what_is_missing(channel: Channel, connector: SlackConnector) -> None:
    with pytest.raises(InvalidSettings) as caught:
        form.clean({}, {"bot_token": "xoxp-1"})
    assert set(caught.value.errors) == {"signing_secret", "bot_token"}
    kept, secrets = form.clean({"receive_by": "socket"}, {"app_token": " xapp-1 ", "bot_token": "xoxb-1"})
    assert (kept["install_by"], secrets["app_token"]) == ("token", "xapp-1")
    manifest = json.loads(connector.pastes(channel)[0].value)
    assert manifest["settings"]["event_subscriptions"]["request_url"].endswith(f"/hooks/slack/{channel.pk}/")
    assert connector.normalise(" T0123ABCD / A0123ABCD ") == "t0123abcd/a0123abcd"
    assert connector.normalise("acme") is None


def test_without_a_secret_nothing_is_taken(fake: Fake, channel: Channel) -> None:
    channel.secrets["signing_secret"] = ""
    channel.save()
    assert bring(channel, fake.bring(channel, fake.message(channel, "one"))).status_code == 403
    assert bring(channel, Webhook(b"{}")).status_code == 403


def test_the_demo_channel_takes_what_its_description_signs(db: None) -> None:
    organization = factories.organization()
    channel, told = demo.demo_channel(organization)
    again, _ = demo.demo_channel(organization)
    assert again.pk == channel.pk and told["webhook_url"].endswith(f"/hooks/slack/{channel.pk}/")
    event = {"type": "message", "user": "U1", "channel": "D1", "text": "Hi", "ts": "1700000000.000100"}
    body = json.dumps(enveloped(event, told["team_id"], told["app_id"])).encode()
    headers = signing.slack(told["signing_secret"], body, int(now().timestamp()))
    assert bring(channel, Webhook(body, headers, is_shared=True)).status_code == 200
    own = json.dumps(
        enveloped(event | {"user": told["bot_user_id"]}, told["team_id"], told["app_id"])
    ).encode()
    (found,) = registry.connector("slack").parse(own, {"address": channel.address}, channel.config)
    assert isinstance(found, Ignored)
