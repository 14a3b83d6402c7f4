"""Where headers alone decide, conversations are the threads that an independent server finds (RFC 5256)."""

from collections.abc import Iterator
from typing import Any

import pytest

from hub import registry
from hub.messages import InboundMessage
from inbox.actions.receive import Arrival, receive_all
from tests.dovecot import Dovecot
from tests.inbox.desk import Desk
from tests.inbox.threading.forest import wood
from tests.inbox.threading.test_order_of_arrival import conversations

pytestmark = pytest.mark.django_db


def _flat(thread: Any) -> Iterator[int]:
    for part in thread:
        if isinstance(part, int):
            yield part
        else:
            yield from _flat(part)


@pytest.mark.parametrize("seed", range(4))
def test_conversations_are_the_threads_that_dovecot_finds(dovecot: Dovecot, desk: Desk, seed: int) -> None:
    mails = wood(seed, 60)
    raws = [mail.raw("carla@example.net", desk.channel.address) for mail in mails]
    with dovecot.client(f"threads{seed}") as client:
        for raw in raws:
            client.append("INBOX", raw)
        client.select_folder("INBOX", readonly=True)
        keys = dict(zip(sorted(client.search()), (mail.key for mail in mails), strict=True))
        threads = {frozenset(keys[uid] for uid in _flat(thread)) for thread in client.thread("REFERENCES")}
    connector = registry.connector("email")
    ids = {}
    for mail, raw in zip(mails, raws, strict=True):
        (message,) = connector.parse(raw, {"address": desk.channel.address}, {})
        assert isinstance(message, InboundMessage)
        ids[message.external_id] = mail.key
        receive_all([Arrival(desk.channel, message)])
    assert {frozenset(ids[key] for key in found) for found in conversations(desk)} == threads
