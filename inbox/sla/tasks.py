"""The promises' jobs by name: the sweep, looking ahead, following work, and reckoning anew."""

from uuid import UUID

from hub.clock import now
from hub.jobs import RunningJob, every, task
from hub.models import Organization, WorkItem
from hub.transaction import unit
from inbox.change import Change, lock_all
from inbox.sla import answers, foreseeing, keeping, recomputing
from inbox.sla import sweep as sweeping
from inbox.sla.following import settle


@every(seconds=1)
@task("inbox.sla_sweep", queue="routing", atomic=False)
def sweep(job: RunningJob) -> None:
    """See `inbox.sla.sweep`."""
    sweeping.sweep()
    with unit():
        job.finish()


@every(seconds=30)
@task("inbox.sla_foresee", atomic=False)
def foresee(job: RunningJob) -> None:
    """See `inbox.sla.foreseeing`."""
    foreseeing.foresee()
    with unit():
        job.finish()


@task(answers.FOLLOW_WORK, queue="routing")
def follow_work(organization_id: str, conversation_id: str) -> None:
    """See `inbox.sla.answers.on_work`."""
    organization = Organization.objects.get(pk=organization_id)
    conversations = lock_all(organization, [UUID(conversation_id)])
    rings = {row.pk: row.sla for row in conversations}
    changes = {row.pk: Change(row, None) for row in conversations}
    hands = sweeping.take_up(organization, conversations)
    rows = WorkItem.objects.within(organization).filter(
        conversation_id=conversation_id, kind__in=answers.KINDS
    )
    for hand in hands:
        for work in rows.order_by("created_at", "id"):
            answers.take_in(hand.fold, work)
    keeping.write(organization.pk, hands, now())
    settle(organization, changes, hands, rings)


@task(recomputing.RECOMPUTE)
def recompute(organization_id: str, total: int, with_history: bool, after: str = "", done: int = 0) -> None:
    """See `inbox.sla.recomputing`."""
    recomputing.recompute(organization_id, total, with_history, after, done)
