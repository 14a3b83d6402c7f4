"""Whether a request comes from the system that the channel belongs to: its token, or its signature."""

from hub.connector import BadSignature
from hub.messages import RawRequest
from hub.models import Channel
from hub.webhook_signatures import check_standard, equal

_BEARER = "bearer "


def verify(channel: Channel, request: RawRequest) -> None:
    """Raise `BadSignature` unless the proof is of a kind that the channel takes, and good."""
    proof = channel.config.get("proof", "either")
    given = request.headers.get("authorization", "")
    if given[: len(_BEARER)].lower() == _BEARER and proof != "signature":
        if not equal(given[len(_BEARER) :].strip(), str(channel.secrets.get("token") or "")):
            raise BadSignature("the token is wrong")
        return
    secret = str(channel.secrets.get("signing_secret") or "")
    if proof == "token" or not secret:
        raise BadSignature("the channel wants a token")
    check_standard([secret], request.headers, request.body, request.received_at)
