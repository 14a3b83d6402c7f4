"""Signatures: the fakes sign as providers document it, and what checks them takes nothing else."""

from __future__ import annotations

import importlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub import webhook_signatures as ours
from hub.connector import BadSignature
from tests.fakes import signing

AT = datetime.fromtimestamp(1_700_000_000, UTC)
BODY = b'{"type":"event_callback","event_id":"Ev01"}'
FORM = {
    "MessageSid": "SM0001",
    "From": "+15550100",
    "To": "+15550199",
    "Body": "Hi & bye",
    "NumMedia": "0",
}
URL = "https://hub.example.test/hooks/twilio/7?x=1"
SECRET = "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQ="


def test_golden_vectors() -> None:
    """Computed by other hands from the providers' documents."""
    assert signing.twilio_form("twilio-secret", URL, FORM) == {
        "X-Twilio-Signature": "2H4AOUf7SzBIU7e5sDP+FpYoEXE="
    }
    newer = signing.twilio_form("twilio-secret", URL, FORM, "sha256")
    assert newer["X-Twilio-Signature"] == "5YigWcV9h+mxFxMa8zwYGhQDJj6Gdo+fuAK+2qfa+y4="
    plain = URL.partition("?")[0]
    signed, headers = signing.twilio_json("twilio-secret", plain, b'{"a":1}')
    digest = "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
    assert signed == f"{plain}?bodySHA256={digest}"
    assert headers["X-Twilio-Signature"] == "3nI4BrROxKM31ahv79ZsxtnU4UA="
    assert signing.slack("slack-secret", BODY, 1_700_000_000)["X-Slack-Signature"] == (
        "v0=abaeb04461c1d2cd97ab25c2271d20943bbf5cdc8cbbee7ff937b68bea30ffd4"
    )
    assert signing.meta("meta-secret", BODY) == {
        "X-Hub-Signature-256": "sha256=f7eb4d8790eaba8fefe6775aee07b77658b85e73832b5f39b52dae3239d4b6c9"
    }
    assert signing.hmac_header("X-Line-Signature", "line-secret", BODY, encoding="base64") == {
        "X-Line-Signature": "8fp6xMf8o1iM2hFX+7/kMZdhQYKbIdnzxxE1UeiQHQs="
    }
    assert ours.digest("viber-token", BODY) == (
        "c06d44916b574836a47b17d0578b809db0421835eb78380bca4420f95d5a6469"
    )
    assert ours.digest("x-secret", b"crc-token-1", encoding="base64") == (
        "T3irDniAXt8zIz5f4zffqKtYSnrMa9NXWViixcl/hLY="
    )
    standard = signing.standard_webhooks(SECRET, "msg_01", 1_700_000_000, BODY)
    assert standard["webhook-signature"] == "v1,7b398fC8OT2gLhZIMVHc0dMOSPddYamfFr1GAukIUcU="
    assert standard == ours.sign_standard(SECRET, "msg_01", 1_700_000_000, BODY)


def test_the_official_packages_agree() -> None:
    """Their validators take what the fakes sign, and refuse it changed."""
    validator_of = pytest.importorskip("twilio.request_validator").RequestValidator
    validator = validator_of("twilio-secret")
    signature = signing.twilio_form("twilio-secret", URL, FORM)["X-Twilio-Signature"]
    assert validator.validate(URL, FORM, signature)
    assert not validator.validate(URL, {**FORM, "Body": "bye"}, signature)
    repeated: dict[str, Any] = {"MediaUrl": ["b", "a", "b"], "A": "1"}
    parameters = importlib.import_module("django.http").QueryDict("MediaUrl=b&MediaUrl=a&MediaUrl=b&A=1")
    signature = signing.twilio_form("twilio-secret", URL, repeated)["X-Twilio-Signature"]
    assert validator.validate(URL, parameters, signature)
    body = b'{"a":1}'
    signed, headers = signing.twilio_json("twilio-secret", "https://hub.example.test/hooks", body)
    assert validator.validate(signed, body.decode(), headers["X-Twilio-Signature"])
    assert not validator.validate(signed, '{"a":2}', headers["X-Twilio-Signature"])


def test_slacks_package_agrees() -> None:
    module = pytest.importorskip("slack_sdk.signature")
    clock = type("Clock", (), {"now": lambda self: AT.timestamp()})()
    verifier = module.SignatureVerifier("slack-secret", clock)
    headers = signing.slack("slack-secret", BODY, int(AT.timestamp()))
    given = (headers["X-Slack-Request-Timestamp"], headers["X-Slack-Signature"])
    assert verifier.is_valid(BODY, *given)
    assert not verifier.is_valid(BODY + b" ", *given)
    old = signing.slack("slack-secret", BODY, int(AT.timestamp()) - 400)
    assert not verifier.is_valid(BODY, old["X-Slack-Request-Timestamp"], old["X-Slack-Signature"])


def good() -> dict[str, str]:
    return ours.sign_standard(SECRET, "msg_01", int(AT.timestamp()), BODY)


def test_a_good_request_passes_with_any_of_several_secrets_and_signatures() -> None:
    other = "whsec_" + "QUJDREVGR0hJSktMTU5PUA=="
    ours.check_standard([SECRET], good(), BODY, AT)
    ours.check_standard([other, SECRET], good(), BODY, AT + timedelta(seconds=299))
    two = good() | {"webhook-signature": "v1,bad v1a,worse " + good()["webhook-signature"]}
    ours.check_standard([SECRET], two, BODY, AT)


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,7b398fC8OT2gLhZIMVHc0dMOSPddYamfFr1GAukIUcX="},
        {"webhook-signature": "v2,7b398fC8OT2gLhZIMVHc0dMOSPddYamfFr1GAukIUcU="},
        {"webhook-signature": "ü" * 50},
        {"webhook-signature": "v1,\udcff"},
        {"webhook-id": ""},
        {"webhook-id": "msg_02"},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "abc"},
        {"webhook-timestamp": "1700000001"},
        {"webhook-timestamp": "-1700000000"},
        {"webhook-timestamp": "１７００００００００"},
        {"webhook-timestamp": "9" * 400},
    ],
)
def test_a_changed_header_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        ours.check_standard([SECRET], good() | change, BODY, AT)


def test_another_body_secret_or_time_is_refused() -> None:
    for secrets, body, at in (
        ([SECRET], BODY + b"\n", AT),
        ([SECRET], b"", AT),
        (["whsec_" + "QUJDREVGR0hJSktMTU5PUA=="], BODY, AT),
        ([], BODY, AT),
        ([SECRET], BODY, AT + timedelta(seconds=301)),
        ([SECRET], BODY, AT - timedelta(seconds=301)),
    ):
        with pytest.raises(BadSignature):
            ours.check_standard(secrets, good(), body, at)
    with pytest.raises(BadSignature):
        ours.check_standard([SECRET], {}, BODY, AT)


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_c2hvcnQ=", "c2VjcmV0LXNlY3JldC1zZWNyZXQ=", "whsec_ü"]
)
def test_a_secret_that_is_none_is_not_used(secret: str) -> None:
    with pytest.raises(ValueError, match="base64"):
        ours.standard_key(secret)


def test_nothing_is_equal_to_a_secret_that_is_empty() -> None:
    assert ours.equal("abc", "abc")
    assert not ours.equal("", "") and not ours.equal("x", "") and not ours.equal("abc", "abd")
    assert json.dumps(good())
