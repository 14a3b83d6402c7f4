"""What work costs those who take messages in: statements a batch, never a message."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from hub.messages import InboundMessage, Party
from hub.models import Channel, Conversation
from hub.transaction import unit
from inbox import actions
from inbox.actions import Draft
from inbox.actions.arrival import Arrival
from inbox.actions.intake import Intake
from tests.inbox.routing.floor import Floor

_OURS = re.compile(r'"?(hub_(workitem|offer|routingdecision|queue|agentstate|membership|job))"?\b')


@contextmanager
def _statements() -> Iterator[list[str]]:
    """The statements about work, queues, agents and jobs that are run meanwhile, as verb and first table."""
    found: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if tables := _OURS.findall(sql):
            found.append(f"{sql.split()[0].lower()} {tables[0][0]}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def _take_in(floor: Floor, channel: Channel, *people: str, number: int = 0) -> list[str]:
    """Mails of these people arrive in one batch; the statements that concern work."""
    arrivals = [
        Arrival(
            channel,
            InboundMessage(
                external_id=f"{who}-{number}",
                sender=Party("email", f"{who}@example.net"),
                subject=f"Of {who}",
                reference=f"<{who}-{number}@example.net>",
                in_reply_to=(f"<{who}-0@example.net>",) if number else (),
                text="Hello?",
            ),
        )
        for who in people
    ]
    with unit(), _statements() as found:
        Intake(floor.organization, arrivals).take_in()
        return found


def test_without_queues_new_conversations_cost_nothing_and_old_ones_one_query_a_batch(floor: Floor) -> None:
    floor.mailbox.queue = None
    floor.mailbox.save()
    people = [f"customer{number}" for number in range(10)]
    assert _take_in(floor, floor.mailbox, *people) == []
    assert _take_in(floor, floor.mailbox, *people, number=1) == ["select hub_workitem"]


def test_with_queues_a_batch_costs_the_same_however_many_mails_it_has(floor: Floor) -> None:
    once = _take_in(floor, floor.mailbox, "carla")
    assert once == ["select hub_queue", "insert hub_workitem", "insert hub_job"]
    assert _take_in(floor, floor.mailbox, *(f"customer{number}" for number in range(10))) == once
    again = _take_in(floor, floor.mailbox, "carla", number=1)
    assert again == ["select hub_workitem"]
    assert _take_in(floor, floor.mailbox, *(f"customer{number}" for number in range(10)), number=1) == again


def test_customers_who_write_again_cost_a_batch_the_same_however_many_they_are(floor: Floor) -> None:
    floor.agent("Ana")
    people = [f"customer{number}" for number in range(6)]
    _take_in(floor, floor.mailbox, *people)
    floor.run()
    for row in Conversation.objects.within(floor.organization):
        actions.reply(floor.viewers["Ana"], row.pk, Draft(text="Yes?"))
    once = _take_in(floor, floor.mailbox, people[0], number=1)
    assert _take_in(floor, floor.mailbox, *people[1:3], number=1) == _take_in(
        floor, floor.mailbox, *people[3:], number=1
    )
    assert len(once) <= 12
