"""Proved identities: the signature, and what a browser sees with, without and with another one."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.chat import identity
from hub.clock import now
from hub.models import Channel, Conversation, Identity
from tests.connectors.chat.conftest import SECRET, Visit, in_thread, said, say, welcome

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
EXP = int((AT + timedelta(hours=1)).timestamp())


def claim(channel: Channel, external_id: str = "customer-7", **changed: Any) -> dict[str, Any]:
    """What a site's page passes on for a signed-in customer."""
    exp = int((now() + timedelta(hours=1)).timestamp())
    proof = identity.sign(SECRET, channel.address, external_id, changed.get("exp", exp))
    return {"external_id": external_id, "name": "Ann Able", "exp": exp, "hmac": proof, **changed}


def test_the_signed_text_is_the_documented_one() -> None:
    by_hand = hmac.new(b"s3cret", b"site_1.customer-7.1772370000", hashlib.sha256).hexdigest()
    assert identity.sign("s3cret", "site_1", "customer-7", 1772370000) == by_hand


@pytest.mark.parametrize(
    "changed",
    [
        {"secret": "another"},
        {"secret": ""},
        {"site_key": "site_2"},
        {"external_id": "customer-8"},
        {"external_id": ""},
        {"exp": EXP + 1},
        {"proof": ""},
        {"proof": "ü" * 64},
        {"at": AT + timedelta(hours=2)},
    ],
)
def test_a_proof_holds_for_exactly_what_was_signed(changed: dict[str, Any]) -> None:
    proof = identity.sign("s3cret", "site_1", "customer-7", EXP)
    facts: dict[str, Any] = {
        "secret": "s3cret",
        "site_key": "site_1",
        "external_id": "customer-7",
        "exp": EXP,
        "at": AT,
    }
    facts["proof"] = proof
    assert identity.proves(**facts)
    assert not identity.proves(**(facts | changed))


@pytest.mark.django_db(transaction=True)
async def test_a_proved_person_goes_on_in_another_browser(channel: Channel, visit: Visit) -> None:
    laptop = await visit(channel, identity=claim(channel))
    assert welcome(laptop)["identified"]
    await say(laptop, "From my laptop")
    phone = await visit(channel, identity=claim(channel))
    assert said(phone) == ["From my laptop"]
    await say(phone, "From my phone")
    await laptop.frame(type="message", text="From my phone")
    known = await in_thread(Identity.objects.within(channel.organization_id).select_related("contact").get)
    assert known.verified_at is not None
    assert known.contact.name == "Ann Able"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("changed", [{"hmac": "0" * 64}, {"exp": 1}, {"external_id": "customer-8"}])
async def test_without_a_valid_proof_nothing_earlier_is_shown(
    channel: Channel, visit: Visit, changed: dict[str, Any]
) -> None:
    laptop = await visit(channel, identity=claim(channel))
    await say(laptop, "Private")
    impostor = await visit(channel, identity={**claim(channel), **changed})
    greeting = welcome(impostor)
    assert (greeting["messages"], greeting["conversation"], greeting["identified"]) == ([], None, False)
    assert (await impostor.frame(type="error"))["code"] == "identity_not_proved"
    await say(impostor, "Who am I?")
    people = Conversation.objects.within(channel.organization_id).values_list("requester__name", flat=True)
    names = await in_thread(set, people)
    assert names == {"Ann Able", ""}, "an unproved name is not taken over"


@pytest.mark.django_db(transaction=True)
async def test_after_sign_out_the_browsers_token_shows_nothing_any_more(
    channel: Channel, visit: Visit
) -> None:
    signed_in = await visit(channel, identity=claim(channel))
    await say(signed_in, "Private")
    token = welcome(signed_in)["visitor"]
    signed_out = await visit(channel, visitor=token)
    assert welcome(signed_out)["messages"] == []
    assert welcome(signed_out)["visitor"] != token
    other = await visit(channel, visitor=token, identity=claim(channel, "customer-8"))
    assert welcome(other)["messages"] == []


@pytest.mark.django_db(transaction=True)
async def test_signing_in_keeps_what_this_browser_has_said(channel: Channel, visit: Visit) -> None:
    anonymous = await visit(channel)
    await say(anonymous, "Before signing in")
    token = welcome(anonymous)["visitor"]
    signed_in = await visit(channel, visitor=token, identity=claim(channel))
    assert welcome(signed_in)["visitor"] == token
    assert said(signed_in) == ["Before signing in"]
