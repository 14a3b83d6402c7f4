"""The wall between organizations: a query that does not say whose rows it wants is refused."""

import pytest

from hub.models import Conversation, Delivery, Identity, Message
from hub.tenancy import ForeignTenant, UnscopedQuery
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "query",
    [
        lambda rows: list(rows.all()),
        lambda rows: rows.get(number=1),
        lambda rows: rows.filter(number=1).exists(),
        lambda rows: rows.count(),
        lambda rows: rows.filter(number=1).update(subject="x"),
        lambda rows: rows.filter(number=1).delete(),
        lambda rows: rows.first(),
        lambda rows: list(rows.iterator()),
        lambda rows: list(rows.values_list("id")),
        lambda rows: rows.aggregate(),
        lambda rows: list(rows.exclude(organization=None)),
        lambda rows: rows.in_bulk(["01a1fc79-47ac-7000-8000-000000000000"]),
    ],
)
def test_an_unscoped_query_is_refused(query) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UnscopedQuery):
        query(Conversation.objects)


def test_an_or_does_not_scope() -> None:
    from django.db.models import Q

    acme = factories.organization()
    with pytest.raises(UnscopedQuery):
        list(Conversation.objects.filter(Q(organization=acme) | Q(number=1)))
    assert list(Conversation.objects.filter(Q(organization=acme) & Q(number=1))) == []


def test_within_answers_the_organizations_rows_only() -> None:
    acme, globex = factories.organization("Acme"), factories.organization("Globex")
    mine, theirs = factories.conversation(acme), factories.conversation(globex)
    assert list(Conversation.objects.within(acme)) == [mine]
    assert list(Conversation.objects.within(globex.pk)) == [theirs]


def test_relations_of_a_row_are_scoped_by_it() -> None:
    acme = factories.organization()
    contact = factories.contact(acme)
    identity = factories.identity(contact)
    assert list(contact.identities.all()) == [identity]
    assert list(Identity.objects.filter(contact=contact)) == [identity]
    loaded = Conversation.objects.within(acme).prefetch_related("items")
    assert list(loaded) == []


def test_crossing_the_wall_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="why"):
        Conversation.objects.unscoped("")
    assert list(Conversation.objects.unscoped("this test looks at everything")) == []


def test_a_row_cannot_refer_to_another_organizations_row() -> None:
    acme, globex = factories.organization("Acme"), factories.organization("Globex")
    with pytest.raises(ForeignTenant):
        factories.conversation(acme, requester=factories.contact(globex))
    conversation = factories.conversation(acme)
    channel = factories.channel(globex)
    with pytest.raises(ForeignTenant):
        Message.objects.create(organization=acme, item=factories.item(conversation), channel=channel)


def test_an_empty_queryset_needs_no_scope() -> None:
    assert list(Delivery.objects.none()) == []
