"""Conversations that wait and are nobody's work yet, such as those from before there were queues."""

from django.db.models import Exists, OuterRef

from hub.models import Conversation, Organization, Queue, WorkItem
from hub.transaction import unit
from inbox.change import Change, lock_all
from inbox.routing.following import adopt as make_work

_AT_ONCE = 200


def adopt() -> int:
    """Make work of some of them; how many."""
    queues = Queue.objects.unscoped("the clock strikes for every organization").order_by()
    ids = queues.values_list("organization_id", flat=True).distinct()
    return sum(_adopt(organization) for organization in Organization.objects.filter(pk__in=ids))


def _adopt(organization: Organization) -> int:
    """Those of one organization that wait longest, found by the index of what waits."""
    work = WorkItem.objects.within(organization).filter(conversation=OuterRef("pk"), is_over=False)
    waiting = Conversation.objects.within(organization).filter(
        ~Exists(work), waiting_since__isnull=False, is_active=True, queue__isnull=False
    )
    ids = list(waiting.order_by("waiting_since", "id").values_list("pk", flat=True)[:_AT_ONCE])
    if ids:
        with unit():
            make_work(organization, [Change(row, None) for row in lock_all(organization, ids)])
    return len(ids)
