"""Many threads write to one SQLite file: all of them get their turn, in full."""

import threading

import pytest
from django.db import connection, connections

from hub.models import Organization
from hub.transaction import unit

THREADS, EACH = 8, 20


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite alone has one writer")
@pytest.mark.django_db(transaction=True)
def test_writers_of_one_process_take_turns() -> None:
    made = Organization.objects.create(slug="acme", name="Acme")
    failures: list[BaseException] = []

    def count_up() -> None:
        try:
            for _ in range(EACH):
                with unit():
                    row = Organization.objects.get(pk=made.pk)
                    row.last_conversation_number += 1
                    row.save()
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=count_up) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    made.refresh_from_db()
    assert failures == []
    assert made.last_conversation_number == THREADS * EACH


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite alone has one writer")
@pytest.mark.django_db(transaction=True)
def test_a_failed_transaction_passes_the_turn_on() -> None:
    with pytest.raises(KeyError), unit():
        Organization.objects.create(slug="acme", name="Acme")
        raise KeyError
    done = threading.Event()

    def write() -> None:
        with unit():
            Organization.objects.create(slug="acme", name="Acme")
        done.set()
        connections.close_all()

    threading.Thread(target=write).start()
    assert done.wait(60)
