"""What the provider's forms say, and in which form numbers are kept."""

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sms import errors
from connectors.sms.addresses import normalise, party
from connectors.sms.parse import parse
from hub.messages import ErrorClass, Ignored, Inbound, InboundConsent, InboundMessage, InboundStatus

ANN = "+15550200001"


def _parsed(url: str = "https://hub.test/hooks/sms/1/", **told: str) -> list[Inbound]:
    form = {"MessageSid": "SM1", "From": ANN, "To": "+15550100101", "Body": "Hi"} | told
    return list(parse(urlencode(form).encode(), {"route": "", "url": url}))


def _status(status: str, code: str = "", query: str = "delivery=d1") -> list[Inbound]:
    url = f"https://hub.test/hooks/sms/1/status?{query}"
    return _parsed(url, MessageStatus=status, ErrorCode=code, To=ANN, From="+15550100101")


@pytest.mark.parametrize(
    "typed, normal",
    [
        ("+1 (555) 010-0001", "+15550100001"),
        ("0049 1511 2345678", "+4915112345678"),
        ("+49 (0)", None),
        ("030 123456", None),
        ("12345", "12345"),
        ("Acme Shop", "Acme Shop"),
        ("Acme Shop and More", None),
        ("", None),
        ("+999123", None),
    ],
)
def test_addresses_have_one_form(typed: str, normal: str | None) -> None:
    assert normalise(typed) == normal


@given(st.text(max_size=20))
def test_a_normal_form_is_its_own(typed: str) -> None:
    normal = normalise(typed)
    assert normal is None or normalise(normal) == normal
    assert party(typed).kind == "phone"


@pytest.mark.parametrize("word", ["STOP", " stop ", "Unsubscribe", "QUIT"])
def test_stop_is_kept_and_obeyed(word: str) -> None:
    message, consent = _parsed(Body=word)
    assert isinstance(message, InboundMessage) and message.automatic and message.text == word
    assert isinstance(consent, InboundConsent) and not consent.allowed and consent.sender.value == ANN


def test_start_is_heard_and_help_is_for_a_person() -> None:
    _, consent = _parsed(Body="start")
    assert isinstance(consent, InboundConsent) and consent.allowed
    (message,) = _parsed(Body="HELP", OptOutType="HELP")
    assert isinstance(message, InboundMessage) and not message.automatic


def test_an_organizations_own_word_counts_where_the_provider_says_so() -> None:
    _, consent = _parsed(Body="Basta", OptOutType="STOP")
    assert isinstance(consent, InboundConsent) and not consent.allowed
    assert len(_parsed(Body="Stop sending me the wrong parcel")) == 1


@pytest.mark.parametrize(
    "said, status",
    [
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("undelivered", "undelivered"),
        ("failed", "failed"),
        ("read", "read"),
        ("canceled", "failed"),
        ("partially_delivered", "sent"),
    ],
)
def test_statuses_name_our_delivery(said: str, status: str) -> None:
    (found,) = _status(said)
    assert isinstance(found, InboundStatus)
    assert (found.status, found.delivery_id, found.provider_id) == (status, "d1", "SM1")


@pytest.mark.parametrize("said", ["queued", "accepted", "scheduled", "sending", "levitating"])
def test_what_comes_before_sent_is_no_news(said: str) -> None:
    (found,) = _status(said)
    assert isinstance(found, Ignored)


@pytest.mark.parametrize(
    "code, is_dead", [("30003", False), ("30005", True), ("30006", True), ("30007", False), ("77777", False)]
)
def test_a_number_that_does_not_exist_is_marked(code: str, is_dead: bool) -> None:
    (found,) = _status("undelivered", code)
    assert isinstance(found, InboundStatus) and found.address_is_dead is is_dead and found.code == code


def test_a_status_may_say_that_they_opted_out() -> None:
    status, consent = _status("failed", "21610")
    assert isinstance(status, InboundStatus) and isinstance(consent, InboundConsent)
    assert not consent.allowed and consent.sender.value == ANN


def test_an_empty_message_and_whatsapp_are_passed_over() -> None:
    for told in ({"Body": " "}, {"From": "whatsapp:+15550200001"}, {"From": ""}):
        (found,) = _parsed(**told)
        assert isinstance(found, Ignored) and found.reason


def test_senders_that_are_no_numbers_are_kept_as_they_are() -> None:
    values = [_parsed(From=sender)[0] for sender in ("12345", "ACME", "+999123")]
    assert [one.sender.value for one in values if isinstance(one, InboundMessage)] == [
        "12345",
        "ACME",
        "+999123",
    ]


@pytest.mark.parametrize("raw", [b"", b"\xff", b"{}", b"[]", b"{" * 100_000, b"Body=Hi", b'{"sid": 7}'])
def test_what_names_no_message_is_refused(raw: bytes) -> None:
    for route in ("", "status", "polled"):
        with pytest.raises(ValueError):
            parse(raw if route != "polled" else raw.replace(b"7", b'""'), {"route": route})


@given(
    st.dictionaries(
        st.sampled_from(
            ["From", "Body", "NumMedia", "MediaUrl0", "MessageStatus", "ErrorCode", "OptOutType"]
        ),
        st.text(max_size=12),
    )
)
def test_anything_at_all_is_understood_or_ignored(told: dict[str, str]) -> None:
    assert 1 <= len(_parsed(**told)) <= 2


@pytest.mark.parametrize(
    "status, said, wanted, uncertain",
    [
        (429, {}, ErrorClass.THROTTLED, False),
        (401, {"code": 21610}, ErrorClass.RECONNECT, False),
        (503, {"code": 21610}, ErrorClass.RETRY, False),
        (502, {}, ErrorClass.RETRY, True),
        (500, {"code": 20500}, ErrorClass.RETRY, False),
        (400, {"code": "x", "message": "No."}, ErrorClass.PERMANENT, False),
        (403, {}, ErrorClass.RECONNECT, False),
    ],
)
def test_the_status_counts_before_the_code(
    status: int, said: dict[str, Any], wanted: ErrorClass, uncertain: bool
) -> None:
    error = errors.refusal(status, said)
    assert (error.error_class, error.uncertain) == (wanted, uncertain)
    assert error.code and error.detail
