"""The provider of SMS as a fake: it takes messages, lists them, hands out media, and posts signed forms."""

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from zlib import crc32

from hub.clock import now
from hub.messages import ErrorClass, Party
from hub.models import Channel
from tests.fakes import signing
from tests.fakes.channel import ChannelFake, ErrorRow, Event
from tests.fakes.server import Answer, Asked, FakeProvider
from tests.fakes.webhooks import Webhook

API = "/2010-04-01/Accounts"


class Rest(FakeProvider):
    """`/2010-04-01/Accounts/…`: messages with their media, numbers, the account itself."""

    def __init__(self, file_content: bytes) -> None:
        super().__init__()
        self.credentials = {f"AC{str(number) * 32}": f"token-{number}-" + "x" * 24 for number in (1, 2)}
        self.file_content = file_content
        self.messages: list[dict[str, Any]] = []
        """Received and sent, oldest first, as the API tells them."""
        self.sent: list[dict[str, list[str]]] = []
        """The forms by which messages were ordered."""
        self.numbers: list[dict[str, Any]] = []
        self.page_size = 50
        self._ids = count(1)

    def is_authorised(self, asked: Asked) -> bool:
        account = asked.path.removeprefix(f"{API}/").partition("/")[0].removesuffix(".json")
        secret = self.credentials.get(account, "")
        return asked.headers.get("authorization") == basic(account, secret)

    def unauthorised(self, asked: Asked) -> Answer:
        return Answer(401, refusal(20003, "Authenticate", 401))

    def throttle(self, retry_after: int | None = None, times: int = 1, body: Any = None) -> None:
        super().throttle(retry_after, times, refusal(20429, "Too Many Requests", 429))

    def answer(self, asked: Asked) -> Answer:
        parts = asked.path.removeprefix(f"{API}/").split("/")
        match (asked.method, *parts[1:]):
            case ("POST", "Messages.json"):
                return Answer(201, self._take(parts[0], asked.form))
            case ("GET", "Messages.json"):
                return Answer(200, self._page("messages", self._listed(asked.query), asked))
            case ("GET", "Messages", message, "Media.json"):
                return Answer(200, self._page("media_list", self._media(parts[0], message), asked))
            case ("GET", "Messages", _, "Media", _):
                return Answer(200, self.file_content, {"Content-Type": "image/png"})
            case ("GET", "IncomingPhoneNumbers.json"):
                wanted = asked.query.get("PhoneNumber", [""])[0]
                found = [one for one in self.numbers if one["phone_number"] == wanted]
                return Answer(200, self._page("incoming_phone_numbers", found, asked))
            case ("POST", "IncomingPhoneNumbers", name):
                (one,) = [one for one in self.numbers if f"{one['sid']}.json" == name]
                one["sms_url"] = asked.form.get("SmsUrl", [""])[0]
                return Answer(200, one)
            case ("GET",):
                sid = parts[0].removesuffix(".json")
                return Answer(200, {"sid": sid, "status": "active", "type": "Full", "friendly_name": "Acme"})
        return Answer(404, refusal(20404, "Not found", 404))

    def receive(self, to: str, text: str, *, sid: str, at: datetime, media: int = 0) -> None:
        """A customer writes; no webhook is posted."""
        self.messages.append(
            {
                **_resource(sid, "+15550100009", to, text, at),
                "direction": "inbound",
                "status": "received",
                "num_media": str(media),
            }
        )

    def _take(self, account: str, form: dict[str, list[str]]) -> dict[str, Any]:
        self.sent.append(form)
        media, text = form.get("MediaUrl", []), form.get("Body", [""])[0]
        sid = f"{'MM' if media else 'SM'}{next(self._ids):032x}"
        made = {
            **_resource(sid, form.get("From", [""])[0], form["To"][0], text, now()),
            "direction": "outbound-api",
            "status": "queued",
            "num_media": str(len(media)),
            "num_segments": "2" if len(text) > 160 else "1",
            "account_sid": account,
        }
        self.messages.append(made)
        return made

    def _listed(self, query: Mapping[str, list[str]]) -> list[dict[str, Any]]:
        to, since = query.get("To", [""])[0], query.get("DateSent>", [""])[0]
        found = [one for one in reversed(self.messages) if not to or one["to"] == to]
        if since:
            moment = datetime.fromisoformat(since)
            found = [one for one in found if _instant(one["date_sent"]) >= moment]
        return found

    def _media(self, account: str, message: str) -> list[dict[str, Any]]:
        path = f"{API}/{account}/Messages/{message}/Media/ME{'1' * 32}.json"
        return [{"sid": f"ME{'1' * 32}", "uri": path, "content_type": "image/png"}]

    def _page(self, name: str, rows: list[dict[str, Any]], asked: Asked) -> dict[str, Any]:
        size = min(self.page_size, int(asked.query.get("PageSize", ["50"])[0]))
        page = int(asked.query.get("Page", ["0"])[0])
        rest = {key: values[0] for key, values in asked.query.items()} | {"Page": str(page + 1)}
        has_more = len(rows) > (page + 1) * size
        return {
            name: rows[page * size : (page + 1) * size],
            "page": page,
            "page_size": size,
            "next_page_uri": f"{asked.path}?{urlencode(rest)}" if has_more else None,
        }


