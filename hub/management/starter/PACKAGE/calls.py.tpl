"""The provider's API: one request to send, and who must act when it fails."""

from hub import providers, safe_http
from hub.messages import ErrorClass, OutboundMessage, Receipt, SendError
from hub.models import Channel

PROVIDER = "$kind"
SECONDS = 10.0
CLASSES = {
    401: ErrorClass.RECONNECT,
    403: ErrorClass.RECONNECT,
    410: ErrorClass.RECIPIENT,
    429: ErrorClass.THROTTLED,
}


def send(channel: Channel, message: OutboundMessage) -> Receipt:
    """Post one message. Raises `SendError`."""
    base = providers.base_url(PROVIDER, "https://api.$kind.example")
    try:
        answer = safe_http.request(
            "POST",
            f"{base}/messages",
            headers={"Authorization": f"Bearer {channel.secrets['token']}"},
            json={"to": message.recipient.value, "text": message.text},
            timeout=SECONDS,
            provider=PROVIDER,
        )
    except safe_http.Refused as error:
        raise SendError(ErrorClass.PERMANENT, "refused", str(error)) from error
    except safe_http.HttpError as error:
        # It may have arrived: the hub asks a person instead of sending it twice.
        raise SendError(ErrorClass.RETRY, "unreachable", str(error), uncertain=True) from error
    if not answer.ok:
        raise _refusal(answer)
    try:
        return Receipt(provider_id=str(answer.json()["id"]))
    except (ValueError, KeyError, TypeError) as error:
        detail = "The provider's answer cannot be understood."
        raise SendError(ErrorClass.RETRY, "garbled", detail, uncertain=True) from error


def _refusal(answer: safe_http.Answer) -> SendError:
    is_down = answer.status >= 500
    error_class = CLASSES.get(answer.status, ErrorClass.RETRY if is_down else ErrorClass.PERMANENT)
    wait = answer.headers.get("retry-after", "")
    return SendError(
        error_class,
        str(answer.status),
        f"The provider answered {answer.status}.",
        retry_after=float(wait) if wait.isdecimal() else None,
    )
