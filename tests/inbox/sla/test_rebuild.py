"""Clocks that were followed step by step are those that the log says: compared, and made from nothing."""

import os
from typing import Any

import pytest

from hub.clock import held_at
from hub.models import Conversation, SlaClock, SlaSegment, SlaStanding
from inbox.sla.rebuilding import Difference, rebuild, snapshot
from tests.inbox.desk import Desk
from tests.inbox.sla.generated import Lives
from tests.inbox.sla.promised import policy, schedule

pytestmark = pytest.mark.django_db

EVERYTHING: dict[Any, float] = {
    "first_reply": 60,
    ("first_reply", "urgent"): 15,
    "next_reply": 90,
    "update": 240,
    "agent_work": 300,
    "requester_wait": 600,
    "resolution": 960,
    ("resolution", "urgent"): 120,
    "ownership": 180,
}


STEPS = int(os.environ.get("HUB_TEST_STEPS", "400"))
"""How many things happen at a desk; thousands take minutes."""


def lived(desk: Desk, seed: int, steps: int) -> Lives:
    """A desk with three policies, after so many things have happened there."""
    hours = schedule(desk.organization)
    vip = {"all": [{"field": "conversation.labels", "op": "contains", "value": "vip"}]}
    gold = {"any": [{"field": "conversation.custom.plan", "op": "is", "value": "gold"}]}
    kept: dict[str, Any] = {"conditions": vip, "position": 0, "pauses": ["pending", "snoozed"]}
    policy(desk.organization, "Important", targets={"first_reply": 10, "resolution": 100}, **kept)
    policy(
        desk.organization,
        "Gold",
        hours,
        conditions=gold,
        position=1,
        do_bots_count=True,
        targets={("resolution", "high"): 100, "update": 30, "ownership": 20},
    )
    policy(desk.organization, "Standard", hours, pauses=["pending"], position=2, targets=EVERYTHING)
    lives = Lives.begin(desk, seed)
    lives.go_on(steps)
    lives.settle()
    return lives


def differences(lives: Lives, **options: Any) -> list[Difference]:
    with held_at(lives.at):
        return [one for _, found in rebuild(lives.desk.organization, **options) for one in found]


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_kept_is_what_the_log_says(desk: Desk, seed: int) -> None:
    lives = lived(desk, seed, STEPS)
    assert SlaClock.objects.within(desk.organization).count() > 100
    assert differences(lives, only_compare=True) == []
    assert differences(lives) == []


def test_clocks_come_back_from_nothing(desk: Desk) -> None:
    lives = lived(desk, 7, 250)
    ids = list(Conversation.objects.within(desk.organization).values_list("pk", flat=True))
    before = snapshot(desk.organization.pk, ids)
    SlaSegment.objects.within(desk.organization).delete()
    SlaClock.objects.within(desk.organization).delete()
    SlaStanding.objects.within(desk.organization).update(state={}, seq=0)
    differences(lives)
    assert snapshot(desk.organization.pk, ids) == before
    rings = Conversation.objects.within(desk.organization).exclude(sla=None)
    assert rings.count() > 10
