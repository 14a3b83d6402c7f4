"""A query built once answers like one built anew, with every number and kind of values."""

from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.models import Channel, Membership, Organization
from hub.prepared import LONGEST_LIST, Prepared
from hub.tenancy import UnscopedQuery
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme() -> Organization:
    return factories.organization()


def test_each_call_has_its_own_values(acme: Organization) -> None:
    builds: list[object] = []

    def build(organization_id: UUID, address: str, ids: list[UUID]) -> object:
        builds.append(address)
        rows = Channel.objects.within(organization_id).filter(address=address, pk__in=ids)
        return rows.select_related("organization").order_by("pk")

    query = Prepared[Channel](build)  # type: ignore[arg-type]
    channels = [factories.channel(acme, address=f"{name}@acme.test") for name in "abc"]
    ids = [channel.pk for channel in channels]
    for channel in channels:
        with CaptureQueriesContext(connection) as made:
            (found,) = query(acme.pk, channel.address, ids)
            assert (found, found.organization, found.name) == (channel, acme, channel.name)
        assert len(made) == 1
    assert len(builds) == 1
    assert query(acme.pk, "a@acme.test", ids[1:]) == []
    assert query(factories.organization().pk, "a@acme.test", ids) == []


@pytest.mark.parametrize("count", [0, 1, 2, LONGEST_LIST, LONGEST_LIST + 1])
def test_lists_of_any_length(acme: Organization, count: int) -> None:
    query = Prepared[tuple[str]](
        lambda organization_id, addresses: (
            Channel.objects.within(organization_id).filter(address__in=addresses).values_list("address")
        )
    )
    wanted = [f"{number}@acme.test" for number in range(count)]
    for address in (*wanted, "other@acme.test"):
        factories.channel(acme, address=address)
    assert {address for (address,) in query(acme.pk, wanted)} == set(wanted)


def test_it_says_whose_rows_it_wants() -> None:
    with pytest.raises(UnscopedQuery):
        Prepared[Membership](lambda user_id: Membership.objects.filter(user_id=user_id))(uuid4())