def basic(name: str, secret: str) -> str:
    """The Authorization header of these credentials, as the provider expects it."""
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def refusal(code: int, words: str = "No", status: int = 400) -> dict[str, Any]:
    """The body of a refusal."""
    more = f"https://www.twilio.com/docs/errors/{code}"
    return {"code": code, "message": words, "more_info": more, "status": status}


def _resource(sid: str, sender: str, to: str, text: str, at: datetime) -> dict[str, Any]:
    moment = format_datetime(at.astimezone(UTC))
    dates = dict.fromkeys(("date_created", "date_sent", "date_updated"), moment)
    return {"sid": sid, "from": sender, "to": to, "body": text, "error_code": None, **dates}


def _instant(moment: str) -> datetime:
    return parsedate_to_datetime(moment)


def _row(code: int, error_class: ErrorClass, status: int = 400) -> ErrorRow:
    return ErrorRow(str(code), Answer(status, refusal(code, status=status)), error_class)


class Fake(ChannelFake):
    """Two accounts with a number each, and the people who write to them."""

    kind = "sms"
    error_rows = (
        _row(20429, ErrorClass.THROTTLED, 429),
        ErrorRow("down", Answer(503, b"<html>"), ErrorClass.RETRY),
        _row(20500, ErrorClass.RETRY, 500),
        _row(30001, ErrorClass.RETRY),
        _row(30003, ErrorClass.RETRY),
        _row(30008, ErrorClass.RETRY),
        _row(30022, ErrorClass.THROTTLED),
        *(_row(code, ErrorClass.RECIPIENT) for code in (21610, 21211, 21614, 30004, 30005, 30006)),
        *(_row(code, ErrorClass.PERMANENT) for code in (21617, 21602, 21620, 12300, 30007, 30011)),
        *(_row(code, ErrorClass.PERMANENT) for code in (21408, 21606, 21212, 21659, 21612, 30034)),
        _row(20003, ErrorClass.RECONNECT, 401),
        _row(20404, ErrorClass.RECONNECT, 404),
        *(_row(code, ErrorClass.RECONNECT) for code in (20005, 10001, 30002, 21609)),
        _row(99999, ErrorClass.PERMANENT),
    )

    def make_server(self) -> FakeProvider:
        return Rest(self.file_content)

    def base_urls(self) -> Mapping[str, str]:
        return {"twilio": self.server.base_url}

    @property
    def api(self) -> Rest:
        """The API itself."""
        assert isinstance(self.server, Rest)
        return self.server

    def fields(self, number: int) -> Mapping[str, Any]:
        account = f"AC{str(number) * 32}"
        return {
            "address": f"+1555010010{number}",
            "config": {"account_sid": account},
            "secrets": {"auth_token": self.api.credentials[account]},
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
        sid, account = self.message_id(channel, key), channel.config["account_sid"]
        place = f"{self.server.base_url}{API}/{account}/Messages/{sid}/Media/ME"
        media = {f"MediaUrl{n}": file_url or f"{place}{n:032x}" for n in range(files)}
        types = {f"MediaContentType{n}": "image/png" for n in range(files)}
        return {
            "ToCountry": "US",
            "MessageSid": sid,
            "SmsSid": sid,
            "AccountSid": account,
            "SmsStatus": "received",
            "From": self.sender(sender).value,
            "To": channel.address,
            "Body": text,
            "FromCity": "",
            "NumSegments": "1",
            "ApiVersion": "2010-04-01",
            **media,
            **types,
            "NumMedia": str(files),
        }

    def sender(self, number: str = "1") -> Party:
        return Party("phone", f"+1555020{int(number):04}")

    def message_id(self, channel: Channel, key: str) -> str:
        return f"SM{crc32(f'{channel.pk}{key}'.encode()):032x}"

    def status(
        self, channel: Channel, provider_id: str, status: str, *, delivery_id: str = ""
    ) -> Event | None:
        if status == "read":
            return None
        is_lost = status in ("failed", "undelivered")
        error = {"ErrorCode": "30008", "ErrorMessage": "Unknown error"} if is_lost else {}
        return {
            "_delivery": delivery_id,
            "MessageSid": provider_id,
            "SmsSid": provider_id,
            "AccountSid": channel.config["account_sid"],
            "MessageStatus": status,
            "SmsStatus": status,
            "From": channel.address,
            "To": self.sender().value,
            **error,
        }

    def webhook(self, channel: Channel, events: Sequence[Event]) -> Webhook:
        (event,) = events
        form = {name: value for name, value in event.items() if name != "_delivery"}
        is_status, delivery_id = "MessageStatus" in event, event.get("_delivery")
        return Webhook(
            urlencode(form).encode(),
            content_type="application/x-www-form-urlencoded",
            route="status" if is_status else "",
            query=f"delivery={delivery_id}" if delivery_id else "",
        )

    def signed(self, channel: Channel, webhook: Webhook, at: datetime | None = None) -> Webhook:
        token, url = str(channel.secrets["auth_token"]), webhook.url(channel)
        form = parse_qs(webhook.body.decode("utf-8", "replace"), keep_blank_values=True)
        return webhook.with_headers(signing.twilio_form(token, url, form))

    def taken(self) -> Sequence[str]:
        return [form.get("Body", [""])[0] for form in self.api.sent]

    def status_urls(self) -> Sequence[str]:
        """Path and query of where the provider was asked to say what becomes of each message."""
        parts = [urlsplit(form["StatusCallback"][0]) for form in self.api.sent]
        return [f"{part.path}?{part.query}" for part in parts]
