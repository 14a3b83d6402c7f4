"""Slack as a fake: a workspace with members and messages, its Web API, and its events."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any
from zlib import crc32

from hub.clock import now
from hub.messages import ErrorClass, Party
from hub.models import Channel
from tests.fakes import signing
from tests.fakes.channel import ChannelFake, ErrorRow, Event
from tests.fakes.server import Answer, Asked, FakeProvider
from tests.fakes.webhooks import Webhook

EMOJI = {"👍": "+1", "❤️": "heart", "👋": "wave", "🔥": "fire"}
SCOPES = (
    "app_mentions:read,channels:history,chat:write,files:read,files:write,groups:history,im:history,im:write,"
    "mpim:history,reactions:read,reactions:write,users:read,users:read.email"
)
_AMENDS = {
    "chat.update": "edit",
    "chat.delete": "delete",
    "reactions.add": "react",
    "reactions.remove": "unreact",
}


class Workspace(FakeProvider):
    """Methods below `/api/`, uploads below `/upload/`, files besides; takes forms and JSON as Slack does."""

    def __init__(self, file_content: bytes) -> None:
        super().__init__()
        self.tokens = {"xoxb-1", "xoxb-2", "xapp-1"}
        self.file_content = file_content
        self.socket_url = ""
        self.shares_at_once = True
        self.messages: list[dict[str, Any]] = []
        self.uploads: dict[str, dict[str, Any]] = {}
        self.changes: list[tuple[str, str, str]] = []
        self.members: dict[str, dict[str, Any]] = {}
        self._numbers = count(1)

    def is_authorised(self, asked: Asked) -> bool:
        if asked.path.startswith("/upload/") or asked.path == "/api/oauth.v2.access":
            return True
        return asked.headers.get("authorization", "").removeprefix("Bearer ") in self.tokens

    def unauthorised(self, asked: Asked) -> Answer:
        if not asked.path.startswith("/api/"):
            return Answer(200, b"<!DOCTYPE html><html>Sign in</html>", {"Content-Type": "text/html"})
        return _refusal("invalid_auth")

    def throttle(self, retry_after: int | None = None, times: int = 1, body: Any = None) -> None:
        super().throttle(retry_after, times, body or {"ok": False, "error": "ratelimited"})

    def answer(self, asked: Asked) -> Answer:
        if asked.path.startswith("/upload/"):
            self.uploads[asked.path.rpartition("/")[2]]["data"] = asked.body
            return Answer(200, b"OK", {"Content-Type": "text/plain"})
        if not asked.path.startswith("/api/"):
            return Answer(200, self.file_content, {"Content-Type": "image/png"})
        method = asked.path.rpartition("/")[2]
        told = parameters(asked)
        known = getattr(self, f"_{method.replace('.', '_')}", None)
        if method in _AMENDS:
            return self._amend(method, told)
        if known is None:
            return _refusal("unknown_method")
        answer: Answer = known(told)
        return answer

    def _auth_test(self, told: dict[str, Any]) -> Answer:
        found = {"ok": True, "team": "Acme", "team_id": "T0001", "user": "helpdesk", "user_id": "UBOT1"}
        return Answer(200, found | {"bot_id": "B1"}, {"X-OAuth-Scopes": SCOPES})

    def _chat_postMessage(self, told: dict[str, Any]) -> Answer:  # noqa: N802
        if not told.get("text"):
            return _refusal("no_text")
        if len(told["text"]) > 40_000:
            return _refusal("msg_too_long")
        message = self._post(told["channel"], told["text"], told.get("thread_ts", ""))
        if metadata := told.get("metadata"):
            message["metadata"] = json.loads(metadata) if isinstance(metadata, str) else metadata
        shown = {name: value for name, value in message.items() if name != "channel"}
        return _ok(channel=told["channel"], ts=message["ts"], message=shown)

    def _post(self, channel: str, text: str, thread: str) -> dict[str, Any]:
        stamp = f"1800000000.{next(self._numbers):06d}"
        message: dict[str, Any] = {"type": "message", "channel": channel, "text": text, "ts": stamp}
        message |= {"user": "UBOT1", "app_id": "A0001", "bot_id": "B1"}
        if thread:
            message["thread_ts"] = thread
        self.messages.append(message)
        return message

    def _conversations_open(self, told: dict[str, Any]) -> Answer:
        if not told.get("users", "").startswith("U"):
            return _refusal("user_not_found")
        return _ok(channel={"id": f"D{told['users'][1:]}"})

    def _conversations_history(self, told: dict[str, Any]) -> Answer:
        return _ok(messages=[one for one in self.messages if one["channel"] == told["channel"]])

    def _conversations_replies(self, told: dict[str, Any]) -> Answer:
        found = [one for one in self.messages if one["channel"] == told["channel"]]
        return _ok(messages=[one for one in found if told["ts"] in (one["ts"], one.get("thread_ts"))])

    def _users_info(self, told: dict[str, Any]) -> Answer:
        member = self.members.get(told["user"])
        return _ok(user=member) if member else _refusal("user_not_found")

    def _files_getUploadURLExternal(self, told: dict[str, Any]) -> Answer:  # noqa: N802
        file_id = f"F{next(self._numbers):04d}"
        self.uploads[file_id] = {"name": told["filename"], "length": int(told["length"]), "shares": {}}
        return _ok(upload_url=f"{self.base_url}/upload/v1/{file_id}", file_id=file_id)

    def _files_completeUploadExternal(self, told: dict[str, Any]) -> Answer:  # noqa: N802
        files = told["files"] if isinstance(told["files"], list) else json.loads(told["files"])
        for file in files:
            upload = self.uploads[file["id"]]
            if len(upload.get("data", b"")) != upload["length"]:
                return _refusal("posting_to_general_channel_denied")
        message = self._post(told["channel_id"], told.get("initial_comment", ""), told.get("thread_ts", ""))
        message["files"] = [file["id"] for file in files]
        for file in files:
            self.uploads[file["id"]]["shares"] = {"private": {told["channel_id"]: [{"ts": message["ts"]}]}}
        return _ok(files=[{"id": file["id"], "title": file.get("title", "")} for file in files])

    def _files_info(self, told: dict[str, Any]) -> Answer:
        upload = self.uploads.get(told["file"])
        if upload is None:
            place = f"{self.base_url}/files-pri/T0001-{told['file']}/wheel.png"
            found = {"id": told["file"], "name": "wheel.png", "mimetype": "image/png", "url_private": place}
            return _ok(file=found)
        return _ok(file={"id": told["file"], "shares": upload["shares"] if self.shares_at_once else {}})

    def _apps_connections_open(self, told: dict[str, Any]) -> Answer:
        return _ok(url=self.socket_url)

    def _oauth_v2_access(self, told: dict[str, Any]) -> Answer:
        if (told.get("client_id"), told.get("client_secret")) != ("1.2", "hush"):
            return _refusal("bad_client_secret")
        if told.get("code") != "good":
            return _refusal("invalid_code")
        team, app = {"id": "T0001", "name": "Acme"}, "A0001"
        return _ok(access_token="xoxb-1", token_type="bot", bot_user_id="UBOT1", team=team, app_id=app)

    def _amend(self, method: str, told: dict[str, Any]) -> Answer:
        stamp = told.get("ts") or told.get("timestamp")
        what = told.get("text", "")
        if name := told.get("name"):
            what = next((emoji for emoji, known in EMOJI.items() if known == name), "")
            if not what:
                return _refusal("invalid_name")
        change = (_AMENDS[method], f"{told['channel']}:{stamp}", what)
        if change in self.changes and method == "reactions.add":
            return _refusal("already_reacted")
        self.changes.append(change)
        return _ok(channel=told["channel"], ts=stamp)


def parameters(asked: Asked) -> dict[str, Any]:
    """What a method was called with: in the address, as a form, or as JSON."""
    asked_for = {name: values[0] for name, values in asked.query.items()}
    if asked.headers.get("content-type", "").startswith("application/json"):
        return asked_for | (asked.json() if asked.body else {})
    return asked_for | {name: values[0] for name, values in asked.form.items()}


def _ok(**fields: Any) -> Answer:
    return Answer(200, {"ok": True, **fields})


def _refusal(code: str) -> Answer:
    return Answer(200, {"ok": False, "error": code})


_CLASSES = {
    ErrorClass.RECONNECT: (
        "invalid_auth not_authed account_inactive is_inactive token_revoked token_expired missing_scope"
        " not_allowed_token_type org_login_required no_permission ekm_access_denied access_denied"
        " team_access_not_granted"
    ),
    ErrorClass.THROTTLED: "ratelimited rate_limited message_limit_exceeded",
    ErrorClass.RETRY: "request_timeout service_unavailable team_added_to_org",
    ErrorClass.RECIPIENT: (
        "channel_not_found not_in_channel is_archived user_not_found user_not_visible cannot_dm_bot"
        " user_disabled restricted_action restricted_action_read_only_channel restricted_action_thread_locked"
    ),
    ErrorClass.PERMANENT: "msg_too_long no_text too_many_attachments thread_not_found never_heard_of_it",
}


class Fake(ChannelFake):
    """The app A000n in the workspace T000n, and members who write to it."""

    kind = "slack"
    has_clock = True
    error_rows = (
        *(
            ErrorRow(code, _refusal(code), error_class)
            for error_class, codes in _CLASSES.items()
            for code in codes.split()
        ),
        ErrorRow(
            "429",
            Answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "3"}),
            ErrorClass.THROTTLED,
        ),
        ErrorRow("down", Answer(503, b"<html>"), ErrorClass.RETRY),
    )

    def make_server(self) -> FakeProvider:
        return Workspace(self.file_content)

    @property
    def workspace(self) -> Workspace:
        """The workspace itself."""
        assert isinstance(self.server, Workspace)
        return self.server

    def fields(self, number: int) -> Mapping[str, Any]:
        return {
            "address": f"t000{number}/a000{number}",
            "config": {"receive_by": "events", "install_by": "token"},
            "secrets": {"bot_token": f"xoxb-{number}", "signing_secret": str(number) * 32},
        }

    def message(
        self,
        channel: Channel,
        key: str,
        text: str = "Where is my parcel?",
        *,
        sender: str = "1",
        at: datetime | None = None,
        files: int = 0,
        file_url: str = "",
    ) -> Event:
        event = self._said(key, text, sender)
        if not files:
            return event
        url = file_url or f"{self.server.base_url}/files-pri/T0001-F1/wheel.png"
        file = {"name": "wheel.png", "mimetype": "image/png", "size": len(self.file_content)}
        told = [{"id": f"F{number}", "url_private": url, **file} for number in range(files)]
        return event | {"subtype": "file_share", "files": told}

    def sender(self, number: str = "1") -> Party:
        return Party("slack", f"t0001/u000{number}")

    def message_id(self, channel: Channel, key: str) -> str:
        return f"{_direct('1')}:{_stamp(key)}"

    def edit(self, channel: Channel, key: str, text: str, at: datetime | None = None) -> Event:
        before = self._said(key, "Where is my parcle?", "1")
        edited = {"user": before["user"], "ts": f"{(at or now()).timestamp():.6f}"}
        return {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "channel": before["channel"],
            "channel_type": "im",
            "message": before | {"text": written(text), "edited": edited},
            "previous_message": before,
            "event_ts": edited["ts"],
        }

    def deletion(self, channel: Channel, key: str) -> Event:
        before = self._said(key, "Where is my parcel?", "1")
        return {
            "type": "message",
            "subtype": "message_deleted",
            "hidden": True,
            "channel": before["channel"],
            "channel_type": "im",
            "deleted_ts": before["ts"],
            "previous_message": before,
            "event_ts": f"{now().timestamp():.6f}",
        }

    def reaction(self, channel: Channel, key: str, emoji: str = "👍", *, removed: bool = False) -> Event:
        item = {"type": "message", "channel": _direct("1"), "ts": _stamp(key)}
        return {
            "type": "reaction_removed" if removed else "reaction_added",
            "user": "U0001",
            "reaction": EMOJI[emoji],
            "item": item,
            "event_ts": f"{now().timestamp():.6f}",
        }

    def webhook(self, channel: Channel, events: Sequence[Event]) -> Webhook:
        (event,) = events
        team, _, app = channel.address.upper().partition("/")
        return Webhook(json.dumps(enveloped(event, team, app)).encode())

    def signed(self, channel: Channel, webhook: Webhook, at: datetime | None = None) -> Webhook:
        secret = str(channel.secrets["signing_secret"])
        return webhook.with_headers(signing.slack(secret, webhook.body, int((at or now()).timestamp())))

    def challenge(self, channel: Channel) -> tuple[Webhook, bytes]:
        told = {"type": "url_verification", "challenge": "3eZbrw1aB", "token": "Jhj5dZrV"}
        return self.signed(channel, Webhook(json.dumps(told).encode())), b"3eZbrw1aB"

    def taken(self) -> Sequence[str]:
        return [shown(one["text"]) for one in self.workspace.messages]

    def amended(self) -> Sequence[tuple[str, str, str]]:
        return self.workspace.changes

    def _said(self, key: str, text: str, sender: str) -> dict[str, Any]:
        return {
            "type": "message",
            "user": f"U000{sender}",
            "text": written(text),
            "ts": _stamp(key),
            "event_ts": _stamp(key),
            "channel": _direct(sender),
            "channel_type": "im",
            "team": "T0001",
        }


def enveloped(event: Event, team: str = "T0001", app: str = "A0001") -> dict[str, Any]:
    """An event as Slack sends it to the app of a workspace; the same event keeps its id."""
    authorization = {"enterprise_id": None, "team_id": team, "user_id": "UBOT1", "is_bot": True}
    return {
        "token": "deprecated",
        "team_id": team,
        "api_app_id": app,
        "type": "event_callback",
        "event_id": f"Ev{crc32(json.dumps(event, sort_keys=True).encode()):08X}",
        "event_time": int(now().timestamp()),
        "authorizations": [authorization],
        "event": event,
    }


def written(text: str) -> str:
    """A text as Slack hands it on: three characters as entities, emoji by their names."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("👋🏽", ":wave::skin-tone-4:")


def shown(text: str) -> str:
    """A text as its readers see it."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _direct(sender: str) -> str:
    return f"D000{sender}"


def _stamp(key: str) -> str:
    return f"1700000000.{crc32(key.encode()) % 1_000_000:06d}"
