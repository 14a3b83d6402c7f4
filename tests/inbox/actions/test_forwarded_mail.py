"""Mail that a colleague forwards to us, and mail that only looks like it."""

from typing import Any

import pytest

from hub.messages import Authentication, Fold, Party
from hub.models import Participant, TimelineItem
from tests.inbox.desk import Desk

pytestmark = pytest.mark.django_db

COMMENT, ORIGINAL = "Please take this one.", "From: Oskar\n\nWhere is my parcel?"
TEXT = f"{COMMENT}\n\n{ORIGINAL}"
OSKAR = Party("email", "oskar@example.org", name="Oskar Original")
PROVEN = Authentication(dmarc="pass", domain="acme.test")


def _forwarded(
    desk: Desk, authentication: Authentication | None, sender: str = "", **fields: Any
) -> TimelineItem:
    agent = desk.viewer.user.email
    start = TEXT.index("From:")
    return desk.mail(
        "f1",
        sender=sender or agent.lower(),
        text=TEXT,
        html="<p>formatted</p>",
        subject="Fwd: Parcel",
        forwarded_from=OSKAR,
        authentication=authentication,
        folds=(Fold(start, len(TEXT), "quote"),),
        **fields,
    )


def test_a_colleagues_forwarded_mail_is_its_authors(desk: Desk) -> None:
    item = _forwarded(desk, PROVEN)
    conversation = desk.fresh(item)
    assert conversation.requester.identities.get().value == OSKAR.value
    assert item.message.text == ORIGINAL and item.message.facts["forwarded_by"]["name"] == str(
        desk.viewer.user
    )
    notes = TimelineItem.objects.filter(conversation=conversation, kind="note").select_related("note")
    assert [(row.note.text, row.author_user) for row in notes] == [(COMMENT, desk.viewer.user)]
    people = Participant.objects.filter(conversation=conversation)
    assert set(people.values_list("role", flat=True)) == {"requester", "follower"}
    assert "proves" in desk.why(item)
    assert desk.answer("m2", "f1", sender=OSKAR.value).conversation_id == conversation.pk


def test_what_nothing_proves_is_the_senders_message_and_says_so(desk: Desk) -> None:
    for number, proof in enumerate(
        [None, Authentication(dmarc="fail"), Authentication(spf="pass", dkim="pass")]
    ):
        item = (
            _forwarded(desk, proof, reference=f"<f{number}@example.net>")
            if not number
            else desk.mail(
                f"g{number}",
                sender=desk.viewer.user.email,
                forwarded_from=OSKAR,
                authentication=proof,
                text=TEXT,
            )
        )
        assert desk.fresh(item).requester.identities.get().value == desk.viewer.user.email.lower()
        assert item.message.text == TEXT and "nothing proves" in desk.why(item)
        assert item.message.facts["forwarded_from"]["address"] == OSKAR.value


def test_a_stranger_forwards_in_their_own_name(desk: Desk) -> None:
    item = _forwarded(desk, PROVEN, sender="mallory@example.net")
    assert desk.fresh(item).requester.identities.get().value == "mallory@example.net"
