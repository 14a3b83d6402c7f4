"""The log: numbers are dense, follow commits, and belong to one organization."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from hub.clock import now
from hub.models import Organization, Role
from hub.models.events import Event, EventCounter
from hub.tenancy import UnscopedQuery
from hub.transaction import NotInUnit, unit
from realtime import events, visibility
from tests import factories
from tests.realtime.wire import append

pytestmark = pytest.mark.django_db(transaction=True)


def numbers(of: Organization) -> list[int]:
    return list(Event.objects.within(of).order_by("id").values_list("seq", flat=True))


def test_events_of_one_unit_get_consecutive_numbers_in_the_order_of_appending(acme: Organization) -> None:
    with unit():
        events.append(acme, "contact.updated", {"n": 1})
        events.append(acme, "contact.merged", {"n": 2})
    rows = Event.objects.within(acme).order_by("seq")
    assert [(row.seq, row.name, row.data["n"]) for row in rows] == [
        (1, "contact.updated", 1),
        (2, "contact.merged", 2),
    ]


def test_a_unit_that_fails_leaves_neither_events_nor_a_gap(acme: Organization) -> None:
    append(acme)
    with pytest.raises(ZeroDivisionError), unit():
        events.append(acme, "contact.updated", {})
        raise ZeroDivisionError
    append(acme)
    assert numbers(acme) == [1, 2]


def test_appending_outside_of_a_unit_is_refused(acme: Organization) -> None:
    with pytest.raises(NotInUnit):
        events.append(acme, "contact.updated", {})


def test_organizations_count_apart(acme: Organization) -> None:
    globex = factories.organization("Globex")
    with unit():
        events.append(acme, "contact.updated", {})
        events.append(globex, "contact.updated", {})
        events.append(acme, "contact.updated", {})
    assert (numbers(acme), numbers(globex)) == ([1, 2], [1])


def test_the_counter_is_the_last_row_that_a_unit_locks(acme: Organization) -> None:
    statements: list[str] = []

    def record(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        statements.append(sql)
        return execute(sql, params, many, context)

    append(acme)
    with connection.execute_wrapper(record), unit():
        events.append(acme, "contact.updated", {})
        Organization.objects.filter(pk=acme.pk).update(name="Acme & Sons")
    counter = next(i for i, sql in enumerate(statements) if "eventcounter" in sql)
    assert all("event" in sql or sql.startswith(("RELEASE", "SAVEPOINT")) for sql in statements[counter:])
    assert sum("event" in sql for sql in statements) == 2


def test_many_writers_number_without_gap_or_double_and_a_reader_misses_none(acme: Organization) -> None:
    seen: list[int] = []
    is_over = threading.Event()

    def write(_: int) -> None:
        try:
            for _ in range(15):
                append(acme)
        finally:
            connection.close()

    def read() -> None:
        while not is_over.is_set() or len(seen) < events.position(acme.pk).seq:
            seen.extend(entry.seq for entry in events.read(acme.pk, "", seen[-1] if seen else 0, 100))
        connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    is_over.set()
    reader.join(30)
    assert seen == list(range(1, 91))


def test_the_log_is_opened_once_by_whoever_comes_first(acme: Organization) -> None:
    with ThreadPoolExecutor(4) as pool:
        epochs = {place.epoch for place in pool.map(events.position, [acme.pk] * 8)}
    assert len(epochs) == 1
    assert EventCounter.objects.within(acme).get().seq == 0


def test_a_reader_by_api_gets_what_its_role_may_see(acme: Organization) -> None:
    supervisor, agent = factories.member(acme, Role.SUPERVISOR, "Sue"), factories.agent(acme)
    other = factories.agent(acme, "Omar")
    for audience in ("", visibility.to_role(Role.SUPERVISOR), visibility.to_user(agent.pk)):
        append(acme, audience=audience)

    def seen(user) -> list[int]:  # type: ignore[no-untyped-def]
        return [frame["seq"] for frame in events.since(acme, 0, 10, factories.viewer(user, acme))]

    assert (seen(agent), seen(other), seen(supervisor)) == ([1, 3], [1], [1, 2])


def test_what_a_reader_gets_looks_like_the_frame_on_the_socket(acme: Organization) -> None:
    conversation = factories.conversation(acme)
    append(acme, "message.created", conversation=conversation, data={"conversation_id": str(conversation.pk)})
    viewer = factories.viewer(factories.agent(acme), acme)
    [frame] = events.since(acme, 0, 10, viewer)
    [entry] = events.read(acme.pk, events.position(acme.pk).epoch, 0, 10)
    assert frame == entry.event
    assert frame["event"] == "message.created"
    assert entry.topics == (f"conversation:{conversation.pk}",)


def test_trimming_drops_the_oldest_and_remembers_how_far(acme: Organization) -> None:
    for _ in range(5):
        append(acme)
    Event.objects.within(acme).filter(seq__lte=3).update(at=now() - timedelta(days=30))
    assert events.trim(acme.pk, now() - timedelta(days=7)) == 3
    assert (numbers(acme), events.position(acme.pk).trimmed) == ([4, 5], 3)
    append(acme)
    assert numbers(acme) == [4, 5, 6]


def test_the_log_cannot_be_read_without_naming_its_organization(acme: Organization) -> None:
    with pytest.raises(UnscopedQuery):
        list(Event.objects.all())
