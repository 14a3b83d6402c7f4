"""Whatever order the mails of a thread arrive in, alone or together, they end in the same conversations."""

from collections import defaultdict
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.messages import InboundMessage, Party
from hub.models import AwaitedReference, TimelineItem
from inbox.actions.receive import Arrival, receive_all
from tests.inbox.desk import Desk
from tests.inbox.threading.forest import Sent, groups, grow

pytestmark = pytest.mark.django_db


_ONE_DATABASE = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
"""Each example has an organization of its own."""


def _arrival(desk: Desk, mail: Sent) -> Arrival:
    message = InboundMessage(
        external_id=mail.key,
        sender=Party("email", "carla@example.net"),
        subject=f"About {mail.key}",
        text="Text",
        reference=mail.message_id,
        in_reply_to=mail.named,
    )
    return Arrival(desk.channel, message)


def conversations(desk: Desk) -> set[frozenset[str]]:
    """Which mails ended together, by their external ids."""
    found: defaultdict[Any, set[str]] = defaultdict(set)
    rows = TimelineItem.objects.within(desk.organization).filter(kind="message")
    for key, conversation in rows.values_list("message__external_id", "conversation_id"):
        found[conversation].add(str(key))
    return {frozenset(keys) for keys in found.values()}


@st.composite
def _arriving(draw: st.DrawFn) -> list[list[Sent]]:
    """A forest, some of it lost, in any order and in any batches."""
    count = draw(st.integers(2, 7))
    parents = [draw(st.none() | st.integers(0, n - 1)) if n else None for n in range(count)]
    mails = grow(parents, [draw(st.integers(0, 3)) for _ in range(count)])
    order = draw(st.permutations(mails))
    kept = order[: draw(st.integers(1, count))]
    cuts = sorted(draw(st.sets(st.integers(1, count))))
    edges = [0, *[cut for cut in cuts if cut < len(kept)], len(kept)]
    return [kept[a:b] for a, b in pairwise(edges)]


@settings(max_examples=60, deadline=None, suppress_health_check=_ONE_DATABASE, derandomize=True)
@given(batches=_arriving())
def test_any_order_of_arrival_ends_in_the_same_conversations(db: None, batches: list[list[Sent]]) -> None:
    desk = Desk.open()
    for batch in batches:
        receive_all([_arrival(desk, mail) for mail in batch])
    mails = [mail for batch in batches for mail in batch]
    assert conversations(desk) == groups(mails)
    ids = {mail.message_id for mail in mails}
    lost = {name for mail in mails for name in mail.named} - ids
    awaited = AwaitedReference.objects.within(desk.organization).values("digest").distinct().count()
    assert awaited == len(lost), "only what has not come is awaited"
    assert desk.counters()["open"] == len(groups(mails))
