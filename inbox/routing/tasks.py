"""The engine's jobs by name."""

from uuid import UUID

from hub.jobs import RunningJob, every, task
from inbox.routing import adoption, engine, timers, waking


@task(waking.ROUTE, queue="routing", atomic=False)
def route(job: RunningJob, queue_id: str) -> None:
    """See `inbox.routing.engine`."""
    engine.route(UUID(queue_id))


@task(waking.LOOK_AFTER, queue="routing", atomic=False)
def look_after(job: RunningJob, organization_id: str, user_id: str) -> None:
    """See `inbox.routing.timers`."""
    timers.look_after(UUID(organization_id), UUID(user_id))


@every(seconds=1)
@task("inbox.sweep_work", queue="routing", atomic=False)
def sweep(job: RunningJob) -> None:
    """See `inbox.routing.timers`."""
    timers.sweep()


@every(seconds=60)
@task("inbox.adopt_waiting", queue="routing", atomic=False)
def adopt(job: RunningJob) -> None:
    """See `inbox.routing.adoption`."""
    adoption.adopt()


@every(seconds=10)
@task("inbox.routing_upkeep", queue="routing", atomic=False)
def upkeep(job: RunningJob) -> None:
    """See `inbox.routing.timers`."""
    timers.upkeep()
