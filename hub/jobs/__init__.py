"""Work for later, kept in one leased table: once a job is committed, its effect happens exactly once.

A handler is a module-level function under `@task`; calling `.enqueue(…)` inside `hub.transaction.unit()`
makes the job part of that transaction. Terms:

lease       A worker that claims a job owns it until `lease_until` and extends that while it works. A job
            whose lease ran out, because its worker died or froze, is taken over by another worker.
fencing     A claim is the pair (worker, attempts). Finishing deletes the row only if both still match,
            in the transaction of the effect: a worker that lost its lease rolls its effect back.
lane        Jobs of one lane run one at a time, oldest first; a job that waits for its next attempt
            holds up its lane, a dead one does not. On PostgreSQL "oldest" means first inserted, so writers
            that care about the order hold a lock on what the lane stands for (the conversation).
batch       Up to so many waiting jobs of one task that are run and finished in one transaction. If that
            fails, each of them is run alone; in a batch or alone, its effect happens once.
unique key  At most one *waiting* job has a given key: enqueueing it again returns that job, and the earlier
            `run_at` of the two wins. While a job of this key is *running*, a second one may wait, because
            the running one may have looked before the new reason arose. A key without a lane is a lane of
            its own, so the two never run side by side; if the first has to be tried again, it takes the
            second one's place.
dead        A job that failed `max_attempts` times or took its worker down with it five times. It stays
            visible until somebody retries or discards it (`hub.jobs.dead`).
"""

from hub.jobs.errors import LeaseLost, Retry
from hub.jobs.figures import QueueFigures, figures
from hub.jobs.handlers import Task, enqueue, enqueue_all, task
from hub.jobs.running import RunningJob, finish
from hub.jobs.schedules import daily, every

__all__ = [
    "LeaseLost",
    "QueueFigures",
    "Retry",
    "RunningJob",
    "Task",
    "daily",
    "enqueue",
    "enqueue_all",
    "every",
    "figures",
    "finish",
    "task",
]
