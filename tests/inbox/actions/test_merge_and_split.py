"""Two conversations become one, one becomes two, and everything back again."""

import pytest

from hub.models import Conversation, ConversationLink, TimelineItem
from inbox import actions, queries
from inbox.actions import Draft
from inbox.errors import Conflict, Invalid, NotFound
from tests.inbox.desk import Desk

pytestmark = pytest.mark.django_db


def _said(conversation: Conversation) -> list[str]:
    """The texts of a timeline, which has no gap."""
    rows = TimelineItem.objects.filter(conversation=conversation).select_related("message", "note")
    items = list(rows.order_by("seq"))
    return [item.message.text for item in items if item.kind == "message"]


def _seqs(conversation: Conversation) -> list[int]:
    return list(
        TimelineItem.objects.filter(conversation=conversation).order_by("seq").values_list("seq", flat=True)
    )


def test_merging_brings_everything_together_and_can_be_undone(desk: Desk) -> None:
    one, two = desk.mail("m1"), desk.mail("x1", sender="dan@example.net")
    desk.answer("m2", "m1")
    into = actions.merge(desk.viewer, one.conversation_id, two.conversation_id)
    assert _said(into) == ["Text of x1", "Text of m1", "Text of m2"]
    assert _seqs(into) == list(range(1, into.last_item_seq + 1))
    source = Conversation.objects.within(desk.organization).get(pk=one.conversation_id)
    assert (source.status, source.merged_into_id) == ("closed", two.conversation_id)
    assert desk.counters()["open"] == 1
    assert desk.answer("m3", "m2").conversation_id == into.pk
    assert desk.answer("x2", "x1", sender="dan@example.net").conversation_id == into.pk
    found = queries.conversations(desk.viewer, queries.Wanted(q="m1"))[0]
    assert [row.pk for row in found] == [into.pk]

    back = actions.unmerge(desk.viewer, one.conversation_id)
    assert back.pk == one.conversation_id and _said(back) == ["Text of m1", "Text of m2"]
    assert _said(into) == ["Text of x1", "Text of m3", "Text of x2"]
    into.refresh_from_db()
    assert _seqs(into) == list(range(1, into.last_item_seq + 1))
    assert desk.counters()["open"] == 2
    assert desk.answer("m4", "m2").conversation_id == back.pk


def test_what_cannot_be_merged_is_refused(desk: Desk) -> None:
    one, two, three = desk.mail("m1"), desk.mail("m2"), desk.mail("m3")
    theirs = Desk.open("Globex").mail("m1")
    with pytest.raises(Invalid):
        actions.merge(desk.viewer, one.conversation_id, one.conversation_id)
    for foreign in (
        (one.conversation_id, theirs.conversation_id),
        (theirs.conversation_id, one.conversation_id),
    ):
        with pytest.raises(NotFound):
            actions.merge(desk.viewer, *foreign)
    with pytest.raises(Conflict):
        actions.unmerge(desk.viewer, one.conversation_id)
    actions.merge(desk.viewer, one.conversation_id, two.conversation_id)
    with pytest.raises(Conflict):
        actions.merge(desk.viewer, one.conversation_id, three.conversation_id)


def test_a_part_is_split_off_and_merged_back(desk: Desk) -> None:
    first = desk.mail("m1", subject="Parcel")
    other = desk.answer("m2", "m1", subject="And my invoice?")
    desk.answer("m3", "m1")
    new = actions.split(desk.viewer, first.conversation_id, [other.pk])
    assert (new.subject, _said(new), new.status) == ("And my invoice?", ["Text of m2"], "open")
    assert _said(first.conversation) == ["Text of m1", "Text of m3"]
    for conversation in (new, desk.fresh(first)):
        assert _seqs(conversation) == list(range(1, len(_seqs(conversation)) + 1))
    link = ConversationLink.objects.within(desk.organization).get()
    assert (link.conversation_id, link.other_id, link.kind) == (new.pk, first.conversation_id, "split")
    assert desk.answer("m4", "m2").conversation_id == new.pk
    actions.reply(desk.viewer, new.pk, Draft(text="Here it is."))
    actions.merge(desk.viewer, new.pk, first.conversation_id)
    assert _said(first.conversation) == [
        "Text of m1",
        "Text of m3",
        "Text of m2",
        "Text of m4",
        "Here it is.",
    ]


def test_something_goes_and_something_stays(desk: Desk) -> None:
    first, stranger = desk.mail("m1"), desk.mail("m2")
    for items, error in (([], Invalid), ([first.pk], Invalid), ([stranger.pk], NotFound)):
        with pytest.raises(error):
            actions.split(desk.viewer, first.conversation_id, items)
