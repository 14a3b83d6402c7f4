"""Webhook signatures, in both forms that there are (https://www.twilio.com/docs/usage/webhooks/webhooks-security).

A form is signed with its fields, any other body by its digest in the URL. What is signed is computed by the
provider's own library, and compared in constant time here.
"""

import hashlib
from urllib.parse import urlsplit

from twilio.request_validator import (  # type: ignore[import-untyped]
    HMAC_SHA1,
    RequestValidator,
    add_port,
    get_signature_algorithm,
    remove_port,
)

from hub.connector import BadSignature
from hub.messages import RawRequest
from hub.models import Channel
from hub.webhook_signatures import equal

HEADER = "x-twilio-signature"
SETTINGS_HEADER = "x-twilio-webhooks-signature-settings"

_FORM = "application/x-www-form-urlencoded"
_SECRETS = {HMAC_SHA1: "auth_token", "HMAC_SHA256": "shared_key_secret"}
"""The algorithm says whose secret it is: that of the account, or of a key made for webhooks."""


class _Fields(dict[str, list[str]]):
    def getlist(self, name: str) -> list[str]:
        """All values of a name, as the library asks for them."""
        return self[name]


def verify(channel: Channel, request: RawRequest) -> None:
    """Raise `BadSignature` unless URL and body were signed with the channel's secret."""
    algorithm = str(get_signature_algorithm(request.headers.get(SETTINGS_HEADER, ""))).upper()
    secret = str(channel.secrets.get(_SECRETS.get(algorithm, "")) or "")
    if not secret:
        raise BadSignature("there is no secret for this way to sign")
    fields = _signed_fields(request)
    validator = RequestValidator(secret)
    parts = urlsplit(request.url.partition("#")[0])
    # The provider is not of one mind on whether a port that goes without saying is said.
    wanted = [validator.compute_signature(form(parts), fields, algorithm) for form in (add_port, remove_port)]
    given = request.headers.get(HEADER, "")
    if not any(equal(given, str(one)) for one in wanted):
        raise BadSignature("the signature is wrong")


def _signed_fields(request: RawRequest) -> _Fields:
    """The fields that are signed; of a body that is no form, its digest in the URL is checked."""
    is_form = request.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM
    digests = request.query.get("bodySHA256", [])
    if digests or (request.body and not is_form):
        made = hashlib.sha256(request.body).hexdigest()
        if len(digests) != 1 or not equal(digests[0].lower(), made):
            raise BadSignature("the body is not the one that was signed")
    return _Fields(request.form)
