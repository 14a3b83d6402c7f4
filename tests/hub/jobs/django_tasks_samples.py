"""Tasks as other packages write them, against Django's Tasks API."""

from typing import Any

from django_tasks import TaskContext, task

from tests.hub.jobs import effects


@task
def greet(name: str, *, greeting: str = "hello") -> str:
    """Have one effect."""
    effects.add(f"{greeting} {name}")
    return "dropped"


@task(takes_context=True, priority=5, queue_name="mail")
def count_attempts(context: TaskContext) -> None:
    """Fail at the first attempt, tell the number of the second."""
    effects.add(f"attempt {context.attempt}")
    if context.attempt < 2:
        raise ValueError("as ordered")


options: dict[str, Any] = {"lane": "reports", "unique_key": "report"}


@task(**options)
def report(number: int) -> None:
    """Have one effect."""
    effects.add(f"report {number}")
